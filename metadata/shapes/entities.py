"""The shape of entities and fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from metadata.field_kinds import EVERY_FIELD, FIELD_KINDS
from metadata.shapes.model import (
    EXPRESSION,
    FLAG,
    LABEL,
    NAME,
    NAME_OR_NAMES,
    NAMES,
    TEXT,
    Cases,
    ListOf,
    MapOf,
    Prop,
    Record,
    props,
    wider,
    word,
)

_RESERVED_FIELD = frozenset({"series", "reveal", "copied", "through", "segments", "within", "editable_for"})
_NEEDS = {"keep": "fetch", "kept": "formula", "back_label": "back"}
_TYPE = Prop(word(*FIELD_KINDS), "What the field holds.")


def _needs(known: Mapping[str, Prop]) -> Mapping[str, str]:
    return {word: other for word, other in _NEEDS.items() if word in known}


def _by_type(records: Mapping[str, Record], name: str) -> Cases:
    """The records of all kinds. Where the type is not said (a layer changes a field, a question is a field of the entity),
    each property takes what any of the kinds takes; the type decides once it is known."""
    properties: dict[str, Prop] = {}
    for record in records.values():
        for word_, prop in record.properties.items():
            there = properties.get(word_, prop)
            properties[word_] = Prop(wider(there.shape, prop.shape), prop.doc)
    reserved = frozenset(_RESERVED_FIELD.union(*(r.reserved for r in records.values()))) - properties.keys()
    required = ("type",) if all("type" in record.required for record in records.values()) else ()
    return Cases("type", records, Record(name, properties, required, reserved, patched=True, needs=_needs(properties)))


FIELD = _by_type(
    {
        name: Record(f"field of type {name}", {**EVERY_FIELD, "type": _TYPE, **kind.properties},
                     ("type", *kind.required), _RESERVED_FIELD | kind.reserved, patched=True, one_of=kind.one_of,
                     needs=_needs(kind.properties))
        for name, kind in FIELD_KINDS.items()
    },
    "field",
)

_NEVER_ASKED = ("children", "formula", "rollup", "fetch", "serial")
_ASKED = frozenset({
    "type", "label", "help", "required", "required_if", "default", "min", "max", "pattern", "scale", "currency", "options",
    "options_from", "to", "filter",
})
"""What may be said of a question; the rest says something of a stored field."""


def _question(record: Record, name: str) -> Record:
    asked = {word: prop for word, prop in record.properties.items() if word in _ASKED}
    later = record.reserved | (record.properties.keys() - asked.keys() - {"retired"})
    required = tuple(word for word in record.required if word != "type")
    return replace(record, name=name, properties=asked, required=required, reserved=frozenset(later), needs={})


QUESTION = _by_type(
    {
        name: _question(record, f"question of type {name}")
        for name, record in FIELD.cases.items() if name not in _NEVER_ASKED
    },
    "question",
)
"""A question that a move asks: a field of its own, or, without a type, the entity's field of that name."""

CHECK = Record(
    "check",
    props(
        must=(EXPRESSION, "What must hold; unknown counts as holding."),
        say=(LABEL, "What is said when it does not."),
        on_field=(NAME, "The input at which it is said."),
        retired=(FLAG, "No longer checked."),
    ),
    ("must", "say"), patched=True,
)

UNIQUE = Record(
    "unique",
    props(
        fields=(ListOf(NAME, at_least=1), "Fields that together are unique; blank equals nothing."),
        say=(LABEL, "What is said when they are taken."),
        retired=(FLAG, "No longer checked."),
    ),
    ("fields",), frozenset({"where"}), patched=True,
)

DUPLICATE = Record(
    "duplicate rule",
    props(same=(NAME, "Records with the same value."), similar=(NAME, "Records with a similar text.")),
)

DUPLICATES = Record(
    "duplicates",
    props(
        match=(ListOf(DUPLICATE, at_least=1), "What makes two records likely the same; any of them."),
        then=(word("warn", "block"), "Warn, or refuse to save (warn unless said)."),
    ),
    ("match",),
)

ENTITY = Record(
    "entity",
    props(
        entity=(NAME, "Name of the entity."),
        label=(LABEL, "What people call it."),
        plural=(LABEL, "What people call many of them."),
        icon=(TEXT, "Icon beside its name."),
        title=(TEXT, "Title of a record over own fields: `{number} {name}`."),
        owned=(FLAG, "Records have an owner and a department."),
        history=(FLAG, "Changes are kept and shown (true unless said)."),
        child=(FLAG, "Line items that live inside a parent and have no page of their own."),
        search=(NAMES, "Fields that the search looks into."),
        fields=(MapOf(FIELD), "The fields, in the order of the form."),
        checks=(MapOf(CHECK), "Rules that every saved record keeps."),
        unique=(MapOf(UNIQUE), "Combinations of fields that occur once."),
        indexes=(ListOf(ListOf(NAME, at_least=1)), "Combined indexes."),
        duplicates=(DUPLICATES, "How likely duplicates are found while entering."),
        was=(NAME_OR_NAMES, "Earlier names of the entity."),
        fresh=(FLAG, "A new entity although an earlier one had this name."),
        retired=(FLAG, "Hidden and parked; nothing is dropped."),
    ),
    ("entity", "fields"),
    frozenset({"append_only", "singleton", "tree", "editable_for", "no_overlap", "series", "portal", "nobody_overrides",
               "retain", "settings", "segments"}),
)

