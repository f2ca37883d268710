"""Order and keyset paging: the same order on both databases, blanks before everything else (so last when descending),
ties broken by id, and a deep page as quick as the first.

A page after a cursor is read in one or two *regions*, each a range that an index can seek to: the rest of the rows on
the cursor's side of blank, then what lies on the other side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engine.access.scopes import Clause
from engine.records.queries import Sort
from engine.records.select import Reached, Selection, Value, is_link
from engine.records.several import is_many
from engine.refusals import Message, NotFound, Refused
from engine.storage.types import Day, Exact, Instant

MOST_SORTS = 5
_PYTHON: Mapping[type, type] = {
    Instant: datetime, Day: date, Exact: Decimal, sa.Boolean: bool, sa.Integer: int, sa.Numeric: Decimal,
    sa.DateTime: datetime, sa.Date: date,
}


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """One sort key; `nullable` unless its column can hold no blank."""

    value: Value
    descending: bool
    nullable: bool

    def reversed(self) -> Key:
        return Key(self.value, not self.descending, self.nullable)


def sort_keys(selection: Selection, sorts: Sequence[Sort]) -> list[Key]:
    """The keys of `sorts`, then the id: texts by their collation key, a link by the title of its target. Raises as
    `Selection.value`."""
    if len(sorts) > MOST_SORTS:
        raise Refused(Message("bad_sort"))
    keys = [_key(selection, sort) for sort in sorts]
    return [*keys, Key(selection.root.row.c.id, keys[-1].descending if keys else True, False)]


def indexable(selection: Selection, keys: Sequence[Key]) -> bool:
    """Whether an index over the selected row can give the order of `keys`: columns of its own before the id."""
    own = selection.root.row.c
    return len(keys) > 1 and all(own.contains_column(key.value) for key in keys)


def order_by(keys: Sequence[Key], dialect: str) -> list[Any]:
    """ORDER BY elements of `keys`."""
    return [_ordered(key, dialect) for key in keys]


def regions(keys: Sequence[Key], blanks: tuple[bool, ...] | None) -> list[Clause]:
    """The regions beyond a cursor in the order of `keys`; `blanks` tells which of its values are blank, None for no
    cursor.

    The cursor's values are the parameters `k0`, `k1` ...
    """
    if blanks is None:
        return [sa.true()]
    first, beyond = keys[0], _beyond(keys, blanks, 0)
    if len(keys) == 1:
        return [beyond]
    if blanks[0]:
        rest = [] if first.descending else [first.value.is_not(None)]
        return [sa.and_(first.value.is_(None), _beyond(keys, blanks, 1)), *rest]
    bound = _bound(first, 0)
    if not first.descending:
        return [sa.and_(first.value >= bound, beyond)]
    return [sa.and_(first.value <= bound, beyond), *([first.value.is_(None)] if first.nullable else [])]


def python_type(key: Key) -> type:
    """What a value of the key is in Python."""
    kind = key.value.type
    for sort, python in _PYTHON.items():
        if isinstance(kind, sort):
            return python
    return str


def _key(selection: Selection, sort: Sort) -> Key:
    reached = selection.reach(sort.path)
    if is_many(reached.field):
        raise NotFound("unknown_field")
    return Key(selection.sort_value(sort.path), sort.descending, is_link(reached.field) or _nullable(reached, sort))


def _nullable(reached: Reached, sort: Sort) -> bool:
    column = reached.field.column
    return column is None or bool(column.nullable) or reached.reading.state != "always" or len(sort.path) > 1


def _ordered(key: Key, dialect: str) -> Any:
    ordered = key.value.desc() if key.descending else key.value.asc()
    if dialect == "sqlite" or not key.nullable:
        return ordered
    return ordered.nulls_last() if key.descending else ordered.nulls_first()


def _bound(key: Key, number: int) -> sa.BindParameter[Any]:
    return sa.bindparam(f"k{number}", type_=key.value.type, required=True)


def _beyond(keys: Sequence[Key], blanks: tuple[bool, ...], at: int) -> Clause:
    """Rows that come after the cursor, given that they equal it in the keys before `at`."""
    key = keys[at]
    strictly = _strictly(key, blanks[at], at)
    if at == len(keys) - 1:
        return strictly
    equal = key.value.is_(None) if blanks[at] else key.value == _bound(key, at)
    return sa.or_(strictly, sa.and_(equal, _beyond(keys, blanks, at + 1)))


def _strictly(key: Key, blank: bool, at: int) -> Clause:
    if blank:
        return sa.false() if key.descending else key.value.is_not(None)
    if not key.descending:
        return key.value > _bound(key, at)
    below = key.value < _bound(key, at)
    return sa.or_(below, key.value.is_(None)) if key.nullable and at > 0 else below
