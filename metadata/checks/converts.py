"""Conversions: what they create, under which conditions, and what comes along."""

from __future__ import annotations

from metadata.checks.context import Checking
from metadata.checks.effects import check_values, lacking
from metadata.codes import flows as codes
from metadata.near import fix
from metadata.specs.entity import EntitySpec, live_fields
from metadata.specs.flow import ConvertSpec

CARRIED = ("files", "comments")
_FILES = ("file", "files")


def check_converts(c: Checking) -> None:
    for convert in c.app.converts.values():
        source = c.entity(convert.source, c.places.of("convert", convert.name, "from"))
        for name in convert.targets:
            _target(c, convert, name)
        for name in convert.conditions:
            place = c.places.key("convert", convert.name, "if", name)
            c.one_of(convert.targets, name, place, codes.UNKNOWN_TARGET)
        for index, name in enumerate(convert.carry):
            if source is not None:
                _carried(c, convert, source, (index, name))


def _target(c: Checking, convert: ConvertSpec, name: str) -> None:
    place = c.places.key("convert", convert.name, "to", name)
    target = c.entity(name, place)
    if target is None:
        return
    values = convert.targets[name]
    check_values(c, values, target, "convert")
    lacks = lacking(c, values, target)
    if lacks:
        c.note(codes.LACKS_REQUIRED, place, entity=name, fields=", ".join(lacks))


def _carried(c: Checking, convert: ConvertSpec, source: EntitySpec, at: tuple[int, str]) -> None:
    """What comes along is there, and something that is created takes it."""
    index, name = at
    place = c.places.of("convert", convert.name, "carry", index)
    known = (*CARRIED, *source.backs)
    if name not in known:
        c.note(codes.CARRY_UNKNOWN, place, name=name, entity=source.name, **fix(name, known))
    elif (name == "files" and not _takes_files(c, convert, source)) or (
        name in source.backs and not _takes_rows(c, convert, source.backs[name])
    ):
        c.note(codes.CARRY_NOWHERE, place, name=name)


def _takes_files(c: Checking, convert: ConvertSpec, source: EntitySpec) -> bool:
    """Whether the first target has a field of the name and stored kind of one of the source's."""
    first = c.app.entities.get(next(iter(convert.targets), ""))
    held = {(field.name, field.stored) for field in live_fields(source) if field.stored in _FILES}
    return first is None or any((field.name, field.stored) in held for field in live_fields(first))


def _takes_rows(c: Checking, convert: ConvertSpec, back: tuple[str, str]) -> bool:
    """Whether the link of the rows can lead to one of the targets instead."""
    entity, name = back
    link = c.app.entities[entity].fields[name]
    return link.kind != "links" and link.link is not None and bool(set(link.link.to) & convert.targets.keys())
