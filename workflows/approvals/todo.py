"""What waits for me, and what I have done: tasks with the titles of records that I may read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.access import allowed, seats_of
from engine.accounts.standing import in_for
from engine.compiled import Texts
from engine.records import read
from engine.records.queries import RecordRef
from engine.refusals import NotFound
from engine.runtime import ReadSession
from engine.storage.platform import absence, approval_event, approval_instance, approval_node, approval_task
from workflows.approvals import definition as definitions
from workflows.approvals.instance import OPEN, Task, of_row, task, tasks
from workflows.approvals.route import step_named
from workflows.compiled import CompiledApproval
from workflows.evaluate import flows_of
from workflows.people import Directory, stand_in_of

MOST_SEATS = 20
"""Tasks that one person decides on one record, at most: one's own, and those of people one stands in for."""


@dataclass(frozen=True, slots=True)
class TodoItem:
    """One task of mine. `kind` is approve, resubmit or cc; `title` is None when I may not read the record; `actions`
    are those that `decide` takes from me now. `behalf` is whose it is where I stand in for them, `by` who decided it for me."""

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
    behalf: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that somebody holds on a record: `assignee` is the user's id, `redirectable` whether its reader may hand it to
    another person, `stand_in` who may decide it for them while they are away."""

    id: int
    kind: str
    assignee: int | None
    name: str
    state: str
    redirectable: bool
    stand_in: str | None = None


def todo(s: ReadSession, limit: int = 50, before: int | None = None) -> list[TodoItem]:
    """What waits for the principal, newest first: decisions, those of people it stands in for, records returned to it, and copies not
    read yet. `before` is the last task's id of the page before."""
    wanted = approval_task.c.state.in_(("active", "unread"))
    return _mine(s, wanted, limit, before)


def todo_count(s: ReadSession, cap: int = 100) -> int:
    """How many decisions and returned records wait for the principal, counted up to `cap`."""
    if s.principal.user_id is None:
        return 0
    mine = (approval_task.c.assignee_id == s.principal.user_id) & (approval_task.c.state == "active")
    others = seats_of(s).subquery()
    both = sa.union(sa.select(approval_task.c.id).where(mine), sa.select(others.c.id)).subquery()
    found = sa.select(both.c.id).limit(cap).subquery()
    return s.connection.execute(sa.select(sa.func.count()).select_from(found)).scalar_one()


def waiting_records(s: ReadSession, about: Collection[RecordRef]) -> set[RecordRef]:
    """Those of the records `about` on which a decision, or a record returned to it, waits for the principal. One statement."""
    lineages = {s.app.entities[ref.entity].lineage: ref.entity for ref in about}
    if not lineages or s.principal.user_id is None:
        return set()
    mine = (approval_task.c.assignee_id == s.principal.user_id) & (approval_task.c.state == "active")
    others = seats_of(s).subquery()
    both = sa.union(
        sa.select(approval_task.c.entity_id, approval_task.c.record_id).where(mine), sa.select(others.c.entity_id, others.c.record_id),
    ).subquery()
    wanted = both.c.entity_id.in_(lineages), both.c.record_id.in_({ref.id for ref in about})
    rows = s.connection.execute(sa.select(both).where(*wanted)).all()
    return {RecordRef(lineages[row.entity_id], row.record_id) for row in rows} & set(about)


def done(s: ReadSession, limit: int = 50, before: int | None = None) -> list[TodoItem]:
    """What the principal decided or read, and what it decided for others, newest first; paged as `todo`."""
    wanted = approval_task.c.state.in_(("approved", "rejected", "returned", "transferred", "read"))
    found = _mine(s, wanted, limit, before, _decided_for_others(s))
    deciders = _deciders(s, [item.task for item in found])
    return [replace(item, by=deciders.get(item.task)) for item in found]


def my_tasks(s: ReadSession, entity: str, id: int) -> list[TodoItem]:
    """The principal's active tasks on a record, its own before those of people it stands in for."""
    compiled = s.app.entities.get(entity)
    if compiled is None:
        return []
    here = (approval_task.c.entity_id == compiled.lineage) & (approval_task.c.record_id == id)
    found = _mine(s, here & (approval_task.c.state == "active"), MOST_SEATS)
    return sorted(found, key=lambda item: (item.behalf is not None, item.task))


def open_task(s: ReadSession, task_id: int) -> TodoItem | None:
    """The principal's task of that number, or that of somebody it stands in for, if it waits for an answer."""
    wanted = (approval_task.c.id == task_id) & approval_task.c.state.in_(("active", "unread"))
    return next(iter(_mine(s, wanted)), None)


