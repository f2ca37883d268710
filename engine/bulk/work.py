"""Carrying a run out: one record after the other, each in a transaction of its own that also notes what came of it. So a record
is done once, whoever does it and whenever they were killed; one that is refused stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, OperationalError

from engine.accounts.principals import PersonGone, acting
from engine.bulk.actions import Action, BulkPort, before_of, perform, state_now, take_back
from engine.bulk.judging import reason_of
from engine.bulk.runs import JOB
from engine.failpoints import failpoint
from engine.jobs import Handler, Job
from engine.languages import InLanguages
from engine.principal import SYSTEM
from engine.refusals import Message, NotFound, Refusal
from engine.saved_views import present_pairs
from engine.storage.platform import bulk, bulk_item

if TYPE_CHECKING:
    from engine.runtime import Runtime, WriteSession

BULK = JOB
_log = logging.getLogger("loomwork.worker")
_BATCH = 200
_Writing = Callable[[Callable[["WriteSession"], object]], object]


def carry_out(writing: _Writing, port: BulkPort, run: int, ids: Iterable[int]) -> None:
    """Do the run at once; `writing` runs a write unit as whoever began it. What is left when this is interrupted is done by a
    worker."""
    for id in ids:
        writing(lambda session, record=id: _step(session, port, run, record))
    writing(lambda session: _finish(session, run))


def handler(port: BulkPort) -> Handler:
    """The handler of `BULK`: what of the run is not done yet, as the person who began it, with the rights they have when a
    record's turn comes. Once they are inactive, the rest is refused."""

    def work(runtime: Runtime, job: Job) -> None:
        run = int(str(job.payload["run"]))
        while waiting := _waiting(runtime, run):
            owner, ids = waiting
            try:
                for id in ids:
                    _one(runtime, port, run, owner, id, job)
                    failpoint("bulk.record_done")
            except PersonGone:
                runtime.writing(SYSTEM, lambda session: _refuse(session, run, sa.true(), "bulk_person_gone"))
        runtime.writing(SYSTEM, lambda session: _ended(session, port, run, job))

    return work


def _one(runtime: Runtime, port: BulkPort, run: int, owner: int, record: int, job: Job) -> None:
    """One record, as its owner. A fault of the program in it is logged, and stops no other record either; a database that is away is
    waited for by the job itself."""
    try:
        runtime.writing(acting(owner), lambda session: _worked(session, port, run, record, job))
    except (PersonGone, Refusal, OperationalError, InterfaceError):
        raise
    except Exception:
        _log.exception("run %d: record %d was not done", run, record)
        runtime.writing(SYSTEM, lambda session: _refuse(session, run, bulk_item.c.record_id == record, "bulk_fault"))


def _worked(session: WriteSession, port: BulkPort, run: int, record: int, job: Job) -> None:
    _step(session, port, run, record)
    job.advance(session, job.payload)


def _ended(session: WriteSession, port: BulkPort, run: int, job: Job) -> None:
    owner = _finish(session, run)
    if owner is not None:
        port.done(session, run, owner)
    job.complete(session)


def _waiting(runtime: Runtime, run: int) -> tuple[int, list[int]] | None:
    """Who began the run, and the next records of it; None when there are none, or no more are to be done."""
    with runtime.database.read() as connection:
        owner = connection.execute(sa.select(bulk.c.owner_id).where(bulk.c.id == run, bulk.c.ended_at.is_(None))).scalar()
        next_ones = sa.select(bulk_item.c.record_id).where(bulk_item.c.bulk_id == run, bulk_item.c.state == "waiting")
        ids = list(connection.execute(next_ones.order_by(bulk_item.c.record_id).limit(_BATCH)).scalars())
    return (owner, ids) if owner is not None and ids else None


def _step(session: WriteSession, port: BulkPort, run: int, record: int) -> None:
    """One record, if nobody has done it and the run goes on."""
    asked = session.connection.execute(sa.select(bulk).where(bulk.c.id == run, bulk.c.ended_at.is_(None))).first()
    mine = (bulk_item.c.bulk_id == run) & (bulk_item.c.record_id == record)
    taken = bulk_item.update().where(mine, bulk_item.c.state == "waiting").values(state="taken")
    if asked is None or session.connection.execute(taken).rowcount == 0:
        return
    state, reason, before = _outcome(session, port, asked, record)
    told = None if reason is None else orjson.dumps(reason, option=orjson.OPT_SORT_KEYS).decode()
    session.connection.execute(bulk_item.update().where(mine).values(state=state, reason=told, before=before))


def _outcome(
    session: WriteSession, port: BulkPort, asked: Any, record: int
) -> tuple[str, Mapping[str, str] | None, Mapping[str, object] | None]:
    compiled = session.app.by_lineage.get(asked.entity_id)
    if compiled is None:
        return "refused", _in_words(NotFound().message), None
    name = compiled.name
    try:
        if asked.listed is not None and not port.fits(session, name, record, list(present_pairs(session, name, asked.listed))):
            return "left", None, None
        old = state_now(session, compiled, record)
        changed = session.runtime.part(session, lambda part: _done(part, port, name, record, asked))
    except Refusal as refusal:
        return "refused", reason_of(session, name, refusal), None
    if not changed:
        return "unchanged", None, None
    return "changed", None, before_of(compiled, old, state_now(session, compiled, record)).json()


def _done(session: WriteSession, port: BulkPort, entity: str, record: int, asked: Any) -> bool:
    if asked.kind != "undo":
        return perform(session, port, entity, record, Action(asked.kind, asked.content))
    source = sa.select(bulk_item.c.before).where(bulk_item.c.bulk_id == asked.undo_of, bulk_item.c.record_id == record)
    before = session.connection.execute(source).scalar_one()
    return take_back(session, port, entity, record, asked.content, before)


def _finish(session: WriteSession, run: int) -> int | None:
    """Note that the run has ended; who began it, None when it had ended before."""
    ending = bulk.update().where(bulk.c.id == run, bulk.c.ended_at.is_(None)).values(ended_at=session.now)
    return session.connection.execute(ending.returning(bulk.c.owner_id)).scalar()


def _refuse(session: WriteSession, run: int, which: sa.ColumnElement[bool], code: str) -> None:
    """Those of `which` that wait are not done, for that reason."""
    told = orjson.dumps(_in_words(Message(code)), option=orjson.OPT_SORT_KEYS).decode()
    rest = (bulk_item.c.bulk_id == run) & (bulk_item.c.state == "waiting") & which
    session.connection.execute(bulk_item.update().where(rest).values(state="refused", reason=told))


def _in_words(message: Message) -> dict[str, str]:
    return InLanguages(message.text)
