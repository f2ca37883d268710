"""The two languages that texts of the platform come in."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@lru_cache(maxsize=256)
def short(language: str) -> Language:
    """The texts to take for a language tag: `zh-CN` is zh, all else en."""
    return "zh" if language.lower().startswith("zh") else "en"
