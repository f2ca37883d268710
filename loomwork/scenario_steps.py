"""What the words of a scenario's steps do. Every step goes through the services that people use, under their rights."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from engine.expressions.values import add_span
from engine.kept import bring_up_to_date
from engine.principal import OPERATOR, Principal
from engine.records import read, write
from engine.records.queries import RecordRef
from engine.refusals import NotFound, Refusal
from engine.runtime import ReadSession, WriteSession
from loomwork.natural_keys import ids_where
from loomwork.refusal_texts import refusal_text
from loomwork.scenario_world import StepFailed, World
from loomwork.typed_texts import evaluate, explain
from metadata.expressions.typed import Span
from workflows import approvals, convert, move, run_daily_moves

Step = Mapping[str, Any]
Unit = Literal["d", "mo", "h", "wd", "wh"]
_WAIT = re.compile(r"([0-9]+)(d|h|wd|wh|mo)")
_ROLE = re.compile(r"role\((\w+)\)")


class _Undo(Exception):
    """Takes back what a `can` or `cannot` step did."""


def run_step(world: World, step: Step) -> None:
    """Do one step. Raises `StepFailed`, or the `Refusal` of a step that should have gone through."""
    word = next((name for name in WORDS if name in step), None)
    if word is None:
        raise StepFailed("这一步没有动词", f"the step has none of the words {', '.join(WORDS)}")
    WORDS[word](world, step)


def _actor(world: World, step: Step) -> Principal:
    return world.person(step["as"]) if "as" in step else OPERATOR


def _keep(world: World, step: Step, made: RecordRef) -> None:
    if "name" in step:
        world.names[step["name"]] = made


def _create(world: World, step: Step) -> None:
    entity = step["create"]
    made = world.write(_actor(world, step), lambda s: _create_in(world, s, step))
    _keep(world, step, RecordRef(entity, made))


def _create_in(world: World, session: WriteSession, step: Step) -> int:
    entity = step["create"]
    values = _values(world, session, entity, step)
    return write.create(session, entity, values)


def _values(world: World, session: WriteSession, entity: str, step: Step) -> dict[str, object]:
    """The values of `set`, read with the eyes of the operator: rights are judged by the write."""
    return world.reader(session.acting_as(OPERATOR)).values(entity, step.get("set", {}))


def _update(world: World, step: Step) -> None:
    world.write(_actor(world, step), lambda s: _update_in(world, s, step, world.record(step["update"])))


def _update_in(world: World, session: WriteSession, step: Step, target: RecordRef) -> None:
    write.update(session, target.entity, target.id, _values(world, session, target.entity, step))


def _find(world: World, step: Step) -> None:
    """The one record with these values that the person can see."""
    entity = step["find"]

    def look(session: ReadSession) -> list[int]:
        return ids_where(session, entity, values, limit=2)

    values = world.read(OPERATOR, lambda s: world.reader(s).values(entity, step.get("set", {})))
    found = world.read(_actor(world, step), look)
    if len(found) != 1:
        raise StepFailed(f"找到 {'多条' if found else '0 条'} {entity} 记录", f"found {len(found)} records of {entity}")
    _keep(world, step, RecordRef(entity, found[0]))


def _move(world: World, step: Step) -> None:
    target = world.record(step["record"])
    world.write(_actor(world, step), lambda s: _move_in(s, target, step["move"], step))


def _move_in(session: WriteSession, target: RecordRef, name: str, step: Step) -> None:
    move(session, target.entity, target.id, name, step.get("answers", {}))


def _convert(world: World, step: Step) -> None:
    target = world.record(step["record"])
    made = world.write(_actor(world, step), lambda s: convert(s, step["convert"], target.id))
    for name, ref in made.items():
        world.names.setdefault(name, ref)


def _delete(world: World, step: Step) -> None:
    target = world.record(step["delete"])
    world.write(_actor(world, step), lambda s: write.trash(s, target.entity, target.id))


def _assign(world: World, step: Step) -> None:
    target, owner = world.record(step["assign"]), world.record(step["to"])
    world.write(_actor(world, step), lambda s: write.assign(s, target.entity, target.id, owner.id))


def _comment(world: World, step: Step) -> None:
    target = world.record(step["record"])
    world.write(_actor(world, step), lambda s: write.comment(s, target.entity, target.id, step["comment"]))


def _decision(action: str) -> Callable[[World, Step], None]:
    def decide(world: World, step: Step) -> None:
        target = world.record(step[action])
        world.write(_actor(world, step), lambda s: _decide_in(world, s, target, action, step))

    return decide


def _decide_in(world: World, session: WriteSession, target: RecordRef, action: str, step: Step) -> None:
    """The decision of a person on the record's task that waits for them; recall is the submitter's."""
    if action == "recall":
        approvals.recall(session, target.entity, target.id, step.get("comment"))
        return
    mine = session.principal.user_id
    tasks = [t for t in approvals.waiting(session, target.entity, target.id) if t.assignee == mine]
    if not tasks:
        raise NotFound()
    to = step.get("to")
    target_of = world.names[to].id if to in world.names else to
    approvals.decide(session, tasks[0].id, action, step.get("comment"), target_of)


def _expect(world: World, step: Step) -> None:
    text = step["expect"]

    def look(session: ReadSession) -> None:
        if evaluate(world.app, session, world.names, text) is not True:
            facts = explain(world.app, session, world.names, text)
            raise StepFailed(f"不成立：{text}（{facts}）", f"does not hold: {text} ({facts})")

    world.read(OPERATOR, look)


def _waiting(world: World, step: Step) -> None:
    target = world.record(step["waiting"])
    tasks = world.read(OPERATOR, lambda s: approvals.waiting(s, target.entity, target.id))
    actual = {world.called(task.assignee) for task in tasks if task.assignee}
    wanted = _people(world, step["for"]) if "for" in step else actual or {"somebody"}
    if actual != wanted:
        now, then = ", ".join(sorted(actual)) or "nobody", ", ".join(sorted(wanted))
        raise StepFailed(f"正在等待 {now}，应为 {then}", f"it waits for {now}, expected {then}")


def _not_waiting(world: World, step: Step) -> None:
    target = world.record(step["not_waiting"])
    tasks = world.read(OPERATOR, lambda s: approvals.waiting(s, target.entity, target.id))
    if tasks:
        names = ", ".join(sorted(world.called(task.assignee) for task in tasks if task.assignee))
        raise StepFailed(f"仍在等待 {names}", f"it still waits for {names}")


def _people(world: World, wanted: Any) -> set[str]:
    """Names of the scenario, or the holders of `role(x)` among them."""
    found: set[str] = set()
    for text in wanted if isinstance(wanted, list) else [wanted]:
        role = _ROLE.fullmatch(str(text))
        people = [name for name, ref in world.names.items() if ref.entity == "user"]
        found |= {name for name in people if role[1] in world.person(name).roles} if role else {str(text)}
    return found


def _wait(world: World, step: Step) -> None:
    """Time passes; what is done daily is done at its end."""
    match = _WAIT.fullmatch(str(step["wait"]).strip())
    if match is None:
        raise StepFailed(f"应为 3d、2h、3wd：{step['wait']}", f"expected 3d, 2h or 3wd, got {step['wait']}")
    now = world.clock.now()
    span = Span(int(match[1]), cast(Unit, match[2]))
    then = add_span(now, span, ZoneInfo(world.app.zone))
    if not isinstance(then, datetime):
        raise StepFailed(f"时间超出日历：{step['wait']}", f"{step['wait']} leads out of the calendar")
    world.clock.advance(then - now)
    world.write(OPERATOR, bring_up_to_date)
    world.write(OPERATOR, run_daily_moves)


def _cannot(world: World, step: Step) -> None:
    try:
        _attempt(world, step["cannot"], step)
    except Refusal as refusal:
        _as_said(refusal, step.get("refused"))
        return
    who = step.get("as", "the operator")
    verb = step["cannot"]
    raise StepFailed(f"{who} 本不应能 {verb}", f"{who} could {verb}, which should have been refused")


def _can(world: World, step: Step) -> None:
    _attempt(world, step["can"], step)


def _as_said(refusal: Refusal, wanted: object) -> None:
    texts = (refusal_text(refusal, "zh"), refusal_text(refusal, "en"), refusal.message.code)
    for part in [wanted] if isinstance(wanted, str) else wanted if isinstance(wanted, list) else []:
        if not any(str(part) in text for text in texts):
            raise StepFailed(f"拒绝的理由是“{texts[0]}”", f"it was refused, but with: {texts[1]}")


def _attempt(world: World, verb: str, step: Step) -> None:
    """Do it and take it back; raises the `Refusal` when it is refused."""
    who = _actor(world, step)
    if verb == "read":
        world.read(who, lambda s: _read_in(s, world.record(step["record"]), step.get("field")))
        return

    def unit(session: WriteSession) -> None:
        _attempt_in(world, session, verb, step)
        session.runtime.flows.after_writes(session, tuple(session.written))
        raise _Undo

    try:
        world.write(who, unit)
    except _Undo:
        return


def _attempt_in(world: World, session: WriteSession, verb: str, step: Step) -> None:
    if verb == "create":
        _create_in(world, session, step)
        return
    target = world.record(step["record"])
    if verb == "update":
        _update_in(world, session, step, target)
    elif verb == "delete":
        write.trash(session, target.entity, target.id)
    elif verb in DECISIONS:
        _decide_in(world, session, target, verb, step)
    else:
        _move_in(session, target, verb, step)


def _read_in(session: ReadSession, target: RecordRef, field: str | None) -> None:
    """A masked value counts as one that cannot be read."""
    seen = read.get(session, target.entity, target.id)
    if field is not None and field not in seen.values:
        raise NotFound("unknown_field")


DECISIONS = ("approve", "reject", "return", "recall", "transfer")

WORDS: Mapping[str, Callable[[World, Step], None]] = {
    "cannot": _cannot, "can": _can, "expect": _expect, "waiting": _waiting, "not_waiting": _not_waiting, "wait": _wait,
    "find": _find, "create": _create, "update": _update, "move": _move, "convert": _convert, "assign": _assign,
    "delete": _delete, **{action: _decision(action) for action in DECISIONS}, "comment": _comment,
}
"""word -> what it does; where a step has two of them, the first counts (`cannot: create` beside `create: lead`)."""
