"""Moves as people see and make them: what a record may do next, why not, and the doing of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from engine.access import allowed, allowed_verbs
from engine.compiled import CompiledField, Texts
from engine.field_types.base import InvalidValue, TextContext
from engine.languages import enumerated
from engine.records.draft import Draft
from engine.records.validate import check_answers
from engine.refusals import Conflict, Denied, FieldError, Invalid, Message, NotFound, Unread
from engine.runtime import ReadSession, WriteSession
from workflows.compiled import CompiledFlow, CompiledMove
from workflows.evaluate import evaluate, flow_of, flows_of, lock_read, locked, record_id, stored
from workflows.guards import obstacles, state_of, wrong_people
from workflows.machine import Transition, enter, refused


@dataclass(frozen=True, slots=True)
class MoveView:
    """One move from the record's present state, as its reader may make it: `reasons` say why not (empty when
    `allowed`), `questions` are asked before it is made, `confirm` is a question of yes or no."""

    name: str
    label: Texts
    target: str
    target_label: Texts
    allowed: bool
    reasons: tuple[Message, ...] = ()
    questions: tuple[CompiledField, ...] = ()
    confirm: Texts | None = None


@dataclass(frozen=True, slots=True)
class StateView:
    """One state on the record's path; `current` marks where it is."""

    name: str
    label: Texts
    color: str | None
    current: bool
    end: bool


def verbs(s: ReadSession, entity: str) -> tuple[str, ...]:
    """What is asked of the principal's rights before moves of `entity` can be shown."""
    flow = flows_of(s).flows.get(entity)
    return ("read", *(_verb(move) for move in flow.moves.values() if not move.system)) if flow else ("read",)


def moves(s: ReadSession, entity: str, id: int, granted: frozenset[str] | None = None) -> list[MoveView]:
    """The moves that leave the record's present state and that the principal holds the right to, in declared order;
    `granted` are those of `verbs` that it may do to the record, where that was asked already. Raises `NotFound` for a
    record one may not read; an entity without a flow has none."""
    if granted is None:
        granted = allowed_verbs(s, entity, verbs(s, entity), id) if entity in s.app.entities else frozenset()
    if "read" not in granted:
        raise NotFound()
    flow = flows_of(s).flows.get(entity)
    if flow is None:
        return []
    manual = [move for move in flow.moves.values() if not move.system]
    row = stored(s, entity, id)
    if row.stored.get("archived_at") is not None:
        return []
    state = state_of(flow, row)
    return [_view(s, flow, row, move) for move in manual if state in move.sources and _verb(move) in granted]


def state_path(s: ReadSession, entity: str, id: int) -> list[StateView]:
    """All states of the record's flow in declared order. Raises `NotFound`."""
    _refuse_unreadable(s, entity, id)
    flow = flow_of(s, entity)
    current = state_of(flow, stored(s, entity, id))
    return [StateView(x.name, x.label, x.color, x.name == current, x.end) for x in flow.states.values()]


def move(
    s: WriteSession, entity: str, id: int, name: str, answers: Mapping[str, object] | None = None,
    revision: int | None = None,
) -> None:
    """Make the move `name` with the principal's rights. `answers` are form texts or values, by question; `revision` is
    the one the mover saw.

    Raises `NotFound`, `Denied` without the right to the move, `Refused` with every reason and what is possible instead,
    `Invalid` for answers, `Conflict` when someone saved meanwhile. A refusal leaves nothing written.
    """
    _refuse_unreadable(s, entity, id)
    row = locked(s, entity, id)
    flow = flow_of(s, entity)
    declared = flow.moves.get(name)
    if declared is None:
        raise NotFound()
    if declared.system or not _granted(s, row, declared):
        raise Denied(Message("move_denied", {"move": declared.label}))
    _refuse_stale(row, revision)
    lock_read(s, row, declared)
    reasons = hindrances(s, flow, row, declared)
    if reasons:
        raise refused(declared, reasons, possible(s, entity, id))
    given = judged_answers(s, row, declared, answers or {})
    enter(s, row, Transition(
        declared.target, effects=declared.effects, values=_own_fields(row, given),
        detail={"move": name, "answers": {n: declared.asks[n].type.json(v) for n, v in given.items()}},
    ))


