"""What a record may do next, as buttons: moves of its flow and conversions; and why not, where it may not."""

from __future__ import annotations

from engine.compiled import CompiledEntity
from engine.records.queries import Record
from engine.refusals import Message
from web.composition import flows_of
from web.context import Context
from web.view_models.records import ActionView
from workflows import moves

_MISSING = frozenset({"move_needs", "move_guard", "move_guard_hidden"})
"""Reasons that whoever may make the move can do away with."""


def actions_of(context: Context, entity: CompiledEntity, record: Record) -> list[ActionView]:
    """The moves in declared order, the first that leads on standing out; then conversions not made by any move. The record
    was read with the verbs of its moves, and `update`."""
    views: list[ActionView] = []
    base = f"/e/{entity.name}/{record.id}"
    for move in moves(context.session, entity.name, record.id, record.granted) if entity.state_field else ():
        reasons = tuple(reason.text(context.language) for reason in move.reasons)
        first = move.allowed and _ahead(context, entity, record, move.target) and not any(view.primary for view in views)
        label = move.label[context.language]
        near = bool(reasons) and all(reason.code in _MISSING for reason in move.reasons)
        views.append(ActionView(move.name, label, move.allowed, reasons, f"{base}/move/{move.name}", first, near))
    return [*views, *_conversions(context, entity, record, base)]


def _ahead(context: Context, entity: CompiledEntity, record: Record, target: str) -> bool:
    """Whether a state lies further on the way to the flow's first end: the move there is the one most people want."""
    states = list(flows_of(context.session).flows[entity.name].states.values())
    names = [state.name for state in states]
    end = next((place for place, state in enumerate(states) if state.end), len(states) - 1)
    current = record.values.get(entity.state_field or "")
    here = names.index(str(current)) if current in names else len(names)
    return here < names.index(target) <= end


def _conversions(context: Context, entity: CompiledEntity, record: Record, base: str) -> list[ActionView]:
    flows = flows_of(context.session)
    used = {
        effect.target
        for flow in flows.flows.values()
        for effects in (*(m.effects for m in flow.moves.values()), *flow.on_enter.values(), *flow.on_leave.values())
        for effect in effects
        if effect.verb == "convert"
    }
    offered = [c for c in flows.converts.values() if c.source == entity.name and c.name not in used]
    if "update" not in record.granted:
        return []
    locked = context.session.runtime.flows.locked(context.session, entity.name, record.values) == "all"
    reasons = (Message("locked_record").text(context.language),) if locked else ()
    return [
        ActionView(c.name, c.label[context.language], not locked, reasons, f"{base}/convert/{c.name}") for c in offered
    ]
