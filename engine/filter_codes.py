r"""Filters joined into one, as an address and a saved view hold them: `any(status:in:new;all(amount:ge:1000;owner:eq:me))`.

    group = joining "(" [ part { ";" part } ] ")"
    joining = "all" | "any" | "none"
    part = group | condition

A condition is text such as `amount:ge:1000`, in which a backslash stands before `( ) ; \`. What a condition means, those know who
list records; here is only how it stands beside others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

Joining = Literal["all", "any", "none"]
JOININGS: dict[str, Joining] = {name: name for name in get_args(Joining)}
DEEPEST = 3
"""Groups within one another."""
MOST_PARTS = 20
"""Conditions and groups in one group, those of the groups in it among them."""

_BEGIN = re.compile(r"(all|any|none)\(")
_CONDITION = re.compile(r"(?:[^();\\]|\\.)+", re.DOTALL)
_MARKS = re.compile(r"[();\\]")
_MARKED = re.compile(r"\\(.)", re.DOTALL)


class UnreadGroup(ValueError):
    """A text that is no group, or one too deep or too long."""


@dataclass(frozen=True, slots=True)
class CodeGroup:
    """All of the `parts` hold, any of them does, or none does; each a condition as text, or a group."""

    joining: Joining
    parts: tuple[str | CodeGroup, ...] = ()

    @property
    def text(self) -> str:
        """The group as an address holds it."""
        return f"{self.joining}({';'.join(_written(part) for part in self.parts)})"

    @property
    def size(self) -> int:
        """How many conditions and groups there are in it."""
        return len(self.parts) + sum(part.size for part in self.parts if isinstance(part, CodeGroup))

    def mapped(self, turn: Callable[[str], str | None]) -> CodeGroup | None:
        """The group with each condition turned, without those that become None, and without groups in which nothing is left."""
        turned = (part.mapped(turn) if isinstance(part, CodeGroup) else turn(part) for part in self.parts)
        parts = tuple(part for part in turned if part is not None)
        return replace(self, parts=parts) if parts else None


def is_group(text: str) -> bool:
    """Whether a filter of an address begins as a group does; no condition does."""
    return _BEGIN.match(text) is not None


def parse_codes(text: str) -> CodeGroup:
    """The group that `text` is. Raises `UnreadGroup`."""
    group, end = _group(text, 0, 1)
    if end != len(text) or group.size > MOST_PARTS:
        raise UnreadGroup(text)
    return group


def _written(part: str | CodeGroup) -> str:
    return part.text if isinstance(part, CodeGroup) else _MARKS.sub(r"\\\g<0>", part)


def _group(text: str, at: int, depth: int) -> tuple[CodeGroup, int]:
    """The group that begins at a position, and the position after it."""
    begin = _BEGIN.match(text, at)
    if begin is None or depth > DEEPEST:
        raise UnreadGroup(text)
    parts: list[str | CodeGroup] = []
    at = begin.end()
    if text[at : at + 1] == ")":
        return CodeGroup(JOININGS[begin[1]]), at + 1
    while True:
        part, at = _part(text, at, depth)
        parts.append(part)
        if text[at : at + 1] == ")":
            return CodeGroup(JOININGS[begin[1]], tuple(parts)), at + 1
        if text[at : at + 1] != ";":
            raise UnreadGroup(text)
        at += 1


def _part(text: str, at: int, depth: int) -> tuple[str | CodeGroup, int]:
    if _BEGIN.match(text, at):
        return _group(text, at, depth + 1)
    found = _CONDITION.match(text, at)
    if found is None:
        raise UnreadGroup(text)
    return _MARKED.sub(r"\1", found[0]), found.end()
