"""What every kind of field can do. One small class per kind; `engine.field_types.FIELD_TYPES` is the registry.

A field type knows the column of its kind, reads what people and programs send, says what is wrong with a value, and
writes a value as form text, export text, search text and JSON. It never touches the database: whether a link exists or
a value is taken is the business of `engine.records.validate`. Reading is strict: what is not understood raises
`InvalidValue`, it never becomes blank (R25, T29, T70).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.refusals import Message

if TYPE_CHECKING:
    from engine.compiled import CompiledField


class InvalidValue(ValueError):
    """A value that its field cannot take; `message` is coded and fit for people."""

    def __init__(self, code: str, values: Mapping[str, object] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.values = dict(values or {})

    @property
    def message(self) -> Message:
        return Message(self.code, self.values)


@dataclass(frozen=True, slots=True)
class TextContext:
    """How texts are read and written: `zone` for instants without an offset, `language` for words such as yes and
    no."""

    zone: ZoneInfo
    language: str = "en"


PLAIN = TextContext(ZoneInfo("UTC"))


class FieldType:
    """The behaviour of one kind. Blank is None everywhere; methods other than `parse` and `check` get values that are
    not blank unless they say otherwise."""

    kind: str = ""

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any] | None:
        """The SQLAlchemy type of the column, or None for kinds without a column of their own."""
        raise NotImplementedError

    def parse(self, raw: object, field: CompiledField, context: TextContext = PLAIN) -> object:
        """The value meant by `raw`: form text, or a JSON value. Raises `InvalidValue`."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return self.blank
        return self.assign(self.read(raw, field, context), field)

    @property
    def blank(self) -> object:
        """The value that stands for nothing entered (False for bool, which is never blank)."""
        return None

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        """The value of a `raw` that is not blank, before its limits are checked."""
        raise NotImplementedError

    def read_import(self, raw: object, field: CompiledField, context: TextContext = PLAIN) -> object:
        """As `parse`, and more tolerant of what spreadsheets hold; reads back whatever `export_text` wrote."""
        return self.parse(raw, field, context)

    def check(self, value: object, field: CompiledField) -> None:
        """Raises `InvalidValue` for a value of the wrong type or outside the limits of its kind and field."""
        raise NotImplementedError

    def assign(self, value: object, field: CompiledField) -> object:
        """The value as it is stored: checked, and brought to the one form the column holds (blank stays blank)."""
        if value is None:
            return self.blank
        self.check(value, field)
        return value

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        """What an input holds for `value` ("" when blank); `parse` reads it back to the same value."""
        return "" if value is None else str(value)

    def export_text(self, value: object, field: CompiledField, context: TextContext = PLAIN) -> str:
        """The text of an exported cell ("" when blank); `read_import` reads it back to the same value."""
        return self.form_text(value, context)

    def search_text(self, value: object, field: CompiledField) -> str:
        """What the search index holds of `value` ("" when the kind is not searched)."""
        return ""

    def compare(self, left: Any, right: Any) -> int:
        """-1, 0 or 1; blank comes first, as in every list."""
        if left is None or right is None:
            return (left is not None) - (right is not None)
        return int(left > right) - int(left < right)

    def item_key(self, item: object) -> object:
        """What items of a value of many are the same by."""
        return item

    def json(self, value: Any) -> object:
        """The JSON form kept in history and snapshots (None when blank)."""
        return value

    def from_json(self, value: Any) -> object:
        """The value that `json` wrote."""
        return value
