"""Exports that take long: a run whose file a worker makes. Rows are read in one snapshot, with the rights of whoever began it;
where rights or the application change meanwhile it is read anew, so a file never holds what its owner may not have. The file
belongs to the run and to that person alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import sqlalchemy as sa

from engine import access
from engine.accounts.principals import PersonGone, acting
from engine.bulk.actions import Action
from engine.bulk.runs import EXPORT, find, new_run
from engine.failpoints import failpoint
from engine.files import Content, clean_name
from engine.jobs import Handler, Job
from engine.languages import InLanguages
from engine.principal import SYSTEM
from engine.refusals import Denied, Message, NotFound, Refusal, Refused
from engine.saved_views import lasting_pairs, present_pairs
from engine.storage import releases
from engine.storage.platform import bulk, export

if TYPE_CHECKING:
    from engine.runtime import ReadSession, Runtime, WriteSession

EXPORTING = "export"
"""The kind of job that makes the file of a run."""
MOST_EXPORTED = 100_000
"""Rows of one file."""
FILES_KEPT = timedelta(days=7)
"""How long the file of an export is kept."""
_MOST_READINGS = 5
Format = Literal["csv", "xlsx"]
FORMATS: Mapping[str, Format] = {"csv": "csv", "xlsx": "xlsx"}
Pairs = Sequence[tuple[str, str]]


class ExportPort(Protocol):
    """What is asked of the packages above the engine."""

    def export(
        self, session: ReadSession, entity: str, parameters: Pairs, ids: Sequence[int], form: Format, path: Path,
        progress: Callable[[int], None],
    ) -> str:
        """Write to `path` the rows that the list of these parameters shows, or those of them with these `ids`; tell `progress` how
        many are written, from time to time. Returns what the file is called. Raises `NotFound` for a list that is not there (any
        more)."""
        ...

    def exported(self, session: WriteSession, run: int, person: int) -> None:
        """Tell the person that their export has ended."""
        ...


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export came to. `parameters` are those of its list (None when its entity is no more), `ids` the records where they
    were named; `storage` names the content for whom the file belongs to, None when there is none (any more)."""

    form: Format
    parameters: Pairs | None
    ids: Sequence[int]
    name: str
    storage: str | None
    size: int
    reason: dict[str, str] | None


class _Changed(Exception):
    """Rights or the application changed while rows were read."""


class _Stopped(Exception):
    """The run has ended meanwhile."""


def start_export(s: WriteSession, entity: str, form: Format, parameters: Pairs, ids: Sequence[int], total: int) -> int:
    """Keep an export of the list of these parameters for a worker; `total` is how many rows there are now. Returns the run's number.
    Raises `Denied` without the right, `Refused` for too many rows."""
    if total > MOST_EXPORTED:
        raise Refused(Message("export_too_many", {"limit": MOST_EXPORTED}))
    run = _kept(s, entity, form, parameters, ids)
    s.connection.execute(export.insert().values(bulk_id=run, total=total, done=0))
    return run


def keep_done(s: WriteSession, entity: str, form: Format, parameters: Pairs, ids: Sequence[int], total: int) -> int:
    """Note an export of `total` rows that was made at once, without its file. Returns the run's number. Raises `Denied` without
    the right."""
    run = _kept(s, entity, form, parameters, ids, done=True)
    s.connection.execute(export.insert().values(bulk_id=run, total=total, done=total))
    return run


def exported(s: ReadSession, id: int) -> Exported | None:
    """What the run came to; None for one that exports nothing. Raises `NotFound` for one that may not be read."""
    run = find(s, id)
    asked = _row(s.connection, id)
    if asked is None:
        return None
    parameters = present_pairs(s, run.entity, asked.listed) if run.entity is not None else None
    mine = s.principal.user_id == run.owner
    return Exported(
        asked.content["form"], parameters, tuple(asked.content["ids"]), asked.name or "", asked.storage if mine else None,
        asked.size or 0, asked.reason,
    )


def forget_files(connection: sa.Connection, now: datetime) -> int:
    """Let go of the files of exports that ended longer ago than `FILES_KEPT`; returns how many. Their contents are left to
    `FileStore.sweep`."""
    old = sa.select(bulk.c.id).where(bulk.c.ended_at < now - FILES_KEPT, bulk.c.kind == EXPORT)
    over = export.c.storage.is_not(None) & export.c.bulk_id.in_(old)
    return connection.execute(export.update().where(over).values(storage=None)).rowcount


