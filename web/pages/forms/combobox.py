"""Choices of the engine as options of a combobox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.records.queries import Choice
from web.context import Context


@dataclass(frozen=True, slots=True)
class Candidate:
    """One option: `value` is posted, `label` shown, `detail` beside it."""

    value: str
    label: str
    detail: str = ""


def candidates(context: Context, found: Iterable[Choice], polymorphic: bool) -> list[Candidate]:
    """A polymorphic link's options say of which entity they are."""
    entities = context.app.entities
    return [
        Candidate(
            f"{choice.entity}:{choice.id}" if polymorphic else str(choice.id),
            choice.title,
            entities[choice.entity].label[context.language] if polymorphic else choice.detail,
        )
        for choice in found
    ]
