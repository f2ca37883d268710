"""The kind rich: formatted text, stored as HTML of a few elements in the one form of `metadata.rich_texts`."""

from __future__ import annotations

from engine.compiled import CompiledField
from engine.field_types.base import PLAIN, InvalidValue, TextContext
from engine.field_types.characters import check_characters
from engine.field_types.texts import LongType
from metadata.rich_texts import LONGEST_SOURCE, plain_text, read_rich, told_text


class RichType(LongType):
    """Formatted text. Whatever is written goes through `read_rich`, on every way in; where it is shown it goes through it again."""

    kind = "rich"

    def parse(self, raw: object, field: CompiledField, context: TextContext = PLAIN) -> object:
        return None if raw is None else self.assign(self.read(raw, field, context), field)

    def check(self, value: object, field: CompiledField) -> None:
        """The field's `max` counts the characters that people see; what is stored has the limit of the kind besides."""
        if not isinstance(value, str):
            raise InvalidValue("not_text")
        plain = plain_text(value)
        check_characters(plain, lines=True)
        limit = min(field.length or self.longest, self.longest)
        if len(plain) > limit:
            raise InvalidValue("too_long", {"limit": limit, "length": len(plain)})
        if len(value) > self.longest:
            raise InvalidValue("too_long", {"limit": self.longest, "length": len(value)})

    def assign(self, value: object, field: CompiledField) -> object:
        if isinstance(value, str):
            if len(value) > LONGEST_SOURCE:
                raise InvalidValue("too_long", {"limit": self.longest, "length": len(value)})
            check_characters(value, lines=True)
            value = read_rich(value)
        if value is None:
            return None
        self.check(value, field)
        return value

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        """What stands in a plain input: the words where nothing else is there to be lost."""
        return told_text(value) if isinstance(value, str) else ""

    def search_text(self, value: object, field: CompiledField) -> str:
        return plain_text(str(value))
