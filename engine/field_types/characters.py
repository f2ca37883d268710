"""Rules for characters that hold on every way in: both databases store the same text, or neither does (T70)."""

from __future__ import annotations

from engine.field_types.base import InvalidValue

_WIDE = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20, 0x2212: 0x2D}

LONGEST_NUMBER = 60
"""Characters of a text that is read as a number."""

_DIRECTING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of what follows: a text that holds one reads as another (T69)."""


def narrow(text: str) -> str:
    """`text` with full-width forms (１２，３．５％, as Chinese input methods type them) as their ASCII counterparts.

    Used where only ASCII has a meaning: numbers, dates, phones, addresses. Digits of other scripts are left as they are
    and refused by the reader.
    """
    return text.translate(_WIDE)


def check_characters(text: str, lines: bool) -> None:
    """Raises `InvalidValue` for characters no column may hold: NUL, lone surrogates, controls (line ends and tabs are
    allowed where `lines` is true), marks that turn the direction of a text."""
    if text.isprintable():
        return
    for character in text:
        code = ord(character)
        if 0xD800 <= code <= 0xDFFF:
            raise InvalidValue("bad_character", {"character": f"U+{code:04X}"})
        if character in "\n\r" and not lines:
            raise InvalidValue("one_line")
        if (code < 32 and character not in "\n\t\r") or code == 127 or character in _DIRECTING:
            raise InvalidValue("bad_character", {"character": f"U+{code:04X}"})


def shorten(text: str, limit: int = 40) -> str:
    """`text` as error messages quote it: cut at `limit`, with nothing unprintable in it."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c if c.isprintable() else "�" for c in cut)
