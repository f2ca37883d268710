"""Whom a record waits for: its open approval tasks, as the platform sees them."""

from __future__ import annotations

from engine.runtime import ReadSession
from engine.storage.platform import approval_task
from workflows.approvals.instance import Task, tasks


def open_tasks(session: ReadSession, entity: str, record: int, kind: str | None = None) -> list[Task]:
    """The active tasks on a record, in the order of their seats: to `approve`, or to `resubmit` after a return."""
    lineage = session.app.entities[entity].lineage
    kinds = ("approve", "resubmit") if kind is None else (kind,)
    return tasks(
        session, approval_task.c.entity_id == lineage, approval_task.c.record_id == record,
        approval_task.c.state == "active", approval_task.c.kind.in_(kinds),
    )
