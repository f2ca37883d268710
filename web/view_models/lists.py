"""Lists: heads and filters, cells that are edited, groups, and records looked at beside them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from forms.widgets import Input
from web.view_models.records import ActionView, Step
from web.view_models.shell import Link


@dataclass(frozen=True, slots=True)
class Head:
    """One column's head: `href` sorts by it, `sort` says how the list is sorted now, `path` is the field that it shows, `edits`
    the one that its cells edit ("" where they edit none)."""

    label: str
    kind: str
    href: str
    sort: str
    path: str = ""
    edits: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force."""

    label: str
    operator: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Quick:
    """A filter offered as a menu of its values."""

    label: str
    options: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that a list may show."""

    path: str
    label: str
    shown: bool


@dataclass(frozen=True, slots=True)
class CellForm:
    """The form of one field of a record, where it stands: `seen` is the text that the writer saw at `revision`, `clash` what
    somebody else has put there meanwhile, `faults` what is wrong elsewhere in the record."""

    action: str
    input: Input
    seen: str
    revision: str
    key: str
    clash: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewFact:
    """One field of a record beside its list; `edit` is where its form is ("" where it may not be edited)."""

    label: str
    html: Markup
    edit: str = ""


@dataclass(frozen=True, slots=True)
class PreviewSection:
    """One section of a record beside its list."""

    title: str
    facts: tuple[PreviewFact, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A record beside the list that it stands in: `more` says that its page has more sections, `star` whether it has one, `edit`
    where its form is ("" for who may not edit it)."""

    id: int
    title: str
    entity_label: str
    icon: str
    href: str
    star: bool
    edit: str
    path: tuple[Step, ...]
    actions: tuple[ActionView, ...]
    sections: tuple[PreviewSection, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows of a list that have a value in common: `totals` below the columns from the first that has any on (class, column, sums),
    `rows` the first of them (blank while they are folded, then `more` is where they are), `all` the address of all of them
    ("" where these are all)."""

    label: Markup
    count: str
    totals: tuple[tuple[str, str, tuple[str, ...]], ...]
    rows: Markup
    more: str = ""
    all: str = ""


@dataclass(frozen=True, slots=True)
class GroupedRows:
    """The rows of a list under heads: `span` columns that the head of a group covers, `width` all of them, `whole` the totals of
    the whole list, `cut` what is said where there are more groups than are shown."""

    groups: tuple[RowGroup, ...]
    span: int
    width: int
    whole: tuple[tuple[str, str, tuple[str, ...]], ...]
    cut: str = ""


@dataclass(frozen=True, slots=True)
class GroupMenu:
    """By what a list can be grouped, and the spans of its dates where it is grouped by them."""

    links: tuple[Link, ...]
    spans: tuple[Link, ...] = ()
