"""Work that is done later, by any worker: at least once, with a lease, a fence and retries.

A worker claims a due job for `LEASE`; when it dies, another claims the job after that. The `fence` is raised with every
claim, and only the holder of the present fence may say how the job ended, so a worker that was given up cannot speak
for the one that took over (F18). A handler that writes says `job.complete(session)` in its own write unit: then the job
ends in the same transaction as its effect, and the effect happens once.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from engine.failpoints import failpoint
from engine.refusals import Message, Refused
from engine.storage.inserting import insert_of
from engine.storage.platform import job
from engine.units import run_unit

if TYPE_CHECKING:
    from engine.runtime import Runtime, WriteSession

T = TypeVar("T")
_log = logging.getLogger("loomwork.worker")

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(hours=1)
LONGEST_PAUSE = 60.0
"""Seconds that a worker waits at most before it looks again after a failure of its own."""
BEHIND = timedelta(minutes=10)
"""How long a due job may wait before the workers count as behind."""
KEPT = timedelta(days=7)
"""How long ended jobs are kept: for their unique keys, and for people who look."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job about to be stored. Of several jobs with one `unique_key` only the first is."""

    kind: str
    payload: Mapping[str, object]
    run_at: datetime
    unique_key: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job; `attempts` counts this one."""

    id: int
    kind: str
    payload: Mapping[str, object]
    attempts: int
    fence: int

    def complete(self, session: WriteSession) -> None:
        """End the job in the transaction of `session`. Raises `Refused` when another worker has taken it over, which
        undoes the unit."""
        if not _end(session.connection, self, {"state": "done"}):
            raise Refused(Message("job_taken_over"))

    def advance(self, session: WriteSession, payload: Mapping[str, object]) -> None:
        """Note in the transaction of `session` how far the job is: whoever claims it after this worker goes on from
        `payload`, and the lease begins anew. Raises `Refused` when another worker has taken it over."""
        values = {"payload": dict(payload), "lease_until": session.runtime.clock.now() + LEASE}
        if not _noted(session.connection, self, values):
            raise Refused(Message("job_taken_over"))


Handler = Callable[["Runtime", Job], None]


def enqueue(
    session: WriteSession, kind: str, payload: Mapping[str, object], run_at: datetime | None = None,
    unique_key: str | None = None,
) -> int | None:
    """Store a job in the session's transaction, to run at `run_at` (default: now). Returns its id, or None when a job
    with that `unique_key` is there already."""
    return add(session.connection, NewJob(kind, payload, run_at or session.now, unique_key))


def add(connection: sa.Connection, new: NewJob) -> int | None:
    """As `enqueue`, in any write transaction."""
    row = {
        "kind": new.kind, "payload": dict(new.payload), "unique_key": new.unique_key, "run_at": new.run_at,
        "state": "ready", "attempts": 0, "fence": 0,
    }
    return connection.execute(insert_of(connection, job).values(row).on_conflict_do_nothing().returning(job.c.id)).scalar()


def forget(connection: sa.Connection, before: datetime) -> int:
    """Delete jobs that ended well and were due before that instant; returns how many. Dead ones are kept for people."""
    return connection.execute(job.delete().where(job.c.state == "done", job.c.run_at < before)).rowcount


def behind(connection: sa.Connection, now: datetime) -> bool:
    """Whether a job has waited longer than `BEHIND` for a worker, or for another after its worker died: none is running,
    or too few."""
    late = now - BEHIND
    waiting = (job.c.state == "ready") & (job.c.run_at < late)
    abandoned = (job.c.state == "running") & (job.c.lease_until < late)
    return connection.execute(sa.select(job.c.id).where(waiting | abandoned).limit(1)).first() is not None


class Worker:
    """Runs due jobs, one at a time. `handlers` by job kind; a job of another kind is left to workers that know it."""

    def __init__(self, runtime: Runtime, handlers: Mapping[str, Handler]) -> None:
        self.runtime = runtime
        self.handlers = dict(handlers)

    def run_once(self) -> bool:
        """Claim and run one due job; whether there was one. What a handler raises is kept with the job, and the job is
        tried again later or, after `MOST_ATTEMPTS`, is dead."""
        claimed = self._in_unit(self._claim)
        if claimed is None:
            return False
        failpoint("jobs.claimed")
        try:
            self.handlers[claimed.kind](self.runtime, claimed)
        except Exception:
            error = traceback.format_exc(limit=-5)[-4000:]
            self._in_unit(lambda connection: self._fail(connection, claimed, error))
        else:
            failpoint("jobs.handled")
            self._in_unit(lambda connection: _end(connection, claimed, {"state": "done"}))
        return True

    def run_due(self, most: int = 1000) -> int:
        """Run jobs until none is due (or `most` were run); returns how many."""
        return next((count for count in range(most) if not self.run_once()), most)

    def run_until(self, stop: threading.Event, pause: float = 1.0, between: Callable[[], object] | None = None) -> None:
        """Run jobs until `stop` is set; `between` is called before each look at the queue, `pause` seconds apart when
        there is nothing to do.

        A failure outside of a handler (the database is away, say) is logged and the work goes on, after a pause that
        doubles up to `LONGEST_PAUSE` while it lasts (R15, F25)."""
        failures = 0
        while not stop.is_set():
            try:
                if between is not None:
                    between()
                idle = not self.run_once()
                failures = 0
            except Exception:
                _log.exception("the worker could not look for jobs; it tries again")
                idle, failures = True, failures + 1
            if idle:
                stop.wait(min(pause * 2 ** min(failures, 10), LONGEST_PAUSE))

    def _in_unit(self, unit: Callable[[sa.Connection], T]) -> T:
        return run_unit(self.runtime.database, unit, self.runtime.clock, self.runtime.randomness)

    def _claim(self, connection: sa.Connection) -> Job | None:
        now = self.runtime.clock.now()
        due = (job.c.state == "ready") & (job.c.run_at <= now)
        abandoned = (job.c.state == "running") & (job.c.lease_until < now)
        known = job.c.kind.in_(sorted(self.handlers))
        query = sa.select(job).where(known, due | abandoned).order_by(job.c.run_at, job.c.id).limit(1)
        row = connection.execute(query.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        claimed = Job(row.id, row.kind, row.payload, row.attempts + 1, row.fence + 1)
        if row.attempts >= MOST_ATTEMPTS:
            connection.execute(job.update().where(job.c.id == row.id).values(state="dead", lease_until=None))
            return self._claim(connection)
        values = {"state": "running", "attempts": claimed.attempts, "fence": claimed.fence, "lease_until": now + LEASE}
        connection.execute(job.update().where(job.c.id == row.id).values(values))
        return claimed

    def _fail(self, connection: sa.Connection, claimed: Job, error: str) -> None:
        dead = claimed.attempts >= MOST_ATTEMPTS
        values: dict[str, object] = {"state": "dead" if dead else "ready", "error": error}
        if not dead:
            delay = min(FIRST_DELAY * 2 ** (claimed.attempts - 1), LONGEST_DELAY)
            values["run_at"] = self.runtime.clock.now() + delay * (0.75 + self.runtime.randomness.fraction() / 2)
        _end(connection, claimed, values)


def _end(connection: sa.Connection, claimed: Job, values: Mapping[str, object]) -> bool:
    """Write how a claimed job ended; False when it is no longer this worker's."""
    return _noted(connection, claimed, {"lease_until": None, **values})


def _noted(connection: sa.Connection, claimed: Job, values: Mapping[str, object]) -> bool:
    mine = (job.c.id == claimed.id) & (job.c.fence == claimed.fence) & (job.c.state == "running")
    return connection.execute(job.update().where(mine).values(**values)).rowcount == 1
