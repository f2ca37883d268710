"""Values as people write them in data files and scenarios -> values of the fields' stored kinds.

A link is written as what people call the record: a name given earlier in the scenario, the value of a unique field
(login, code, number), or its title. The literal of every other kind is read by its field type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.compiled import CompiledEntity, CompiledField
from engine.field_types.base import InvalidValue, TextContext
from engine.records import read
from engine.records.queries import ChildInput, Filter, Query, RecordRef
from engine.runtime import ReadSession
from loomwork.data_rules import Found

_LINKS = frozenset({"link", "user", "dept"})
_TEXTS = frozenset({"text", "serial", "phone", "email"})


class DataRefused(Exception):
    """A declared value cannot be used; the texts say why, `path` is the field."""

    def __init__(self, path: str, zh: str, en: str) -> None:
        super().__init__(f"{path}: {en}")
        self.path = path
        self.zh = zh
        self.en = en

    def text(self, language: str) -> str:
        """The reason with its field, in `language`."""
        return f"{self.path}: {self.zh if language.startswith('zh') else self.en}"


@dataclass(slots=True)
class ValueReader:
    """Reads declared values in one session, whose principal must see what is referred to.

    `names` are records named earlier; `compute` evaluates a text that begins with `=` (without the sign). Records
    found by their natural key are remembered in `found`, which callers may share between sessions of one load.
    """

    session: ReadSession
    names: Mapping[str, RecordRef] = field(default_factory=dict)
    compute: Callable[[str], object] | None = None
    found: dict[tuple[str, str], int] = field(default_factory=dict)

    def values(self, entity: str, raw: Mapping[str, object], path: str = "") -> dict[str, object]:
        """The values of a record of `entity`. Raises `DataRefused` for the first that cannot be used."""
        declared = self.session.app.entities[entity]
        return {name: self._value(declared, name, given, f"{path}{name}") for name, given in raw.items()}

    def value(self, field: CompiledField, raw: object, path: str) -> object:
        """One value of `field`. Raises `DataRefused`."""
        if isinstance(raw, str) and raw.startswith("=") and self.compute is not None:
            raw = self.compute(raw[1:])
        if field.children is not None:
            return tuple(ChildInput(None, self.values(field.children, row, f"{path}.{position}.")) for position, row
                         in enumerate(_rows(raw, path)))
        if isinstance(raw, Found):
            raw = RecordRef(raw.entity, raw.id)
        if isinstance(raw, RecordRef) and field.stored != "any_link":
            return raw.id
        if field.link is not None or field.stored in _LINKS:
            return self._link(field, raw, path)
        return self._plain(field, raw, path)

    def record(self, entity: str, text: str, path: str) -> int:
        """The id of the one record of `entity` that people call `text`. Raises `DataRefused` when there is not one."""
        named = self.names.get(text)
        if named is not None and named.entity == entity:
            return named.id
        if (entity, text) not in self.found:
            self.found[entity, text] = self._search(entity, text, path)
        return self.found[entity, text]

    def _value(self, entity: CompiledEntity, name: str, raw: object, path: str) -> object:
        declared = entity.fields.get(name)
        if declared is None:
            raise DataRefused(path, f"“{entity.name}”没有此字段", f"'{entity.name}' has no such field")
        return self.value(declared, raw, path)

    def _plain(self, field: CompiledField, raw: object, path: str) -> object:
        context = TextContext(self.session.app.zone, "en")
        try:
            if isinstance(raw, list) and all(isinstance(item, str) for item in raw):
                raw = ",".join(raw)
            if isinstance(raw, datetime) and field.stored == "date":
                raw = raw.date()
            return field.type.parse(raw, field, context) if isinstance(raw, str) else field.type.assign(raw, field)
        except InvalidValue as invalid:
            raise DataRefused(path, invalid.message.text("zh"), invalid.message.text("en")) from invalid

    def _link(self, field: CompiledField, raw: object, path: str) -> object:
        if raw is None or raw == "":
            return field.type.blank
        if field.stored == "links":
            return tuple(self.record(targets(field)[0], str(text), path) for text in _listed(raw))
        if field.stored == "any_link":
            return raw if isinstance(raw, RecordRef) else self._any(field, str(raw), path)
        return raw if isinstance(raw, int) else self.record(targets(field)[0], str(raw), path)

    def _any(self, field: CompiledField, text: str, path: str) -> RecordRef:
        """`name` of a given record, or `entity:what people call it`."""
        if text in self.names:
            return self.names[text]
        entity, colon, called = text.partition(":")
        if not colon or entity not in targets(field):
            raise DataRefused(path, f"应写作“实体:名称”：{text}", f"expected 'entity:name', got '{text}'")
        return RecordRef(entity, self.record(entity, called, path))

    def _search(self, entity: str, text: str, path: str) -> int:
        for name in keys_of(self.session.app.entities[entity]):
            hits = ids_where(self.session, entity, {name: text}, limit=2)
            if len(hits) == 1:
                return hits[0]
            if hits:
                raise DataRefused(path, f"有多个“{text}”", f"there is more than one '{text}'")
        raise DataRefused(path, f"没有名为“{text}”的{entity}", f"there is no {entity} '{text}'")


def targets(field: CompiledField) -> tuple[str, ...]:
    """The entities that a linking field may name."""
    if field.link is not None and field.link.to:
        return field.link.to
    return ("user",) if field.stored == "user" else ("department",)


def keys_of(entity: CompiledEntity) -> tuple[str, ...]:
    """The fields by which people name a record of `entity`, best first: unique ones, then those of its title."""
    unique = [name for name, field in entity.fields.items() if field.unique and field.stored in _TEXTS]
    titled = [text for kind, text in entity.title if kind == "field" and entity.fields[text].stored in _TEXTS]
    return tuple(dict.fromkeys([*unique, *titled]))


def ids_where(session: ReadSession, entity: str, values: Mapping[str, Any], limit: int = 1) -> list[int]:
    """Ids of records with these values (stored kinds), at most `limit`."""
    filters = tuple(
        Filter((name,), "blank") if value is None else Filter((name,), "eq", value) for name, value in values.items()
    )
    page = read.page(session, Query(entity, columns=(), filters=filters, limit=limit))
    return [int(str(row[0])) for row in page.rows]


def _rows(raw: object, path: str) -> Iterable[Mapping[str, object]]:
    if isinstance(raw, list | tuple) and all(isinstance(row, Mapping) for row in raw):
        return raw
    raise DataRefused(path, "应为行的列表", "expected a list of rows")


def _listed(raw: object) -> Iterable[object]:
    return raw if isinstance(raw, list | tuple) else str(raw).split(",")
