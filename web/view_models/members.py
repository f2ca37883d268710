"""View models of the members of a record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member: what they may do and until when, in words; `base` is where they are changed or removed, "" for whoever may do
    neither, `own` for the reader's own membership, which they may only end."""

    name: str
    href: str
    level: str
    until: str
    base: str
    own: bool


@dataclass(frozen=True, slots=True)
class MembersCard:
    """The card beside the record; `add` is where members are added, "" for whoever may not."""

    rows: tuple[MemberRow, ...]
    add: str


@dataclass(frozen=True, slots=True)
class LevelOption:
    """A level to choose."""

    value: str
    label: str
    hint: str
    chosen: bool
