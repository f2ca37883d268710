"""The kind geo: a position on the earth as `latitude,longitude` in degrees (WGS 84, as satellites tell it)."""

from __future__ import annotations

from engine.compiled import CompiledField
from engine.field_types.base import InvalidValue, TextContext
from engine.field_types.characters import narrow, shorten
from engine.field_types.texts import TextType
from metadata.geo_texts import read_position


class GeoType(TextType):
    """One position, in one spelling."""

    kind = "geo"

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        if not isinstance(raw, str):
            raise InvalidValue("not_position", {"value": shorten(str(raw))})
        return raw

    def tidy(self, value: str) -> str:
        text = narrow(value).strip()
        return read_position(text) or text

    def check_form(self, value: str) -> None:
        if read_position(value) != value:
            raise InvalidValue("not_position", {"value": shorten(value)})

    def search_text(self, value: object, field: CompiledField) -> str:
        return ""
