"""What happens once a day, in the application's zone: a job per kind, made by whichever worker sees the new day
first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import files, idempotency, jobs, outbox
from engine.accounts import attempts, invitations, second_factor, sessions
from engine.bulk import exporting, runs
from engine.principal import SYSTEM
from engine.storage.platform import export, file

if TYPE_CHECKING:
    from engine.runtime import Runtime, WriteSession

HOUSEKEEPING = "daily.housekeeping"
"""The job that forgets what is no longer needed."""
KEYS_KEPT = timedelta(days=2)
CONTENTS_KEPT = timedelta(days=1)
"""How long a stored content may wait for the transaction that registers it."""
UPLOADS_KEPT = timedelta(days=2)
"""How long an upload may wait for the form that names it (T71)."""


class DailyTick:
    """Calling it makes today's jobs of all `kinds` where they are not made yet. The payload is `{"date":
    "2026-03-02"}`.

    A day on which no worker ran is not made up for: each kind looks at everything that is due."""

    def __init__(self, runtime: Runtime, kinds: Sequence[str]) -> None:
        self._runtime = runtime
        self._kinds = tuple(kinds)
        self._made: date | None = None

    def __call__(self) -> None:
        with self._runtime.reading(SYSTEM) as session:
            today = session.today
        if today != self._made:
            self._runtime.writing(SYSTEM, self._make)
            self._made = today

    def _make(self, session: WriteSession) -> None:
        day = session.today.isoformat()
        for kind in self._kinds:
            jobs.enqueue(session, kind, {"date": day}, unique_key=f"{kind}.{day}")


def housekeeping(runtime: Runtime, job: jobs.Job) -> None:
    """The handler of `HOUSEKEEPING`: forgets old idempotency keys, ended jobs, dispatched events, sessions, links, counted
    sign-ins, runs over many records and exported files whose time is over, and uploads that no record was given; then sweeps
    contents that no file names."""
    now = runtime.clock.now()

    def unit(session: WriteSession) -> None:
        idempotency.forget(session.connection, now - KEYS_KEPT)
        jobs.forget(session.connection, now - jobs.KEPT)
        outbox.forget(session.connection, now - jobs.KEPT)
        sessions.expire_sessions(session.connection, now)
        second_factor.expire_halfway(session.connection, now)
        invitations.expire_links(session.connection, now)
        attempts.purge_attempts(session.connection, now)
        exporting.forget_files(session.connection, now)
        runs.forget(session.connection, now)
        files.forget_unclaimed(session.connection, now - UPLOADS_KEPT)

    runtime.writing(SYSTEM, unit)
    with runtime.database.read() as connection:
        exported = sa.select(export.c.storage).where(export.c.storage.is_not(None))
        used = connection.execute(sa.union(sa.select(file.c.storage), exported)).scalars().all()
    runtime.files.sweep(used, now - CONTENTS_KEPT)
