"""The one writer of state fields (law 4): a record enters a state, with what its flow ties to leaving and entering it.

Order: an approval that the record leaves behind ends, the state is written (with history), then the effects of leaving,
of the move and of entering run, then the state's approval starts. All in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.languages import InLanguages
from engine.records import system
from engine.records.draft import Draft
from engine.records.saving import HistoryKind
from engine.refusals import Message, Refused
from engine.runtime import WriteSession
from workflows.approvals.engine import Entry
from workflows.approvals.submitting import leave_behind, submit
from workflows.compiled import CompiledEffect, CompiledMove, CompiledState
from workflows.effects import Host, run_effects
from workflows.evaluate import flow_of, lock_read, locked, record_id, stored
from workflows.guards import joined, obstacles, state_of, state_of_approval

LONGEST_CHAIN = 20
"""How many states records may enter by themselves, one bringing about the next, before it counts as a circle."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A record's way into a state: `effects` of the move itself, `values` written along, and the history's words."""

    target: str
    kind: HistoryKind = "move"
    effects: Sequence[CompiledEffect] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    detail: Mapping[str, object] = field(default_factory=dict)
    depth: int = 0


def enter(s: WriteSession, row: Draft, transition: Transition) -> None:
    """Bring the locked record `row` into the transition's state. Raises `Invalid` when the record breaks its own rules,
    `Refused` when effects or the approval cannot happen."""
    if transition.depth > LONGEST_CHAIN:
        raise Refused(Message("chain_too_long", {"limit": LONGEST_CHAIN}))
    entity, id = row.entity.name, record_id(row)
    flow, source = flow_of(s, entity), state_of(flow_of(s, entity), row)
    state = flow.states[transition.target]
    values = {**transition.values, flow.field: state.name, **_approval(s, row, transition, state, source)}
    detail = {"from": source, "to": state.name, **transition.detail}
    system.set_fields(s, entity, id, values, transition.kind, detail)
    effects = (*flow.on_leave.get(source, ()), *transition.effects, *flow.on_enter.get(state.name, ()))
    deeper = transition.depth + 1
    run_effects(s, Host(entity, id, lambda s, e, i, name: perform(s, e, i, name, deeper)), effects)
    now = stored(s, entity, id)
    if state.approval and state_of(flow, now) == state.name:
        submit(s, state.approval, now, lambda s, e, i, entry: enter_outcome(s, e, i, entry, deeper))


def _approval(
    s: WriteSession, row: Draft, transition: Transition, state: CompiledState, source: str
) -> Mapping[str, str]:
    """What the record's `approval` becomes with its state. Where it goes by anything but an outcome, an approval that
    waits where it stood ends: it can bring the record back no more."""
    waits = state_of_approval(row) in ("pending", "returned")
    goes = state.approval is not None or (transition.kind != "approve" and state.name != source)
    ended = waits and goes and leave_behind(s, row, state.approval)
    if state.approval:
        return {"approval": "pending"}
    return {"approval": "recalled"} if ended else {}


def enter_outcome(s: WriteSession, entity: str, id: int, entry: Entry, depth: int = 0) -> None:
    """Write what became of an approval: the record's `approval`, and the state of the outcome where one is declared."""
    row = locked(s, entity, id)
    values = {"approval": entry.approval}
    if entry.state is None:
        system.set_fields(s, entity, id, values, "approve", entry.detail)
        return
    enter(s, row, Transition(entry.state, "approve", values=values, detail=entry.detail, depth=depth))


def perform(s: WriteSession, entity: str, id: int, name: str, depth: int = 0) -> None:
    """Make a move by the platform: nobody's rights count, the record's state, needs and guard do. Raises `Refused`."""
    row = locked(s, entity, id)
    flow = flow_of(s, entity)
    move = flow.moves[name]
    lock_read(s, row, move)
    reasons = obstacles(s, flow, row, move)
    if reasons:
        raise refused(move, reasons, Message("moves_none"))
    enter(s, row, Transition(move.target, effects=move.effects, detail={"move": name}, depth=depth))


def refused(move: CompiledMove, reasons: Sequence[Message], allowed: Message) -> Refused:
    """The refusal of a move, with every reason and what is possible instead."""
    possible = InLanguages(allowed.text)
    return Refused(Message("move_refused", {"move": move.label, "reasons": joined(reasons), "allowed": possible}))
