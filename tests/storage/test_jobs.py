"""Jobs: leases, fences, retries, death; events that become jobs; the daily tick."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import daily, files, jobs, outbox
from engine.accounts import attempts
from engine.clock import FixedClock
from engine.failpoints import VARIABLE, FailpointError
from engine.jobs import LEASE, MOST_ATTEMPTS, Job, Worker, enqueue
from engine.principal import SYSTEM
from engine.refusals import Message, Refused
from engine.runtime import Runtime, WriteSession
from engine.storage import platform
from engine.storage.database import Unreachable


class Handled:
    """Notes the jobs it was given; fails the first `failures` times."""

    def __init__(self, failures: int = 0) -> None:
        self.jobs: list[Job] = []
        self.failures = failures

    def __call__(self, runtime: Runtime, job: Job) -> None:
        self.jobs.append(job)
        if len(self.jobs) <= self.failures:
            raise ValueError("not today")


def put(runtime: Runtime, kind: str = "mail", **payload: object) -> int | None:
    return runtime.writing(SYSTEM, lambda session: enqueue(session, kind, payload))


def states(runtime: Runtime) -> list[str]:
    with runtime.database.read() as connection:
        return list(connection.execute(sa.select(platform.job.c.state).order_by(platform.job.c.id)).scalars())


def test_a_job_runs_once(runtime: Runtime) -> None:
    put(runtime, to="amy")
    handled = Handled()
    worker = Worker(runtime, {"mail": handled})
    assert worker.run_once()
    assert not worker.run_once()
    (job,) = handled.jobs
    assert (job.kind, job.payload, job.attempts) == ("mail", {"to": "amy"}, 1)
    assert states(runtime) == ["done"]


def test_a_job_waits_for_its_time(runtime: Runtime, clock: FixedClock) -> None:
    later = clock.now() + timedelta(hours=1)
    runtime.writing(SYSTEM, lambda session: enqueue(session, "mail", {}, run_at=later))
    worker = Worker(runtime, {"mail": Handled()})
    assert not worker.run_once()
    clock.advance(timedelta(hours=1))
    assert worker.run_once()


def test_a_unique_key_is_stored_once(runtime: Runtime) -> None:
    def unit(session: WriteSession) -> list[int | None]:
        return [enqueue(session, "mail", {}, unique_key="k") for _ in range(2)]

    first, second = runtime.writing(SYSTEM, unit)
    assert first is not None
    assert second is None


def test_other_kinds_are_left_alone(runtime: Runtime) -> None:
    put(runtime, kind="chat")
    assert not Worker(runtime, {"mail": Handled()}).run_once()
    assert states(runtime) == ["ready"]


def test_a_failing_job_is_tried_again_later(runtime: Runtime, clock: FixedClock) -> None:
    put(runtime)
    handled = Handled(failures=2)
    worker = Worker(runtime, {"mail": handled})
    assert worker.run_due() == 1
    with runtime.database.read() as connection:
        error = connection.execute(sa.select(platform.job.c.error)).scalar_one()
    assert "ValueError: not today" in error
    clock.advance(timedelta(minutes=5))
    assert worker.run_due() == 1
    clock.advance(timedelta(minutes=5))
    assert worker.run_due() == 1
    assert states(runtime) == ["done"]
    assert [job.attempts for job in handled.jobs] == [1, 2, 3]


def test_a_job_that_always_fails_dies(runtime: Runtime, clock: FixedClock) -> None:
    put(runtime)
    handled = Handled(failures=100)
    worker = Worker(runtime, {"mail": handled})
    for _ in range(MOST_ATTEMPTS + 3):
        worker.run_due()
        clock.advance(timedelta(hours=2))
    assert len(handled.jobs) == MOST_ATTEMPTS
    assert states(runtime) == ["dead"]


def test_a_dead_worker_is_followed_by_another(
    runtime: Runtime, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(runtime)
    handled = Handled()
    worker = Worker(runtime, {"mail": handled})
    monkeypatch.setenv(VARIABLE, "jobs.claimed=error")
    with pytest.raises(FailpointError):
        worker.run_once()
    monkeypatch.delenv(VARIABLE)
    assert not worker.run_once()
    clock.advance(LEASE + timedelta(seconds=1))
    assert worker.run_once()
    assert [job.fence for job in handled.jobs] == [2]


def test_a_job_that_kills_its_workers_dies(
    runtime: Runtime, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(runtime)
    worker = Worker(runtime, {"mail": Handled()})
    monkeypatch.setenv(VARIABLE, "jobs.claimed=error")
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(FailpointError):
            worker.run_once()
        clock.advance(LEASE + timedelta(seconds=1))
    assert not worker.run_once()
    assert states(runtime) == ["dead"]


def test_a_worker_that_was_given_up_cannot_speak(runtime: Runtime, clock: FixedClock) -> None:
    put(runtime)
    taken: list[str] = []

    def slow(runtime: Runtime, job: Job) -> None:
        clock.advance(LEASE + timedelta(seconds=1))
        assert Worker(runtime, {"mail": Handled()}).run_once()
        with pytest.raises(Refused):
            runtime.writing(SYSTEM, lambda session: job.complete(session))
        taken.append("refused")

    assert Worker(runtime, {"mail": slow}).run_once()
    assert taken == ["refused"]
    assert states(runtime) == ["done"]


def test_a_job_may_end_in_its_own_write(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies right after the handler's unit leaves nothing to be done again."""
    put(runtime)

    def handler(runtime: Runtime, job: Job) -> None:
        def unit(session: WriteSession) -> None:
            session.emit("sent", None, None, {})
            job.complete(session)

        runtime.writing(SYSTEM, unit)

    monkeypatch.setenv(VARIABLE, "jobs.handled=error")
    with pytest.raises(FailpointError):
        Worker(runtime, {"mail": handler}).run_once()
    assert states(runtime) == ["done"]


