"""Moves that the system makes by itself: tried after every write that can make them true, and daily (R13).

Which writes those are is worked out when the application is compiled. A chain of them is bounded; a move is made at
most once per record and unit, so a circle of states ends by itself or is refused as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import cast

import sqlalchemy as sa

from engine.jobs import Job
from engine.ports import Written
from engine.principal import SYSTEM
from engine.records.queries import RecordRef, linked_id
from engine.records.stored import column_of, parent_of
from engine.refusals import Message, NotFound, Refusal, Refused
from engine.runtime import ReadSession, Runtime, WriteSession
from workflows.compiled import CompiledFlow, CompiledMove, Trigger
from workflows.evaluate import flows_of, stored
from workflows.guards import obstacles
from workflows.machine import LONGEST_CHAIN, perform

BATCH = 500
Attempt = tuple[str, int, str]
"""(entity, id, move)."""


def try_after(s: WriteSession, written: Sequence[Written]) -> None:
    """Make the system moves that `written`, and what they bring about, can have made true. Raises `Refused` for a
    circle. The platform moves, and the person whose write set it off hears of refusals as far as they may read."""
    system = s.acting_as(replace(s.principal, kind="system"))
    rounds, pending = 0, list(written)
    while pending:
        handled = len(s.written)
        rounds += 1
        if rounds > LONGEST_CHAIN:
            raise Refused(Message("chain_too_long", {"limit": LONGEST_CHAIN}))
        for entity, id, name in dict.fromkeys(_attempts(s, pending)):
            _try(system, entity, id, name)
        pending = s.written[handled:]


def run_daily_moves(s: WriteSession) -> int:
    """Try every system move on every record that it could move, for conditions that time makes true; how many moved.
    In one unit: for a whole application use `daily_moves`."""
    system = s.acting_as(SYSTEM)
    return sum(
        _try(system, flow.entity, id, move.name)
        for flow, move in system_moves(s) for id in list(_candidates(s, flow, move, 0, None))
    )


def daily_moves(runtime: Runtime, job: Job) -> None:
    """The daily job: as `run_daily_moves`, each record in a unit of its own, so that one that cannot move stops no
    other."""
    with runtime.reading(SYSTEM) as s:
        waiting = [(flow.entity, id, move.name) for flow, move in system_moves(s) for id in _all(s, flow, move)]
    for entity, id, name in waiting:
        try:
            runtime.writing(SYSTEM, lambda s, e=entity, i=id, n=name: _try(s, e, i, n))
        except Refusal:
            continue


def system_moves(s: ReadSession) -> list[tuple[CompiledFlow, CompiledMove]]:
    """The moves that the system makes, with their flows."""
    return [(flow, move) for flow in flows_of(s).flows.values() for move in flow.moves.values() if move.system]


def _try(s: WriteSession, entity: str, id: int, name: str) -> bool:
    """Make the move if the record lets it; whether it was made."""
    flow = flows_of(s).flows[entity]
    try:
        row = stored(s, entity, id)
    except NotFound:
        return False
    if row.stored.get("archived_at") is not None or obstacles(s, flow, row, flow.moves[name]):
        return False
    perform(s, entity, id, name)
    return True


def _attempts(s: WriteSession, written: Iterable[Written]) -> Iterator[Attempt]:
    triggers = flows_of(s).triggers
    for each in written:
        for trigger in triggers.get(each.entity, ()):
            if each.kind in ("update", "move") and trigger.fields and not trigger.fields & each.changed:
                continue
            for id in _concerned(s, trigger, each):
                yield trigger.entity, id, trigger.move


def _concerned(s: WriteSession, trigger: Trigger, written: Written) -> Sequence[int]:
    """The records of the trigger's flow that the written one bears on."""
    if trigger.via == "self":
        return [written.id]
    if trigger.via == "link":
        return _linking(s, trigger, written)
    if trigger.via == "parent":
        found = parent_of(s, s.app.entities[written.entity], written.id)
        return [found[1]] if found is not None and found[0].name == trigger.entity else []
    now = stored(s, written.entity, written.id).stored.get(trigger.field)
    hosts = [linked_id(value, trigger.entity) for value in (now, written.before.get(trigger.field))]
    return [id for id in dict.fromkeys(hosts) if id is not None]


def _linking(s: WriteSession, trigger: Trigger, written: Written) -> Sequence[int]:
    entity = s.app.entities[trigger.entity]
    column = column_of(entity, trigger.field)
    value = RecordRef(written.entity, written.id) if entity.fields[trigger.field].stored == "any_link" else written.id
    query = sa.select(entity.table.c.id).where(column == value, entity.table.c.archived_at.is_(None))
    return [cast(int, id) for id in s.connection.execute(query.order_by(entity.table.c.id)).scalars()]


def _candidates(s: ReadSession, flow: CompiledFlow, move: CompiledMove, after: int, limit: int | None) -> list[int]:
    """Live records in a state that the move leaves, by id."""
    entity = s.app.entities[flow.entity]
    state = column_of(entity, flow.field)
    query = sa.select(entity.table.c.id).where(
        state.in_(sorted(move.sources)), entity.table.c.archived_at.is_(None), entity.table.c.id > after
    )
    return [cast(int, id) for id in s.connection.execute(query.order_by(entity.table.c.id).limit(limit)).scalars()]


def _all(s: ReadSession, flow: CompiledFlow, move: CompiledMove) -> Iterator[int]:
    """Candidates whose condition holds, read in batches."""
    after = 0
    while batch := _candidates(s, flow, move, after, BATCH):
        after = batch[-1]
        yield from (id for id in batch if not obstacles(s, flow, stored(s, flow.entity, id), move))

