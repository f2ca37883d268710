"""Formulas that are `kept: daily`: stored as they are today, and brought up to date once a day for the rows that nobody
writes.

A row that is written has its kept formulas of that day in the same statement. The daily job goes over all rows in
batches, each of them one transaction that also says how far it came; it writes only what differs, so doing a batch again
does nothing. What follows in other rows (roll-ups) follows in the same transaction. Kept values are derived: they bump no
revision, write no history and obey no rule. A condition of the system that they make true is tried row by row.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import jobs
from engine.compiled import CompiledApp, CompiledEntity, CompiledField
from engine.failpoints import failpoint
from engine.principal import SYSTEM
from engine.records import rollups
from engine.records.recomputed import recomputed
from engine.records.rollup_routes import Host, chain
from engine.refusals import Refusal
from engine.storage.platform import job as job_table

if TYPE_CHECKING:
    from engine.runtime import Runtime, WriteSession

DAILY_KEPT = "daily.kept"
"""The job that brings kept formulas up to date."""
BATCH = 500
"""Rows looked at in one transaction."""
_log = logging.getLogger("loomwork.worker")


@dataclass(frozen=True, slots=True)
class Position:
    """How far it is: the rows of `entity` up to the id `after` are done, and all entities before it by name."""

    entity: str = ""
    after: int = 0


def daily_kept(runtime: Runtime, job: jobs.Job) -> None:
    """The handler of `DAILY_KEPT`. It goes on where an earlier attempt was stopped."""
    position: Position | None = Position(str(job.payload.get("entity", "")), int(str(job.payload.get("after", 0))))
    while position is not None:
        position = runtime.writing(SYSTEM, lambda session, at=position: _noted_batch(session, at, job))
        failpoint("kept.batch_done")


def bring_all_up_to_date(runtime: Runtime) -> None:
    """The same at once and without a job: after records were written as of another day."""
    position: Position | None = Position()
    while position is not None:
        position = runtime.writing(SYSTEM, lambda session, at=position: _batch(session, at))


def bring_up_to_date(session: WriteSession) -> None:
    """The same for a whole application in one unit: for small ones, in scenarios."""
    position: Position | None = Position()
    while position is not None:
        position = _batch(session, position)


def days_that_hold(connection: sa.Connection, today: date) -> tuple[date, ...]:
    """The days as of which a kept value may lawfully stand, the latest first: today, and, until today's job is done, the
    days back to that of the last one that was."""
    done = sa.select(job_table.c.payload).where(job_table.c.kind == DAILY_KEPT, job_table.c.state == "done")
    ended = [date.fromisoformat(payload["date"]) for payload in connection.execute(done).scalars()]
    oldest = today - jobs.KEPT
    last = min(max([oldest, *ended]), today)
    return tuple(today - timedelta(days=back) for back in range((today - last).days + 1))


def _noted_batch(session: WriteSession, at: Position, job: jobs.Job) -> Position | None:
    reached = _batch(session, at)
    if reached is not None:
        job.advance(session, {**job.payload, "entity": reached.entity, "after": reached.after})
    return reached


def _batch(session: WriteSession, at: Position) -> Position | None:
    """Bring the next rows up to date; where it is then, None at the end."""
    entities = [entity for entity in _entities(session.app) if entity.name >= at.entity]
    if not entities:
        return None
    entity = entities[0]
    key, after = entity.table.c.id, at.after if entity.name == at.entity else 0
    query = sa.select(key).where(key > after).order_by(key).limit(BATCH)
    ids = session.connection.execute(query).scalars().all()
    if not ids:
        return Position(entities[1].name) if len(entities) > 1 else None
    _renew(session, entity, _outdated(session, entity, key.between(ids[0], ids[-1])))
    return Position(entity.name, ids[-1])


def _entities(app: CompiledApp) -> list[CompiledEntity]:
    return [entity for _, entity in sorted(app.entities.items()) if _fields(entity)]


def _fields(entity: CompiledEntity) -> list[CompiledField]:
    return [field for field in entity.fields.values() if field.kept and field.computed == "row"]


def _outdated(session: WriteSession, entity: CompiledEntity, where: sa.ColumnElement[bool]) -> list[int]:
    """The rows in which a kept formula is not what it is today."""
    found: set[int] = set()
    for field in _fields(entity):
        compared = recomputed(session.connection, session.app, entity, field, [session.today], where)
        found |= {id for id, stored, (right,) in compared if field.type.compare(stored, right) != 0}
    return sorted(found)


def _renew(session: WriteSession, entity: CompiledEntity, ids: Sequence[int]) -> None:
    """All at once; where a value no longer fits its field, one by one, and the rows at fault stay as they are."""
    hosts: list[Host] = [(entity.name, id) for id in ids]
    if not hosts:
        return
    if session.connection.dialect.name == "postgresql":
        session.lock_anchors([(session.app.entities[name].lineage, id) for name, id in chain(session, set(hosts))])
    try:
        _renew_together(session, hosts)
    except Refusal:
        for host in hosts:
            try:
                _renew_together(session, [host])
            except Refusal as refusal:
                _log.warning("%s/%s keeps yesterday's formulas: %s", *host, refusal)


def _renew_together(session: WriteSession, hosts: Sequence[Host]) -> None:
    """The values first, which no rule of the record withholds: the day is what it is. Then what the flows make of it, for
    each record by itself."""
    quiet = replace(session, written=[])
    with session.connection.begin_nested():
        rollups.refresh(quiet, hosts)
    for written in quiet.written:
        try:
            session.runtime.part(session, lambda part, one=written: part.wrote(one))
        except Refusal:
            continue
