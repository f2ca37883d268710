"""How an instance goes on: from step to step, by itself where a rule says so, until people are needed or it ends.

Everything runs in the transaction of the action that set it going (I1), with the record's row and the instance locked.
Every automatic step leaves an event with its reason (I6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from engine.accounts.standing import in_for
from engine.failpoints import failpoint
from engine.languages import InLanguages
from engine.records.draft import Draft
from engine.refusals import Message, Refused
from engine.runtime import WriteSession
from engine.storage.platform import approval_node, approval_task
from workflows.approvals import definition as definitions
from workflows.approvals.decision import Verdict, Vote, verdict
from workflows.approvals.instance import (
    Happened,
    Instance,
    Task,
    cancel_open,
    end_node,
    insert_node,
    insert_task,
    node,
    nodes,
    record_event,
    save,
    set_task,
    tasks,
)
from workflows.approvals.route import Party, Seats, admin_step, administrators, by_role, mode_of, seats, step_named
from workflows.compiled import CompiledApproval, CompiledStep
from workflows.evaluate import flows_of, holds, record_id
from workflows.guards import subject_of
from workflows.notify import About, tell
from workflows.people import Directory, resolve, stand_in_of


@dataclass(frozen=True, slots=True)
class Entry:
    """What the record is to become: its state (None: as it is), its `approval`, and what the history says."""

    state: str | None
    approval: str
    detail: Mapping[str, object]


Enter = Callable[[WriteSession, str, int, Entry], None]
"""Brings a record into the state of an outcome: (session, entity, id, entry)."""

MIRRORED: Mapping[str, str] = {
    "approved": "approved", "rejected": "rejected", "returned": "returned", "recalled": "recalled",
    "terminated": "recalled", "revoked": "void",
}
"""What the record's `approval` says of its instance; one stopped by an administrator counts as taken back."""


@dataclass(slots=True)
class Run:
    """One instance under way in one unit."""

    s: WriteSession
    row: Draft
    definition: CompiledApproval
    instance: Instance
    party: Party
    enter: Enter


def open_run(s: WriteSession, row: Draft, instance: Instance, enter: Enter) -> Run:
    """The instance with its own definition and today's people."""
    definition = definitions.load(s, instance.approval, instance.digest)
    directory = Directory(s.connection, s.app, flows_of(s))
    party = Party(directory, definition, subject_of(s, row, *instance.submitters))
    return Run(s, row, definition, instance, party, enter)


def advance(run: Run, index: int) -> None:
    """Go on from the step at `index` until people are needed or the instance ends."""
    for step in run.definition.steps[index:]:
        if step.name in run.instance.passed:
            continue
        if not holds(run.s, run.row, step.condition):
            _leave_out(run, step)
            continue
        if open_step(run, step) or run.instance.state != "running":
            return
    _after_last(run)


def open_step(run: Run, step: CompiledStep, given: Seats | None = None) -> bool:
    """Activate a step; `given` are its seats when it is repeated for those who decided it. Returns whether it waits."""
    decided, asked = _called(run, step, given)
    if decided.how in _ALONE:
        return _decide_alone(run, step, decided)
    if not asked:
        raise Refused(Message("approval_no_people", {"step": step.label}))
    node_id = insert_node(run.s, run.instance, step.name, decided.mode, "active")
    run.instance.step = step.name
    save(run.s, run.instance)
    roles = {str(user): list(held) for user, held in by_role(run.party, step, asked).items()}
    detail = {"step": step.name, "people": list(asked), "node": node_id, "roles": roles}
    told = Happened(reason=decided.reason, detail=detail, automatic=True)
    record_event(run.s, run.instance, "reach", told)
    _seat(run, step, node_id, asked, decided.mode == "seq")
    return settle(run, node_id, step) == "open"


def _called(run: Run, step: CompiledStep, given: Seats | None) -> tuple[Seats, tuple[int, ...]]:
    """How the step is decided, and who is asked; they stay active until this unit is over, so that whoever disables one
    of them, or takes their role away, finds the task (F13)."""
    directory = run.party.directory
    while True:
        left = tuple(user for user in given.people if directory.active(user)) if given else ()
        decided = replace(given, people=left) if given and left else seats(run.party, step)
        asked = () if decided.how in _ALONE else decided.people or administrators(run.party)
        if directory.hold(asked) and (given or seats(run.party, step) == decided):
            return decided, asked


