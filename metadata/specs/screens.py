"""Forms, lists, menus, home pages, reports and prints, as declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from metadata.problems import NOWHERE, Place
from metadata.specs.common import Expression, Label


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """`rows` are lines of field names side by side; a section with `children` is a grid of that children field.
    Sections with the same `tab` stand on one."""

    name: str
    label: Label | None
    rows: tuple[tuple[str, ...], ...] = ()
    visible_if: Expression | None = None
    collapsed_if: Expression | None = None
    children: str | None = None
    columns: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    tab: Label | None = None
    retired: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class FormSpec:
    """`related` are back collections shown as lists; `side` is drawn from `timeline`, `approvals`, `related`."""

    name: str
    entity: str
    sections: Mapping[str, SectionSpec]
    role: str | None = None
    state: str | None = None
    side: tuple[str, ...] = ("timeline", "approvals", "related")
    related: tuple[str, ...] = ()
    place: Place = NOWHERE
    layer: str = ""


Way = Literal["table", "board", "calendar", "tree", "gallery", "map"]
"""How a list is shown."""
WAYS: Mapping[Way, frozenset[str]] = {
    "table": frozenset(), "board": frozenset({"choice"}), "calendar": frozenset({"date", "datetime"}),
    "tree": frozenset({"link", "user", "dept"}), "gallery": frozenset({"image"}), "map": frozenset({"geo"}),
}
"""The ways a list is shown, each with the kinds, as fields are declared or stored, that it may be shown by (none: by no field). A
state is stored as a choice, and an image as a file that may be any; what makes a tree leads to its own entity."""
WAY_NAMES: Mapping[str, Way] = {way: way for way in WAYS}
TOTALLED = frozenset({"money", "decimal", "int"})
"""The stored kinds that a board sums below the heads of its columns."""


@dataclass(frozen=True, slots=True)
class ListSpec:
    """`sort` are field paths, a leading minus for descending; `columns` and `filters` are field paths. `show` is the way it
    is shown, `by` the field of the entity that it is shown by (None: the first that would do), `total` the one that a
    board sums, `until` the one that holds the last day of a record in a calendar, `due` the day by which a record should be done:
    one whose day has passed is marked, as long as its flow has not ended."""

    name: str
    entity: str
    label: Label
    columns: tuple[str, ...]
    sort: tuple[str, ...] = ()
    where: Expression | None = None
    filters: tuple[str, ...] = ()
    role: str | None = None
    default: bool = False
    show: Way = "table"
    by: str | None = None
    total: str | None = None
    until: str | None = None
    due: str | None = None
    place: Place = NOWHERE
    layer: str = ""


@dataclass(frozen=True, slots=True)
class MenuItemSpec:
    """`target` is `home`, an entity, `list.<name>` or `report.<name>`; a group has `items` and a label."""

    target: str | None
    label: Label | None = None
    icon: str | None = None
    items: tuple[MenuItemSpec, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class MenuSpec:
    name: str
    items: tuple[MenuItemSpec, ...]
    role: str | None = None
    place: Place = NOWHERE
    layer: str = ""


@dataclass(frozen=True, slots=True)
class HomeNumberSpec:
    """How many records the list `list` holds, or with `total` the sum of that field over them. Without a label it is called as
    its list."""

    list: str
    total: str | None = None
    label: Label | None = None
    icon: str | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class HomeListSpec:
    """The first records of the list `list`; one whose day `due` has passed is marked (None: the day that the list says)."""

    list: str
    due: str | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class HomeSpec:
    """What the first page shows, besides what it shows everybody."""

    name: str
    numbers: tuple[HomeNumberSpec, ...] = ()
    lists: tuple[HomeListSpec, ...] = ()
    role: str | None = None
    place: Place = NOWHERE
    layer: str = ""


@dataclass(frozen=True, slots=True)
class GroupingSpec:
    """A row grouping: a field path, or a date bucket `day week month quarter year` over one."""

    name: str
    path: tuple[str, ...]
    bucket: Literal["day", "week", "month", "quarter", "year"] | None = None
    label: Label | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class MeasureSpec:
    name: str
    function: Literal["count", "sum", "min", "max", "avg"]
    value: Expression | None = None
    label: Label | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class ChartSpec:
    kind: Literal["column", "bar", "line", "pie"]
    stack: str | None = None
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class ReportSpec:
    name: str
    entity: str
    label: Label
    rows: tuple[GroupingSpec, ...]
    measures: Mapping[str, MeasureSpec]
    where: Expression | None = None
    chart: ChartSpec | None = None
    was: tuple[str, ...] = ()
    place: Place = NOWHERE
    layer: str = ""


@dataclass(frozen=True, slots=True)
class PrintSpec:
    """`template` is the text of the sandboxed Jinja file beside the YAML; `template_file` its name for messages."""

    name: str
    entity: str
    label: Label
    template: str
    template_file: str
    paper: str = "A4"
    condition: Expression | None = None
    place: Place = NOWHERE
    layer: str = ""


RECORD_WORDS = (
    "record", "update", "delete", "assign", "approve", "reject", "return", "recall", "transfer", "waiting", "not_waiting",
)
"""Words of a scenario's step whose value is the record that it is about."""


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """One step of a scenario, as its plain mapping (checked by the schema); the runner gives it meaning."""

    content: Mapping[str, object]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class ScenarioSpec:
    name: str
    given: Mapping[str, Mapping[str, object]]
    steps: tuple[ScenarioStep, ...]
    now: str | None = None
    place: Place = NOWHERE
    layer: str = ""


@dataclass(frozen=True, slots=True)
class DataFileSpec:
    """The file that records come from: the names in its first row, and the line on which each record begins."""

    path: str
    columns: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()

    def place(self, row: int) -> Place:
        """Where the record with that number (from 0) stands."""
        return Place(self.path, self.lines[row])


@dataclass(frozen=True, slots=True)
class DataSpec:
    """Records that come with a pack: `rows` inline or from a `file`, or `generate` rules for demo data (see the
    reference)."""

    name: str
    entity: str
    mode: Literal["seed", "managed", "demo"]
    key: tuple[str, ...]
    rows: tuple[Mapping[str, object], ...] = ()
    file: DataFileSpec | None = None
    generate: Mapping[str, object] | None = None
    order: int = 0
    place: Place = NOWHERE
    layer: str = ""
