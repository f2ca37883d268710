"""Log-ins as people read them: forms that look the same are the same (T69)."""

from __future__ import annotations

import unicodedata

_UNSEEN = ("C", "Z")
"""Categories of characters that leave no mark of their own: controls, formats, lone surrogates, separators."""


def compatible(login: str) -> str:
    """`login` without outer blanks, full-width and other compatible forms as their plain counterparts (NFKC)."""
    return unicodedata.normalize("NFKC", login.strip())


def same_form(login: str) -> str:
    """What two log-ins have in common when people take them for one: `compatible`, and without case."""
    return unicodedata.normalize("NFKC", compatible(login).casefold())


def seen(login: str) -> bool:
    """Whether every character of `login` can be seen; a blank in the middle cannot."""
    return not any(unicodedata.category(character).startswith(_UNSEEN) for character in login)
