"""The worker: jobs, timers and the outbox, until told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from types import FrameType

from engine import jobs, outbox
from engine.jobs import Handler, NewJob, Worker
from engine.principal import SYSTEM
from engine.runtime import Runtime
from engine.storage.database import Unusable
from workflows.system_moves import daily_moves

DAILY = "daily.moves"
DAILY_AT = time(0, 5)
"""When the daily jobs run, in the application's zone: just after its midnight."""

HANDLERS: Mapping[str, Handler] = {DAILY: daily_moves}
EVENT_HANDLERS: outbox.Handlers = {}
"""Event name -> what is told about it; the built-in packs tell nobody outside yet."""


def work(runtime: Runtime, stop: threading.Event | None = None) -> None:
    """Runs until `stop` is set, or until SIGTERM or Ctrl C when none is given."""
    stopping = stop or _stop_on_signals()
    worker = Worker(runtime, {**HANDLERS, **outbox.job_handlers(EVENT_HANDLERS)})
    worker.run_until(stopping, pause=2.0, between=lambda: _between(runtime))


def in_background(runtime: Runtime) -> threading.Event:
    """Starts the worker in a thread of this process; setting the returned event ends it."""
    stop = threading.Event()
    threading.Thread(target=work, args=(runtime, stop), name="loomwork-worker", daemon=True).start()
    return stop


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, ask)
    return stop


def _between(runtime: Runtime) -> None:
    try:
        schedule_daily(runtime)
        outbox.dispatch(runtime, EVENT_HANDLERS)
    except Unusable:
        return  # the database has no release yet; there is nothing to do until it has


def schedule_daily(runtime: Runtime) -> None:
    """Puts today's daily job into the queue, once however many workers there are (F17)."""
    with runtime.reading(SYSTEM) as session:
        zone, today = session.app.zone, session.today
    due = datetime.combine(today, DAILY_AT, zone)
    if runtime.clock.now() < due:
        due -= timedelta(days=1)
    new = NewJob(DAILY, {}, due, f"{DAILY}.{due.date().isoformat()}")
    runtime.writing(SYSTEM, lambda session: jobs.add(session.connection, new) or 0)
