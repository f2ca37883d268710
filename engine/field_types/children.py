"""The kind children: rows of a child entity inside their parent. The rows are written by `engine.records.children`."""

from __future__ import annotations

from typing import Any

from engine.compiled import CompiledField
from engine.field_types.base import FieldType, InvalidValue, TextContext
from engine.records.queries import ChildInput

MOST_ROWS = 1000


class ChildrenType(FieldType):
    """A tuple of `ChildInput`. JSON rows are read by whoever knows the child entity's fields (`forms`)."""

    kind = "children"

    def column_type(self, scale: int | None = None) -> None:
        return None

    @property
    def blank(self) -> object:
        return ()

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        return tuple(raw) if isinstance(raw, list | tuple) else raw

    def check(self, value: object, field: CompiledField) -> None:
        if not isinstance(value, tuple) or not all(isinstance(row, ChildInput) for row in value):
            raise InvalidValue("not_list")
        if len(value) > MOST_ROWS:
            raise InvalidValue("too_many", {"limit": MOST_ROWS})

    def json(self, value: Any) -> object:
        return None
