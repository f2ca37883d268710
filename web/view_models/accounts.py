"""Accounts: sessions, the second step of signing in, access keys."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session of the reader's own; `this` is the one that the page is seen in."""

    mark: str
    device: str
    icon: str
    begun: str
    seen: str
    this: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """The account of a person, for whoever sees to it; what is done to it lies under the address `base`."""

    base: str
    active: bool
    has_password: bool
    link_until: str
    second_step: bool
    own: bool
    may_view: bool
    sessions: int


@dataclass(frozen=True, slots=True)
class AwayRow:
    """An absence: what is done to it lies under the address `base`."""

    base: str
    days: str
    stand_in: str
    note: str
    begun: bool


@dataclass(frozen=True, slots=True)
class AwayView:
    """The absences of a person, for whoever may enter them, under the address `base`; `own` are the reader's."""

    base: str
    own: bool
    rows: tuple[AwayRow, ...]


@dataclass(frozen=True, slots=True)
class SecondStepView:
    """The reader's second step of signing in: since when it is on, and the recovery codes left."""

    since: str
    codes_left: int


@dataclass(frozen=True, slots=True)
class KeyView:
    """An access key of the reader's: until when it is good, when it was last used ("" for never)."""

    id: int
    name: str
    until: str
    used: str
    expired: bool
