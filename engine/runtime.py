"""The running application: sessions, the transactions they live in, and the releases compiled in this process.

A request takes one compiled application, that of the release the version row names, and keeps it to its end (law 5).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

import sqlalchemy as sa

from engine import anchors, idempotency, outbox
from engine.clock import Clock, SystemClock
from engine.compile import compile_app
from engine.compiled import CompiledApp
from engine.files import FileStore
from engine.languages import LANGUAGES, Language
from engine.ports import Compiler, FlowPort, NoFlows, Written
from engine.principal import Principal
from engine.randomness import Randomness, SystemRandomness
from engine.records.totals import check_totals
from engine.refusals import Denied, Message
from engine.storage import catalogue, releases, stored_release
from engine.storage.database import Database
from engine.units import run_unit

T = TypeVar("T")

_log = logging.getLogger("loomwork.runtime")

AppLoader = Callable[[int], CompiledApp]
"""The compiled application of a release number."""
Who = Principal | Callable[[sa.Connection, AppLoader], tuple[Principal, CompiledApp]]
"""Who acts: a principal, or a function that reads it together with the version row."""
_KEPT = 3
"""Releases kept compiled: the running one, and those that late requests may still ask for."""


@dataclass(frozen=True, slots=True)
class Application:
    """A compiled release: the engine's half, and what the packages above made of the same spec, by name."""

    app: CompiledApp
    parts: Mapping[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class ReadSession:
    """One snapshot, one principal, one compiled application. `now` is a UTC instant, `today` the date in the
    application's zone; `parts` are the halves compiled by workflows, forms and reports."""

    runtime: Runtime
    app: CompiledApp
    parts: Mapping[str, object]
    principal: Principal
    connection: sa.Connection
    now: datetime
    today: date
    language: Language


@dataclass(frozen=True, slots=True, eq=False)
class WriteSession(ReadSession):
    """A session that may write. `written` collects what the unit wrote, for the flows' word before the commit."""

    written: list[Written] = field(default_factory=list)

    def wrote(self, written: Written) -> None:
        """Note that a record was written; the flows are told before the unit commits."""
        self.written.append(written)

    def emit(self, event: str, entity: str | None, record: int | None, payload: Mapping[str, object]) -> None:
        """Put an event into the outbox, in this transaction; its handlers run after the commit, at least once."""
        lineage = self.app.entities[entity].lineage if entity else None
        outbox.add(self.connection, outbox.NewEvent(event, lineage, record, payload, self.now))

    def emit_all(self, event: str, entity: str, payloads: Mapping[int, Mapping[str, object]]) -> None:
        """As `emit`, for many records of an entity; payloads by their ids."""
        lineage = self.app.entities[entity].lineage
        outbox.add_all(self.connection, [outbox.NewEvent(event, lineage, id, own, self.now) for id, own in payloads.items()])

    def lock_anchors(self, wanted: Sequence[tuple[int, int | str]]) -> None:
        """Lock what stands for rules over several rows, before reading them (law 15). Each is (entity lineage, key): an
        int key locks that record's row, a text key the rule's own anchor."""
        anchors.lock(self.connection, self.app, wanted)

    def touch_access(self) -> None:
        """Make every process load principals anew with their next request (roles, people or departments changed)."""
        releases.touch_access(self.connection)

    def acting_as(self, principal: Principal) -> WriteSession:
        """The same unit under another principal (the flow's own moves act as the system)."""
        return WriteSession(
            self.runtime, self.app, self.parts, principal, self.connection, self.now, self.today,
            self.language, self.written,
        )


class Runtime:
    """One per process. `flows` is the flows' word on records; `compilers` make the parts of packages above the engine.

    Thread-safe: sessions are opened by many threads at once.
    """

    def __init__(
        self,
        database: Database,
        files: FileStore | None = None,
        flows: FlowPort | None = None,
        compilers: Mapping[str, Compiler] | None = None,
        clock: Clock | None = None,
        randomness: Randomness | None = None,
    ) -> None:
        self.database = database
        self._files = files
        self.flows: FlowPort = flows or NoFlows()
        self.clock: Clock = clock or SystemClock()
        self.randomness: Randomness = randomness or SystemRandomness()
        self.compilers: Mapping[str, Compiler] = dict(compilers or {})
        self._applications: Mapping[int, Application] = {}
        self._loading = threading.Lock()

    @property
    def files(self) -> FileStore:
        """Where contents of files lie. A runtime that only changes tables is made without."""
        if self._files is None:
            raise RuntimeError("this runtime has no file store")
        return self._files

    @property
    def spoken(self) -> tuple[Language, ...]:
        """The languages of the application that this process served last, for who is not signed in yet."""
        latest = max(self._applications, default=None)
        return LANGUAGES if latest is None else tuple(self._applications[latest].app.spoken.values())

    @contextmanager
    def reading(self, who: Who) -> Iterator[ReadSession]:
        """A session on one snapshot. Raises `Unusable` when the database has no release."""
        with self.database.read() as connection:
            version = releases.current(connection) if isinstance(who, Principal) else None
            yield ReadSession(*self._context(connection, who, version))

    def writing(self, who: Who, unit: Callable[[WriteSession], T], key: str | None = None, request: str = "") -> T:
        """Run `unit` in one transaction and commit; returns what it returns.

        Runs again from its start when another writer was in the way; raises `Busy` after six runs. A `Refusal` undoes
        everything; whoever sees the pages as somebody else is refused (`Denied`). With the idempotency `key` a second call of
        the same principal returns the first result (which must be a JSON value) without running `unit`; raises `Refused` when
        `request`, a digest of what is asked, is another than then. A connection lost on the way is tried again under the key;
        without one nobody can know whether the commit arrived, and `Unreachable` is raised.
        """

        def run(connection: sa.Connection) -> T:
            version = self._version(connection, who)
            session = WriteSession(*self._context(connection, who, version))
            if session.principal.viewer_id is not None:
                raise Denied(Message("viewing_only"))
            if key is None:
                return self._complete(session, unit)
            return idempotency.once(session, key, request, lambda: self._complete(session, unit))

        return run_unit(self.database, run, self.clock, self.randomness, repeatable=key is not None)

    def part(self, session: WriteSession, unit: Callable[[WriteSession], T]) -> T:
        """Run `unit` as a part of the unit of `session` that is complete in itself: a `Refusal`, also of what follows from
        its writes, undoes this part only and is passed on."""
        with session.connection.begin_nested():
            return self._complete(replace(session, written=[]), unit)

    def application(self, connection: sa.Connection, release: int) -> Application:
        """The compiled application of `release`, compiled once in this process."""
        found = self._applications.get(release)
        if found is not None:
            return found
        with self._loading:
            if release not in self._applications:
                latest = sorted({*self._applications, release})[-_KEPT:]
                grown = {**self._applications, release: self._compile(connection, release)}
                self._applications = {number: grown[number] for number in {*latest, release}}
            return self._applications[release]

    def _version(self, connection: sa.Connection, who: Who) -> releases.Version | None:
        """The version row of a write unit, held where writers are several; whoever reads it by itself reads it alone."""
        if self.database.dialect == "sqlite" and not isinstance(who, Principal):
            return None
        return releases.enter_gate(connection)

    def _complete(self, session: WriteSession, unit: Callable[[WriteSession], T]) -> T:
        result = unit(session)
        if session.written:
            self.flows.after_writes(session, tuple(session.written))
            check_totals(session)
        return result

    def _context(
        self, connection: sa.Connection, who: Who, version: releases.Version | None
    ) -> tuple[Runtime, CompiledApp, Mapping[str, object], Principal, sa.Connection, datetime, date, Language]:
        now = self.clock.now()
        if isinstance(who, Principal):
            assert version is not None
            principal, app = who, self.application(connection, version.release).app
        else:
            principal, app = who(connection, lambda release: self.application(connection, release).app)
        parts = self.application(connection, app.release).parts
        return self, app, parts, principal, connection, now, now.astimezone(app.zone).date(), app.language(principal.language)

    def _compile(self, connection: sa.Connection, release: int) -> Application:
        loaded = stored_release.load(connection, release)
        for problem in loaded.errors:
            _log.warning("release %s runs with what would be refused today: %s", release, problem.line("en"))
        spec = loaded.app
        with stored_release.compiling(release, loaded.problems):
            app = compile_app(spec, catalogue.load(connection), release)
            return Application(app, {name: make(spec, app) for name, make in self.compilers.items()})
