"""What waits for me, and what I have done: tasks with the titles of records that I may read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.access import allowed
from engine.compiled import Texts
from engine.records import read
from engine.records.queries import RecordRef
from engine.refusals import NotFound
from engine.runtime import ReadSession
from engine.storage.platform import approval_instance, approval_node, approval_task
from workflows.approvals import definition as definitions
from workflows.approvals.instance import OPEN, of_row, task, tasks
from workflows.approvals.route import step_named
from workflows.compiled import CompiledApproval
from workflows.evaluate import flows_of
from workflows.people import Directory


@dataclass(frozen=True, slots=True)
class TodoItem:
    """One task of mine. `kind` is approve, resubmit or cc; `title` is None when I may not read the record; `actions`
    are those that `decide` takes from me now."""

    task: int
    kind: str
    state: str
    entity: str
    entity_label: Texts
    record_id: int
    title: str | None
    approval: Texts
    step: Texts | None
    initiator: str
    since: datetime
    ended: datetime | None
    comment_required: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that somebody holds on a record: `assignee` is the user's id, `redirectable` whether its reader may hand it to
    another person."""

    id: int
    kind: str
    assignee: int | None
    name: str
    state: str
    redirectable: bool


def todo(s: ReadSession, limit: int = 50, before: int | None = None) -> list[TodoItem]:
    """What waits for the principal, newest first: decisions, records returned to it, and copies not read yet. `before`
    is the last task's id of the page before."""
    wanted = approval_task.c.state.in_(("active", "unread"))
    return _mine(s, wanted, limit, before)


def todo_count(s: ReadSession, cap: int = 100) -> int:
    """How many decisions and returned records wait for the principal, counted up to `cap`."""
    if s.principal.user_id is None:
        return 0
    mine = (approval_task.c.assignee_id == s.principal.user_id) & (approval_task.c.state == "active")
    found = sa.select(approval_task.c.id).where(mine).limit(cap).subquery()
    return s.connection.execute(sa.select(sa.func.count()).select_from(found)).scalar_one()


def done(s: ReadSession, limit: int = 50, before: int | None = None) -> list[TodoItem]:
    """What the principal decided or read, newest first; paged as `todo`."""
    wanted = approval_task.c.state.in_(("approved", "rejected", "returned", "transferred", "read"))
    return _mine(s, wanted, limit, before)


def my_task(s: ReadSession, entity: str, id: int) -> TodoItem | None:
    """The principal's active task on a record."""
    compiled = s.app.entities.get(entity)
    if compiled is None:
        return None
    here = (approval_task.c.entity_id == compiled.lineage) & (approval_task.c.record_id == id)
    return next(iter(_mine(s, here & (approval_task.c.state == "active"))), None)


def open_task(s: ReadSession, task_id: int) -> TodoItem | None:
    """The principal's task of that number, if it waits for an answer."""
    wanted = (approval_task.c.id == task_id) & approval_task.c.state.in_(("active", "unread"))
    return next(iter(_mine(s, wanted)), None)


def redirectable(s: ReadSession, task_id: int) -> TodoItem | None:
    """Somebody else's active task that the principal may hand to another person: as a superior of whoever holds it, or as
    an administrator (approvals.md 8). Who submitted it does not choose who decides it."""
    if s.principal.user_id is None:
        return None
    found = _items(s, (approval_task.c.id == task_id) & (approval_task.c.state == "active"), 1)
    item = next((item for item in found if item.kind == "approve" and item.title is not None), None)
    held = task(s, task_id) if item is not None else None
    if item is None or held is None or not _may_redirect(s, held.assignee, _submitters(s, held.instance_id)):
        return None
    return replace(item, actions=("transfer",))


def subject(s: ReadSession, task_id: int) -> RecordRef | None:
    """The record that a task is about, whatever became of the task; None where there is none that may be read."""
    found = _items(s, approval_task.c.id == task_id, 1)
    return next((RecordRef(item.entity, item.record_id) for item in found if item.title is not None), None)


def _submitters(s: ReadSession, instance_id: int) -> Collection[int]:
    """Who submitted an instance."""
    query = sa.select(approval_instance).where(approval_instance.c.id == instance_id)
    return of_row(s.connection.execute(query).one()).submitters


