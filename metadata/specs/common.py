"""Parts that several kinds of declaration share. Everything here is frozen and knows its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metadata.expressions.typed import TypedExpression
from metadata.problems import NOWHERE, Place

COLORS = (
    "gray", "blue", "azure", "cyan", "teal", "green", "lime", "yellow", "orange", "red", "pink", "purple", "indigo",
)
"""Colours that badges come in."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text in one or more languages, keyed `zh`, `en`, or any other language of the application."""

    texts: Mapping[str, str]

    def text(self, language: str) -> str:
        """The text in `language` (`zh-CN` counts as `zh`), else in en, zh, or whatever there is."""
        short = language.split("-")[0]
        for candidate in (language, short, "en", "zh"):
            if candidate in self.texts:
                return self.texts[candidate]
        return next(iter(self.texts.values()), "")


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as declared; `typed` is filled by the checker and is what the engine compiles."""

    text: str
    place: Place = NOWHERE
    typed: TypedExpression | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A value place (`default set min max within`): a literal already parsed to its Python value, or an expression."""

    literal: object = None
    expression: Expression | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class People:
    """A people place (`by who to cc`): one of the closed list of selectors in `language.md`.

    `kind` is one of `owner user role superior chain field initiator`. `role` and `near` belong to `role`
    and to `chain(role(x))`; `level` to `superior` and `chain(n)`; `path` (link path of names) to `field`;
    `login` to `user`.
    """

    kind: str
    role: str | None = None
    near: bool = False
    level: int = 1
    path: tuple[str, ...] = ()
    login: str | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class TitlePart:
    """One part of a text template such as `"{number} {name}"`: literal text, or a field path when `path` is set."""

    text: str = ""
    path: tuple[str, ...] = ()
