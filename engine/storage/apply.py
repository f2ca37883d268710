"""Puts a declaration into force: tables, catalogue, computed values and release in one transaction (law 16).

What only adds is done; what would lose or convert stored values is refused with a reason for each place. Until the
commit nobody sees anything of it, and a failure at any point leaves the database as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from engine import recompute
from engine.clock import Clock
from engine.compile import compile_app
from engine.failpoints import failpoint
from engine.ports import Compiler, FlowPort, NoFlows
from engine.randomness import SystemRandomness
from engine.refusals import Message, Refused
from engine.storage import catalogue, releases, schema, stored_release
from engine.storage.database import Database, Unusable
from engine.storage.ddl import Builder, read_live
from engine.storage.diff import Difference, diff, recurrencied, withdrawn_roles
from engine.storage.obstacles import ChangeRefused
from engine.storage.operations import Operation
from engine.storage.registry import describe, register
from engine.storage.stored_release import UNCOMPILABLE
from engine.units import run_unit
from metadata.specs.app import AppSpec

FAILPOINTS = (
    "apply.after_schema", "apply.after_names", "apply.after_tables", "apply.after_indexes", "apply.after_search",
    "apply.after_catalogue", "apply.after_values", "apply.after_release",
)
"""Where a test can make `apply` fail, in order."""


@dataclass(frozen=True, slots=True)
class Applied:
    """`release` is running now; `operations` are the changes made, `changed` whether a new release came of it."""

    release: int
    operations: tuple[Operation, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class Publication:
    """Who publishes, with what note; `allow` names what may vanish from the files (`park:lead.fax`); `compilers` make the
    halves that have to be there before the release may run; `flows` speak for what runs under the release before."""

    author: str
    note: str = ""
    allow: tuple[str, ...] = ()
    compilers: tuple[Compiler, ...] = ()
    flows: FlowPort = field(default_factory=NoFlows)


def apply(
    database: Database, spec: AppSpec, author: str, note: str, clock: Clock, allow: Sequence[str] = (),
    compilers: Iterable[Compiler] = (), flows: FlowPort | None = None,
) -> Applied:
    """Make `spec` the running release of `database`, creating the platform's tables where they are missing.

    `allow` names what may vanish from the files (`park:lead.fax`), `compilers` make the other packages' halves of the
    application: all of it is compiled before the commit. `flows` tell what running approvals need, and follow. Nothing
    is done when `spec` is running already. Raises `ChangeRefused` for changes that would lose or convert data, `Refused`
    for a declaration that passes its checks and cannot be compiled, and `Unusable` for a newer database; the database is
    unchanged then.
    """
    publication = Publication(author, note, tuple(allow), tuple(compilers), flows or NoFlows())

    def unit(connection: sa.Connection) -> Applied:
        return _apply(database, connection, spec, publication, clock)

    return run_unit(database, unit, clock, SystemRandomness())


def compare(
    database: Database, spec: AppSpec, allow: Sequence[str] = (), flows: FlowPort | None = None
) -> Difference:
    """What `apply` would do, without doing it. The database must have the platform's tables."""
    with database.read() as connection:
        return _compare(connection, spec, allow, flows or NoFlows())


def _apply(
    database: Database, connection: sa.Connection, spec: AppSpec, publication: Publication, clock: Clock
) -> Applied:
    schema.ensure(connection)
    releases.close_gate(connection)
    failpoint("apply.after_schema")
    running = releases.running(connection)
    difference = _compare(connection, spec, publication.allow, publication.flows)
    if difference.problems:
        raise ChangeRefused(difference.problems)
    if running is not None and running.digest == spec.digest and not difference.operations:
        return Applied(running.id, (), changed=False)
    with _compiling():
        _change(connection, spec, difference.operations, publication.flows)
        release = _release(connection, spec, publication, clock)
        app = compile_app(spec, catalogue.load(connection), release)
        for compiler in publication.compilers:
            compiler(spec, app)
        recompute.fill(database, connection, app, difference.operations, clock)
    failpoint("apply.after_values")
    releases.switch(connection, release)
    failpoint("apply.after_release")
    return Applied(release, difference.operations, changed=True)


@contextmanager
def _compiling() -> Iterator[None]:
    """What checks let through and the compiler cannot make is a fault of ours, told plainly; nothing is changed."""
    try:
        yield
    except UNCOMPILABLE as error:
        reason = f"{type(error).__name__}: {error}"
        raise Refused(Message("release_uncompilable", {"reason": reason[:300]})) from error


def _compare(connection: sa.Connection, spec: AppSpec, allow: Sequence[str], flows: FlowPort) -> Difference:
    known = catalogue.load(connection)
    vanished = set(known.entities) - set(spec.entities)
    running = _running(connection, spec)
    money = frozenset(recurrencied(running, spec)) if running else frozenset[tuple[str, str]]()
    roles = frozenset(withdrawn_roles(running, spec)) if running else frozenset[str]()
    found = diff(spec, known, read_live(connection, known, vanished, running, money, roles), allow)
    return replace(found, problems=(*found.problems, *flows.obstacles(connection, spec, known, found.operations)))


def _running(connection: sa.Connection, spec: AppSpec) -> AppSpec | None:
    """What the running release declares, where it is another than `spec`; None too where it can no longer be read."""
    running = releases.running(connection)
    if running is None or running.digest == spec.digest:
        return None
    try:
        return stored_release.load(connection, running.id).app
    except Unusable:
        return None


def _change(
    connection: sa.Connection, spec: AppSpec, operations: tuple[Operation, ...], flows: FlowPort
) -> None:
    known = register(connection, spec, operations)
    failpoint("apply.after_names")
    builder = Builder(connection, spec, known)
    builder.change_tables(operations)
    failpoint("apply.after_tables")
    builder.change_indexes(operations)
    failpoint("apply.after_indexes")
    builder.change_search(operations)
    failpoint("apply.after_search")
    describe(connection, spec, known)
    flows.follow(connection, spec, known, operations)
    failpoint("apply.after_catalogue")


def _release(connection: sa.Connection, spec: AppSpec, publication: Publication, clock: Clock) -> int:
    info = releases.Release(0, spec.digest, publication.author[:120], clock.now(), publication.note)
    return releases.add(connection, info, spec.files)
