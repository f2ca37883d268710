"""Pages and counts: statements built once per role set and shape of query, run with the values of each request.

A page is one statement (two only where it crosses from values to blanks of its first sort key), whatever its rows and
columns; a count is one that stops at its cap (R9, R18).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.access.scopes import scope_clause
from engine.access.views import Statement, View, context_values, open_view
from engine.compiled import Rule
from engine.records import cursor
from engine.records.filters import filter_clauses, filter_shape, filter_values
from engine.records.ordering import Key, indexable, order_by, python_type, regions, sort_keys
from engine.records.queries import Column, Count, Filter, Filters, Page, Path, Query
from engine.records.searching import search_clause, search_shape, search_values
from engine.records.select import Reached, Selection, Value, is_link
from engine.records.several import is_many, linked_ids, linked_titles
from engine.records.starred import starred_clause
from engine.records.wheres import where_clauses
from engine.refusals import BadRequest, Message, NotFound, Refused
from metadata.expressions.typed import FieldRef

if TYPE_CHECKING:
    from engine.runtime import ReadSession

MOST_ROWS = 1000
"""Rows of one page (T71)."""
MOST_COLUMNS = 200

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PreparedPage:
    """Statements of one shape of page, one per region, and where its columns lie. `keys` is the index of the first sort
    value in a row (the id is not among them), `kinds` what those values are in Python."""

    statements: tuple[Statement, ...]
    columns: tuple[Column, ...]
    keys: int
    kinds: tuple[type, ...]


def page(s: ReadSession, query: Query) -> Page:
    """The rows of `query` that the principal may read. Raises `NotFound` for an unknown or unreadable entity or
    field."""
    query = _within(query)
    backwards = query.before is not None
    mark = cursor.fingerprint(query.entity, query.sort)
    position = query.before if backwards else query.after
    found = cursor.decode(mark, position, len(query.sort)) if position is not None else None
    blanks = (*(value is None for value in found[0]), False) if found else None
    limit = max(1, min(query.limit, MOST_ROWS))
    prepared = _prepared(s, query, backwards, blanks)
    values = {**parameters(s, query.filters, query.search), "lw_limit": limit + 1}
    if found:
        _check(prepared, found[0])
        values |= {f"k{number}": value for number, value in enumerate((*found[0], found[1]))}
    rows = _read(s, prepared, values, limit)
    more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    after = more if not backwards else True
    before = more if backwards else found is not None
    return Page(
        prepared.columns, rows,
        after=_cursor(mark, prepared, rows[-1]) if rows and after else None,
        before=_cursor(mark, prepared, rows[0]) if rows and before else None,
    )


def count(s: ReadSession, query: Query, cap: int = 1000) -> Count:
    """How many rows `query` has, at most `cap`."""
    query = _within(query)
    view = open_view(s)
    key = ("count", view.key, _row_shape(query))
    statement = s.app.statements.get(key, lambda: _counting(view, query))
    found = s.connection.execute(statement, {**parameters(s, query.filters, query.search), "lw_limit": cap + 1}).scalar_one()
    return Count(min(found, cap), found > cap)


def narrowed(view: View, query: Query) -> Selection:
    """The selection of the rows of `query`, without columns or order. Its parameters are those of `parameters`."""
    selection = Selection(view, query.entity, query.verb)
    archived = selection.root.row.c.archived_at
    selection.where(archived.is_not(None) if query.trashed else archived.is_(None))
    selection.where(*filter_clauses(selection, query.filters))
    selection.where(*where_clauses(selection, query.where))
    if query.search.strip():
        selection.where(search_clause(selection, query.search))
    if query.starred:
        selection.where(starred_clause(selection))
    if query.shared:
        selection.where(scope_clause(view, "members", selection.root.entity, "read", selection.root.row))
    return selection


def _within(query: Query) -> Query:
    """The query with its host as an ordinary filter, so that the link is judged like any other field."""
    if query.within is None:
        return query
    field, host = query.within
    filters = (*query.filters, Filter((field,), "eq", host))
    return Query(**{**_fields(query), "filters": filters, "within": None})


def _fields(query: Query) -> dict[str, Any]:
    return {name: getattr(query, name) for name in query.__dataclass_fields__}


def _row_shape(query: Query) -> tuple[object, ...]:
    return (
        query.entity, query.verb, query.trashed, query.starred, query.shared, filter_shape(query.filters), query.where,
        search_shape(query.search),
    )


def parameters(s: ReadSession, filters: Filters, search: str) -> Mapping[str, object]:
    """The parameters of `narrowed` for these values. Raises `Refused` for filters of a wrong form."""
    values = {**context_values(s), **filter_values(filters)}
    if search.strip():
        values |= search_values(s.connection, search)
    return values


def _prepared(
    s: ReadSession, query: Query, backwards: bool, blanks: tuple[bool, ...] | None
) -> PreparedPage:
    view = open_view(s)
    key = ("page", view.key, _row_shape(query), query.columns, query.sort, backwards, blanks)
    return s.app.statements.get(key, lambda: _prepare(view, query, backwards, blanks))


def _prepare(view: View, query: Query, backwards: bool, blanks: tuple[bool, ...] | None) -> PreparedPage:
    if len(query.columns) > MOST_COLUMNS:
        raise Refused(Message("too_many_columns", {"limit": MOST_COLUMNS}))
    selection = narrowed(view, query)
    values, columns = page_columns(selection, query.columns)
    keys = sort_keys(selection, query.sort)
    first = len(values)
    values += [key.value for key in keys[:-1]]
    directed = [key.reversed() for key in keys] if backwards else keys
    statements = tuple(_page(selection, values, directed, region, view) for region in regions(directed, blanks))
    return PreparedPage(statements, columns, first, tuple(python_type(key) for key in keys[:-1]))


def _page(
    selection: Selection, values: Sequence[Value], keys: Sequence[Key], region: sa.ColumnElement[bool], view: View
) -> Statement:
    """Where no index can give the order, the ids come first, for which an index over scope and links may be enough, then what
    is shown of those rows: not every row that may be read is looked up only to be sorted away."""
    order, limit = order_by(keys, view.dialect), sa.bindparam("lw_limit", type_=sa.Integer(), required=True)
    if indexable(selection, keys):
        return selection.select(values).where(region).order_by(*order).limit(limit)
    chosen = selection.select([selection.root.row.c.id]).where(region).order_by(*order).limit(limit).correlate(None)
    return selection.among(chosen, values).order_by(*order)


def page_columns(selection: Selection, paths: Sequence[Path]) -> tuple[list[Value], tuple[Column, ...]]:
    """What is selected for `paths`: id and revision, then each value with its title and its masked text."""
    values: list[Value] = [selection.root.row.c.id, selection.root.row.c.revision]
    columns = []
    for path in paths:
        reached = selection.reach(path)
        index, title, masked = len(values), None, None
        values.append(column_value(selection, reached, path))
        extra = None if reached.reading.state == "never" else column_title(selection, reached, path)
        if extra is not None:
            title = len(values)
            values.append(extra)
        covered = selection.masked(reached)
        if covered is not None:
            masked = len(values)
            values.append(covered)
        columns.append(Column(path, reached.field.stored, index, title, masked))
    return [value.label(f"c{number}") for number, value in enumerate(values)], tuple(columns)


def column_value(selection: Selection, reached: Reached, path: Path) -> Value:
    """The value of a column; NULL throughout where all that is shown is a mask."""
    if reached.reading.state == "never":
        return sa.null()
    if is_many(reached.field):
        return linked_ids(selection, reached)
    return selection.value_of(reached, path)


def column_title(selection: Selection, reached: Reached, path: Path) -> Value | None:
    """What is said beside a value: the title of a link, the currency of an amount that is not always in the same one
    (NULL where it may not be read); None for other fields."""
    if is_many(reached.field):
        return linked_titles(selection, reached)
    if reached.field.currency_from is not None:
        return _currency(selection, reached.field.currency_from, path)
    return selection.title(path) if is_link(reached.field) else None


def _currency(selection: Selection, rule: Rule, path: Path) -> Value | None:
    """The field that the currency of an amount is read from, on its record or across a link."""
    ref = rule.typed
    if not isinstance(ref, FieldRef) or ref.root != "row":
        return None
    try:
        return sa.cast(selection.value((*path[:-1], *(hop.field for hop in ref.hops), ref.field)), sa.Text())
    except NotFound:
        return sa.cast(sa.null(), sa.Text())


def _counting(view: View, query: Query) -> Statement:
    selection = narrowed(view, query)
    rows = selection.select([sa.literal(1).label("one")]).limit(sa.bindparam("lw_limit", type_=sa.Integer(), required=True))
    return sa.select(sa.func.count()).select_from(rows.subquery())


def _read(s: ReadSession, prepared: PreparedPage, values: dict[str, object], limit: int) -> list[Row]:
    rows: list[Row] = []
    for statement in prepared.statements:
        values["lw_limit"] = limit + 1 - len(rows)
        rows += [tuple(row) for row in s.connection.execute(statement, values)]
        if len(rows) > limit:
            break
    return rows


def _check(prepared: PreparedPage, values: Sequence[object]) -> None:
    """Refuses a cursor whose values are not of the types that are compared with them."""
    for value, kind in zip(values, prepared.kinds, strict=True):
        if value is not None and type(value) is not kind:
            raise BadRequest(Message("bad_cursor"))


def _cursor(mark: str, prepared: PreparedPage, row: Row) -> str:
    id = row[0]
    assert isinstance(id, int)
    return cursor.encode(mark, row[prepared.keys : prepared.keys + len(prepared.kinds)], id)
