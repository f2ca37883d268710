"""A refusal as one line for people."""

from __future__ import annotations

from engine.refusals import Invalid, Refusal


def refusal_text(refusal: Refusal, language: str) -> str:
    """What was refused: of invalid input every field with its reason."""
    if isinstance(refusal, Invalid):
        return "; ".join(f"{error.path}: {error.message.text(language)}".removeprefix(": ") for error in refusal.errors)
    return refusal.message.text(language)
