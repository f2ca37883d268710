"""Data that comes with a pack: fields, keys, values."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from metadata.checks.context import Checking, Found
from metadata.checks.generated import check_generated
from metadata.codes import screens as codes
from metadata.field_kinds import FIELD_KINDS, LiteralContext, NotALiteral
from metadata.near import shortened
from metadata.specs.entity import EntitySpec
from metadata.specs.screens import DataSpec

_WITH_LITERALS = (
    "bool", "int", "decimal", "money", "percent", "date", "datetime", "choice", "choices",
)
_EXTRA = ("owner", "password", "by")
"""Words a row may say besides fields: who owns or creates it, and the first password of a user."""


def check_data(c: Checking) -> None:
    for data in c.app.data.values():
        entity = c.entity(data.entity, c.places.of("data", data.name, "entity"))
        if bool(data.rows) == bool(data.generate is not None):
            c.note(codes.DATA_EMPTY, data.place, name=data.name)
        if data.rows and not data.key:
            c.note(codes.DATA_WITHOUT_KEY, data.place, name=data.name)
        if entity is not None:
            _keys(c, data, entity)
            _rows(c, data, entity)
            check_generated(c, data.name, data.generate or {}, entity)


def _keys(c: Checking, data: DataSpec, entity: EntitySpec) -> None:
    for index, name in enumerate(data.key):
        c.field(entity, name, c.places.of("data", data.name, "key", index))


def _rows(c: Checking, data: DataSpec, entity: EntitySpec) -> None:
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(data.rows):
        place = c.places.of("data", data.name, "rows", number)
        lacks = [name for name in data.key if row.get(name) in (None, "")]
        key = tuple(str(row.get(name)) for name in data.key)
        if lacks:
            c.note(codes.DATA_KEY, place, fields=", ".join(lacks))
        elif data.key and key in seen:
            c.note(codes.DATA_TWICE, place, key=", ".join(key))
        seen.add(key)
        for name, value in row.items():
            if name not in _EXTRA:
                _value(c, data, entity, (number, name), value)


def _value(c: Checking, data: DataSpec, entity: EntitySpec, at: tuple[int, str], value: object) -> None:
    number, name = at
    place = c.places.key("data", data.name, "rows", number, name)
    found = c.field(entity, name, place)
    if found is None or not c.entered(found, place):
        return
    c.option(found.field, value, place)
    if not isinstance(value, str) or value.startswith("=") or found.stored not in _WITH_LITERALS:
        return
    try:
        FIELD_KINDS[found.stored].literal(value, _context(c, found))
    except NotALiteral as fault:
        c.note(
            codes.DATA_VALUE, c.places.of("data", data.name, "rows", number, name), name=name, text=shortened(value),
            kind=found.stored, expected_zh=fault.expected["zh"], expected_en=fault.expected["en"],
        )


def _context(c: Checking, found: Found) -> LiteralContext:
    options = tuple(found.field.options) if found.field else ()
    return LiteralContext(options, found.field.scale if found.field else None, ZoneInfo(c.app.zone))
