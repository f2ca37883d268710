"""What people do with an approval: approve, reject, return, transfer, recall, terminate. Whatever is not listed in
approvals.md 2.5 for the state it is in is refused.

Rights are judged when one acts (I5). Each action locks the record, then the instance, and looks at the task under the
lock: of two decisions at once, the second is told that it was handled already (I2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.access import allowed
from engine.accounts.principals import principal_within
from engine.outside import said
from engine.records.commenting import LONGEST_COMMENT
from engine.refusals import Denied, FieldError, Invalid, Message, NotFound, Refused
from engine.runtime import ReadSession, WriteSession
from engine.storage.platform import approval_task
from workflows.approvals.engine import Run, advance, finish, go_on, open_run, open_step, step_of
from workflows.approvals.handover import entitled, seat_instead, seated
from workflows.approvals.instance import (
    LIVE,
    Happened,
    Instance,
    Task,
    cancel_open,
    end_node,
    entity_name,
    latest,
    lock,
    nodes,
    record_event,
    save,
    set_task,
    task,
    tasks,
)
from workflows.approvals.route import Seats, administrators
from workflows.approvals.todo import redirectable, stands_in
from workflows.compiled import CompiledStep
from workflows.evaluate import locked, record_id
from workflows.machine import enter_outcome

INITIATOR = "initiator"
"""The target of a return to whoever submitted."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A task being decided, with what is said; `behalf` is its holder where somebody who stands in for them decides."""

    run: Run
    task: Task
    step: CompiledStep
    comment: str | None
    target: int | str | None
    behalf: int | None


def decide(
    s: WriteSession, task_id: int, action: str, comment: str | None = None, target: int | str | None = None
) -> None:
    """Do `action` (approve, reject, return, transfer) on one's own active task, or on that of somebody who is away and for whom one
    stands in; a superior or an administrator may transfer somebody else's.

    `target`: for transfer the user's id, for return a passed step's name (default: the initiator). Raises `NotFound`
    for a task one may not know, `Denied` for one that is no longer one's own, `Refused` when it was handled already or
    the action is not possible, `Invalid` for a missing comment or a wrong target.
    """
    asked = task(s, task_id)
    redirects = action == "transfer" and redirectable(s, task_id) is not None
    if not redirects:
        _refuse_strangers(s, asked)
    row = locked(s, entity_name(s, asked.entity_id), asked.record_id)
    instance = lock(s, asked.instance_id)
    mine = task(s, task_id)
    behalf = mine.assignee if stands_in(s, mine) else None
    run = open_run(s, row, instance, enter_outcome)
    _refuse_closed(run, mine)
    holds = behalf is not None or mine.assignee == s.principal.user_id
    if not holds and not redirects:
        raise Denied(Message("approval_not_yours"))
    if holds and not entitled(run, mine):
        raise Denied(Message("approval_role_lost"))
    step = step_of(run, mine.node_id)
    act = _ACTIONS.get(action)
    if act is None or (action in ("transfer", "return") and action not in step.allow):
        raise Refused(Message("approval_action"))
    act(Decision(run, mine, step, _checked_comment(step, action, comment), target, behalf))


def recall(s: WriteSession, entity: str, id: int, comment: str | None = None) -> None:
    """Take an approval back, as its initiator: while it runs if the definition lets them, always while it waits for
    them. Raises `NotFound`, `Denied`, and `Refused` when none is under way."""
    run = _under_way(s, entity, id)
    if run.instance.initiator != s.principal.user_id and not s.principal.unrestricted:
        raise Denied(Message("approval_initiator"))
    if run.instance.state == "running":
        _refuse_late_recall(run)
    record_event(s, run.instance, "recall", Happened(comment=_said(comment)))
    finish(run, "recalled")


def terminate(s: WriteSession, entity: str, id: int, comment: str | None) -> None:
    """Stop an approval, as an administrator of the flow; says why. Raises as `recall`, and `Invalid` without a reason.
    """
    run = _under_way(s, entity, id)
    if not may_terminate(run):
        raise Denied(Message("approval_admin"))
    told = _said(comment)
    if told is None:
        raise Invalid([FieldError("comment", Message("approval_comment"))])
    record_event(s, run.instance, "terminate", Happened(comment=told))
    finish(run, "terminated")


def seen(s: WriteSession, task_id: int) -> None:
    """Mark a copy sent to the principal as read."""
    found = task(s, task_id)
    if found.assignee != s.principal.user_id or found.kind != "cc":
        raise NotFound()
    set_task(s, found, "read")


def may_terminate(run: Run) -> bool:
    """Whether the session's principal answers for the flow."""
    who = run.s.principal
    return who.unrestricted or who.admin or who.user_id in administrators(run.party)


def _refuse_strangers(s: ReadSession, found: Task) -> None:
    """Somebody else's task: unknown to those who may not read its record."""
    if (found.assignee == s.principal.user_id and found.assignee is not None) or stands_in(s, found):
        return
    if not allowed(s, entity_name(s, found.entity_id), "read", found.record_id):
        raise NotFound()
    raise Denied(Message("approval_not_yours"))


def _refuse_closed(run: Run, mine: Task) -> None:
    """The task must be its person's turn, and the person still active."""
    if mine.state == "transferred" or not run.party.directory.active(mine.assignee):
        raise Denied(Message("approval_not_yours"))
    if mine.state == "waiting":
        raise Refused(Message("approval_waiting"))
    if mine.kind != "approve":
        raise Refused(Message("approval_action"))
    if mine.state != "active" or run.instance.state != "running":
        raise Refused(Message("approval_handled"))


