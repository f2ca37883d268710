"""What a record may do next, as buttons: moves of its flow and conversions; and why not, where it may not."""

from __future__ import annotations

from engine import access
from engine.compiled import CompiledEntity
from engine.records.queries import Record
from web.composition import flows_of
from web.context import Context
from web.view_models import ActionView
from workflows import moves


def actions_of(context: Context, entity: CompiledEntity, record: Record) -> list[ActionView]:
    """The moves in declared order, the first possible one first in weight; then conversions not made by any move."""
    views: list[ActionView] = []
    base = f"/e/{entity.name}/{record.id}"
    for move in moves(context.session, entity.name, record.id) if entity.state_field else ():
        reasons = tuple(reason.text(context.language) for reason in move.reasons)
        first = move.allowed and not any(view.primary for view in views)
        label = move.label[context.language]
        views.append(ActionView(move.name, label, move.allowed, reasons, f"{base}/move/{move.name}", first))
    return [*views, *_conversions(context, entity, record, base)]


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
    if not offered or not access.allowed(context.session, entity.name, "update", record.id):
        return []
    return [
        ActionView(c.name, c.label[context.language], True, (), f"{base}/convert/{c.name}") for c in offered
    ]
