"""Instances, node runs, tasks and events as rows (approvals.md 2.0). What they mean is decided elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.compiled import CompiledEntity
from engine.refusals import Message, NotFound, Refused
from engine.runtime import ReadSession, WriteSession
from engine.storage.platform import approval_event, approval_instance, approval_node, approval_task
from workflows.notify import settle

LIVE = ("running", "returned")
OPEN = ("active", "waiting")


@dataclass(slots=True)
class Instance:
    """One run of an approval on a record. `guarded` are the values at the last submit, `passed` the steps that need not
    be repeated after a return, `floor` the last node run before the last return (older approvals do not count),
    `submitters` who submitted it, the initiator first."""

    id: int
    approval: str
    digest: str
    entity_id: int
    record_id: int
    initiator: int | None
    state: str
    step: str | None
    round: int
    rev: int
    guarded: dict[str, Any] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    floor: int = 0
    submitters: list[int] = field(default_factory=list)

    @property
    def snapshot(self) -> dict[str, Any]:
        return {
            "guarded": self.guarded, "passed": self.passed, "floor": self.floor, "submitters": self.submitters,
        }


@dataclass(slots=True)
class Task:
    """One person's work item; `seat` is the vote it stands for, which a transfer keeps."""

    id: int
    instance_id: int
    node_id: int | None
    entity_id: int
    record_id: int
    kind: str
    assignee: int | None
    seat: int
    seq: int
    state: str
    reason: str | None


def of_row(row: Any) -> Instance:
    """An instance from its row."""
    kept: Mapping[str, Any] = row.snapshot
    submitters = kept.get("submitters", [row.initiator_id] if row.initiator_id is not None else [])
    return Instance(
        row.id, row.approval, row.digest, row.entity_id, row.record_id, row.initiator_id, row.state, row.step,
        row.round, row.rev, dict(kept["guarded"]), list(kept["passed"]), kept["floor"],
        list(submitters),
    )


def latest(s: ReadSession, entity: CompiledEntity, record_id: int) -> Instance | None:
    """The last instance on a record, whatever became of it."""
    mine = (approval_instance.c.entity_id == entity.lineage) & (approval_instance.c.record_id == record_id)
    query = sa.select(approval_instance).where(mine).order_by(approval_instance.c.id.desc()).limit(1)
    row = s.connection.execute(query).first()
    return of_row(row) if row is not None else None


def lock(s: WriteSession, instance_id: int) -> Instance:
    """The instance, locked and claimed: whoever read an older `rev` is refused (I2). Raises `Refused` when another
    decision came between."""
    query = sa.select(approval_instance).where(approval_instance.c.id == instance_id).with_for_update()
    instance = of_row(s.connection.execute(query).one())
    mine = (approval_instance.c.id == instance_id) & (approval_instance.c.rev == instance.rev)
    if s.connection.execute(sa.update(approval_instance).where(mine).values(rev=instance.rev + 1)).rowcount != 1:
        raise Refused(Message("approval_handled"))
    instance.rev += 1
    return instance


def insert(s: WriteSession, values: Mapping[str, Any]) -> Instance:
    """A new running instance."""
    row = {
        "state": "running", "step": None, "round": 1, "rev": 1, "started_at": s.now, "ended_at": None,
        "snapshot": {"guarded": {}, "passed": [], "floor": 0}, **values,
    }
    query = sa.insert(approval_instance).values(row).returning(approval_instance)
    return of_row(s.connection.execute(query).one())


def save(s: WriteSession, instance: Instance) -> None:
    """Write what changed on the instance."""
    values = {
        "state": instance.state, "step": instance.step, "round": instance.round, "snapshot": instance.snapshot,
        "ended_at": None if instance.state in LIVE else s.now,
    }
    s.connection.execute(sa.update(approval_instance).where(approval_instance.c.id == instance.id).values(values))


def insert_node(s: WriteSession, instance: Instance, step: str, mode: str, state: str) -> int:
    """A node run: one activation of a step; the round counts those of the same step."""
    mine = (approval_node.c.instance_id == instance.id) & (approval_node.c.step == step)
    earlier = s.connection.execute(sa.select(sa.func.count()).select_from(approval_node).where(mine)).scalar_one()
    row = {
        "instance_id": instance.id, "step": step, "round": earlier + 1, "mode": mode, "state": state,
        "started_at": s.now, "ended_at": None if state == "active" else s.now,
    }
    return s.connection.execute(sa.insert(approval_node).values(row).returning(approval_node.c.id)).scalar_one()


def end_node(s: WriteSession, node_id: int, state: str) -> None:
    values = {"state": state, "ended_at": s.now}
    s.connection.execute(sa.update(approval_node).where(approval_node.c.id == node_id).values(values))


