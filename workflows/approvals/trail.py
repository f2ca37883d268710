"""The whole story of a record's approvals: instances, steps with their people and opinions, and every event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.access import allowed
from engine.compiled import Texts
from engine.refusals import NotFound
from engine.runtime import ReadSession
from engine.storage.platform import approval_event, approval_instance, approval_node, approval_task
from workflows.approvals import definition as definitions
from workflows.approvals.route import step_named
from workflows.compiled import CompiledApproval
from workflows.evaluate import flows_of
from workflows.people import Directory


@dataclass(frozen=True, slots=True)
class TrailTask:
    """One person's part in a step; `reason` says why when a rule and not the person ended it."""

    person: str
    state: str
    reason: str | None
    comment: str | None
    at: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One activation of a step; `round` counts those of the same step."""

    name: str
    label: Texts
    round: int
    mode: str
    state: str
    tasks: tuple[TrailTask, ...]


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """One thing that happened. `actor` is None where a rule acted; `step` and `people` where they belong to it; `behalf` is for whom
    the actor stood in."""

    at: datetime
    action: str
    actor: str | None
    reason: str | None
    comment: str | None
    step: Texts | None = None
    people: tuple[str, ...] = ()
    behalf: str | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    """One instance with all its steps and events, oldest first."""

    approval: str
    label: Texts
    state: str
    initiator: str
    started: datetime
    ended: datetime | None
    steps: tuple[TrailStep, ...]
    copies: tuple[TrailTask, ...]
    events: tuple[TrailEvent, ...]


def trail(s: ReadSession, entity: str, id: int) -> list[Trail]:
    """The record's instances, latest first. Raises `NotFound` for a record one may not read."""
    compiled = s.app.entities.get(entity)
    if compiled is None or not allowed(s, entity, "read", id):
        raise NotFound()
    mine = (approval_instance.c.entity_id == compiled.lineage) & (approval_instance.c.record_id == id)
    rows = s.connection.execute(sa.select(approval_instance).where(mine).order_by(approval_instance.c.id.desc())).all()
    numbers = [row.id for row in rows]
    nodes, tasks, events = (_of(s, table, numbers) for table in (approval_node, approval_task, approval_event))
    names = _names(s, rows, tasks, events)
    return [
        _trail(s, row, _mine(nodes, row.id), _mine(tasks, row.id), _mine(events, row.id), names) for row in rows
    ]


def _of(s: ReadSession, table: sa.Table, instances: Sequence[int]) -> Sequence[Any]:
    return s.connection.execute(sa.select(table).where(table.c.instance_id.in_(instances)).order_by(table.c.id)).all()


def _mine(rows: Sequence[Any], instance: int) -> list[Any]:
    return [row for row in rows if row.instance_id == instance]


def _names(s: ReadSession, rows: Sequence[Any], tasks: Sequence[Any], events: Sequence[Any]) -> Mapping[int, str]:
    people = {row.initiator_id for row in rows} | {task.assignee_id for task in tasks}
    people |= {user for event in events for user in (event.actor_id, event.behalf_id, *_told(event.detail))}
    return Directory(s.connection, s.app, flows_of(s)).named(people)


def _told(detail: Mapping[str, Any]) -> list[int]:
    """The people that an event names."""
    named = [*detail.get("people", ()), detail.get("from"), detail.get("to")]
    return [user for user in named if isinstance(user, int)]


def _trail(
    s: ReadSession, row: Any, nodes: list[Any], tasks: list[Any], events: list[Any], names: Mapping[int, str]
) -> Trail:
    definition = definitions.load(s, row.approval, row.digest)
    return Trail(
        approval=row.approval,
        label=definition.label,
        state=row.state,
        initiator=names.get(row.initiator_id, ""),
        started=row.started_at,
        ended=row.ended_at,
        steps=tuple(_step(definition, node, tasks, names) for node in nodes),
        copies=tuple(_task(task, names) for task in tasks if task.kind == "cc"),
        events=tuple(_event(definition, event, names) for event in events),
    )


def _step(definition: CompiledApproval, node: Any, tasks: list[Any], names: Mapping[int, str]) -> TrailStep:
    held = sorted((task for task in tasks if task.node_id == node.id), key=lambda task: (task.seq, task.seat, task.id))
    label = step_named(definition, node.step).label
    return TrailStep(node.step, label, node.round, node.mode, node.state, tuple(_task(task, names) for task in held))


def _task(task: Any, names: Mapping[int, str]) -> TrailTask:
    person = names.get(task.assignee_id, "")
    return TrailTask(person, task.state, task.reason, task.comment, task.created_at, task.ended_at)


def _event(definition: CompiledApproval, event: Any, names: Mapping[int, str]) -> TrailEvent:
    step = event.detail.get("step")
    return TrailEvent(
        at=event.at,
        action=event.action,
        actor=names.get(event.actor_id) if event.actor_id is not None else None,
        reason=event.reason,
        comment=event.comment,
        step=step_named(definition, step).label if step else None,
        people=tuple(names.get(user, "") for user in _told(event.detail)),
        behalf=names.get(event.behalf_id, "") if event.behalf_id is not None else None,
    )
