"""Flows: start, reach, end, moves, effects, loops of system moves, and ways around an approval."""

from __future__ import annotations

from metadata.checks.context import Checking
from metadata.checks.effects import check_effects, check_people
from metadata.codes import flows as codes
from metadata.codes import names as name_codes
from metadata.codes import shape as shape_codes
from metadata.expressions.dependencies import dependencies
from metadata.near import shortened, unknown
from metadata.problems import Place
from metadata.read.entities import TEXT_KINDS, UNSAID
from metadata.specs.common import Value
from metadata.specs.entity import EntitySpec, filled_by_platform
from metadata.specs.flow import FlowSpec, MoveSpec


def check_flows(c: Checking) -> None:
    """Every flow by itself, and that each entity has one."""
    owners: dict[str, str] = {}
    for flow in c.app.flows.values():
        other = owners.setdefault(flow.entity, flow.name)
        if other != flow.name:
            c.note(codes.TWO_FLOWS, flow.place, flow=flow.name, other=other, entity=flow.entity)
        entity = c.entity(flow.entity, c.places.of("flow", flow.name, "entity"))
        _moves(c, flow)
        _states(c, flow, entity)
        _system_loops(c, flow)
        if entity is None:
            continue
        for move in (move for move in flow.moves.values() if not move.retired):
            _move(c, flow, move, entity)
        _events(c, flow, entity)


def state(c: Checking, flow: FlowSpec, name: str, place: Place, entered: bool = False) -> bool:
    """Whether the flow has the state; old names are told. Nothing leads into a retired one (`entered`): records that are
    in it stay until they leave it."""
    if name in flow.states:
        if entered and flow.states[name].retired:
            c.note(name_codes.RETIRED_USED, place, name=name)
        return True
    for other in flow.states.values():
        if name in other.was:
            c.note(name_codes.OLD_NAME, place, old=name, name=other.name)
            return True
    c.note(name_codes.UNKNOWN_STATE, place, flow=flow.name, **unknown(name, flow.states))
    return False


def _moves(c: Checking, flow: FlowSpec) -> None:
    """Sources and targets of moves, and the states that on_enter and on_leave name."""
    for move in flow.moves.values():
        for index, source in enumerate(move.sources):
            state(c, flow, source, c.places.of("flow", flow.name, "moves", move.name, "from", index))
        to = c.places.of("flow", flow.name, "moves", move.name, "to")
        state(c, flow, move.target, to, entered=not move.retired)
        if move.target in move.sources:
            c.note(codes.MOVE_NOWHERE, to, move=move.name, state=move.target)
    for word, events in (("on_enter", flow.on_enter), ("on_leave", flow.on_leave)):
        for name in events:
            state(c, flow, name, c.places.key("flow", flow.name, word, name))


def _states(c: Checking, flow: FlowSpec, entity: EntitySpec | None) -> None:
    """One start, every state reachable, no state that holds records for ever by mistake."""
    live = {name: each for name, each in flow.states.items() if not each.retired}
    starts = [each for each in live.values() if each.start]
    if not starts and live:
        c.note(codes.NO_START, c.places.key("flow", flow.name, "states"), flow=flow.name, near=next(iter(live)))
    if len(starts) > 1:
        c.note(codes.TWO_STARTS, starts[1].place, flow=flow.name, first=starts[0].name, second=starts[1].name)
    reached = _reached(c, flow, [each.name for each in starts])
    for each in live.values():
        if starts and each.name not in reached:
            c.note(codes.UNREACHABLE, each.place, state=each.name, start=starts[0].name)
        leaving = [move for move in flow.moves.values() if each.name in move.sources and not move.retired]
        if each.end and leaving:
            c.note(codes.END_HAS_MOVES, each.place, state=each.name, move=leaving[0].name)
        if not each.end and not leaving and not each.approval:
            c.note(codes.DEAD_END, each.place, state=each.name)
        _approval(c, flow, each.name)
        if entity and isinstance(each.lock, tuple):
            for index, name in enumerate(each.lock):
                c.field(entity, name, c.places.of("flow", flow.name, "states", each.name, "lock", index))


