"""Runs as they are kept: what was asked, of which records, and what came of each. Who began a run reads it, and so do
administrators; to others it does not exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import orjson
import sqlalchemy as sa

from engine import jobs
from engine.bulk.actions import Action, Kind
from engine.refusals import Message, NotFound, Refused
from engine.saved_views import lasting_pairs
from engine.storage.platform import bulk, bulk_item, export

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession

JOB = "bulk"
"""The kind of job that carries a run on."""
EXPORT: Kind = "export"
LONGEST_SELECTION = 10_000
"""Records of one run."""
UNDO = timedelta(days=7)
"""How long a run can be taken back."""
KEPT = timedelta(days=30)
"""How long a run can be read."""
EXPORTS_KEPT = timedelta(days=365)
"""How long it is told who exported what."""
STATES = ("waiting", "changed", "unchanged", "refused", "left")
_LISTED = 50
_REASONS = 20
_FIRST = 5
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Run:
    """`entity` is None when it is no more; `ended` None while it goes on. `counts` are numbers of records by state."""

    id: int
    entity: str | None
    action: Action
    owner: int
    at: datetime
    ended: datetime | None
    cancelled: bool
    undo_of: int | None
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def finished(self) -> int:
        """How many were looked at."""
        return self.total - self.counts.get("waiting", 0)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some were refused, by language; `records` are the first of them."""

    texts: Mapping[str, str]
    count: int
    records: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run: the first changed records, and the reasons of refusals, the most frequent first."""

    changed: tuple[int, ...]
    reasons: tuple[Reason, ...]


def start(
    s: WriteSession, entity: str, action: Action, ids: Sequence[int], listed: Sequence[tuple[str, str]] | None, later: timedelta
) -> int:
    """Keep a run over `ids`; `listed` is the address of the list that they must still be in when their turn comes. A worker takes
    it up after `later`. Returns its number. Raises `Refused` for none or too many."""
    if not ids:
        raise Refused(Message("bulk_none"))
    if len(ids) > LONGEST_SELECTION:
        raise Refused(Message("bulk_too_many", {"limit": LONGEST_SELECTION}))
    kept = None if listed is None else lasting_pairs(s, entity, listed)
    run = new_run(s, s.app.entities[entity].lineage, action, kept, None, later)
    s.connection.execute(sa.insert(bulk_item), [{"bulk_id": run, "record_id": id, "state": "waiting"} for id in dict.fromkeys(ids)])
    return run


def undo(s: WriteSession, id: int, later: timedelta) -> int:
    """Begin to take a run back, as the session's principal; the number of the run that does it. Raises `NotFound` for a run that
    may not be read, `Refused` when it is too late or was done before."""
    run = find(s, id)
    if not undoable(s, run):
        raise Refused(Message("bulk_undo_over", {"days": UNDO.days}))
    lineage = s.connection.execute(sa.select(bulk.c.entity_id).where(bulk.c.id == id)).scalar_one()
    made = new_run(s, lineage, Action("undo", {"kind": run.action.kind, "field": run.action.content.get("field")}), None, id, later)
    done = sa.select(sa.literal(made), bulk_item.c.record_id, sa.literal("waiting")).where(
        bulk_item.c.bulk_id == id, bulk_item.c.state == "changed"
    )
    s.connection.execute(sa.insert(bulk_item).from_select(["bulk_id", "record_id", "state"], done))
    return made


def undoable(s: ReadSession, run: Run) -> bool:
    """Whether the run has ended, changed something not long ago, and nobody began to take it back."""
    fresh = run.ended is not None and run.ended > s.now - UNDO and run.action.kind != "undo" and run.counts.get("changed", 0) > 0
    begun = sa.select(bulk.c.id).where(bulk.c.undo_of == run.id)
    return fresh and s.connection.execute(begun.limit(1)).first() is None


def find(s: ReadSession, id: int) -> Run:
    """One run. Raises `NotFound`."""
    found = _runs(s, sa.select(bulk).where(bulk.c.id == id, _mine(s)))
    if not found:
        raise NotFound()
    return found[0]


def latest(s: ReadSession) -> list[Run]:
    """The runs that the principal began, newest first."""
    mine = bulk.c.owner_id == s.principal.user_id
    return _runs(s, sa.select(bulk).where(mine).order_by(bulk.c.id.desc()).limit(_LISTED))


def exports(s: ReadSession) -> list[Run]:
    """What everybody exported, newest first, for administrators; nothing for others."""
    if not (s.principal.admin or s.principal.unrestricted):
        return []
    return _runs(s, sa.select(bulk).where(bulk.c.kind == EXPORT).order_by(bulk.c.id.desc()).limit(_LISTED))


def result(s: ReadSession, id: int) -> Result:
    """What came of the run. Raises `NotFound`."""
    find(s, id)
    item = bulk_item.c
    changed = sa.select(item.record_id).where(item.bulk_id == id, item.state == "changed").order_by(item.record_id).limit(_SHOWN)
    beside = sa.select(
        item.reason, item.record_id, sa.func.count().over(partition_by=item.reason).label("count"),
        sa.func.row_number().over(partition_by=item.reason, order_by=item.record_id).label("place"),
    ).where(item.bulk_id == id, item.state == "refused").subquery("r")
    first = sa.select(beside).where(beside.c.place <= _FIRST).order_by(beside.c.count.desc(), beside.c.reason, beside.c.place)
    grouped: dict[str, list[Any]] = {}
    for row in s.connection.execute(first.limit(_REASONS * _FIRST)):
        grouped.setdefault(row.reason, []).append(row)
    reasons = tuple(
        Reason(cast("dict[str, str]", orjson.loads(text)), rows[0].count, tuple(row.record_id for row in rows))
        for text, rows in grouped.items()
    )
    return Result(tuple(s.connection.execute(changed).scalars()), reasons)


def outcomes(s: ReadSession, id: int) -> list[tuple[int, str, Mapping[str, str] | None]]:
    """Every record of the run with its state and the reason of a refusal. Raises `NotFound`."""
    find(s, id)
    item = bulk_item.c
    rows = s.connection.execute(sa.select(item.record_id, item.state, item.reason).where(item.bulk_id == id).order_by(item.record_id))
    return [(row.record_id, row.state, orjson.loads(row.reason) if row.reason else None) for row in rows]


def cancel(s: WriteSession, id: int) -> None:
    """Do no more of it after the record at hand. Raises `NotFound`."""
    run = find(s, id)
    if run.ended is None:
        s.connection.execute(bulk.update().where(bulk.c.id == id, bulk.c.ended_at.is_(None)).values(cancelled=True, ended_at=s.now))


def forget(connection: sa.Connection, now: datetime) -> int:
    """Delete runs that ended longer ago than `KEPT`, exports longer ago than `EXPORTS_KEPT`; returns how many."""
    over = sa.or_(
        (bulk.c.ended_at < now - KEPT) & (bulk.c.kind != EXPORT), (bulk.c.ended_at < now - EXPORTS_KEPT) & (bulk.c.kind == EXPORT)
    )
    old = sa.select(bulk.c.id).where(over)
    for parts in (bulk_item, export):
        connection.execute(parts.delete().where(parts.c.bulk_id.in_(old)))
    return connection.execute(bulk.delete().where(over)).rowcount


def new_run(
    s: WriteSession, lineage: int, action: Action, listed: object, undo_of: int | None, later: timedelta, job: str | None = JOB
) -> int:
    """Keep a run without its records, and the job that carries it on; one without a job has ended. Returns its number."""
    row = {
        "entity_id": lineage, "owner_id": s.principal.user_id, "kind": action.kind, "content": dict(action.content),
        "listed": listed, "undo_of": undo_of, "at": s.now, "ended_at": s.now if job is None else None, "cancelled": False,
    }
    run = int(s.connection.execute(bulk.insert().values(row).returning(bulk.c.id)).scalar_one())
    if job is not None:
        jobs.enqueue(s, job, {"run": run}, s.now + later)
    return run


def _mine(s: ReadSession) -> sa.ColumnElement[bool]:
    if s.principal.admin or s.principal.unrestricted:
        return sa.true()
    return bulk.c.owner_id == s.principal.user_id


def _runs(s: ReadSession, query: sa.Select[Any]) -> list[Run]:
    rows = s.connection.execute(query).all()
    item = bulk_item.c
    counting = sa.select(item.bulk_id, item.state, sa.func.count()).where(item.bulk_id.in_([row.id for row in rows]))
    counts: dict[int, dict[str, int]] = {}
    for run, state, count in s.connection.execute(counting.group_by(item.bulk_id, item.state)):
        counts.setdefault(run, {})[state] = count
    exported = sa.select(export.c.bulk_id, export.c.done, export.c.total).where(export.c.bulk_id.in_([row.id for row in rows]))
    for run, done, total in s.connection.execute(exported):
        counts[run] = {"exported": done, "waiting": max(total - done, 0)}
    entities = s.app.by_lineage
    return [
        Run(row.id, entities[row.entity_id].name if row.entity_id in entities else None, Action(cast("Kind", row.kind), row.content),
            row.owner_id, row.at, row.ended_at, row.cancelled, row.undo_of, counts.get(row.id, {}))
        for row in rows
    ]
