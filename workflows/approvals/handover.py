"""Seats that change hands: of people who leave, of people whose role was taken away, and by transfer (approvals.md 8, 25).

Rights count when one acts, not when a task was made (I5): who no longer holds the role that a step asks for decides nothing
there, and the seat goes to whom the step would ask today.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from engine.refusals import Message, NotFound, Refused
from engine.runtime import WriteSession
from engine.storage.platform import approval_task
from workflows.approvals.engine import Run, go_on, open_run, step_of
from workflows.approvals.instance import (
    OPEN,
    Happened,
    Task,
    entity_name,
    insert_task,
    lock,
    node,
    nodes,
    reached,
    record_event,
    set_task,
    task,
    tasks,
)
from workflows.approvals.route import ADMIN_STEP, administrators, seats
from workflows.compiled import CompiledStep
from workflows.evaluate import flows_of, locked, record_id
from workflows.machine import enter_outcome
from workflows.notify import About, tell
from workflows.people import Directory, superior_of

Reason = Literal["leaver", "role"]
"""Why a seat was taken from its holder by itself: they are disabled, or their role was taken away."""


def hand_over(s: WriteSession, users: Collection[int]) -> None:
    """Move on the open tasks that `users` may no longer decide, as the platform: those of whoever was disabled to an
    administrator of the flow, those of whoever lost the role they decide by to whom the step asks today. A task on a record
    that is out of reach, in the trash or of an entity no longer used, just ends: nobody could decide it."""
    directory = Directory(s.connection, s.app, flows_of(s))
    directory.wait_for(users)
    held = approval_task.c.assignee_id.in_(users) & (approval_task.c.kind == "approve")
    found = tasks(s, held, approval_task.c.state.in_(OPEN))
    for each in sorted(found, key=lambda one: (one.entity_id, one.record_id, one.id)):
        _move_on(s, each, directory.active(each.assignee))


def entitled(run: Run, held: Task) -> bool:
    """Whether the holder of a seat may still decide it: what gave it to them must still hold, be it a role, the reporting
    line or a transfer."""
    given, step, who = _given(run, held), step_of(run, held.node_id), held.assignee
    if given == "transfer" or (given == "on_empty" and step.on_empty == "next_up"):
        return True
    if given in ("leaver", "on_empty") or step.name == ADMIN_STEP:
        return who in administrators(run.party)
    before = _before(run, held) if given == "returned" else None
    return entitled(run, before) if before is not None else _asked_for(run, step, held, given)


def _asked_for(run: Run, step: CompiledStep, held: Task, given: str | None) -> bool:
    """Whether the step asks for the holder, of whom it named the role; whom it names in another way stays."""
    directory, who = run.party.directory, held.assignee
    roles = [selector.role for selector in step.who if selector.kind == "role" and selector.role is not None]
    if not roles or any(who in directory.holders(role) for role in roles):
        return True
    if given == "role" and who in administrators(run.party):
        return True
    if given == "initiator" and any(who in superior_of(directory, user) for user in run.instance.submitters):
        return True
    return who in seats(run.party, step).people


def _given(run: Run, held: Task) -> str | None:
    """What gave the holder the seat: `transfer` by a person, `leaver` or `role` by itself from its holder before, else the
    reason for which the step was reached with other people than it declares, None for those it declares."""
    same = (approval_task.c.node_id == held.node_id) & (approval_task.c.seat == held.seat)
    former = [each for each in tasks(run.s, same, approval_task.c.state == "transferred") if each.id < held.id]
    if former:
        return max(former, key=lambda each: each.id).reason or "transfer"
    return reached(run.s, held)


def _before(run: Run, held: Task) -> Task | None:
    """The holder's seat in an earlier run of the same step."""
    step = node(run.s, held.node_id).step
    earlier = {each.id for each in nodes(run.s, run.instance.id) if each.step == step and each.id < (held.node_id or 0)}
    mine = (approval_task.c.assignee_id == held.assignee) & approval_task.c.node_id.in_(earlier)
    return max(tasks(run.s, mine), key=lambda each: each.id, default=None)


def seat_instead(run: Run, held: Task, user: int) -> None:
    """The seat is another person's, who is told when it is their turn."""
    state = "active" if held.state != "waiting" else "waiting"
    insert_task(run.s, run.instance, {
        "node_id": held.node_id, "kind": "approve", "assignee_id": user, "seat": held.seat, "seq": held.seq,
        "state": state,
    })
    if state == "waiting":
        return
    message = Message("told_task", {"approval": run.definition.label, "step": step_of(run, held.node_id).label})
    texts = {language: message.text(language) for language in ("zh", "en")}
    tell(run.s, [user], "task", texts, About(run.row.entity, record_id(run.row)))


def seated(run: Run, held: Task) -> set[int | None]:
    """Who holds a seat in the task's node."""
    others = tasks(run.s, approval_task.c.node_id == held.node_id)
    return {other.assignee for other in others if other.state in (*OPEN, "approved", "rejected")}


def _move_on(s: WriteSession, found: Task, active: bool) -> None:
    """Give one task to whoever may decide it; nothing where its holder still may."""
    try:
        row = locked(s, entity_name(s, found.entity_id), found.record_id)
    except (NotFound, Refused):
        if not active:
            set_task(s, found, "cancelled", "leaver")
        return
    run = open_run(s, row, lock(s, found.instance_id), enter_outcome)
    current = task(s, found.id)
    if current.state not in OPEN or run.instance.state != "running":
        return
    if not active:
        _reassign(run, current, "leaver", administrators(run.party))
    elif not entitled(run, current):
        _reassign(run, current, "role", _asked_today(run, current))


def _asked_today(run: Run, held: Task) -> Sequence[int]:
    """Whom the step asks now; the administrators of the flow where that is nobody, or the seat was theirs."""
    step = step_of(run, held.node_id)
    people = () if step.name == ADMIN_STEP else seats(run.party, step).people
    return people or administrators(run.party)


def _reassign(run: Run, held: Task, reason: Reason, people: Sequence[int]) -> None:
    """The first of `people` who has no seat in the node takes this one; where all have one, it drops out of the count."""
    others = [user for user in people if user != held.assignee]
    taken = seated(run, held)
    free = [user for user in others if user not in taken and run.party.directory.hold([user])][:1]
    told = Happened(held.id, reason, detail={"from": held.assignee, "to": free[0] if free else None}, automatic=True)
    if not others:
        record_event(run.s, run.instance, "stuck", told)
        return
    was = held.state
    set_task(run.s, held, "transferred" if free else "cancelled", reason)
    record_event(run.s, run.instance, "reassign", told)
    if free:
        held.state = was
        seat_instead(run, held, free[0])
    else:
        go_on(run, held, step_of(run, held.node_id))