def handler(port: ExportPort) -> Handler:
    """The handler of `EXPORTING`. Killed, it is begun anew by another worker; the file is named in the transaction that ends the
    run, so there is one."""

    def work(runtime: Runtime, job: Job) -> None:
        run = int(str(job.payload["run"]))
        with runtime.database.read() as connection:
            asked = _row(connection, run)
        if asked is None or asked.ended_at is not None:
            runtime.writing(SYSTEM, job.complete)
            return
        for _ in range(_MOST_READINGS):
            try:
                _made(runtime, port, asked, job)
                return
            except _Changed:
                continue
            except _Stopped:
                runtime.writing(SYSTEM, job.complete)
                return
            except PersonGone:
                reason = Message("export_person_gone")
            except Denied:
                reason = Message("export_denied")
            except NotFound:
                reason = Message("export_list_gone")
            except Refusal as refusal:
                reason = refusal.message
            _refuse(runtime, port, asked, job, reason)
            return
        _refuse(runtime, port, asked, job, Message("export_unsettled"))

    return work


def _kept(s: WriteSession, entity: str, form: Format, parameters: Pairs, ids: Sequence[int], done: bool = False) -> int:
    if not access.may(s, entity, "export"):
        raise Denied(Message("denied"))
    action = Action(EXPORT, {"form": form, "ids": [*ids]})
    listed = lasting_pairs(s, entity, parameters)
    return new_run(s, s.app.entities[entity].lineage, action, listed, None, timedelta(0), None if done else EXPORTING)


def _row(connection: sa.Connection, run: int) -> Any:
    """The run with what it came to."""
    return connection.execute(sa.select(bulk, export).join(export, export.c.bulk_id == bulk.c.id).where(bulk.c.id == run)).first()


def _made(runtime: Runtime, port: ExportPort, asked: Any, job: Job) -> None:
    """The file, from one snapshot. Raises `_Changed`, `_Stopped`, `PersonGone` and refusals."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        with runtime.reading(acting(asked.owner_id)) as session:
            known = releases.current(session.connection)
            compiled = session.app.by_lineage.get(asked.entity_id)
            if compiled is None:
                raise NotFound()
            entity = compiled.name
            if not access.may(session, entity, "export"):
                raise Denied(Message("denied"))
            written = 0

            def progress(done: int) -> None:
                nonlocal written
                written = done
                runtime.writing(SYSTEM, lambda unit: _advance(unit, asked.id, job, known, done))
                failpoint("export.rows_written")

            parameters = present_pairs(session, entity, asked.listed)
            name = port.export(session, entity, parameters, tuple(asked.content["ids"]), asked.content["form"], path, progress)
        with path.open("rb") as stream:
            content = runtime.files.put(stream)
        failpoint("export.file_stored")
        runtime.writing(SYSTEM, lambda unit: _finish(unit, port, asked, job, known, content, name, written))


def _advance(session: WriteSession, run: int, job: Job, known: object, done: int) -> None:
    """Note how far it is. Raises `_Changed` and `_Stopped`."""
    if releases.current(session.connection) != known:
        raise _Changed
    going = sa.select(bulk.c.id).where(bulk.c.id == run, bulk.c.ended_at.is_(None))
    if session.connection.execute(going).first() is None:
        raise _Stopped
    session.connection.execute(export.update().where(export.c.bulk_id == run).values(done=done))
    job.advance(session, job.payload)


def _finish(
    session: WriteSession, port: ExportPort, asked: Any, job: Job, known: object, content: Content, name: str, written: int
) -> None:
    _advance(session, asked.id, job, known, written)
    values = {"storage": content.storage, "size": content.size, "name": clean_name(name), "total": written}
    session.connection.execute(export.update().where(export.c.bulk_id == asked.id).values(values))
    _end(session, port, asked, job)


def _refuse(runtime: Runtime, port: ExportPort, asked: Any, job: Job, message: Message) -> None:
    reason = InLanguages(message.text)

    def unit(session: WriteSession) -> None:
        session.connection.execute(export.update().where(export.c.bulk_id == asked.id).values(reason=reason))
        _end(session, port, asked, job)

    runtime.writing(SYSTEM, unit)


def _end(session: WriteSession, port: ExportPort, asked: Any, job: Job) -> None:
    ending = bulk.update().where(bulk.c.id == asked.id, bulk.c.ended_at.is_(None)).values(ended_at=session.now)
    if session.connection.execute(ending).rowcount:
        port.exported(session, asked.id, asked.owner_id)
    job.complete(session)
