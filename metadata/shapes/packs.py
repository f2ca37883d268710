"""The shape of applications, packs, data and scenarios."""

from __future__ import annotations

from metadata.field_kinds import FIELD_KINDS
from metadata.shapes.model import (
    COUNT,
    FLAG,
    LABEL,
    NAME,
    NAME_OR_NAMES,
    PEOPLE,
    TEXT,
    VALUE,
    Anything,
    Either,
    ListOf,
    MapOf,
    Record,
    Text,
    props,
    word,
)
from metadata.shapes.screens import MENU_ITEMS

SETTING_KINDS = tuple(
    n for n in FIELD_KINDS
    if n in ("text", "bool", "int", "money", "decimal", "percent", "date", "datetime", "long", "email", "phone", "url")
)
SETTING = Record(
    "setting",
    props(
        type=(word(*SETTING_KINDS), "What it holds."),
        default=(VALUE, "Its value unless an application sets it."),
        label=(LABEL, "What people call it."),
        help=(LABEL, "A sentence about it."),
    ),
    ("type", "default"),
)

APP = Record(
    "app",
    props(
        app=(NAME, "Name of the application."),
        language=(Text("whole", at_least=1), "Version of this language: 1."),
        label=(LABEL, "What people call it."),
        layers=(ListOf(TEXT, at_least=1), "Layers in order, `pack@version`; `.` is the application's own."),
        zone=(TEXT, "Time zone whose today counts (Asia/Shanghai unless said)."),
        currency=(TEXT, "Currency of money (CNY unless said)."),
        languages=(ListOf(TEXT, at_least=1), "Languages of its people ([zh-CN, en] unless said)."),
        settings=(MapOf(Either(text=Text("value"), map=SETTING)), "Values of settings, or settings of its own."),
        menu=(MENU_ITEMS, "The main menu."),
    ),
    ("app", "layers"),
)

PACK = Record(
    "pack",
    props(
        pack=(NAME, "Name of the pack."),
        version=(Text("version"), "Its version: 1.2.3."),
        label=(LABEL, "What people call it."),
        description=(LABEL, "What it is for."),
        requires=(MapOf(TEXT), "Packs and platform it needs: `base: \">=1.0\"`."),
        settings=(MapOf(SETTING), "What an application may set; expressions read `$setting.name`."),
        menu=(MENU_ITEMS, "The main menu."),
        zone=(TEXT, "Time zone of its demo."),
        currency=(TEXT, "Currency of its demo."),
        languages=(ListOf(TEXT, at_least=1), "Languages of its labels."),
    ),
    ("pack", "version"),
)

DATA = Record(
    "data",
    props(
        data=(NAME, "Name of the data."),
        entity=(NAME, "The entity of its records."),
        key=(NAME_OR_NAMES, "Fields by which a record is found again."),
        mode=(word("seed", "managed", "demo"), "seed: created once; managed: kept as written; demo: only in a demo."),
        rows=(ListOf(MapOf(Anything()), at_least=1), "The records; a link is written as the key of its target."),
        file=(TEXT, "A CSV file beside this one that holds the records: `regions.csv`. Its first row names the fields; an "
              "empty cell says nothing of its field."),
        generate=(MapOf(Anything(), "any"), "Rules that make demo records."),
        order=(COUNT, "Later data may refer to earlier data (1 unless said)."),
        retired=(FLAG, "No longer applied."),
    ),
    ("data", "entity"),
)

TRANSLATION = Record(
    "translation",
    props(
        translation=(NAME, "The language: `fr`, `pt_br`. It may be chosen once it is here; zh and en are there without."),
        name=(TEXT, "What the language calls itself: Français."),
        like=(word("zh", "en"), "Whose texts stand in for missing ones, and whose way of writing numbers, dates and rules it "
                                "follows (en unless said)."),
        labels=(MapOf(TEXT, "any"), "What packs call things, by the text in `like`: `Customer: Client`."),
        texts=(MapOf(TEXT, "any"), "What the platform says, by key; `loomwork translate` lists them: `shell.save: Enregistrer`."),
    ),
    ("translation", "name"),
)

STEP_PROPS = props(
    expect=(TEXT, "An expression over the given records that must be true."),
    as_=(NAME, "Who does it."),
    move=(NAME, "Does this move."),
    create=(NAME, "Creates a record of this entity."),
    update=(NAME, "Changes this record."),
    find=(NAME, "Finds the one record of this entity with the values of `set`, as the person sees it."),
    convert=(NAME, "Runs this conversion."),
    approve=(NAME, "Approves this record's waiting task."),
    reject=(NAME, "Rejects it."),
    return_=(NAME, "Returns it to its submitter."),
    recall=(NAME, "Takes the submission back."),
    transfer=(NAME, "Hands the task on."),
    assign=(NAME, "Gives the record another owner."),
    delete=(NAME, "Moves the record to the trash."),
    comment=(TEXT, "A comment or reason."),
    cannot=(TEXT, "The verb or move that must be refused."),
    can=(TEXT, "The verb or move that must be possible."),
    waiting=(NAME, "This record waits for a decision."),
    not_waiting=(NAME, "This record waits for nobody."),
    wait=(TEXT, "Time passes: `3d`, `2h`."),
    record=(NAME, "The record it is about."),
    field=(NAME, "The field it is about."),
    set=(MapOf(Anything()), "Values."),
    answers=(MapOf(Anything()), "Answers to the questions of the move."),
    name=(NAME, "Name of the new record in later steps."),
    for_=(PEOPLE, "Whom."),
    to=(TEXT, "To whom."),
    refused=(Either(text=TEXT, list=ListOf(TEXT), map=MapOf(Anything())), "What is said when it is refused."),
)
SCENARIO = Record(
    "scenario",
    props(
        scenario=(TEXT, "What it shows, as a sentence."),
        given=(MapOf(MapOf(Anything())), "People and records by name, in order."),
        steps=(ListOf(Record("scenario step", STEP_PROPS), at_least=1), "What is done and what must hold, in order."),
        now=(TEXT, "The clock at the start: `2026-03-02 09:00`."),
        retired=(FLAG, "Not run."),
    ),
    ("scenario", "steps"),
)
