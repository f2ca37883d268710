"""The command palette (Ctrl K): what one may do here, where one may go, what one may make, and any record by its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from engine import access, stars
from engine.compiled import CompiledEntity
from engine.numerals import number_of
from engine.records import read
from engine.records.queries import RecordRef
from engine.refusals import NotFound
from web.context import Context
from web.icons import icon_name
from web.pages.finding.recent import opened
from web.pages.records.offered import actions_of
from web.shell import address_of, places
from web.texts import texts_of
from workflows import verbs

MOST_RECORDS = 12
MOST_COMMANDS = 8
LONGEST = 100
_RECORD = re.compile(r"/e/(\w+)/(\d+)")
_ENTITY = re.compile(r"/e/(\w+)")
_VERBS = ("update", "delete", "assign")
_OWN = (
    ("approvals", "checklist", "/approvals"), ("reports", "report-analytics", "/reports"), ("trash", "trash", "/trash"),
    ("notifications", "bell", "/notifications"), ("profile", "user-circle", "/profile"),
)
"""The platform's own pages: the key of what they are called, icon, address."""


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette: `href` is where it leads, or the address of a dialog; `theme` chooses a look instead. `words`
    is what else it is found by: what it is called in every language."""

    label: str
    icon: str
    href: str = ""
    hint: str = ""
    dialog: bool = False
    theme: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Commands of one sort under their heading."""

    title: str
    commands: tuple[Command, ...]


def show(context: Context) -> Response:
    """The lines for what is typed (`q`), on the page `here`, after the records `seen`."""
    text = context.query("q").strip()[:LONGEST]
    groups = _found(context, text) if text else _offered(context)
    kept = [group for group in groups if group.commands]
    return context.piece("pieces/palette.html", groups=kept, text=text, count=sum(len(group.commands) for group in kept))


def shortcuts(context: Context) -> Response:
    """The dialog that tells the keys."""
    return context.piece("pieces/shortcuts.html")


def _offered(context: Context) -> list[Group]:
    """What there is before anything is typed: what may be done here, what one had in hand, where one may go."""
    texts = context.texts
    return [
        Group(texts("palette.here"), tuple(_here(context))[:MOST_COMMANDS]),
        Group(texts("palette.recent"), tuple(_recent(context))[:5]),
        Group(texts("palette.starred"), tuple(_starred(context))[:5]),
        Group(texts("palette.go"), tuple(_places(context))),
        Group(texts("palette.create"), tuple(_creations(context))),
    ]


def _found(context: Context, text: str) -> list[Group]:
    """What the text leaves of the commands, and the records it finds."""
    texts = context.texts

    def left(commands: Iterable[Command]) -> tuple[Command, ...]:
        return tuple(command for command in commands if _matches(command, text))[:MOST_COMMANDS]

    everywhere = Command(texts("palette.search_all", text=text), "search", f"/search?q={quote(text)}")
    return [
        Group(texts("palette.here"), left(_here(context))),
        Group(texts("palette.go"), left(_places(context))),
        Group(texts("palette.create"), left(_creations(context))),
        Group(texts("palette.views"), left(_views(context))),
        Group(texts("palette.records"), (*_records(context, text), everywhere)),
        Group(texts("palette.look"), left(_looks(context))),
    ]


def _matches(command: Command, text: str) -> bool:
    """Whether every word typed stands in what the command is called, in any language."""
    named = f"{command.label} {command.words}".casefold()
    return all(word in named for word in text.casefold().split())


def _here(context: Context) -> Iterable[Command]:
    """What may be done to the record of the page that the palette was opened on."""
    found = _RECORD.match(context.query("here"))
    if found is None:
        return
    number, entity = number_of(found[2]), context.app.entities.get(found[1])
    if number is None or entity is None or entity.child:
        return
    session, texts, base = context.session, context.texts, f"/e/{entity.name}/{found[2]}"
    try:
        record = read.get(session, entity.name, number, tuple(dict.fromkeys((*_VERBS, *verbs(session, entity.name)))))
    except NotFound:
        return
    if record.archived:
        return
    for action in actions_of(context, entity, record):
        if action.allowed:
            yield Command(action.label, "arrow-right", action.href, record.title, dialog=True)
    if "update" in record.granted:
        yield Command(texts("shell.edit"), "pencil", f"{base}/edit", record.title, words=_said(context, "shell.edit"))
    if entity.owned and "assign" in record.granted:
        words = _said(context, "records.assign")
        yield Command(texts("records.assign"), "switch-horizontal", f"{base}/assign", record.title, True, words=words)
    if "delete" in record.granted:
        yield Command(texts("records.trash"), "trash", f"{base}/trash", record.title, True, words=_said(context, "records.trash"))


def _recent(context: Context) -> Iterable[Command]:
    return (_record(context, ref, title) for ref, title in opened(context))


def _starred(context: Context) -> Iterable[Command]:
    return (_record(context, ref, title) for ref, title in stars.starred(context.session, 5))


def _records(context: Context, text: str) -> Iterable[Command]:
    for hit in read.search(context.session, text, limit=MOST_RECORDS):
        yield _record(context, RecordRef(hit.entity, hit.id), hit.title)


def _record(context: Context, ref: RecordRef, title: str) -> Command:
    entity = context.app.entities[ref.entity]
    return Command(title, icon_name(entity.icon), f"/e/{ref.entity}/{ref.id}", entity.label[context.language])


def _places(context: Context) -> Iterable[Command]:
    """Every line of the menu, and the platform's own pages."""
    for group, item in places(context.session):
        hint = group.label[context.language] if group else ""
        yield Command(item.label[context.language], item.icon, address_of(item), hint, words=_all(context, item.label))
    for name, icon, href in _OWN:
        yield Command(context.texts(f"shell.{name}"), icon, href, words=_said(context, f"shell.{name}"))


def _creations(context: Context) -> Iterable[Command]:
    """A new record of everything that one may make and that the menu shows."""
    shown = dict.fromkeys(item.name for _, item in places(context.session) if item.target == "entity")
    for name in shown:
        if access.may(context.session, name, "create"):
            label = context.app.entities[name].label
            said = context.texts("lists.new", entity=label[context.language])
            words = " ".join(texts_of(one)("lists.new", entity=label[one]) for one in context.languages)
            yield Command(said, "plus", f"/e/{name}/new", words=words)


def _views(context: Context) -> Iterable[Command]:
    """The lists of the entity that the page is about."""
    entity = _entity(context)
    if entity is None or not access.may(context.session, entity.name, "read"):
        return
    for view in context.forms.offered(entity.name, context.principal.roles):
        hint = entity.plural[context.language]
        yield Command(view.label[context.language], "list", f"/e/{entity.name}?list={view.name}", hint, words=_all(context, view.label))


def _entity(context: Context) -> CompiledEntity | None:
    found = _ENTITY.match(context.query("here"))
    entity = context.app.entities.get(found[1]) if found else None
    return None if entity is None or entity.child else entity


def _looks(context: Context) -> Iterable[Command]:
    for name, icon in (("light", "sun"), ("dark", "moon"), ("auto", "sun-moon")):
        words = f"{_said(context, f'shell.theme_{name}')} {_said(context, 'palette.look')}"
        yield Command(context.texts(f"shell.theme_{name}"), icon, theme=name, words=words)


def _all(context: Context, label: Mapping[str, str]) -> str:
    """What something is called, in every language."""
    return " ".join(dict.fromkeys(label[language] for language in context.languages))


def _said(context: Context, key: str) -> str:
    """A text of the platform, in every language."""
    return " ".join(dict.fromkeys(texts_of(language)(key) for language in context.languages))
