"""What a read asks for and what it gives back. Plain values; nothing here touches the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from engine.filter_codes import Joining
from metadata.expressions.typed import TypedExpression

Path = tuple[str, ...]
"""A field path: ("amount",) or ("customer", "name")."""


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A record of any entity; the value of an `any_link`."""

    entity: str
    id: int


def linked_id(value: object, target: str) -> int | None:
    """The id that a stored link holds; None when it is blank, or an `any_link` that leads to another entity than
    `target`."""
    if isinstance(value, RecordRef):
        return value.id if value.entity == target else None
    return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of a list. `operator`: eq ne lt le gt ge in not_in contains blank not_blank between; of people also in_team
    and not_in_team, which take no value.

    `value` is the Python value of the field's stored kind (a tuple for in and between). A path that the
    principal may not read answers as an unknown field (`NotFound("unknown_field")`).
    """

    path: Path
    operator: str
    value: object = None


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """Conditions joined into one: all of the `parts` hold, any of them does, or none does. One that is unknown does not hold."""

    joining: Joining
    parts: tuple[Filter | FilterGroup, ...]


Filters = tuple[Filter | FilterGroup, ...]
"""Conditions that all hold."""


@dataclass(frozen=True, slots=True)
class Sort:
    path: Path
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """One page of records. `columns` are the paths wanted (nothing else is selected, R18). A link column comes with the
    title of its target. `where` are compiled expressions (list, report or drill-down conditions); `within` limits to
    the rows of one host: (link field, id) for a related list, (link field, reference) where the link may lead to several
    entities. `after`/`before` are cursors of a `Page`. `search` is text matched on the entity's search fields; `starred` leaves
    the records that the principal has marked, `shared` those that they are a member of.
    """

    entity: str
    columns: tuple[Path, ...]
    filters: Filters = ()
    where: tuple[TypedExpression, ...] = ()
    sort: tuple[Sort, ...] = ()
    search: str = ""
    within: tuple[str, int | RecordRef] | None = None
    limit: int = 50
    after: str | None = None
    before: str | None = None
    trashed: bool = False
    verb: str = "read"
    starred: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """Where a path's value lies in each row tuple. `title` is the index of what is said beside the value (the title of a
    link, the currency of an amount where records say which; else None), `masked` the index of the masked text where a
    mask may apply (a row shows it when the value itself is None), else None.
    """

    path: Path
    kind: str
    index: int
    title: int | None = None
    masked: int | None = None

    @property
    def caption(self) -> int | None:
        """The index of the title by which people know the value; None where they know it by itself."""
        return None if self.kind == "money" else self.title


@dataclass(frozen=True, slots=True)
class Page:
    """`rows` are tuples: id, revision, then values at the indexes of `columns`. Cursors are None at the ends."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[object, ...]]
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """`value` rows, at most; `capped` when counting stopped at the cap ("1000+", R9)."""

    value: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One record as its principal may see it: unreadable fields are absent from `values`, masked ones are in `masked`.

    `titles` hold the titles of linked records by field name (a linked record one may not read has none and its id is
    not shown either), and the currencies of amounts where records say which. `children` hold the child rows by field name,
    `granted` the verbs that were asked for and that its principal may do to it; `starred` says that the principal marked it.
    """

    entity: str
    id: int
    revision: int
    title: str
    values: Mapping[str, object]
    titles: Mapping[str, str] = field(default_factory=dict)
    masked: Mapping[str, str] = field(default_factory=dict)
    children: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    archived: bool = False
    granted: frozenset[str] = frozenset()
    starred: bool = False


@dataclass(frozen=True, slots=True)
class ChildInput:
    """One child row of a write: `id` None for a new row. Rows of the stored record not named are deleted."""

    id: int | None
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Choice:
    """One candidate of a link picker, or a linked record with its title; `entity` is the one it is of."""

    id: int
    title: str
    detail: str = ""
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result."""

    entity: str
    id: int
    title: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Change:
    """One history row as its reader may see it: `kind` create update move delete restore assign approve comment file.

    `at` UTC; `actor` the display name; `changes` only fields readable now.
    """

    at: object
    actor: str
    kind: str
    changes: tuple[FieldChange, ...] = ()
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grouping:
    """One grouping of a report: a path, with an optional date bucket `day week month quarter year`."""

    name: str
    path: Path
    bucket: Literal["day", "week", "month", "quarter", "year"] | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """`function` over `value` (None for count). Blank values do not count; sum and count of nothing are 0."""

    name: str
    function: Literal["count", "sum", "min", "max", "avg"]
    value: TypedExpression | None = None


@dataclass(frozen=True, slots=True)
class GroupQuery:
    """A grouped report over the rows the principal may read; unreadable group or measure fields are unknown fields."""

    entity: str
    groupings: tuple[Grouping, ...]
    measures: tuple[Measure, ...]
    filters: Filters = ()
    where: tuple[TypedExpression, ...] = ()
    limit: int = 5000
    search: str = ""
    starred: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class GroupRow:
    """`keys` values per grouping (bucket start dates for buckets), `titles` their shown text for links (else None)."""

    keys: tuple[object, ...]
    titles: tuple[str | None, ...]
    measures: tuple[object, ...]
