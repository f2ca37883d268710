"""What people are told of a rating, beside the stars they see."""

from __future__ import annotations

from engine.compiled import CompiledField
from engine.languages import short
from engine.messages import MESSAGES
from metadata.field_kinds.numbers import USUAL_STARS


def stars_of(field: CompiledField) -> int:
    """How many stars the field has."""
    return field.maximum if isinstance(field.maximum, int) else USUAL_STARS


def stars_said(value: int, most: int, language: str) -> str:
    """`4 of 5 stars`, for readers who do not see them."""
    return MESSAGES["stars"][short(language)].format(value=value, most=most)


def unrated(language: str) -> str:
    """What the choice of no stars is called."""
    return MESSAGES["no_stars"][short(language)]
