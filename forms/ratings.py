"""What people are told of a rating, beside the stars they see."""

from __future__ import annotations

from engine.compiled import CompiledField
from engine.languages import short
from metadata.field_kinds.numbers import USUAL_STARS


def stars_of(field: CompiledField) -> int:
    """How many stars the field has."""
    return field.maximum if isinstance(field.maximum, int) else USUAL_STARS


def stars_said(value: int, most: int, language: str) -> str:
    """`4 of 5 stars`, for readers who do not see them."""
    return f"{value} 星（共 {most} 星）" if short(language) == "zh" else f"{value} of {most} stars"


def unrated(language: str) -> str:
    """What the choice of no stars is called."""
    return "不评分" if short(language) == "zh" else "No rating"
