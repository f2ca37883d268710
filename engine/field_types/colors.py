"""The kind color: red, green and blue as `#2f54c8`."""

from __future__ import annotations

from engine.compiled import CompiledField
from engine.field_types.base import InvalidValue
from engine.field_types.characters import narrow, shorten
from engine.field_types.texts import TextType
from metadata.color_texts import read_color


class ColorType(TextType):
    """One colour, in one spelling, so that what looks the same is the same value."""

    kind = "color"

    def tidy(self, value: str) -> str:
        text = narrow(value).strip()
        return read_color(text) or text

    def check_form(self, value: str) -> None:
        if read_color(value) != value:
            raise InvalidValue("not_color", {"value": shorten(value)})

    def search_text(self, value: object, field: CompiledField) -> str:
        return ""