def _may_redirect(s: ReadSession, holder: int | None, submitters: Collection[int]) -> bool:
    """Whether the principal may hand on a task that somebody else, `holder`, has."""
    me = s.principal.user_id
    if me is not None and (me == holder or me in submitters):
        return False
    if s.principal.unrestricted or s.principal.admin:
        return True
    return holder is not None and holder in s.principal.report_ids


def waiting(s: ReadSession, entity: str, id: int) -> list[Waiting]:
    """Who decides the record now: its active approval tasks, in their order. Raises `NotFound` for a record one may not
    read."""
    compiled = s.app.entities.get(entity)
    if compiled is None or not allowed(s, entity, "read", id):
        raise NotFound()
    here = (approval_task.c.entity_id == compiled.lineage) & (approval_task.c.record_id == id)
    held = tasks(s, here, approval_task.c.state == "active", approval_task.c.kind == "approve")
    names = Directory(s.connection, s.app, flows_of(s)).named(each.assignee for each in held)
    submitters = {number: _submitters(s, number) for number in {each.instance_id for each in held}}
    return [
        Waiting(each.id, each.kind, each.assignee, names.get(each.assignee or 0, ""), each.state,
                _may_redirect(s, each.assignee, submitters[each.instance_id]))
        for each in held
    ]


def _mine(
    s: ReadSession, wanted: sa.ColumnElement[bool], limit: int = 1, before: int | None = None
) -> list[TodoItem]:
    """The principal's tasks among those `wanted`; a page of them before the task `before`."""
    if s.principal.user_id is None:
        return []
    earlier = approval_task.c.id < before if before is not None else sa.true()
    return _items(s, wanted & earlier & (approval_task.c.assignee_id == s.principal.user_id), limit)


def _items(s: ReadSession, wanted: sa.ColumnElement[bool], limit: int) -> list[TodoItem]:
    work = approval_task.c
    instance = approval_instance.c
    columns = (approval_task, instance.approval, instance.digest, instance.initiator_id, approval_node.c.step)
    source = approval_task.join(approval_instance, work.instance_id == instance.id)
    source = source.outerjoin(approval_node, work.node_id == approval_node.c.id)
    query = sa.select(*columns).select_from(source).where(wanted)
    return _shown(s, s.connection.execute(query.order_by(work.id.desc()).limit(limit)).all())


def _shown(s: ReadSession, rows: Sequence[Any]) -> list[TodoItem]:
    entities = {entity.lineage: entity for entity in s.app.entities.values()}
    names = Directory(s.connection, s.app, flows_of(s)).named(row.initiator_id for row in rows)
    found: dict[str, CompiledApproval] = {}
    titles = _titles(s, rows)
    items: list[TodoItem] = []
    for row in rows:
        if row.digest not in found:
            found[row.digest] = definitions.load(s, row.approval, row.digest)
        if row.entity_id in entities:
            title = titles.get((row.entity_id, row.record_id))
            entity = entities[row.entity_id]
            shown = (entity.name, entity.label, row.record_id, title)
            items.append(_item(row, shown, found[row.digest], names.get(row.initiator_id, "")))
    return items


def _titles(s: ReadSession, rows: Sequence[Any]) -> Mapping[tuple[int, int], str]:
    """Titles of the records that may be read, by (entity lineage, id), one statement for each entity."""
    names = {entity.lineage: entity.name for entity in s.app.entities.values()}
    found: dict[tuple[int, int], str] = {}
    for lineage in {row.entity_id for row in rows} & names.keys():
        ids = {row.record_id for row in rows if row.entity_id == lineage}
        found |= {(lineage, id): title for id, title in read.titles(s, names[lineage], ids).items()}
    return found


def _item(row: Any, shown: tuple[str, Texts, int, str | None], approval: CompiledApproval, initiator: str) -> TodoItem:
    step = step_named(approval, row.step) if row.step is not None else None
    entity, label, record_id, title = shown
    return TodoItem(
        task=row.id, kind=row.kind, state=row.state, entity=entity, entity_label=label, record_id=record_id,
        title=title, approval=approval.label, step=step.label if step else None, initiator=initiator,
        since=row.created_at, ended=row.ended_at, comment_required=step.comment if step else "never",
        actions=("approve", "reject", *step.allow) if step and row.state in OPEN and row.kind == "approve" else (),
    )
