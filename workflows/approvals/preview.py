"""The way an approval would take, shown before submitting (approvals.md 27): provisional, for people, access and values
are those of the moment each step is reached.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.access import allowed
from engine.compiled import Texts
from engine.records.draft import Draft
from engine.refusals import NotFound
from engine.runtime import ReadSession
from workflows.approvals import definition as definitions
from workflows.approvals.instance import LIVE, Instance, latest
from workflows.approvals.route import Party, Seats, administrators, mode_of, seats
from workflows.compiled import CompiledApproval, CompiledStep, Mode
from workflows.evaluate import flows_of, holds, stored
from workflows.guards import state_of, subject_of, told_condition
from workflows.people import Directory


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One step as it would go now. `applies` is whether its condition holds; `condition` says it (None where there is
    none; that there is one, where it reads what its reader may not); `reason` tells which rule chose the people, or decides
    instead of people (`on_empty`, `initiator`). `done` marks a step that need not be repeated."""

    name: str
    label: Texts
    mode: Mode
    applies: bool
    people: tuple[str, ...]
    condition: Texts | None = None
    decides: str = "ask"
    reason: str | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """The steps of `approval` in order; always provisional. `running` when the instance is under way already."""

    approval: str
    label: Texts
    steps: tuple[RouteStep, ...]
    running: bool = False
    provisional: bool = True


def preview(s: ReadSession, entity: str, id: int) -> Route | None:
    """The route of the approval under way on the record, else of the one that a move from its present state would
    start; None where there is none. Raises `NotFound` for a record one may not read."""
    if entity not in s.app.entities or not allowed(s, entity, "read", id):
        raise NotFound()
    row = stored(s, entity, id)
    instance = latest(s, row.entity, id)
    if instance is not None and instance.state in LIVE:
        definition = definitions.load(s, instance.approval, instance.digest)
        return _route(s, row, definition, instance)
    name = _next_approval(s, row)
    return None if name is None else _route(s, row, flows_of(s).approvals[name], None)


def _next_approval(s: ReadSession, row: Draft) -> str | None:
    """The approval of a state that a move leads to from here."""
    flow = flows_of(s).flows.get(row.entity.name)
    if flow is None:
        return None
    leaving = (move for move in flow.moves.values() if state_of(flow, row) in move.sources)
    return next((name for move in leaving if (name := flow.states[move.target].approval)), None)


def _route(s: ReadSession, row: Draft, definition: CompiledApproval, instance: Instance | None) -> Route:
    submitters = instance.submitters if instance is not None else [s.principal.user_id]
    party = Party(Directory(s.connection, s.app, flows_of(s)), definition, subject_of(s, row, *submitters))
    passed = instance.passed if instance is not None else []
    steps = tuple(_step(s, row, party, step, step.name in passed) for step in definition.steps)
    running = instance is not None and instance.state == "running"
    return Route(definition.name, definition.label, steps, running=running)


def _step(s: ReadSession, row: Draft, party: Party, step: CompiledStep, done: bool) -> RouteStep:
    applies = holds(s, row, step.condition)
    decided = seats(party, step) if applies else Seats("ask", (), mode_of(step))
    people = decided.people or (administrators(party) if applies and decided.how == "ask" else ())
    names = party.directory.named(people)
    return RouteStep(
        step.name, step.label, decided.mode, applies, tuple(names[user] for user in people),
        told_condition(s, row, step.condition), decided.how, decided.reason, done,
    )
