"""Kinds that are text: text, long, email, phone, url, serial. Empty text is blank."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from engine.compiled import CompiledField
from engine.field_types.base import PLAIN, FieldType, InvalidValue, TextContext
from engine.field_types.characters import check_characters, narrow, shorten
from engine.languages import short
from engine.messages import MESSAGES
from metadata.patterns import matches


class TextType(FieldType):
    """One line of text, kept as typed without outer blanks."""

    kind = "text"
    lines = False
    longest = 1000

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any]:
        return sa.Text()

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        if not isinstance(raw, str):
            raise InvalidValue("not_text")
        return raw

    def read_import(self, raw: object, field: CompiledField, context: TextContext = PLAIN) -> object:
        """Numbers of a spreadsheet are their digits (a phone typed without quotes); 3.0 is 3."""
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            whole = isinstance(raw, float) and raw.is_integer() and abs(raw) < 10**15
            raw = str(int(raw)) if whole else str(raw)
        return self.parse(raw, field, context)

    def check(self, value: object, field: CompiledField) -> None:
        if not isinstance(value, str):
            raise InvalidValue("not_text")
        check_characters(value, self.lines)
        limit = min(field.length or self.longest, self.longest)
        if len(value) > limit:
            raise InvalidValue("too_long", {"limit": limit, "length": len(value)})
        self.check_form(value)
        if field.pattern and not matches(field.pattern, value):
            raise InvalidValue("bad_pattern")

    def check_form(self, value: str) -> None:
        """Raises `InvalidValue` for text that is not of this kind."""

    def assign(self, value: object, field: CompiledField) -> object:
        if isinstance(value, str):
            value = self.tidy(value)
        if value is None or value == "":
            return None
        self.check(value, field)
        return value

    def tidy(self, value: str) -> str:
        """The one spelling that is stored."""
        return value.strip()

    def search_text(self, value: object, field: CompiledField) -> str:
        return str(value)


class LongType(TextType):
    """Text of many lines; line ends are stored as one newline."""

    kind = "long"
    lines = True
    longest = 100_000

    def tidy(self, value: str) -> str:
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()


class SerialType(TextType):
    """A document number; the platform gives it (`engine.records.serials`)."""

    kind = "serial"


class EmailType(TextType):
    """One address. Whether it can be reached is not judged."""

    kind = "email"
    longest = 254

    def tidy(self, value: str) -> str:
        return narrow(value).strip()

    def check_form(self, value: str) -> None:
        local, _, domain = value.rpartition("@")
        good = local and "@" not in local and "." in domain and all(domain.split("."))
        if not good or re.search(r"[\s,;<>]", value):
            raise InvalidValue("bad_email", {"value": shorten(value)})


_PHONE = re.compile(r"(\+?[0-9 ()./\-]+)(?:(x|ext\.?|#|转) ?([0-9]+))?", re.IGNORECASE)
_BETWEEN_DIGITS = re.compile(r"[^0-9+]")


class PhoneType(TextType):
    """A telephone number: people write digits with blanks, dashes, brackets, a leading plus, an extension. Stored are the digits
    with the plus, and `x` before an extension, so that one number is one value, however it is written (C4)."""

    kind = "phone"
    longest = 40

    def tidy(self, value: str) -> str:
        text = " ".join(narrow(value).split())
        found = _PHONE.fullmatch(text)
        if found is None or len(text) > self.longest:
            return text
        number = _BETWEEN_DIGITS.sub("", found[1])
        return number + (f"x{found[3]}" if found[3] else "") if number.strip("+") else text

    def check_form(self, value: str) -> None:
        found = _PHONE.fullmatch(value)
        if found is None or sum(c in "0123456789" for c in found[1]) < 3:
            raise InvalidValue("bad_phone", {"value": shorten(value)})

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        return said_phone(str(value), context.language) if value is not None else ""

    def search_text(self, value: object, field: CompiledField) -> str:
        """The number, and the groups in which people write and remember it: `138 1234 5678`, the last four digits."""
        number = str(value).partition("x")[0].removeprefix("+")
        groups = (number, number[:3], number[:4], number[3:7], number[-8:], number[-8:-4], number[-7:], number[-4:])
        return " ".join(dict.fromkeys(group for group in groups if len(group) > 2))


def said_phone(stored: str, language: str) -> str:
    """A stored number with its extension in words of the language."""
    return stored.replace("x", MESSAGES["extension"][short(language)])


class UrlType(TextType):
    """A web address; only http and https, so that no link runs a script (T45)."""

    kind = "url"
    longest = 2000

    def check_form(self, value: str) -> None:
        if re.search(r"[\s\\<>\"]", value) or not _is_web_address(value):
            raise InvalidValue("bad_url", {"value": shorten(value)})


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
