"""Roll-ups: values stored on a host record over the rows of one of its collections, kept equal to a full recomputation
after every write (R52). Whoever writes a row that a roll-up reads locks the hosts first (law 15), then writes, then
brings them up to date here. Derived values bump no revision and obey no lock; formulas of the host's own row and
roll-ups over the host follow in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import search
from engine.compiled import CompiledApp, CompiledEntity, CompiledField
from engine.expressions.sql import to_clause
from engine.expressions.sql_context import PlainSurroundings, SqlContext
from engine.field_types.base import InvalidValue
from engine.ports import Written
from engine.records.derive import formulas
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.rollup_routes import Host, hosts_of, reads_host
from engine.records.rollup_rules import rollup_rule
from engine.records.stored import column_of, read_row, write_values
from engine.refusals import FieldError, Invalid

if TYPE_CHECKING:
    from engine.runtime import WriteSession

@dataclass(frozen=True, slots=True)
class Difference:
    """A stored roll-up that is not what its rows say."""

    entity: str
    record: int
    field: str
    stored: object
    computed: object


def refresh(session: WriteSession, hosts: Iterable[Host]) -> None:
    """Bring the roll-ups of `hosts` up to date, and whatever follows from them. Raises `Invalid` when a total does not
    fit its field."""
    pending = dict.fromkeys(sorted(hosts))
    while pending:
        name, id_ = next(iter(pending))
        del pending[name, id_]
        entity = session.app.entities[name]
        pending.update(dict.fromkeys(sorted(_refresh_one(session, entity, id_))))


def _refresh_one(session: WriteSession, entity: CompiledEntity, record: int) -> set[Host]:
    """Bring one host up to date; returns the hosts that count it and now have to follow."""
    row = read_row(session, entity, record)
    if row is None:
        return set()
    draft = Draft(entity, record, row, dict(row), free=True)
    draft.values.update(_stored_values(session, entity, record))
    errors = formulas(draft, Environment(session, draft))
    if errors:
        raise Invalid([FieldError("", error.message) for error in errors])
    changed = draft.changed
    if not changed:
        return set()
    write_values(session, entity, record, {name: draft.values[name] for name in changed})
    if set(entity.search) & changed and row.get("archived_at") is None:
        search.index_row(session.connection, entity, record, draft.values)
    session.wrote(Written(entity.name, record, "update", changed))
    return hosts_of(session, entity, record, row, changed)


def over_own_rows(session: WriteSession, draft: Draft, environment: Environment) -> list[FieldError]:
    """Work out the roll-ups over child rows that are being written, so that the record's own rules see them; those of a
    new record start with nothing."""
    errors: list[FieldError] = []
    for field in draft.entity.groups.rollups:
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
    return any(
        reads_host(field) or (field.rollup is not None and field.rollup.over in draft.children)
        for field in draft.entity.groups.rollups
    )


def recompute(session: WriteSession, entity: str, record: int) -> None:
    """Recompute every roll-up of one record and what follows from them, however they stand."""
    refresh(session, [(entity, record)])


def _fit(field: CompiledField, value: object) -> object:
    """The aggregate as the field stores it: rounded half-up once."""
    if isinstance(value, int) and field.stored in ("decimal", "money", "percent"):
        value = Decimal(value)
    return field.type.assign(value, field)


def _stored_values(session: WriteSession, entity: CompiledEntity, record: int) -> dict[str, object]:
    """Every roll-up of the record, recomputed by the database in one statement."""
    fields = entity.groups.rollups
    if not fields:
        return {}
    dialect = session.connection.dialect.name
    query = session.app.statements.get(
        ("rollups", entity.name, dialect), lambda: _statement(session.app, entity, fields, dialect)
    )
    row = session.connection.execute(query, {"host": record}).one()
    try:
        return {field.name: _fit(field, value) for field, value in zip(fields, row, strict=True)}
    except InvalidValue as invalid:
        raise Invalid([FieldError("", invalid.message)]) from None


def _statement(
    app: CompiledApp, entity: CompiledEntity, fields: Sequence[CompiledField], dialect: str
) -> sa.Select[*tuple[Any, ...]]:
    host = sa.bindparam("host", type_=sa.BigInteger(), required=True)
    clauses = [_clause(app, entity, field, dialect) for field in fields]
    return sa.select(*clauses).select_from(entity.table).where(entity.table.c.id == host)


def _clause(app: CompiledApp, entity: CompiledEntity, field: CompiledField, dialect: str) -> sa.ColumnElement[object]:
    context = SqlContext.of(PlainSurroundings(app, dialect), entity.name, entity.table)
    return to_clause(rollup_rule(app, entity, field).typed, context)


def verify_rollups(connection: sa.Connection, app: CompiledApp) -> list[Difference]:
    """Every stored roll-up that differs from a recomputation over all rows."""
    found: list[Difference] = []
    for entity in app.entities.values():
        for field in entity.groups.rollups:
            found += _verify(connection, app, entity, field)
    return found


def _verify(
    connection: sa.Connection, app: CompiledApp, entity: CompiledEntity, field: CompiledField
) -> list[Difference]:
    computed = _clause(app, entity, field, connection.dialect.name)
    query = sa.select(entity.table.c.id, column_of(entity, field.name), computed).order_by(entity.table.c.id)
    return [
        Difference(entity.name, record, field.name, stored, right)
        for record, stored, right in connection.execute(query)
        if field.type.compare(stored, _fit(field, right)) != 0
    ]
