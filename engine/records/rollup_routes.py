"""Which records' roll-ups a written row counts in: what a write has to lock beforehand and bring up to date
afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from engine.compiled import CompiledApp, CompiledEntity, CompiledField
from engine.records.draft import Draft
from engine.records.queries import linked_id
from engine.records.stored import column_of, link_table
from metadata.expressions.dependencies import walk
from metadata.expressions.reach import FormulaOf, reach
from metadata.expressions.typed import FieldRef, Hop, TypedExpression

if TYPE_CHECKING:
    from engine.runtime import WriteSession

Host = tuple[str, int]
"""A record whose roll-ups may change: (entity, id)."""

_EVERYTHING = "*"
End = Literal["host", "source"]
"""Where a many-to-many link is declared: at the record that counts, or at the rows that it counts."""


@dataclass(frozen=True, slots=True)
class Route:
    """How a written row of one entity reaches the hosts of a roll-up: over `hops` (from the counted rows to the written
    one; none when it is counted itself), then from the counted row to its host by `link` (None: its parent, by the
    children field with lineage `collection`). A many-to-many link is declared at one `end`. `reads` are the fields
    of the written row that matter."""

    host: str
    source: str
    link: str | None
    collection: int
    hops: tuple[Hop, ...]
    reads: frozenset[str]
    end: End | None = None

    def concerns(self, changed: frozenset[str] | None) -> bool:
        """Whether a change of the fields `changed` (None: any) can matter."""
        return changed is None or _EVERYTHING in self.reads or bool(self.reads & changed)


Ways = Mapping[str, tuple[Route, ...]]
"""Routes by the entity of the rows that are written."""


def routes(app: CompiledApp, entity: str) -> tuple[Route, ...]:
    """Every way in which a row of `entity` counts in a roll-up."""
    return _routes_of_app(app).get(entity, ())


def _routes_of_app(app: CompiledApp) -> Ways:
    """The routes by written entity, worked out once per compiled application."""
    return app.statements.get(("rollup routes",), lambda: _all_routes(app))


def _all_routes(app: CompiledApp) -> Ways:
    found: dict[str, list[Route]] = {}
    for host in app.entities.values():
        for field in host.fields.values():
            for entity, route in _routes_of(app, host, field):
                found.setdefault(entity, []).append(route)
    return {name: tuple(routes) for name, routes in found.items()}


def _routes_of(app: CompiledApp, host: CompiledEntity, field: CompiledField) -> Iterator[tuple[str, Route]]:
    rollup = field.rollup
    if rollup is None:
        return
    collection = 0 if rollup.link is not None else host.fields[rollup.over].lineage
    rules = [rule.typed for rule in (rollup.value, rollup.where) if rule is not None]
    yield from routes_over(app, host.name, rollup.source, rollup.link, collection, rules)


def routes_over(
    app: CompiledApp, host: str, source: str, link: str | None, collection: int, read: Iterable[TypedExpression],
    end: End | None = None,
) -> Iterator[tuple[str, Route]]:
    """The routes, by written entity, to the hosts that count rows of `source` (by `link`, or as child rows of the
    children field with lineage `collection`) and read the expressions `read` over them."""
    own = {"archived_at"} | ({link} if link is not None else set())
    reads: dict[tuple[Hop, ...], set[str]] = {(): own}
    for typed in read:
        for hops, name in _read(app, typed):
            reads.setdefault(hops, set()).add(name)
    for hops, names in reads.items():
        yield hops[-1].target if hops else source, Route(host, source, link, collection, hops, frozenset(names), end)


def _read(app: CompiledApp, typed: TypedExpression) -> Iterator[tuple[tuple[Hop, ...], str]]:
    """What an expression over the counted row reads: (links crossed, field), inside formulas it reads as well."""
    for each in reach(typed, formulas_of(app)):
        if each.base == "row":
            for length, hop in enumerate(each.hops):
                yield each.hops[:length], hop.field
            yield each.hops, each.node.field if isinstance(each.node, FieldRef) else _EVERYTHING


def formulas_of(app: CompiledApp) -> FormulaOf:
    """The formulas of the application that are worked out by whoever reads them."""
    def formula(ref: FieldRef) -> TypedExpression | None:
        field = app.entities[ref.entity].fields.get(ref.field)
        return field.formula.typed if field is not None and field.computed == "select" and field.formula else None

    return formula


def reads_host(field: CompiledField) -> bool:
    """Whether a roll-up's rules read the record that it stands on (`$this`, or `$parent` of its child rows)."""
    rollup = field.rollup
    rules = [rule.typed for rule in (rollup.value, rollup.where) if rule is not None] if rollup else []
    return any(getattr(node, "root", "") in ("this", "parent") for typed in rules for node in walk(typed))


def hosts_of_draft(session: WriteSession, draft: Draft, ways: Ways | None = None) -> set[Host]:
    """The hosts that a write of `draft` bears on: those that count a part of it as it was or as it will be, by the routes
    `ways` (those of roll-ups unless given)."""
    every = _routes_of_app(session.app) if ways is None else ways
    found: set[Host] = set()
    for part in draft.everything():
        changed = None if part.new else part.changed
        for values in (part.stored, part.values):
            found |= _hosts_of_part(session, part, values, changed, every)
        for row in (row for rows in part.removed.values() for row in rows):
            found |= _hosts_of_part(session, row, row.stored, None, every)
    return found - {(draft.entity.name, draft.id or 0)}


