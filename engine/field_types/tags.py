"""The kind tags: short words that people give records as they go, without a list that somebody declared."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.compiled import CompiledField
from engine.field_types.base import PLAIN, FieldType, InvalidValue, TextContext
from engine.field_types.characters import check_characters, shorten
from engine.field_types.columns import Several
from metadata.tag_texts import LONGEST_TAG, MOST_TAGS, read_tags, tag_key


class TagsType(FieldType):
    """Any number of tags in the order in which they were given; none is blank."""

    kind = "tags"

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any]:
        return Several()

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        texts = [raw] if isinstance(raw, str) else raw
        if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
            raise InvalidValue("not_list")
        return read_tags(texts)

    def read_import(self, raw: object, field: CompiledField, context: TextContext = PLAIN) -> object:
        """A cell that a workbook holds as a number is the tag of its digits."""
        whole = isinstance(raw, float) and raw.is_integer()
        return self.parse(str(int(raw) if whole else raw) if isinstance(raw, int | float) else raw, field, context)  # type: ignore[arg-type]

    def check(self, value: object, field: CompiledField) -> None:
        if not isinstance(value, tuple):
            raise InvalidValue("not_list")
        if len(value) > MOST_TAGS:
            raise InvalidValue("too_many_tags", {"limit": MOST_TAGS})
        for tag in value:
            if not isinstance(tag, str) or read_tags([tag]) != (tag,):
                raise InvalidValue("not_tag", {"value": shorten(str(tag))})
            check_characters(tag, lines=False)
            if len(tag) > LONGEST_TAG:
                raise InvalidValue("tag_too_long", {"value": shorten(tag), "limit": LONGEST_TAG})

    def assign(self, value: object, field: CompiledField) -> object:
        if isinstance(value, list | tuple) and all(isinstance(tag, str) for tag in value):
            value = read_tags(value)
        return super().assign(value or None, field)

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        return ",".join(value) if isinstance(value, tuple) else ""

    def export_text(self, value: object, field: CompiledField, context: TextContext = PLAIN) -> str:
        return ", ".join(value) if isinstance(value, tuple) else ""

    def search_text(self, value: object, field: CompiledField) -> str:
        return " ".join(value) if isinstance(value, tuple) else ""

    def item_key(self, item: object) -> object:
        return tag_key(item) if isinstance(item, str) else item

    def json(self, value: Any) -> object:
        return None if value is None else list(value)

    def from_json(self, value: Any) -> object:
        return None if value is None else tuple(value)