def node(s: ReadSession, node_id: int | None) -> Any:
    """The row of a node run."""
    return s.connection.execute(sa.select(approval_node).where(approval_node.c.id == node_id)).one()


def nodes(s: ReadSession, instance_id: int) -> list[Any]:
    """The node runs of an instance, in order."""
    query = sa.select(approval_node).where(approval_node.c.instance_id == instance_id).order_by(approval_node.c.id)
    return list(s.connection.execute(query))


def insert_task(s: WriteSession, instance: Instance, values: Mapping[str, Any]) -> Task:
    """A task of the instance; `values` are kind, assignee_id, state and what differs from a lone seat."""
    row = {
        "instance_id": instance.id, "entity_id": instance.entity_id, "record_id": instance.record_id, "node_id": None,
        "seat": 1, "seq": 1, "reason": None, "comment": None, "created_at": s.now, "ended_at": None, **values,
    }
    found = s.connection.execute(sa.insert(approval_task).values(row).returning(approval_task)).one()
    return task_of_row(found)


def task_of_row(row: Any) -> Task:
    return Task(
        row.id, row.instance_id, row.node_id, row.entity_id, row.record_id, row.kind, row.assignee_id, row.seat,
        row.seq, row.state, row.reason,
    )


def task(s: ReadSession, task_id: int) -> Task:
    """The task `task_id`. Raises `NotFound`."""
    row = s.connection.execute(sa.select(approval_task).where(approval_task.c.id == task_id)).first()
    if row is None:
        raise NotFound()
    return task_of_row(row)


def entity_name(s: ReadSession, lineage: int) -> str:
    """The name an entity has now. Raises `NotFound` when it is gone."""
    entity = s.app.by_lineage.get(lineage)
    if entity is None:
        raise NotFound()
    return entity.name


def tasks(s: ReadSession, *where: sa.ColumnElement[bool]) -> list[Task]:
    """Tasks that meet all of `where`, by seat, turn and age."""
    order = (approval_task.c.seq, approval_task.c.seat, approval_task.c.id)
    return [task_of_row(row) for row in s.connection.execute(sa.select(approval_task).where(*where).order_by(*order))]


def set_task(s: WriteSession, task: Task, state: str, reason: str | None = None, comment: str | None = None) -> None:
    """Move a task on; ended ones keep when and why, and the notice that asked for them is read."""
    if task.state in OPEN and state not in OPEN and task.assignee is not None:
        settle(s, task.assignee, task.entity_id, task.record_id)
    task.state, task.reason = state, reason
    values = {"state": state, "reason": reason, "comment": comment, "ended_at": None if state in OPEN else s.now}
    s.connection.execute(sa.update(approval_task).where(approval_task.c.id == task.id).values(values))


def cancel_open(s: WriteSession, reason: str, *where: sa.ColumnElement[bool]) -> list[Task]:
    """Cancel the open tasks that meet `where`; returns them."""
    found = tasks(s, approval_task.c.state.in_(OPEN), *where)
    for open_task in found:
        set_task(s, open_task, "cancelled", reason)
    return found


@dataclass(frozen=True, slots=True)
class Happened:
    """What an event tells besides its action: the task, why (automatic steps always say), what was said, and for whom it was done
    by whoever stands in."""

    task: int | None = None
    reason: str | None = None
    comment: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    automatic: bool = False
    behalf: int | None = None


def record_event(s: WriteSession, instance: Instance, action: str, happened: Happened | None = None) -> None:
    """Add to the trail; nothing in it is ever changed. An automatic event has no actor."""
    told = happened or Happened()
    row = {
        "instance_id": instance.id, "task_id": told.task, "behalf_id": told.behalf, "action": action, "reason": told.reason,
        "actor_id": None if told.automatic else s.principal.user_id, "comment": told.comment,
        "detail": dict(told.detail), "at": s.now,
    }
    s.connection.execute(sa.insert(approval_event).values(row))


def seated_by(s: ReadSession, task: Task, before: Task | None) -> Any:
    """The event that tells how the task's holder came by it: that its step was reached, or that it was taken from who held it
    `before`. None for one that is not told."""
    action = "reach" if before is None else "reassign"
    mine = (approval_event.c.instance_id == task.instance_id) & (approval_event.c.action == action)
    events = s.connection.execute(sa.select(approval_event).where(mine).order_by(approval_event.c.id.desc()))
    if before is None:
        return next((event for event in events if event.detail.get("node") == task.node_id), None)
    return next((event for event in events if event.task_id == before.id), None)