def judged_answers(
    s: WriteSession, row: Draft, declared: CompiledMove, answers: Mapping[str, object]
) -> dict[str, object]:
    """The answers as values of their questions' types. Raises `Invalid` with an error for each that cannot be taken, is
    missing, breaks its question's rules, or answers nothing that is asked."""
    found: dict[str, object] = {}
    errors = [
        FieldError(name, Message("unknown_input", {"name": name[:64]})) for name in answers if name not in declared.asks
    ]
    unread: set[str] = set()
    for name, question in declared.asks.items():
        answer = answers.get(name)
        if isinstance(answer, Unread):
            unread.add(name)
            errors.append(FieldError(name, answer.message))
            continue
        try:
            found[name] = _read_answer(s, question, answer)
        except InvalidValue as invalid:
            unread.add(name)
            errors.append(FieldError(name, invalid.message))
    errors += [error for error in check_answers(s, row, declared.asks, found) if error.path not in unread]
    if errors:
        raise Invalid(errors)
    return found


def possible(s: ReadSession, entity: str, id: int) -> Message:
    """What the record may do now, in words."""
    labels = [view.label for view in moves(s, entity, id) if view.allowed]
    if not labels:
        return Message("moves_none")
    return Message("moves_allowed", {"moves": enumerated(labels)})


def _view(s: ReadSession, flow: CompiledFlow, row: Draft, move: CompiledMove) -> MoveView:
    reasons = hindrances(s, flow, row, move)
    label = flow.states[move.target].label
    questions = tuple(_proposing(s, row, question) for question in move.asks.values())
    return MoveView(move.name, move.label, move.target, label, not reasons, reasons, questions, move.confirm)


def _proposing(s: ReadSession, row: Draft, question: CompiledField) -> CompiledField:
    """The question with the answer that its default works out now (of the clock and settings, so it tells nothing of the
    record)."""
    if question.default_rule is None:
        return question
    try:
        proposed = question.type.assign(evaluate(s, row, question.default_rule.typed), question)
    except InvalidValue:
        proposed = None
    return replace(question, default=proposed)


def hindrances(s: ReadSession, flow: CompiledFlow, row: Draft, move: CompiledMove) -> tuple[Message, ...]:
    """Why the principal cannot make the move now, the right to it apart: it is for others, or the record does not let it."""
    people = wrong_people(s, row, move)
    return (*([people] if people else []), *obstacles(s, flow, row, move))


def _granted(s: ReadSession, row: Draft, move: CompiledMove) -> bool:
    return allowed(s, row.entity.name, _verb(move), record_id(row))


def _verb(move: CompiledMove) -> str:
    """What the right to make a move is called in roles."""
    return f"move.{move.name}"


def _refuse_unreadable(s: ReadSession, entity: str, id: int) -> None:
    compiled = s.app.entities.get(entity)
    if compiled is None or compiled.child or not allowed(s, entity, "read", id):
        raise NotFound()


def _refuse_stale(row: Draft, revision: int | None) -> None:
    current = cast(int, row.stored["revision"])
    if revision is not None and revision != current:
        raise Conflict(current, ())


def _read_answer(s: ReadSession, question: CompiledField, raw: object) -> object:
    """Texts and JSON values are read, values of other Python types are taken as they are; all are checked."""
    if isinstance(raw, str | int | float | list | dict) or raw is None:
        value = question.type.parse(raw, question, TextContext(s.app.zone, s.language))
    else:
        value = question.type.assign(raw, question)
    return value


def _own_fields(row: Draft, given: Mapping[str, object]) -> dict[str, object]:
    """Answers to questions that are named like a field of the entity are written to it."""
    return {name: value for name, value in given.items() if name in row.entity.fields}
