"""Reaching other rows from a clause: over links, into collections, to the holders of a role. All as correlated subqueries,
so the statement around them stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.compiled import CompiledApp
from engine.expressions.sql_context import Bound, SqlContext
from metadata.expressions.typed import Collection, Hop

Clause = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Way:
    """A way over links: from the row `host`, or (None) to the record of the first hop's target whose id is `start`."""

    host: Bound | None
    hops: tuple[Hop, ...]
    start: Clause | None = None


def way_from(context: SqlContext, root: str, hops: tuple[Hop, ...], entity: str) -> Way:
    """The way over `hops` from `root` of a reference whose last record is of `entity`."""
    first = hops[0].source if hops else entity
    if root == "user":
        return Way(None, (Hop("", "", first), *hops), context.around.bind("lw_user"))
    if root == "parent" and context.parent is None and "parent_id" in context.row.row.c:
        return Way(None, (Hop("", "", first), *hops), context.row.row.c.parent_id)
    rows = {"this": context.this or context.row, "row": context.row, "parent": context.parent}
    host = rows.get(root)
    if host is None:
        raise ValueError(f"${root} has no meaning in SQL here")
    return Way(host, hops)


def linked_row(context: SqlContext, way: Way, chosen: Callable[[Bound], Clause]) -> Clause:
    """What `chosen` picks of the record at the end of `way`."""
    host, hops = way.host, way.hops
    entities = context.around.app.entities
    first, *rest = hops
    current = Bound(first.target, entities[first.target].table.alias())
    own = [current.row]
    if host is not None:
        condition = current.row.c.id == _link_column(context, host, first)
    else:
        condition = current.row.c.id == way.start
    source: sa.FromClause = current.row
    for hop in rest:
        following = Bound(hop.target, entities[hop.target].table.alias())
        source = source.join(following.row, following.row.c.id == _link_column(context, current, hop))
        current = following
        own.append(current.row)
    query = sa.select(chosen(current)).select_from(source).where(condition)
    return query.correlate_except(*own).scalar_subquery()


def _link_column(context: SqlContext, bound: Bound, hop: Hop) -> Clause:
    field = context.around.app.entities[bound.entity].fields[hop.field]
    assert field.column is not None
    return bound.row.c[field.column.name]


def collection_rows(context: SqlContext, collection: Collection) -> tuple[sa.Select[Any], SqlContext]:
    """A select over the live rows of a collection, and the context of one of them (`$this` is the row of `context`)."""
    way = way_from(context, collection.root, collection.hops, collection.entity)
    app = context.around.app
    target = app.entities[collection.target]
    row = target.table.alias()
    around = way.host if not way.hops else None
    owner: Clause = around.row.c.id if around else linked_row(context, way, lambda last: last.row.c.id)
    condition = _belongs(app, collection, row, owner) & row.c.archived_at.is_(None)
    rows = sa.select(sa.literal(1)).select_from(row).where(condition).correlate_except(row)
    parent = around if collection.kind == "children" else None
    inner = SqlContext(context.around, Bound(collection.target, row), context.row, parent)
    return rows, inner


def _belongs(app: CompiledApp, collection: Collection, row: sa.FromClause, owner: Clause) -> sa.ColumnElement[bool]:
    if collection.kind == "children":
        field = app.entities[collection.entity].fields[collection.name]
        return (row.c.parent_id == owner) & (row.c.parent_field == sa.literal(field.lineage, sa.BigInteger))
    own = app.entities[collection.entity].fields.get(collection.name)
    if collection.kind == "back":
        return _points_at(app, collection, row, owner)
    table = _link_table(app, collection, own is not None and own.kind == "links")
    mine, other = ("host_id", "target_id") if own is not None and own.kind == "links" else ("target_id", "host_id")
    linked = sa.select(sa.literal(1)).select_from(table).where(table.c[mine] == owner, table.c[other] == row.c.id)
    return sa.exists(linked.correlate_except(table))


def _points_at(app: CompiledApp, collection: Collection, row: sa.FromClause, owner: Clause) -> sa.ColumnElement[bool]:
    field = app.entities[collection.target].fields[collection.link_field]
    assert field.column is not None
    column = row.c[field.column.name]
    if field.stored == "any_link":
        return sa.type_coerce(column, sa.Text) == sa.literal(f"{collection.entity}:") + sa.cast(owner, sa.Text)
    return column == owner


def _link_table(app: CompiledApp, collection: Collection, own: bool) -> sa.FromClause:
    holder = app.entities[collection.entity if own else collection.target]
    link = holder.fields[collection.name if own else collection.link_field].link
    assert link is not None and link.table is not None
    return link.table.alias()


def role_names(app: CompiledApp, role: str) -> tuple[str, ...]:
    """The roles whose holders hold `role`: itself and those that include it."""
    return tuple(name for name in app.roles if role in app.access.flatten([name]))


def holders(context: SqlContext, person: Clause, roles: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether `person` is assigned one of `roles`; false for a blank person."""
    entity = context.around.app.entities["role_assignment"]
    row = entity.table.alias()
    user, role = entity.fields["user"].column, entity.fields["role"].column
    assert user is not None and role is not None
    query = sa.select(sa.literal(1)).select_from(row).where(
        row.c[user.name] == person, row.c[role.name].in_(roles), row.c.archived_at.is_(None)
    )
    return sa.exists(query.correlate_except(row))