def stands_in(s: ReadSession, held: Task) -> bool:
    """Whether the principal may decide the task for its holder, who is away now; whatever became of it meanwhile."""
    if s.principal.user_id is None:
        return False
    others = seats_of(s, None).subquery()
    return s.connection.execute(sa.select(others.c.id).where(others.c.id == held.id).limit(1)).first() is not None


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
    return replace(item, actions=("transfer",), behalf=None)


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
    directory = Directory(s.connection, s.app, flows_of(s))
    submitters = {number: _submitters(s, number) for number in {each.instance_id for each in held}}
    away = in_for(s.connection, [each.assignee for each in held if each.assignee is not None], s.now) if held else {}
    instead = {each.id: stand_in_of(directory, each.assignee, away, submitters[each.instance_id]) for each in held}
    names = directory.named([*(each.assignee for each in held), *instead.values()])
    return [
        Waiting(each.id, each.kind, each.assignee, names.get(each.assignee or 0, ""), each.state,
                _may_redirect(s, each.assignee, submitters[each.instance_id]), names.get(instead[each.id] or 0))
        for each in held
    ]


def _mine(
    s: ReadSession, wanted: sa.ColumnElement[bool], limit: int = 1, before: int | None = None,
    others: sa.SelectBase | None = None,
) -> list[TodoItem]:
    """The principal's tasks among those `wanted`, and among them `others` (default: those that it may decide for somebody else now);
    a page of them before the task `before`."""
    if s.principal.user_id is None:
        return []
    wanted &= approval_task.c.id < before if before is not None else sa.true()
    own = sa.select(approval_task.c.id).where(wanted, approval_task.c.assignee_id == s.principal.user_id)
    newest = own.order_by(approval_task.c.id.desc()).limit(limit).subquery()
    theirs = (seats_of(s) if others is None else others).subquery()
    both = sa.union_all(sa.select(newest.c.id), sa.select(theirs.c.id))
    return _items(s, wanted & approval_task.c.id.in_(both), limit)


def _decided_for_others(s: ReadSession) -> sa.Select[int]:
    """The tasks of people who were ever away that the principal decided for them."""
    me, event = s.principal.user_id, approval_event.c
    people = sa.select(absence.c.user_id).where(sa.or_(absence.c.stand_in_id == me, absence.c.user_id.in_(s.principal.deputy_for)))
    here = (event.instance_id == approval_task.c.instance_id) & (event.task_id == approval_task.c.id)
    mine = sa.exists().where(here, event.actor_id == me, event.behalf_id == approval_task.c.assignee_id)
    return sa.select(approval_task.c.id).where(approval_task.c.assignee_id.in_(people), mine)


def _deciders(s: ReadSession, task_ids: Collection[int]) -> Mapping[int, str]:
    """Who decided tasks of the principal for it, by task."""
    event = approval_event.c
    held = sa.select(approval_task.c.instance_id).where(approval_task.c.id.in_(task_ids))
    query = sa.select(event.task_id, event.actor_id).where(event.instance_id.in_(held), event.task_id.in_(task_ids))
    rows = s.connection.execute(query.where(event.behalf_id == s.principal.user_id)).all() if task_ids else []
    names = Directory(s.connection, s.app, flows_of(s)).named(row.actor_id for row in rows)
    return {row.task_id: names.get(row.actor_id, "") for row in rows}


def _items(s: ReadSession, wanted: sa.ColumnElement[bool], limit: int) -> list[TodoItem]:
    work = approval_task.c
    instance = approval_instance.c
    columns = (approval_task, instance.approval, instance.digest, instance.initiator_id, approval_node.c.step)
    source = approval_task.join(approval_instance, work.instance_id == instance.id)
    source = source.outerjoin(approval_node, work.node_id == approval_node.c.id)
    query = sa.select(*columns).select_from(source).where(wanted)
    return _shown(s, s.connection.execute(query.order_by(work.id.desc()).limit(limit)).all())


def _shown(s: ReadSession, rows: Sequence[Any]) -> list[TodoItem]:
    entities = s.app.by_lineage
    me = s.principal.user_id
    names = Directory(s.connection, s.app, flows_of(s)).named(user for row in rows for user in (row.initiator_id, row.assignee_id))
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
            item = _item(row, shown, found[row.digest], names.get(row.initiator_id, ""))
            items.append(replace(item, behalf=names.get(row.assignee_id) if row.assignee_id != me else None))
    return items


def _titles(s: ReadSession, rows: Sequence[Any]) -> Mapping[tuple[int, int], str]:
    """Titles of the records that may be read, by (entity lineage, id), one statement for each entity."""
    entities = s.app.by_lineage
    found: dict[tuple[int, int], str] = {}
    for lineage in {row.entity_id for row in rows} & entities.keys():
        ids = {row.record_id for row in rows if row.entity_id == lineage}
        found |= {(lineage, id): title for id, title in read.titles(s, entities[lineage].name, ids).items()}
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