def settle(run: Run, node_id: int, step: CompiledStep) -> Verdict:
    """Count the votes of a node and do what they decide; in turn, the next one is called."""
    while True:
        held = [task for task in tasks(run.s, approval_task.c.node_id == node_id) if task.state in _VOTES]
        mode = node(run.s, node_id).mode
        decided = verdict(mode, [_VOTES[task.state] for task in held], step.ratio)
        waiting = [task for task in held if task.state == "waiting"]
        if decided == "open" and waiting and not any(task.state == "active" for task in held):
            set_task(run.s, waiting[0], "active")
            _call(run, step, waiting[0])
            continue
        if decided != "open":
            _close(run, node_id, step, decided)
        return decided


def go_on(run: Run, decided: Task, step: CompiledStep) -> None:
    """A seat of the step was decided or dropped out: where that passes the step, the next ones follow."""
    failpoint("approvals.decided")
    assert decided.node_id is not None
    if settle(run, decided.node_id, step) == "passed":
        names = [each.name for each in run.definition.steps]
        advance(run, names.index(step.name) + 1 if step.name in names else len(names))


def finish(run: Run, outcome: str, reason: str | None = None, mirror: str | None = None) -> None:
    """End the instance (or, for `returned`, let it wait): nothing is open any more, and the record takes its outcome.
    """
    s, instance = run.s, run.instance
    stop(s, instance, outcome)
    save(s, instance)
    if outcome == "returned":
        _call_back(s, instance)
    else:
        record_event(s, instance, "end", Happened(reason=reason, detail={"outcome": outcome}, automatic=True))
    _tell_end(run, outcome)
    detail = {"approval": instance.approval, "outcome": outcome}
    entry = Entry(run.definition.outcome.get(outcome), mirror or MIRRORED[outcome], detail)
    run.enter(s, run.row.entity.name, record_id(run.row), entry)


def stop(s: WriteSession, instance: Instance, outcome: str) -> None:
    """Nothing of the instance is open any more; `outcome` is what it is now."""
    cancel_open(s, outcome, approval_task.c.instance_id == instance.id)
    active = (approval_node.c.instance_id == instance.id) & (approval_node.c.state == "active")
    s.connection.execute(sa.update(approval_node).where(active).values(state="cancelled", ended_at=s.now))
    instance.state, instance.step = outcome, instance.step if outcome == "returned" else None


def _call_back(s: WriteSession, instance: Instance) -> None:
    """It is the initiator's turn."""
    if instance.initiator is not None:
        insert_task(s, instance, {"kind": "resubmit", "assignee_id": instance.initiator, "state": "active"})


def _leave_out(run: Run, step: CompiledStep) -> None:
    insert_node(run.s, run.instance, step.name, mode_of(step), "skipped")
    record_event(run.s, run.instance, "skip", Happened(reason="condition", detail={"step": step.name}, automatic=True))


def _decide_alone(run: Run, step: CompiledStep, decided: Seats) -> bool:
    """A step that a rule decides without people."""
    passes = decided.how == "pass"
    insert_node(run.s, run.instance, step.name, decided.mode, "passed" if passes else "rejected")
    told = Happened(reason=decided.reason, detail={"step": step.name}, automatic=True)
    record_event(run.s, run.instance, "pass" if passes else "reject", told)
    if passes:
        run.instance.passed.append(step.name)
        save(run.s, run.instance)
    else:
        finish(run, "rejected", decided.reason)
    return False


def _after_last(run: Run) -> None:
    """All steps are behind: approved, unless none of them applied."""
    if run.instance.passed or run.definition.if_no_step == "approve":
        finish(run, "approved", None if run.instance.passed else "no_step")
    elif run.definition.if_no_step == "refuse":
        raise Refused(Message("approval_no_step"))
    elif not _ask_administrators(run) and run.instance.state == "running":
        finish(run, "approved")


def _ask_administrators(run: Run) -> bool:
    """The stand-in step; returns whether it waits."""
    return open_step(run, admin_step(run.definition), Seats("ask", administrators(run.party), "any", "returned"))


