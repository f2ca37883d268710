"""Cells of exported files. A text that a spreadsheet would run as a formula is made harmless, and read back as it was (T53)."""

from __future__ import annotations

import unicodedata

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
GUARD = "'"


def guarded(text: str) -> str:
    """`text` with a leading apostrophe when a spreadsheet could take it for a formula, or when it begins with one."""
    visible = _without_invisible(text)
    if text.startswith(GUARD) or visible.startswith(FORMULA_SIGNS):
        return GUARD + text
    return text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    if text.startswith(GUARD):
        rest = text[1:]
        if rest.startswith(GUARD) or _without_invisible(rest).startswith(FORMULA_SIGNS):
            return rest
    return text


def _without_invisible(text: str) -> str:
    for index, sign in enumerate(text):
        if sign in "\t\r" or not (sign.isspace() or unicodedata.category(sign) in ("Cf", "Cc")):
            return text[index:]
    return ""
