"""Roll-ups: values stored on a host record over the rows of one of its collections, kept equal to a full recomputation
after every write (R52). Whoever writes a row that a roll-up reads locks the hosts first (law 15), then writes, then
brings them up to date here. Derived values bump no revision and obey no lock; formulas of the host's own row and
roll-ups over the host follow in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.compiled import CompiledApp, CompiledEntity, CompiledField
from engine.expressions.sql import to_clause
from engine.field_types.base import InvalidValue
from engine.formulas import walk
from engine.ports import Written
from engine.records.derive import formulas
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.rollup_rules import rollup_rule
from engine.records.stored import column_of, read_row, write_values
from engine.refusals import FieldError, Invalid
from metadata.expressions.typed import FieldRef, Hop

if TYPE_CHECKING:
    from engine.runtime import WriteSession

Host = tuple[str, int]
"""A record whose roll-ups may change: (entity, id)."""


@dataclass(frozen=True, slots=True)
class Route:
    """How a written row of one entity reaches the hosts of a roll-up: over `hops` (from the counted rows to the written
    one; none when it is counted itself), then from the counted row to its host by `link` (None: its parent)."""

    host: str
    field: str
    source: str
    link: str | None
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored roll-up that is not what its rows say."""

    entity: str
    record: int
    field: str
    stored: object
    computed: object


def routes(app: CompiledApp, entity: str) -> tuple[Route, ...]:
    """Every way in which a row of `entity` counts in a roll-up, worked out once per compiled application."""
    found: Mapping[str, tuple[Route, ...]] = app.statements.get(("rollup routes",), lambda: _all_routes(app))
    return found.get(entity, ())


def _all_routes(app: CompiledApp) -> Mapping[str, tuple[Route, ...]]:
    found: dict[str, dict[Route, None]] = {}
    for host in app.entities.values():
        for field in host.fields.values():
            if field.rollup is None:
                continue
            source, link = field.rollup.source, field.rollup.link
            found.setdefault(source, {})[Route(host.name, field.name, source, link, ())] = None
            for hops in _hops_read(app, field):
                for length in range(1, len(hops) + 1):
                    route = Route(host.name, field.name, source, link, hops[:length])
                    found.setdefault(hops[length - 1].target, {})[route] = None
    return {name: tuple(routes) for name, routes in found.items()}


def _hops_read(app: CompiledApp, field: CompiledField) -> Iterable[tuple[Hop, ...]]:
    """The link paths that the roll-up's value and condition cross, those inside formulas they read included."""
    assert field.rollup is not None
    pending = [rule.typed for rule in (field.rollup.value, field.rollup.where) if rule is not None]
    prefixes: list[tuple[Hop, ...]] = [()] * len(pending)
    while pending:
        typed, prefix = pending.pop(), prefixes.pop()
        for node in walk(typed):
            if not isinstance(node, FieldRef) or node.root not in ("row", "old"):
                continue
            path = (*prefix, *node.hops)
            if path:
                yield path
            read = app.entities[node.entity].fields.get(node.field)
            if read is not None and read.computed == "select" and read.formula is not None:
                pending.append(read.formula.typed)
                prefixes.append(path)


def hosts_of(session: WriteSession, entity: CompiledEntity, record: int | None, values: Mapping[str, object]) -> set[Host]:
    """The hosts whose roll-ups count the record as it is with `values` (or read something of it)."""
    found: set[Host] = set()
    for route in routes(session.app, entity.name):
        found |= {(route.host, id_) for id_ in _host_ids(session, route, record, values)}
    return found


def _host_ids(session: WriteSession, route: Route, record: int | None, values: Mapping[str, object]) -> set[int]:
    if route.hops:
        return set() if record is None else _distant_hosts(session, route, record)
    if route.link is not None:
        host = values.get(route.link)
        return {int(str(host))} if host is not None else set()
    return set() if record is None else _parents(session, route, record)


def _parents(session: WriteSession, route: Route, record: int) -> set[int]:
    table = session.app.entities[route.source].table
    field = _collection_field(session.app, route)
    query = sa.select(table.c.parent_id).where(table.c.id == record, table.c.parent_field == field.lineage)
    return set(session.connection.execute(query).scalars())


def _collection_field(app: CompiledApp, route: Route) -> CompiledField:
    host = app.entities[route.host]
    rollup = host.fields[route.field].rollup
    assert rollup is not None
    return host.fields[rollup.over]


def _distant_hosts(session: WriteSession, route: Route, record: int) -> set[int]:
    """The hosts of the counted rows whose links lead to the written record."""
    entities = session.app.entities
    row = entities[route.source].table.alias()
    start, condition = row, sa.true()
    for hop in route.hops:
        column = row.c[column_of(entities[hop.source], hop.field).name]
        following = entities[hop.target].table.alias()
        condition = condition & (column == following.c.id)
        row = following
    condition = condition & (row.c.id == record)
    if route.link is None:
        host, condition = start.c.parent_id, condition & (start.c.parent_field == _collection_field(session.app, route).lineage)
    else:
        host = start.c[column_of(entities[route.source], route.link).name]
    return set(session.connection.execute(sa.select(host).where(condition, host.is_not(None)).distinct()).scalars())