def _hosts_of_part(
    session: WriteSession, part: Draft, values: Mapping[str, object], changed: frozenset[str] | None, ways: Ways
) -> set[Host]:
    """As `hosts_of`; a row that is written with its parent does not look the parent up."""
    found: set[Host] = set()
    for route in ways.get(part.entity.name, ()):
        if not route.concerns(changed):
            continue
        if part.parent is not None and route.link is None and not route.hops:
            above = part.parent
            found |= {(route.host, above.id)} if above.id and above.entity.name == route.host else set()
        else:
            found |= {(route.host, id_) for id_ in _host_ids(session, route, part.id, values)}
    return found


def hosts_of(
    session: WriteSession, entity: CompiledEntity, record: int | None, values: Mapping[str, object],
    changed: frozenset[str] | None = None, ways: Ways | None = None,
) -> set[Host]:
    """The hosts that count the record as it is with `values`, or read something of it, when its fields `changed` (None:
    any) change, by the routes `ways` (those of roll-ups unless given)."""
    found: set[Host] = set()
    for route in (_routes_of_app(session.app) if ways is None else ways).get(entity.name, ()):
        if route.concerns(changed):
            found |= {(route.host, id_) for id_ in _host_ids(session, route, record, values)}
    return found


def _host_ids(session: WriteSession, route: Route, record: int | None, values: Mapping[str, object]) -> Iterable[int]:
    if route.hops:
        return () if record is None else _distant_hosts(session, route, record)
    if route.end is not None:
        return _paired_hosts(session, route, record, values)
    if route.link is not None:
        return _linked_host(route, values.get(route.link))
    return () if record is None else _parents(session, route, record)


def _linked_host(route: Route, host: object) -> Iterable[int]:
    """The record a link leads to, when it is one of the roll-up's entity (an `any_link` leads to several)."""
    id_ = linked_id(host, route.host)
    return () if id_ is None else (id_,)


def _paired_hosts(
    session: WriteSession, route: Route, record: int | None, values: Mapping[str, object]
) -> Iterable[int]:
    """The records at the other end of a many-to-many link: as given with the row, else as stored."""
    given = values.get(route.link or "")
    if route.end == "source" and isinstance(given, tuple):
        return given
    if record is None:
        return ()
    pairs, own, other = _pairs(session, route)
    return session.connection.execute(sa.select(other).select_from(pairs).where(own == record)).scalars().all()


def _pairs(session: WriteSession, route: Route) -> tuple[sa.Table, sa.Column[Any], sa.Column[Any]]:
    """The table of a many-to-many link, its column for the counted row, and that for the host."""
    at_source = route.end == "source"
    pairs = link_table(session.app.entities[route.source if at_source else route.host].fields[route.link or ""])
    declaring, named = pairs.c.host_id, pairs.c.target_id
    return (pairs, declaring, named) if at_source else (pairs, named, declaring)


def _parents(session: WriteSession, route: Route, record: int) -> Iterable[int]:
    table = session.app.entities[route.source].table
    query = sa.select(table.c.parent_id).where(table.c.id == record, table.c.parent_field == route.collection)
    return session.connection.execute(query).scalars().all()


def _distant_hosts(session: WriteSession, route: Route, record: int) -> Iterable[int]:
    """The hosts of the counted rows whose links lead to the written record."""
    entities = session.app.entities
    row = start = entities[route.source].table.alias()
    condition: sa.ColumnElement[bool] = sa.true()
    for hop in route.hops:
        column = row.c[column_of(entities[hop.source], hop.field).name]
        row = entities[hop.target].table.alias()
        condition = condition & (column == row.c.id)
    if route.link is None:
        host = start.c.parent_id
        condition = condition & (start.c.parent_field == route.collection)
    elif route.end is not None:
        _, own, host = _pairs(session, route)
        condition = condition & (own == start.c.id)
    else:
        host = start.c[column_of(entities[route.source], route.link).name]
    query = sa.select(host).where(condition, row.c.id == record, host.is_not(None)).distinct()
    found = session.connection.execute(query).scalars().all()
    return found if route.link is None or route.end is not None else [id_ for one in found for id_ in _linked_host(route, one)]


def chain(session: WriteSession, hosts: set[Host]) -> set[Host]:
    """`hosts`, and the hosts of their hosts to the end: what a write may have to bring up to date, to be locked
    first."""
    return follow(session, hosts, lambda host: None, _routes_of_app(session.app))


def follow(
    session: WriteSession, hosts: set[Host], changed: Callable[[Host], frozenset[str] | None], ways: Ways
) -> set[Host]:
    """`hosts`, and those that count them by the routes `ways`, to the end. `changed` says which fields of one may change
    (None: any)."""
    found, pending = set(hosts), sorted(hosts)
    while pending:
        name, id_ = pending.pop()
        entity = session.app.entities[name]
        links = read_links_of(session, entity, id_, ways) if name in ways else None
        further = hosts_of(session, entity, id_, links, changed((name, id_)), ways) - found if links is not None else set()
        found |= further
        pending += sorted(further)
    return found


def read_links_of(
    session: WriteSession, entity: CompiledEntity, record: int, ways: Ways
) -> Mapping[str, object] | None:
    """The values by which a record belongs to hosts, not locked; None when there is no such record."""
    names = sorted({route.link for route in ways[entity.name] if route.link and not route.end and not route.hops})
    query = sa.select(entity.table.c.id, *[column_of(entity, name) for name in names])
    row = session.connection.execute(query.where(entity.table.c.id == record)).first()
    return None if row is None else dict(zip(names, row[1:], strict=True))