WORKER = """
import sys
from engine.jobs import Worker
from engine.runtime import Runtime
from engine.storage.database import Database
Worker(Runtime(Database(sys.argv[1])), {"mail": lambda runtime, job: print("sent")}).run_once()
"""


def test_kill_of_a_worker(runtime: Runtime, clock: FixedClock) -> None:
    put(runtime)
    url = runtime.database.url.render_as_string(hide_password=False)
    environment = {**os.environ, VARIABLE: "jobs.handled=kill"}
    command = [sys.executable, "-c", WORKER, url]
    result = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    assert result.returncode == -signal.SIGKILL, result.stderr
    assert states(runtime) == ["running"]
    clock.advance(timedelta(days=3650))
    assert Worker(runtime, {"mail": Handled()}).run_once()
    assert states(runtime) == ["done"]


def test_events_reach_each_handler_on_its_own(runtime: Runtime, clock: FixedClock) -> None:
    seen: list[tuple[str, outbox.Event]] = []
    failures = [1]

    def notify(runtime: Runtime, event: outbox.Event) -> None:
        seen.append(("notify", event))

    def index(runtime: Runtime, event: outbox.Event) -> None:
        if failures:
            failures.pop()
            raise ValueError
        seen.append(("index", event))

    handlers: outbox.Handlers = {"created": {"notify": notify, "index": index}}
    runtime.writing(SYSTEM, lambda session: session.emit("created", "customer", 7, {"name": "Acme"}))
    runtime.writing(SYSTEM, lambda session: session.emit("ignored", None, None, {}))
    assert outbox.dispatch(runtime, handlers) == 2
    assert outbox.dispatch(runtime, handlers) == 0
    worker = Worker(runtime, outbox.job_handlers(handlers))
    worker.run_due()
    clock.advance(timedelta(minutes=1))
    worker.run_due()
    assert [name for name, _ in seen] == ["notify", "index"]
    assert seen[0][1] == seen[1][1]
    assert (seen[0][1].record, seen[0][1].payload) == (7, {"name": "Acme"})


def test_a_day_makes_its_jobs_once(runtime: Runtime, clock: FixedClock) -> None:
    ticks = [daily.DailyTick(runtime, ["daily.moves", daily.HOUSEKEEPING]) for _ in range(2)]
    for tick in ticks:
        tick()
    moves = Handled()
    worker = Worker(runtime, {"daily.moves": moves, daily.HOUSEKEEPING: daily.housekeeping})
    assert worker.run_due() == 2
    clock.advance(timedelta(hours=15))
    for tick in ticks:
        tick()
    assert worker.run_due() == 2
    assert [job.payload["date"] for job in moves.jobs] == ["2026-03-02", "2026-03-03"]


def test_housekeeping_forgets_what_is_old(runtime: Runtime, clock: FixedClock) -> None:
    runtime.writing(SYSTEM, lambda session: 1, key="old")
    upload = runtime.writing(SYSTEM, lambda session: files.register(session, runtime.files.put([b"x"]), "x.txt"))
    with runtime.database.write() as connection:
        attempts.count_attempt(connection, "amy", "1.2.3.4", clock.now())
    put(runtime)
    Worker(runtime, {"mail": Handled()}).run_due()
    clock.advance(timedelta(days=8))
    runtime.writing(SYSTEM, lambda session: 1, key="new")
    job = Job(0, daily.HOUSEKEEPING, {}, 1, 1)
    daily.housekeeping(runtime, job)
    with runtime.database.read() as connection:
        assert list(connection.execute(sa.select(platform.idempotency.c.key)).scalars()) == ["new"]
        assert files.find(connection, upload) is None
        assert connection.execute(sa.select(platform.attempt.c.key)).first() is None
    assert states(runtime) == []


def test_jobs_and_their_write_are_one(runtime: Runtime) -> None:
    def unit(session: WriteSession) -> None:
        jobs.enqueue(session, "mail", {})
        raise KeyError

    with pytest.raises(KeyError):
        runtime.writing(SYSTEM, unit)
    assert states(runtime) == []


def test_a_worker_outlives_what_fails_around_its_jobs(runtime: Runtime) -> None:
    """The database is away for two looks at the queue; then the job is done (R15, F25)."""
    put(runtime)
    stop, looks = threading.Event(), []

    def away() -> None:
        looks.append(len(looks))
        if len(looks) <= 2:
            raise Unreachable(Message("database_unreachable"))
        if "ready" not in states(runtime):
            stop.set()

    Worker(runtime, {"mail": Handled()}).run_until(stop, pause=0.001, between=away)
    assert states(runtime) == ["done"]


def test_workers_are_behind_when_due_jobs_wait(runtime: Runtime, clock: FixedClock) -> None:
    def late() -> bool:
        with runtime.database.read() as connection:
            return jobs.behind(connection, clock.now())

    put(runtime)
    assert not late()
    clock.advance(jobs.BEHIND + timedelta(seconds=1))
    assert late()
    Worker(runtime, {"mail": Handled()}).run_once()
    assert not late()
