"""The two languages that texts of the platform come in."""

from __future__ import annotations

from typing import Literal

Language = Literal["zh", "en"]


def short(language: str) -> Language:
    """The texts to take for a language tag: `zh-CN` is zh, all else en."""
    return "zh" if language.lower().startswith("zh") else "en"
