"""The worker: jobs, timers and the outbox, until told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from types import FrameType

from engine import outbox
from engine.bulk import BULK, EXPORTING, export_handler
from engine.bulk import handler as bulk_handler
from engine.daily import HOUSEKEEPING, DailyTick, housekeeping
from engine.jobs import Handler, Worker
from engine.kept import DAILY_KEPT, daily_kept
from engine.runtime import Runtime
from engine.storage.database import Unusable
from web.bulk_port import ListsAndFlows
from web.export_port import ListExports
from workflows import following
from workflows.system_moves import daily_moves

DAILY_MOVES = "daily.moves"
"""The job in which moves of the system that only the calendar makes true are tried."""

DAILY: Mapping[str, Handler] = {DAILY_KEPT: daily_kept, HOUSEKEEPING: housekeeping, DAILY_MOVES: daily_moves}
"""Jobs that each day makes by itself."""
HANDLERS: Mapping[str, Handler] = {**DAILY, BULK: bulk_handler(ListsAndFlows()), EXPORTING: export_handler(ListExports())}
EVENT_HANDLERS: outbox.Handlers = following.HANDLERS
"""Event name -> what is told about it; the built-in packs tell nobody outside yet."""


def work(runtime: Runtime, stop: threading.Event | None = None) -> None:
    """Runs until `stop` is set, or until SIGTERM or Ctrl C when none is given."""
    stopping = stop or _stop_on_signals()
    worker = Worker(runtime, {**HANDLERS, **outbox.job_handlers(EVENT_HANDLERS)})
    tick = DailyTick(runtime, tuple(DAILY))
    worker.run_until(stopping, pause=2.0, between=lambda: _between(runtime, tick))


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


def _between(runtime: Runtime, tick: DailyTick) -> None:
    try:
        tick()
        outbox.dispatch(runtime, EVENT_HANDLERS)
    except Unusable:
        return  # the database has no release yet; there is nothing to do until it has
