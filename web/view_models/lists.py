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
    """One filter in force; `edit` is the dialog that changes it ("" for one that is taken away and made anew)."""

    label: str
    operator: str
    value: str
    without: str
    edit: str = ""


@dataclass(frozen=True, slots=True)
class Quick:
    """A filter offered as a menu of its values."""

    label: str
    options: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class FieldLevel:
    """Fields that one condition may be about: those of the list, or of what a link leads to; `itself` is what the link is called
    where it is meant alone ("" for the fields of the list)."""

    label: str
    itself: str
    options: tuple[Link, ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class FilterQuestion:
    """What is asked for one condition: a field first; then, with it, the operator and what it takes: `operand` the input of its
    value (None while no field is chosen), `ranged` whether there may be two of them, `mine` whether it may be oneself."""

    levels: tuple[FieldLevel, ...]
    operators: tuple[Link, ...] = ()
    operand: Input | None = None
    ranged: bool = False
    mine: bool = False
    periods: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class JoinedCondition:
    """A condition among those that are joined, in words; `place` is where it stands."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class JoinedGroup:
    """Conditions that are being joined: `asking` where one more is asked for in it, `nestable` where a group may stand in it."""

    place: str
    joining: str
    parts: tuple[JoinedCondition | JoinedGroup, ...]
    asking: bool
    nestable: bool


@dataclass(frozen=True, slots=True)
class ViewTools:
    """What may be done with the view that the list began with: `base` is its address, `pinned` and `opens` how it stands for the
    reader, `removable` whether they may change it, `roles` where it is given to roles ("" for who may not)."""

    label: str
    base: str
    pinned: bool
    opens: bool
    removable: bool
    roles: str


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
