"""Kinds that name records: link, user, dept, any_link, links, and the system kind id. Existence and access are judged
by `engine.records.validate`, in one answer, so that nobody learns of records they may not read (law 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.compiled import CompiledField
from engine.field_types.base import PLAIN, FieldType, InvalidValue, TextContext
from engine.field_types.characters import shorten
from engine.field_types.choices import split_list
from engine.field_types.columns import Reference
from engine.numerals import LARGEST, number_of
from engine.records.queries import RecordRef

MOST_LINKS = 1000


def read_id(raw: object) -> int:
    """The record id in `raw`: a positive whole number, or its digits. Raises `InvalidValue`."""
    number = number_of(raw.strip()) if isinstance(raw, str) else raw
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= LARGEST:
        raise InvalidValue("bad_id", {"value": shorten(str(raw))})
    return number


class LinkType(FieldType):
    """One record of one entity, by id."""

    kind = "link"

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any]:
        return sa.BigInteger()

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        return read_id(raw)

    def read_import(self, raw: object, field: CompiledField, context: TextContext = PLAIN) -> object:
        """A spreadsheet holds whole numbers as floats."""
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        return self.parse(raw, field, context)

    def check(self, value: object, field: CompiledField) -> None:
        if isinstance(value, str):
            raise InvalidValue("bad_id", {"value": shorten(value)})
        read_id(value)

    def json(self, value: Any) -> object:
        return None if value is None else str(value)

    def from_json(self, value: Any) -> object:
        return None if value is None else int(value)


class UserType(LinkType):
    """A person: a link to entity `user`."""

    kind = "user"


class DeptType(LinkType):
    """A link to entity `department`."""

    kind = "dept"


class IdType(LinkType):
    """The system field `id`."""

    kind = "id"


class AnyLinkType(FieldType):
    """A record of one of several entities: `customer:12`, or `{"entity": "customer", "id": "12"}`."""

    kind = "any_link"

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any]:
        return Reference()

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        if isinstance(raw, RecordRef):
            return raw
        if isinstance(raw, Mapping) and set(raw) == {"entity", "id"} and isinstance(raw["entity"], str):
            return RecordRef(raw["entity"], read_id(raw["id"]))
        if isinstance(raw, str) and raw.count(":") == 1:
            entity, _, number = raw.strip().partition(":")
            return RecordRef(entity, read_id(number))
        raise InvalidValue("bad_id", {"value": shorten(str(raw))})

    def check(self, value: object, field: CompiledField) -> None:
        if not isinstance(value, RecordRef):
            raise InvalidValue("bad_id", {"value": shorten(str(value))})
        read_id(value.id)
        if field.link and field.link.to and value.entity not in field.link.to:
            raise InvalidValue("bad_target", {"value": shorten(value.entity)})

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        return f"{value.entity}:{value.id}" if isinstance(value, RecordRef) else ""

    def compare(self, left: Any, right: Any) -> int:
        keys = [None if ref is None else (ref.entity, ref.id) for ref in (left, right)]
        return super().compare(*keys)

    def json(self, value: Any) -> object:
        return None if value is None else {"entity": value.entity, "id": str(value.id)}

    def from_json(self, value: Any) -> object:
        return None if value is None else RecordRef(value["entity"], int(value["id"]))


class LinksType(FieldType):
    """Records of one entity, many-to-many: ids without repeats. Stored in a link table, so it has no column."""

    kind = "links"

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any] | None:
        return None

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        return tuple(read_id(part) for part in split_list(raw))

    def check(self, value: object, field: CompiledField) -> None:
        if not isinstance(value, tuple):
            raise InvalidValue("not_list")
        if len(value) > MOST_LINKS:
            raise InvalidValue("too_many", {"limit": MOST_LINKS})
        for item in value:
            if isinstance(item, str):
                raise InvalidValue("bad_id", {"value": shorten(item)})
            read_id(item)

    def assign(self, value: object, field: CompiledField) -> object:
        if value is None or value == ():
            return None
        self.check(value, field)
        assert isinstance(value, tuple)
        return tuple(sorted(set(value)))

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        return ",".join(str(item) for item in value) if isinstance(value, tuple) else ""

    def json(self, value: Any) -> object:
        return None if value is None else [str(item) for item in value]

    def from_json(self, value: Any) -> object:
        return None if value is None else tuple(int(item) for item in value)