def _seat(run: Run, step: CompiledStep, node_id: int, people: Sequence[int], in_turn: bool) -> None:
    """One seat for each person; in turn, only the first is called."""
    for seat, user in enumerate(people, 1):
        waits = in_turn and seat > 1
        task = insert_task(run.s, run.instance, {
            "node_id": node_id, "kind": "approve", "assignee_id": user, "seat": seat, "seq": seat if in_turn else 1,
            "state": "waiting" if waits else "active",
        })
        if not waits:
            _call(run, step, task)


def _call(run: Run, step: CompiledStep, task: Task) -> None:
    """A task becomes somebody's turn: they approved just before, or they are told."""
    if _approved_before(run, task):
        set_task(run.s, task, "approved", "dedupe")
        record_event(run.s, run.instance, "approve", Happened(task.id, "dedupe", automatic=True))
    elif task.assignee is not None:
        inform(run, [task.assignee], "task", {"step": step.label})


def _approved_before(run: Run, task: Task) -> bool:
    """Whether the assignee approved this instance since the last return: in the step directly before (`consecutive`),
    or in any (`all`)."""
    rule = run.definition.dedupe
    if rule == "none":
        return False
    for run_before in reversed(nodes(run.s, run.instance.id)):
        if run_before.id <= run.instance.floor:
            return False
        votes = tasks(run.s, approval_task.c.node_id == run_before.id, approval_task.c.state == "approved")
        if run_before.id == task.node_id or run_before.state != "passed" or not votes:
            continue
        if any(vote.assignee == task.assignee for vote in votes):
            return True
        if rule == "consecutive":
            return False
    return False


def _close(run: Run, node_id: int, step: CompiledStep, decided: Verdict) -> None:
    passes = decided == "passed"
    cancel_open(run.s, "decided_by_other" if passes else "sibling_rejected", approval_task.c.node_id == node_id)
    end_node(run.s, node_id, decided)
    told = Happened(detail={"step": step.name}, automatic=True)
    record_event(run.s, run.instance, "pass" if passes else "fail", told)
    if passes:
        run.instance.passed.append(step.name)
        save(run.s, run.instance)
    else:
        finish(run, "rejected")


def _tell_end(run: Run, outcome: str) -> None:
    initiator = run.instance.initiator
    if outcome == "approved":
        _send_copies(run)
    if initiator is not None and initiator != run.s.principal.user_id:
        inform(run, [initiator], outcome, {})


def _send_copies(run: Run) -> None:
    """Each person once per instance; a copy is something to read and grants reading, it blocks nothing."""
    people = resolve(run.party.directory, run.definition.cc, run.party.subject)
    for user in people:
        insert_task(run.s, run.instance, {"kind": "cc", "assignee_id": user, "state": "unread"})
    inform(run, people, "cc", {})


def inform(run: Run, users: Sequence[int], what: str, values: Mapping[str, object]) -> None:
    """Tell people of the instance: `what` is `task` for somebody's turn, of which whoever stands in for them hears too, `cc` for a
    copy, else what became of it."""
    _tell(run, users, what, values)
    away = in_for(run.s.connection, users, run.s.now) if what == "task" else {}
    for user in away:
        stand_in = stand_in_of(run.party.directory, user, away, run.instance.submitters)
        if stand_in is not None:
            _tell(run, [stand_in], "task_for", values, user)


def _tell(run: Run, users: Sequence[int], what: str, values: Mapping[str, object], absent: int | None = None) -> None:
    message = Message(f"told_{what}", {"approval": run.definition.label, **values})
    texts = InLanguages(message.text)
    kind = "task" if what in ("task", "task_for") else "approval"
    tell(run.s, users, kind, texts, About(run.row.entity, record_id(run.row)), absent)


_VOTES: Mapping[str, Vote] = {"active": "open", "waiting": "open", "approved": "approved", "rejected": "rejected"}
"""Task states that hold a seat, as votes; transferred and cancelled ones hold none."""


_ALONE = ("pass", "reject")
"""How a step is decided without people."""


def step_of(run: Run, node_id: int | None) -> CompiledStep:
    """The step that a node run belongs to."""
    return step_named(run.definition, node(run.s, node_id).step)
