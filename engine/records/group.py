"""Grouped queries: reports, charts and totals over exactly the rows and values that their reader may read (R1, T19)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.access.views import Statement, View, open_view
from engine.expressions.sql_numbers import DecimalText
from engine.records.buckets import bucket_start
from engine.records.filters import filter_shape
from engine.records.paging import narrowed, parameters
from engine.records.queries import Grouping, GroupQuery, GroupRow, Measure, Query
from engine.records.searching import search_shape
from engine.records.select import Selection, Value, is_link, link_targets
from engine.records.several import is_many
from engine.records.wheres import measured
from engine.refusals import NotFound

if TYPE_CHECKING:
    from engine.runtime import ReadSession

MOST_GROUPS = 10_000
_NO_TITLE: Value = sa.null()
_AVERAGE_DIGITS = Decimal(1).scaleb(-6)


def group(s: ReadSession, query: GroupQuery) -> list[GroupRow]:
    """The groups of `query`, in the order of their keys (blank first), at most `limit`; without groupings one row of
    totals. Raises `NotFound` as pages do."""
    statement = _kept_statement(s, query)
    limit = max(1, min(query.limit, MOST_GROUPS))
    values = {**parameters(s, query.filters, query.search), "lw_limit": limit}
    return [_row(query, tuple(row)) for row in s.connection.execute(statement, values)]


def groupable(s: ReadSession, query: GroupQuery) -> bool:
    """Whether the principal may read what `query` asks for, so that `group` does not raise `NotFound`. Asks no database."""
    view = open_view(s)

    def find() -> bool:
        try:
            _statement(view, query)
        except NotFound:
            return False
        return True

    return s.app.statements.get(("groupable", *_query_key(view, query)), find)


def _kept_statement(s: ReadSession, query: GroupQuery) -> Statement:
    view = open_view(s)
    return s.app.statements.get(("group", *_query_key(view, query)), lambda: _statement(view, query))


def _query_key(view: View, query: GroupQuery) -> tuple[object, ...]:
    rows = filter_shape(query.filters), query.where, search_shape(query.search), query.starred, query.shared
    return view.key, query.entity, query.groupings, query.measures, rows


def _statement(view: View, query: GroupQuery) -> Statement:
    selection = narrowed(view, Query(
        query.entity, (), query.filters, query.where, search=query.search, starred=query.starred, shared=query.shared,
    ))
    keys = [_key(selection, grouping, number) for number, grouping in enumerate(query.groupings)]
    columns = [column for key in keys for column in key.columns]
    measures = [value for number, measure in enumerate(query.measures) for value in _measure(selection, measure, number)]
    statement = selection.select([*columns, *measures] or [sa.func.count().label("n")])
    if any(key.target for key in keys):
        groups = statement.group_by(*_names(columns)).subquery("g")
        statement, columns = _titled(selection, keys, query.measures, groups)
    if columns:
        names = _names(columns)
        order = [name if view.dialect == "sqlite" else name.nulls_first() for name in names]
        statement = statement.group_by(*names).order_by(*order)
    return statement.limit(sa.bindparam("lw_limit", type_=sa.Integer(), required=True))


@dataclass(frozen=True, slots=True)
class _Key:
    """What one grouping groups by: a key and its title (NULL for values that are no link). For a link of the row itself
    only the stored id, so that rows are grouped without a join; `target` is the entity it leads to."""

    columns: tuple[sa.Label[Any], ...]
    target: str = ""


def _key(selection: Selection, grouping: Grouping, number: int) -> _Key:
    reached = selection.reach(grouping.path)
    if is_many(reached.field):
        raise NotFound("unknown_field")
    key, title = f"k{2 * number}", f"k{2 * number + 1}"
    if is_link(reached.field):
        targets = link_targets(reached.field)
        plain = reached.field.stored != "any_link" and len(targets) == 1
        if len(grouping.path) == 1 and plain and reached.reading.state != "never":
            return _Key((selection.stored_link(reached).label(key),), targets[0])
        shown = selection.title(grouping.path)
        return _Key((selection.value_of(reached, grouping.path).label(key), shown.label(title)))
    value = selection.value_of(reached, grouping.path)
    if grouping.bucket is not None:
        value = bucket_start(value, reached.field, grouping.bucket, selection.view)
    return _Key((value.label(key), _NO_TITLE.label(title)))


def _titled(
    selection: Selection, keys: Sequence[_Key], measures: Iterable[Measure], groups: sa.Subquery
) -> tuple[Statement, list[sa.Label[Any]]]:
    """The groups with the titles of their links, to be grouped once more: links that lead to what may not be read are
    all one blank."""
    source: sa.FromClause = groups
    columns: list[sa.Label[Any]] = []
    for number, key in enumerate(keys):
        values: Sequence[Value] = [
            _NO_TITLE if column.element is _NO_TITLE else groups.c[column.name] for column in key.columns
        ]
        if key.target:
            source, values = selection.beside(source, key.target, values[0], f"t{number}")
        columns += [value.label(f"g{2 * number + place}") for place, value in enumerate(values)]
    whole = [value for number, measure in enumerate(measures) for value in _measure_again(groups, measure, number)]
    return sa.select(*columns, *whole).select_from(source), columns


def _names(columns: Iterable[sa.Label[Any]]) -> list[sa.ColumnClause[Any]]:
    """What to group and order by: all but titles that are not there, which would keep an index from giving the order."""
    return [sa.literal_column(column.name) for column in columns if column.element is not _NO_TITLE]


def _measure(selection: Selection, measure: Measure, number: int) -> list[sa.Label[Any]]:
    """A measure as one or two columns: an average is a sum and a count, divided exactly once."""
    name = f"m{number}"
    if measure.value is None:
        return [sa.func.count().label(name)]
    value = measured(selection, measure.value)
    if measure.function == "count":
        return [sa.func.count(value).label(name)]
    if measure.function == "avg":
        return [_aggregate("sum", value).label(name), sa.func.count(value).label(f"{name}n")]
    return [_aggregate(measure.function, value).label(name)]


def _measure_again(groups: sa.Subquery, measure: Measure, number: int) -> list[sa.Label[Any]]:
    """The columns of `_measure` over groups of groups: sums and counts are added up."""
    name = f"m{number}"
    if measure.function == "count":
        return [_added(groups.c[name]).label(name)]
    if measure.function == "avg":
        return [_aggregate("sum", groups.c[name]).label(name), _added(groups.c[f"{name}n"]).label(f"{name}n")]
    return [_aggregate(measure.function, groups.c[name]).label(name)]


def _added(counts: Value) -> Value:
    return sa.cast(sa.func.sum(counts), sa.BigInteger())


def _aggregate(function: str, value: Value) -> Value:
    """`sum`, `min` or `max` without leaving exact numbers: wide decimals are texts on SQLite."""
    name = f"lw_{function}" if isinstance(value.type, DecimalText) else function
    return sa.type_coerce(getattr(sa.func, name)(value), value.type)


def _row(query: GroupQuery, row: tuple[Any, ...]) -> GroupRow:
    count = len(query.groupings)
    keys, titles = row[0 : 2 * count : 2], row[1 : 2 * count : 2]
    found = iter(row[2 * count :])
    return GroupRow(keys, titles, tuple(_measured(measure, found) for measure in query.measures))


def _measured(measure: Measure, found: Any) -> object:
    value = next(found)
    if measure.function == "avg" and measure.value is not None:
        counted = next(found)
        return _average(value, counted) if counted else None
    if measure.function == "sum" and value is None:
        return Decimal(0)
    return value


def _average(total: Any, count: int) -> Decimal:
    return (Decimal(total) / count).quantize(_AVERAGE_DIGITS, ROUND_HALF_UP)
