"""The page of a record."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Step:
    """One state of the path at the head of a record: `phase` is done, now, or blank."""

    label: str
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of a record page; `span` of twelve columns; `history` is the address of its values over time."""

    label: str
    html: Markup
    span: int = 6
    help: str = ""
    history: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Child rows to read: column labels with the class of their cells, rows of cells, totals under them."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Markup, ...], ...]
    totals: tuple[Markup, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section of a record page: facts, or a grid; `tab` names the tab that it stands on, "" for none."""

    name: str
    title: str
    facts: tuple[Fact, ...] = ()
    grid: Grid | None = None
    collapsed: bool = False
    tab: str = ""


@dataclass(frozen=True, slots=True)
class ActionView:
    """One move of the record: a button, or the reasons why not. `near` ones are for the reader to make as soon as what is
    missing is there; their button tells what that is."""

    name: str
    label: str
    allowed: bool
    reasons: tuple[str, ...] = ()
    href: str = ""
    primary: bool = False
    near: bool = False


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """A file on a comment; `picture` is how it is seen small, "" for what is none."""

    id: int
    name: str
    size: str
    picture: Markup


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One thing that happened: `changes` are (label, before, after) as HTML. `change` is the address under which its author may still
    change a comment, `edited` that of what an edited one said before; `files` are those of a comment."""

    who: str
    what: str
    when: str
    exactly: str
    icon: str
    tone: str = ""
    quote: str | Markup = ""
    changes: tuple[tuple[str, Markup, Markup], ...] = ()
    change: str = ""
    edited: str = ""
    files: tuple[CarriedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened, newest first; `more` is the address of all of it when there is more. `only` is the kind that is shown, of the kinds
    that `address` gives."""

    items: tuple[TimelineItem, ...]
    more: str = ""
    address: str = ""
    only: str = ""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else who has the record open, since when, and whether it is its form."""

    name: str
    since: str
    editing: bool


@dataclass(frozen=True, slots=True)
class MadeView:
    """A record that the one in hand was converted to."""

    label: str
    title: str
    href: str
    icon: str


@dataclass(frozen=True, slots=True)
class RelatedView:
    """A list of records that point to this one; `entity_label` is what one of them is called. `create` is the whole form of a new one,
    `quick` the short form in a dialog ("" for those that have none)."""

    name: str
    title: str
    entity_label: str
    icon: str
    address: str
    create: str = ""
    quick: str = ""