def _checked_comment(step: CompiledStep, action: str, comment: str | None) -> str | None:
    told = _said(comment)
    asked = {"always": ("approve", "reject", "return"), "on_reject": ("reject", "return"), "never": ()}
    if told is None and action in asked[step.comment]:
        raise Invalid([FieldError("comment", Message("approval_comment"))])
    return told


def _said(comment: str | None) -> str | None:
    """The comment as it is kept, None for none. Raises `Invalid` at `comment`."""
    return said(comment or "", "comment", LONGEST_COMMENT) or None


def _approve(d: Decision) -> None:
    set_task(d.run.s, d.task, "approved", None, d.comment)
    record_event(d.run.s, d.run.instance, "approve", Happened(d.task.id, comment=d.comment, behalf=d.behalf))
    go_on(d.run, d.task, d.step)


def _reject(d: Decision) -> None:
    set_task(d.run.s, d.task, "rejected", None, d.comment)
    record_event(d.run.s, d.run.instance, "reject", Happened(d.task.id, comment=d.comment, behalf=d.behalf))
    go_on(d.run, d.task, d.step)


def _return(d: Decision) -> None:
    """Back to the initiator, or to a step that passed; approvals before this no longer count for anybody's second
    turn."""
    s, instance = d.run.s, d.run.instance
    to = INITIATOR if d.target is None else d.target
    if to != INITIATOR and to not in instance.passed:
        raise Invalid([FieldError("target", Message("return_target"))])
    set_task(s, d.task, "returned", None, d.comment)
    cancel_open(s, "returned", approval_task.c.instance_id == instance.id)
    assert d.task.node_id is not None
    end_node(s, d.task.node_id, "returned")
    record_event(s, instance, "return", Happened(d.task.id, comment=d.comment, detail={"to": to}, behalf=d.behalf))
    earlier = nodes(s, instance.id)
    instance.floor = earlier[-1].id
    if to == INITIATOR:
        finish(d.run, "returned")
    else:
        _repeat(d.run, str(to))


def _repeat(run: Run, name: str) -> None:
    """A passed step again, by those who decided it, as they did, while they all may; those after it follow again."""
    index = run.definition.index(name)
    before = [step.name for step in run.definition.steps[:index]]
    run.instance.passed = [passed for passed in run.instance.passed if passed in before]
    last = [each for each in nodes(run.s, run.instance.id) if each.step == name][-1]
    votes = [vote for vote in tasks(run.s, approval_task.c.node_id == last.id) if vote.state != "transferred"]
    actors = [vote.assignee for vote in votes if vote.assignee is not None]
    step = run.definition.step(name)
    own = set(run.instance.submitters) if step.on_initiator != "self_approve" else set()
    may = run.party.directory.hold(actors) and all(entitled(run, vote) for vote in votes)
    same = actors if may and not own.intersection(actors) else []
    save(run.s, run.instance)
    again = Seats("ask", tuple(dict.fromkeys(same)), last.mode, "returned") if same else None
    if not open_step(run, step, again) and run.instance.state == "running":
        advance(run, index + 1)


def _transfer(d: Decision) -> None:
    """The seat goes to somebody else, who must see what they decide; the former holder keeps reading and cannot act."""
    target = _transfer_target(d)
    set_task(d.run.s, d.task, "transferred", None, d.comment)
    seat_instead(d.run, d.task, target)
    _refuse_unreadable(d.run, target)
    told = Happened(d.task.id, comment=d.comment, detail={"to": target}, behalf=d.behalf)
    record_event(d.run.s, d.run.instance, "transfer", told)


def _refuse_unreadable(run: Run, target: int) -> None:
    """The new holder may read the record, be it for taking part in it now."""
    taking = principal_within(run.s, target)
    if taking is None or not allowed(run.s.acting_as(taking), run.row.entity.name, "read", record_id(run.row)):
        raise Invalid([FieldError("target", Message("transfer_unreadable"))])


def _transfer_target(d: Decision) -> int:
    target, run = d.target, d.run
    code = None
    if not isinstance(target, int) or not run.party.directory.hold([target]):
        code = "transfer_inactive"
    elif target == d.task.assignee or (d.behalf is not None and target == run.s.principal.user_id):
        code = "transfer_self"
    elif target in run.instance.submitters and d.step.on_initiator != "self_approve":
        code = "transfer_initiator"
    elif target in seated(run, d.task):
        code = "transfer_seated"
    if code is not None or not isinstance(target, int):
        raise Invalid([FieldError("target", Message(code or "transfer_inactive"))])
    return target


def _under_way(s: WriteSession, entity: str, id: int) -> Run:
    """The record's live instance, locked."""
    if entity not in s.app.entities or not allowed(s, entity, "read", id):
        raise NotFound()
    row = locked(s, entity, id)
    instance = latest(s, row.entity, id)
    if instance is None or instance.state not in LIVE:
        raise Refused(Message("approval_none"))
    return open_run(s, row, lock(s, instance.id), enter_outcome)


def _refuse_late_recall(run: Run) -> None:
    if run.definition.recall == "never":
        raise Denied(Message("approval_recall"))
    if run.definition.recall == "before_first_decision" and _decided(run.s, run.instance):
        raise Denied(Message("approval_recall_late"))


def _decided(s: ReadSession, instance: Instance) -> bool:
    """Whether anybody decided, not counting what happened by itself."""
    mine = (approval_task.c.instance_id == instance.id) & (approval_task.c.kind == "approve")
    decided = approval_task.c.state.in_(("approved", "rejected", "returned"))
    return bool(tasks(s, mine, decided, approval_task.c.reason.is_(None)))


_ACTIONS: Mapping[str, Callable[[Decision], None]] = {
    "approve": _approve, "reject": _reject, "return": _return, "transfer": _transfer,
}
