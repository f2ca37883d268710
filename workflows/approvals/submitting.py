"""Submitting a record: an approval starts, or goes on where it waits at its initiator; and its end where the record goes
another way.
"""

from __future__ import annotations

from dataclasses import replace

from engine.compiled import CompiledEntity
from engine.records.draft import Draft
from engine.refusals import Message, Refused
from engine.runtime import WriteSession
from engine.storage.platform import approval_task
from workflows.approvals import definition as definitions
from workflows.approvals import snapshot
from workflows.approvals.engine import Enter, Run, advance, finish, open_run, stop
from workflows.approvals.instance import (
    LIVE,
    Happened,
    cancel_open,
    insert,
    latest,
    lock,
    record_event,
    save,
    set_task,
    tasks,
)
from workflows.approvals.route import seats
from workflows.evaluate import flows_of, holds, record_id
from workflows.guards import subject_of


def submit(s: WriteSession, name: str, row: Draft, enter: Enter) -> None:
    """Start approval `name` on the record, or go on with the instance that waits at its initiator. Raises `Refused`
    when one is running, when a step that may not lack people does, or when no step applies and that is refused."""
    previous = latest(s, row.entity, record_id(row))
    if previous is not None and previous.state == "running":
        raise Refused(Message("approval_running"))
    if previous is not None and previous.state == "returned":
        _resume(open_run(s, row, lock(s, previous.id), enter))
    else:
        _start(s, name, row, enter)


def leave_behind(s: WriteSession, row: Draft, approval: str | None) -> bool:
    """The record goes where no outcome leads, into a state that starts `approval`: what waited where it stood ends,
    unless that very approval goes on there. Returns whether something ended."""
    found = latest(s, row.entity, record_id(row))
    if found is None or found.state not in LIVE or found.approval == approval:
        return False
    instance = lock(s, found.id)
    stop(s, instance, "recalled")
    save(s, instance)
    told = Happened(reason="moved_on", detail={"outcome": instance.state}, automatic=True)
    record_event(s, instance, "end", told)
    return True


def set_aside(s: WriteSession, entity: CompiledEntity, record: int, aside: bool) -> None:
    """A returned record went into the trash (`aside`) or came back: its initiator is asked when it is there."""
    before, after = ("active", "waiting") if aside else ("waiting", "active")
    here = (approval_task.c.entity_id == entity.lineage) & (approval_task.c.record_id == record)
    for task in tasks(s, here, approval_task.c.kind == "resubmit", approval_task.c.state == before):
        set_task(s, task, after)


def _start(s: WriteSession, name: str, row: Draft, enter: Enter) -> None:
    flows = flows_of(s)
    definitions.keep(s.connection, name, flows.definitions[name])
    instance = insert(s, {
        "approval": name, "digest": flows.definitions[name].digest, "entity_id": row.entity.lineage,
        "record_id": record_id(row), "initiator_id": s.principal.user_id,
    })
    run = open_run(s, row, instance, enter)
    instance.guarded = snapshot.take(s, row, run.definition.guarded)
    record_event(s, instance, "submit")
    if not holds(s, row, run.definition.condition):
        finish(run, "approved", "condition", "not_required")
        return
    _refuse_blocked(run)
    advance(run, 0)


def _resume(run: Run) -> None:
    """Submitted again: from the start when a guarded value changed or one of those who approved it submits it now, else
    on to whoever returned it. Steps that were left out are judged anew either way."""
    now = snapshot.take(run.s, run.row, run.definition.guarded)
    reason = "guarded" if snapshot.changed(run.instance.guarded, now) else _taken_over(run)
    _submitted_by(run, run.s.principal.user_id)
    for task in cancel_open(run.s, "resubmitted", approval_task.c.instance_id == run.instance.id):
        set_task(run.s, task, "approved")
    run.instance.state, run.instance.guarded = "running", now
    run.instance.round += 1
    if reason is not None:
        run.instance.passed = []
    record_event(run.s, run.instance, "resubmit", Happened(reason=reason or "jump_back"))
    _refuse_blocked(run)
    advance(run, 0)


def _taken_over(run: Run) -> str | None:
    """Why all is asked again though no guarded value changed: who submits now has approved it before."""
    mine = (approval_task.c.instance_id == run.instance.id) & (approval_task.c.kind == "approve")
    approved = tasks(run.s, mine, approval_task.c.state == "approved")
    return "submitter" if run.s.principal.user_id in {task.assignee for task in approved} else None


def _submitted_by(run: Run, user: int | None) -> None:
    """From now on the people of the approval are those of `user`, who decides nothing about it."""
    if user is not None:
        run.instance.submitters = [*(each for each in run.instance.submitters if each != user), user]
        run.party = replace(run.party, subject=subject_of(run.s, run.row, *run.instance.submitters))


def _refuse_blocked(run: Run) -> None:
    """A step that must not lack people stops the submit, not the approval half-way."""
    for step in run.definition.steps:
        if step.on_empty != "block_submit" or step.name in run.instance.passed:
            continue
        if holds(run.s, run.row, step.condition) and seats(run.party, step).how == "block":
            raise Refused(Message("approval_blocked", {"step": step.label}))
