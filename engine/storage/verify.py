"""`verify`: proves that a database is whole, or names what is not (command line contract, design section 5).

It reads one snapshot and changes nothing. Each check is a function of its own that yields faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from engine import kept
from engine.clock import Clock, SystemClock
from engine.compile import compile_app
from engine.compiled import CompiledApp
from engine.files import FileStore
from engine.records import rollups
from engine.storage import (
    catalogue,
    releases,
    stored_release,
    verify_copies,
    verify_platform,
    verify_records,
    verify_tables,
)
from engine.storage.database import Database, Unusable
from engine.storage.faults import Fault, fault
from metadata.specs.app import AppSpec

MOST_FAULTS = 1000
"""Faults that are named; a broken database has the same one many times."""


def verify(database: Database, files: FileStore | None = None, clock: Clock | None = None) -> list[Fault]:
    """Every fault of the database, at most `MOST_FAULTS`; none when it is whole. With `files` the contents are read and
    their digests compared. By `clock` (the machine's unless given) it is today."""
    with database.read() as connection:
        found: list[Fault] = []
        for one in _faults(connection, files, (clock or SystemClock()).now()):
            found.append(one)
            if len(found) == MOST_FAULTS:
                break
        return found


def _faults(connection: sa.Connection, files: FileStore | None, now: datetime) -> Iterator[Fault]:
    yield from verify_tables.integrity(connection)
    try:
        running = releases.current(connection).release
        loaded = stored_release.load(connection, running)
        known = catalogue.load(connection)
        missing = list(verify_tables.tables(connection, loaded.app, known))
        with stored_release.compiling(running, loaded.problems):
            app = None if missing else compile_app(loaded.app, known, running)
    except Unusable as unusable:
        yield Fault(unusable.message)
        return
    yield from missing
    if app is not None:
        yield from _records(connection, loaded.app, app, files, now)


def _records(
    connection: sa.Connection, spec: AppSpec, app: CompiledApp, files: FileStore | None, now: datetime
) -> Iterator[Fault]:
    """Checks that read the rows; they need every table to be there."""
    yield from verify_tables.indexes(connection, spec, catalogue.load(connection))
    yield from verify_records.references(connection, app)
    yield from verify_records.children(connection, app)
    yield from verify_records.options(connection, app)
    yield from verify_records.formulas(connection, app, kept.days_that_hold(connection, now.astimezone(app.zone).date()))
    yield from verify_copies.copies(connection, app)
    yield from verify_records.numbers(connection, app)
    yield from verify_records.searches(connection, app)
    yield from verify_records.orders(connection, app)
    yield from _rollups(connection, app)
    yield from verify_platform.files(connection, app, files)
    yield from verify_platform.approvals(connection, app)
    yield from verify_platform.bulks(connection, app)
    yield from verify_platform.members(connection, app)
    yield from verify_platform.history(connection)


def _rollups(connection: sa.Connection, app: CompiledApp) -> Iterator[Fault]:
    for one in rollups.verify_rollups(connection, app):
        where = {"entity": one.entity, "record": one.record, "field": one.field}
        yield fault("fault_rollup", **where, stored=one.stored, computed=one.computed)
