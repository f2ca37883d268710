"""Fills what `apply` leaves to fill: what texts sort by, computed values that are new or defined anew, and search indexes.

Values are computed by the same functions as in daily writing, row by row, so there is one meaning of a formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from engine import search
from engine.clock import Clock
from engine.collation import collation_key
from engine.compiled import CompiledApp, CompiledEntity
from engine.principal import SYSTEM
from engine.records import rollups, serials
from engine.runtime import Runtime, WriteSession
from engine.storage.database import Database
from engine.storage.operations import CarrySeries, ComputeField, IndexSearch, Operation, OrderTexts

BATCH = 500
"""Rows read at a time."""


def fill(
    database: Database, connection: sa.Connection, app: CompiledApp, operations: Sequence[Operation], clock: Clock
) -> None:
    """Compute and index what `operations` ask for, in the transaction of `connection`."""
    now = clock.now()
    today = now.astimezone(app.zone).date()
    runtime = Runtime(database, clock=clock)
    session = WriteSession(runtime, app, {}, SYSTEM, connection, now, today, app.language(SYSTEM.language))
    for one in operations:
        if isinstance(one, CarrySeries):
            serials.carry(connection, app.entities[one.entity].fields[one.field].lineage, serials.period(one.reset, today))
        elif isinstance(one, OrderTexts):
            order(connection, app.entities[one.entity], one.fields)
    for name in dict.fromkeys(one.entity for one in operations if isinstance(one, ComputeField)):
        compute(session, app.entities[name])
    for name in dict.fromkeys(one.entity for one in operations if isinstance(one, IndexSearch)):
        index(connection, app.entities[name])


def compute(session: WriteSession, entity: CompiledEntity) -> None:
    """Compute the stored formulas and roll-ups of all rows of `entity`, and what follows from them elsewhere."""
    for rows in _batches(session.connection, entity, (), sa.true()):
        rollups.refresh(session, [(entity.name, row[0]) for row in rows])


def order(connection: sa.Connection, entity: CompiledEntity, names: Sequence[str]) -> None:
    """Store what the texts `names` of all rows sort by, those in the trash too."""
    ordered, keys = zip(*(pair for pair in entity.groups.ordered if pair[0] in names), strict=True)
    changed = entity.table.update().where(entity.table.c.id == sa.bindparam("lw_record")).values(
        {key: sa.bindparam(f"lw_{key}") for key in keys}
    )
    for rows in _batches(connection, entity, ordered, sa.true()):
        connection.execute(changed, [
            {"lw_record": row[0]} | {f"lw_{key}": value and collation_key(value) for key, value in zip(keys, row[1:], strict=True)}
            for row in rows
        ])


def index(connection: sa.Connection, entity: CompiledEntity) -> None:
    """Put all rows of `entity` that are not in the trash into its search index."""
    for rows in _batches(connection, entity, entity.search, entity.table.c.archived_at.is_(None)):
        found = [(row[0], dict(zip(entity.search, row[1:], strict=True))) for row in rows]
        search.index_rows(connection, entity, found)


def _batches(
    connection: sa.Connection, entity: CompiledEntity, names: Sequence[str], condition: sa.ColumnElement[bool]
) -> Iterator[Sequence[sa.Row[Any]]]:
    """Rows in the order of their ids: id, then the named fields."""
    key = entity.table.c.id
    columns = [entity.fields[name].column for name in names]
    query = sa.select(key, *[column for column in columns if column is not None])
    query = query.where(condition).order_by(key).limit(BATCH)
    last = 0
    while rows := connection.execute(query.where(key > last)).all():
        yield rows
        last = rows[-1][0]
