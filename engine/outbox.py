"""Effects leave after the commit, from rows written in the same transaction (law 3).

A dispatcher turns each event into one job per handler of it, once; a job then runs at least once, apart from the
others, with its own retries. A handler that must act once gives the event's `id` along (it never changes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import jobs
from engine.storage.platform import outbox
from engine.units import run_unit

if TYPE_CHECKING:
    from engine.runtime import Runtime

BATCH = 100
_KIND = "event."
_INSERT = outbox.insert()


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event about to be stored; `entity` is the lineage number."""

    event: str
    entity: int | None
    record: int | None
    payload: Mapping[str, object]
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and was committed. `id` is the same at every delivery; `entity` the lineage number."""

    id: int
    event: str
    entity: int | None
    record: int | None
    payload: Mapping[str, object]
    at: datetime


Handler = Callable[["Runtime", Event], None]
Handlers = Mapping[str, Mapping[str, Handler]]
"""Event name -> handlers by a name of their own, which is kept in the job and must not change."""


def add(connection: sa.Connection, event: NewEvent) -> None:
    """Store an event in the caller's transaction."""
    add_all(connection, [event])


def add_all(connection: sa.Connection, events: Sequence[NewEvent]) -> None:
    """As `add`, for many events."""
    connection.execute(_INSERT, [
        {
            "event": event.event, "entity_id": event.entity, "record_id": event.record, "payload": dict(event.payload),
            "at": event.at,
        }
        for event in events
    ])


def dispatch(runtime: Runtime, handlers: Handlers) -> int:
    """Turn waiting events into jobs, in one transaction; returns how many events. Any number of processes may do
    this."""

    def unit(connection: sa.Connection) -> int:
        events = _waiting(connection)
        now = runtime.clock.now()
        for event in events:
            for name in handlers.get(event.event, {}):
                new = jobs.NewJob(job_kind(event.event, name), {"event": event.id}, now, f"event.{event.id}.{name}")
                jobs.add(connection, new)
        done = [event.id for event in events]
        connection.execute(outbox.update().where(outbox.c.id.in_(done)).values(done_at=now))
        return len(events)

    return run_unit(runtime.database, unit, runtime.clock, runtime.randomness)


def job_handlers(handlers: Handlers) -> dict[str, jobs.Handler]:
    """The job handlers that run `handlers`, for a `Worker`."""
    return {
        job_kind(event, name): _as_job(handler)
        for event, by_name in handlers.items() for name, handler in by_name.items()
    }


def job_kind(event: str, handler: str) -> str:
    """The kind of the jobs that bring `event` to `handler`."""
    return f"{_KIND}{event}.{handler}"


def forget(connection: sa.Connection, before: datetime) -> int:
    """Delete events dispatched before that instant; returns how many."""
    return connection.execute(outbox.delete().where(outbox.c.done_at < before)).rowcount


def _as_job(handler: Handler) -> jobs.Handler:
    def run(runtime: Runtime, job: jobs.Job) -> None:
        with runtime.database.read() as connection:
            found = _events(connection, outbox.c.id == job.payload["event"])
        for event in found:
            handler(runtime, event)

    return run


def _waiting(connection: sa.Connection) -> Sequence[Event]:
    """The oldest open events, each given to one dispatcher only."""
    columns = (outbox.c.id, outbox.c.event, outbox.c.entity_id, outbox.c.record_id, outbox.c.payload, outbox.c.at)
    query = sa.select(*columns).where(outbox.c.done_at.is_(None)).order_by(outbox.c.id).limit(BATCH)
    return [Event(*row) for row in connection.execute(query.with_for_update(skip_locked=True))]


def _events(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Sequence[Event]:
    columns = (outbox.c.id, outbox.c.event, outbox.c.entity_id, outbox.c.record_id, outbox.c.payload, outbox.c.at)
    return [Event(*row) for row in connection.execute(sa.select(*columns).where(condition))]
