"""The home page."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Stat:
    """One number at the head of the page, and where it comes from; `exact` is one that `value` says roughly."""

    label: str
    value: str
    href: str
    icon: str
    exact: str = ""


@dataclass(frozen=True, slots=True)
class ListedRecord:
    """One record of a list: `facts` are what its list says of it besides, `over` tells that its day has passed."""

    title: Markup
    href: str
    facts: tuple[tuple[str, Markup], ...]
    over: bool = False


@dataclass(frozen=True, slots=True)
class ListedRecords:
    """The first records of a list; `more` leads to all of them."""

    title: str
    records: tuple[ListedRecord, ...]
    more: str
    icon: str
