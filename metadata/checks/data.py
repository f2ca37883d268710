"""Data that comes with a pack: fields, keys, values."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from metadata.checks.context import Checking, Found
from metadata.checks.generated import check_generated
from metadata.codes import screens as codes
from metadata.codes import stored as stored_codes
from metadata.field_kinds import FIELD_KINDS, LiteralContext, NotALiteral
from metadata.near import shortened
from metadata.problems import Place
from metadata.specs.entity import EntitySpec
from metadata.specs.screens import DataFileSpec, DataSpec

_WITH_LITERALS = (
    "bool", "int", "rating", "time", "duration", "color", "geo", "decimal", "money", "percent", "date", "datetime", "choice", "choices",
    "tags", "rich",
)
_EXTRA = ("owner", "password", "by")
"""Words a row may say besides fields: who owns or creates it, and the first password of a user."""


def check_data(c: Checking) -> None:
    for data in c.app.data.values():
        entity = c.entity(data.entity, c.places.of("data", data.name, "entity"))
        rows = bool(data.rows) if data.file is None else c.places.has("data", data.name, "rows")
        if [rows, data.file is not None, data.generate is not None].count(True) != 1:
            c.note(codes.DATA_EMPTY, data.place, name=data.name)
        if (data.rows or data.file) and not data.key:
            c.note(codes.DATA_WITHOUT_KEY, data.place, name=data.name)
        if entity is not None:
            _keys(c, data, entity)
            _rows(c, data, entity)
            check_generated(c, data.name, data.generate or {}, entity)


def _keys(c: Checking, data: DataSpec, entity: EntitySpec) -> None:
    for index, name in enumerate(data.key):
        c.field(entity, name, c.places.of("data", data.name, "key", index))


def _rows(c: Checking, data: DataSpec, entity: EntitySpec) -> None:
    known = _columns(c, data.file, entity) if data.file else {}
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(data.rows):
        place = data.file.place(number) if data.file else c.places.of("data", data.name, "rows", number)
        lacks = [name for name in data.key if row.get(name) in (None, "")]
        key = tuple(str(row.get(name)) for name in data.key)
        if lacks:
            c.note(codes.DATA_KEY, place, fields=", ".join(lacks))
        elif data.key and key in seen:
            c.note(codes.DATA_TWICE, place, key=", ".join(key))
        seen.add(key)
        for name, value in row.items():
            if data.file and name in known:
                _literal(c, known[name], value, (place, place))
            elif not data.file and name not in _EXTRA:
                _value(c, data, entity, (number, name), value)


def _columns(c: Checking, file: DataFileSpec, entity: EntitySpec) -> dict[str, Found]:
    """The fields that the first row of a file names and people enter; child rows have no cell."""
    place = Place(file.path)
    named = {name: c.field(entity, name, place) for name in file.columns if name not in _EXTRA}
    known = {name: found for name, found in named.items() if found is not None and c.entered(found, place)}
    for name, found in known.items():
        if found.field is not None and found.field.children:
            c.note(stored_codes.DATA_FILE_CHILDREN, place, name=name)
    return known


def _value(c: Checking, data: DataSpec, entity: EntitySpec, at: tuple[int, str], value: object) -> None:
    number, name = at
    key = c.places.key("data", data.name, "rows", number, name)
    found = c.field(entity, name, key)
    if found is not None and c.entered(found, key):
        _literal(c, found, value, (key, c.places.of("data", data.name, "rows", number, name)))


def _literal(c: Checking, found: Found, value: object, places: tuple[Place, Place]) -> None:
    """`places` are those of the name and of the value."""
    c.option(found.field, value, places[0])
    if not isinstance(value, str) or value.startswith("=") or found.stored not in _WITH_LITERALS:
        return
    try:
        FIELD_KINDS[found.stored].literal(value, _context(c, found))
    except NotALiteral as fault:
        c.note(
            codes.DATA_VALUE, places[1], name=found.name, text=shortened(value),
            kind=found.stored, expected_zh=fault.expected["zh"], expected_en=fault.expected["en"],
        )


def _context(c: Checking, found: Found) -> LiteralContext:
    options = tuple(found.field.options) if found.field else ()
    return LiteralContext(options, found.field.scale if found.field else None, ZoneInfo(c.app.zone))
