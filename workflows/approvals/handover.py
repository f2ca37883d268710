"""Seats that change hands: of people who leave, of people whose role was taken away, and by transfer (approvals.md 8, 25).

Rights count when one acts, not when a task was made (I5): who no longer holds the role that a step asks for decides nothing
there, and the seat goes to whom the step would ask today.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.absences import tell_of_leavers
from engine.refusals import NotFound, Refused
from engine.runtime import WriteSession
from engine.storage.platform import approval_task
from workflows.approvals.engine import Run, go_on, inform, open_run, step_of
from workflows.approvals.instance import (
    OPEN,
    Happened,
    Task,
    entity_name,
    insert_task,
    lock,
    node,
    nodes,
    record_event,
    seated_by,
    set_task,
    task,
    tasks,
)
from workflows.approvals.route import ADMIN_STEP, administrators, by_role, seats, successors
from workflows.evaluate import flows_of, locked
from workflows.machine import enter_outcome
from workflows.people import Directory

Reason = Literal["leaver", "role"]
"""Why a seat was taken from its holder by itself: they are disabled, or their role was taken away."""


def hand_over(s: WriteSession, users: Collection[int]) -> None:
    """Move on the open tasks that `users` may no longer decide, as the platform, to whom their step asks for them today: of
    whoever was disabled the whole step, of whoever lost the role they decide by, that role; to an administrator of the flow
    where there is nobody new. A leaver's task on a record that is out of reach, in the trash or of an entity no longer used, just
    ends: nobody could decide it. For whom a leaver was to stand in is told."""
    directory = Directory(s.connection, s.app, flows_of(s))
    directory.wait_for(users)
    leavers = [user for user in users if not directory.active(user)]
    if leavers:
        tell_of_leavers(s, leavers, directory.administrators())
    held = approval_task.c.assignee_id.in_(users) & (approval_task.c.kind == "approve")
    found = tasks(s, held, approval_task.c.state.in_(OPEN))
    for each in sorted(found, key=lambda one: (one.entity_id, one.record_id, one.id)):
        _move_on(s, each, directory.active(each.assignee))


def entitled(run: Run, held: Task) -> bool:
    """Whether the holder of a seat may still decide it: a role that gave it to them must still be theirs, and who stands in as
    an administrator must still be one. Whom a step names in another way, or a person chose, stays."""
    given = _given(run, held)
    if given.reason == "returned":
        before = _before(run, held)
        return before is None or entitled(run, before)
    who = held.assignee
    if given.administers:
        return who in administrators(run.party)
    return not given.roles or any(who in run.party.directory.holders(role) for role in given.roles)


@dataclass(frozen=True, slots=True)
class _Given:
    """What gave a holder the seat: any of `roles`, that they answer for the flow (`administers`), or something that lasts.
    `reason` is the one for which the step was reached."""

    roles: tuple[str, ...] = ()
    administers: bool = False
    reason: str | None = None


def _given(run: Run, held: Task) -> _Given:
    same = (approval_task.c.node_id == held.node_id) & (approval_task.c.seat == held.seat)
    earlier = [each for each in tasks(run.s, same, approval_task.c.state == "transferred") if each.id < held.id]
    before = max(earlier, key=lambda each: each.id, default=None)
    if before is not None and before.reason is None:
        return _Given()
    event, step = seated_by(run.s, held, before), step_of(run, held.node_id)
    if event is None:
        return _Given(administers=step.name == ADMIN_STEP)
    roles = tuple(event.detail.get("roles", {}).get(str(held.assignee), ()))
    stands_in = event.reason == "on_empty" and step.on_empty != "next_up" if before is None else event.detail["administers"]
    return _Given(roles, step.name == ADMIN_STEP or (stands_in and not roles), event.reason)


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
    if state == "active":
        inform(run, [user], "task", {"step": step_of(run, held.node_id).label})


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
        _reassign(run, current, "leaver", _heirs(run, current))
    elif not entitled(run, current):
        roles = _given(run, current).roles
        _reassign(run, current, "role", successors(run.party, step_of(run, current.node_id), roles))


def _heirs(run: Run, held: Task) -> tuple[int, ...]:
    """Whom the step would ask today, now that the holder is gone, and after them the administrators of the flow: that somebody
    left takes no decision away."""
    found = seats(run.party, step_of(run, held.node_id))
    return tuple(dict.fromkeys((*found.people, *administrators(run.party))))


def _reassign(run: Run, held: Task, reason: Reason, people: Sequence[int]) -> None:
    """The first of `people` who has no seat in the node takes this one; where all have one, it drops out of the count."""
    others = [user for user in people if user != held.assignee]
    taken, step = seated(run, held), step_of(run, held.node_id)
    free = next((user for user in others if user not in taken and run.party.directory.hold([user])), None)
    roles = by_role(run.party, step, [free]).get(free, ()) if free is not None else ()
    detail = {
        "from": held.assignee, "to": free, "roles": {str(free): list(roles)} if roles else {},
        "administers": free in administrators(run.party),
    }
    told = Happened(held.id, reason, detail=detail, automatic=True)
    if not others:
        record_event(run.s, run.instance, "stuck", told)
        return
    was = held.state
    set_task(run.s, held, "transferred" if free is not None else "cancelled", reason)
    record_event(run.s, run.instance, "reassign", told)
    if free is not None:
        held.state = was
        seat_instead(run, held, free)
    else:
        go_on(run, held, step)