def chain(session: WriteSession, hosts: set[Host]) -> set[Host]:
    """`hosts`, and the hosts of their hosts to the end: what a write may have to bring up to date, to be locked
    first."""
    found, pending = set(hosts), sorted(hosts)
    while pending:
        name, id_ = pending.pop()
        entity = session.app.entities[name]
        if not routes(session.app, name):
            continue
        row = read_values(session, entity, id_)
        further = hosts_of(session, entity, id_, row) - found if row is not None else set()
        found |= further
        pending += sorted(further)
    return found


def read_values(session: WriteSession, entity: CompiledEntity, record: int) -> Mapping[str, object] | None:
    """The link fields of a record, not locked."""
    links = [field for field in entity.fields.values() if field.stored in ("link", "user", "dept") and field.column is not None]
    query = sa.select(entity.table.c.id, *[field.column for field in links if field.column is not None])
    row = session.connection.execute(query.where(entity.table.c.id == record)).first()
    return None if row is None else dict(zip([field.name for field in links], row[1:], strict=True))


def refresh(session: WriteSession, hosts: Iterable[Host]) -> None:
    """Bring the roll-ups of `hosts` up to date, and whatever follows from them. Raises `Invalid` when a total does not
    fit its field."""
    pending = dict.fromkeys(sorted(hosts))
    while pending:
        name, id_ = next(iter(pending))
        del pending[name, id_]
        entity = session.app.entities[name]
        if _refresh_one(session, entity, id_):
            links = read_values(session, entity, id_) or {}
            pending.update(dict.fromkeys(sorted(hosts_of(session, entity, id_, links))))


def _refresh_one(session: WriteSession, entity: CompiledEntity, record: int) -> bool:
    """Whether anything of the host changed."""
    row = read_row(session, entity, record)
    if row is None:
        return False
    draft = Draft(entity, record, row, dict(row), free=True)
    draft.values.update(_stored_values(session, entity, record))
    errors = formulas(draft, Environment(session, draft))
    if errors:
        raise Invalid([FieldError("", error.message) for error in errors])
    changed = draft.changed
    if changed:
        write_values(session, entity, record, {name: draft.values[name] for name in changed})
        session.wrote(Written(entity.name, record, "update", changed))
    return bool(changed)


def over_own_rows(session: WriteSession, draft: Draft, environment: Environment) -> list[FieldError]:
    """Work out the roll-ups over child rows that are being written, so that the record's own rules see them; those of a
    new record start with nothing."""
    errors: list[FieldError] = []
    for field in rollup_fields(draft.entity):
        assert field.rollup is not None
        if not draft.new and field.rollup.over not in draft.children:
            continue
        try:
            draft.values[field.name] = _fit(field, rollup_rule(session.app, draft.entity, field).call(environment))
        except InvalidValue as invalid:
            errors.append(FieldError(f"{draft.path}{field.name}", invalid.message))
    return errors


def own_to_refresh(draft: Draft) -> bool:
    """Whether writing the record changes what its own roll-ups say: child rows are written, or a roll-up's rule reads
    the host."""
    for field in rollup_fields(draft.entity):
        assert field.rollup is not None
        rules = [rule.typed for rule in (field.rollup.value, field.rollup.where) if rule is not None]
        nodes = (node for typed in rules for node in walk(typed))
        if field.rollup.over in draft.children or any(getattr(node, "root", "") in ("this", "parent") for node in nodes):
            return True
    return False


def recompute(session: WriteSession, entity: str, record: int) -> None:
    """Recompute every roll-up of one record and what follows from them, however they stand."""
    refresh(session, [(entity, record)])


def rollup_fields(entity: CompiledEntity) -> list[CompiledField]:
    """The roll-ups of an entity."""
    return [field for field in entity.fields.values() if field.rollup is not None]


def _fit(field: CompiledField, value: object) -> object:
    """The aggregate as the field stores it: rounded half-up once."""
    if isinstance(value, int) and field.stored in ("decimal", "money", "percent"):
        value = Decimal(value)
    return field.type.assign(value, field)


def _stored_values(session: WriteSession, entity: CompiledEntity, record: int) -> dict[str, object]:
    """Every roll-up of the record, recomputed by the database in one statement."""
    fields = rollup_fields(entity)
    clauses = [to_clause(rollup_rule(session.app, entity, field).typed, entity.table) for field in fields]
    query = sa.select(*clauses).select_from(entity.table).where(entity.table.c.id == record)
    row = session.connection.execute(query).one()
    try:
        return {field.name: _fit(field, value) for field, value in zip(fields, row, strict=True)}
    except InvalidValue as invalid:
        raise Invalid([FieldError("", invalid.message)]) from None


def verify_rollups(connection: sa.Connection, app: CompiledApp) -> list[Difference]:
    """Every stored roll-up that differs from a recomputation over all rows."""
    found: list[Difference] = []
    for entity in app.entities.values():
        for field in rollup_fields(entity):
            found += _verify(connection, app, entity, field)
    return found


def _verify(connection: sa.Connection, app: CompiledApp, entity: CompiledEntity, field: CompiledField) -> list[Difference]:
    computed = to_clause(rollup_rule(app, entity, field).typed, entity.table)
    query = sa.select(entity.table.c.id, column_of(entity, field.name), computed).order_by(entity.table.c.id)
    return [
        Difference(entity.name, record, field.name, stored, right)
        for record, stored, right in connection.execute(query)
        if field.type.compare(stored, _fit(field, right)) != 0
    ]