def _reached(c: Checking, flow: FlowSpec, starts: list[str]) -> set[str]:
    """States that moves and outcomes of approvals lead to."""
    reached, waiting = set(starts), list(starts)
    while waiting:
        here = waiting.pop()
        onward = [move.target for move in flow.moves.values() if here in move.sources and not move.retired]
        started = flow.states[here].approval if here in flow.states else None
        approval = c.app.approvals.get(started or "")
        onward += approval.outcome.values() if approval else ()
        fresh = set(onward) - reached
        reached |= fresh
        waiting += fresh
    return reached


def _approval(c: Checking, flow: FlowSpec, name: str) -> None:
    """The approval that a state starts is there, is of this entity, and is not gone around."""
    started = flow.states[name].approval
    if started is None:
        return
    place = c.places.of("flow", flow.name, "states", name, "approval")
    if not c.one_of(c.app.approvals, started, place, name_codes.UNKNOWN_APPROVAL):
        return
    approval = c.app.approvals[started]
    if approval.entity != flow.entity:
        c.note(codes.OTHER_ENTITY, place, approval=started, other=approval.entity, entity=flow.entity)
    approved = approval.outcome.get("approved")
    for move in flow.moves.values():
        if name in move.sources and move.target == approved and not move.by and not move.retired:
            c.note(codes.AROUND_APPROVAL, move.place, move=move.name, approval=started, state=name)


def _move(c: Checking, flow: FlowSpec, move: MoveSpec, entity: EntitySpec) -> None:
    path = ("flow", flow.name, "moves", move.name)
    for index, name in enumerate(move.needs):
        place = c.places.of(*path, "needs", index)
        if name in entity.backs:
            c.collection(entity, name, place)
        else:
            c.field(entity, name, place)
    for ask in move.asks.values():
        said = ask.default.expression if ask.default else None
        if said and said.typed and (dependencies(said.typed).fields or dependencies(said.typed).collections):
            c.note(shape_codes.RESERVED_KEY, said.place, name=f"default: ={said.text}", **shape_codes.DELETE_IT)
        if ask.kind in TEXT_KINDS and ask.maximum is not None:
            place = c.places.of(*path, "ask", ask.name, "max")
            c.note(shape_codes.NOT_WHOLE, place, name="max", text=_said(ask.maximum), least="1")
        if ask.name in entity.fields:
            found = c.field(entity, ask.name, ask.place)
            if found and found.field and (filled_by_platform(found.field) or ask.name in c.state_fields(entity.name)):
                c.note(codes.UNREAD_WRITE, ask.place, field=ask.name)
        elif ask.kind == UNSAID:
            values = {"where": f"ask.{ask.name}", "name": "type"}
            c.note(shape_codes.MISSING_KEY, ask.place, **values)
    check_people(c, move.by, entity, initiator=False)
    check_effects(c, move.effects, entity)


def _said(value: Value) -> str:
    return f"={value.expression.text}" if value.expression else shortened(str(value.literal))


def _events(c: Checking, flow: FlowSpec, entity: EntitySpec) -> None:
    for events in (flow.on_enter, flow.on_leave):
        for effects in events.values():
            check_effects(c, effects, entity)


def _system_loops(c: Checking, flow: FlowSpec) -> None:
    """System moves follow each other by themselves, so a circle of them would never rest."""
    edges: dict[str, list[MoveSpec]] = {}
    for move in flow.moves.values():
        for source in move.sources if move.system and not move.retired else ():
            edges.setdefault(source, []).append(move)
    for start in edges:
        found = _circle(edges, start)
        if found:
            c.note(codes.SYSTEM_LOOP, found[0].place, moves=", ".join(move.name for move in found))
            return


def _circle(edges: dict[str, list[MoveSpec]], start: str) -> list[MoveSpec]:
    """The moves of a circle through `start`, or none."""
    waiting: list[tuple[str, list[MoveSpec]]] = [(start, [])]
    seen: set[str] = set()
    while waiting:
        here, path = waiting.pop()
        for move in edges.get(here, ()):
            if move.target == start:
                return [*path, move]
            if move.target not in seen:
                seen.add(move.target)
                waiting.append((move.target, [*path, move]))
    return []
