"""Which writes can make a system move true, worked out from what its guard and its needs read (law 9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from engine.compiled import CompiledApp, CompiledEntity
from metadata.expressions.dependencies import parts
from metadata.expressions.typed import Aggregate, Collection, FieldRef, TypedExpression
from workflows.compiled import CompiledFlow, CompiledMove, Trigger


def triggers_of(flows: Iterable[CompiledFlow], app: CompiledApp) -> Mapping[str, tuple[Trigger, ...]]:
    """The triggers of all system moves, by the entity that is written."""
    found: defaultdict[str, list[Trigger]] = defaultdict(list)
    for flow in flows:
        for move in flow.moves.values():
            for trigger in dict.fromkeys(_of_move(flow, move, app)) if move.system else ():
                found[trigger.written].append(trigger)
    return {written: tuple(triggers) for written, triggers in found.items()}


def _of_move(flow: CompiledFlow, move: CompiledMove, app: CompiledApp) -> Iterator[Trigger]:
    """What a move waits for: its record's own fields (the state among them), and rows that its guard looks at.

    A link is followed one step; what lies farther away is found by the daily try. Stored roll-ups of the record tell of
    their own changes.
    """
    entity = app.entities[flow.entity]
    own = {flow.field, *(name for name, _ in move.needs)}
    elsewhere: list[tuple[str, frozenset[str], str, str]] = []
    for expression in _read(entity, move, own):
        for node in _about(expression):
            if isinstance(node, FieldRef):
                own.add(node.hops[0].field if node.hops else node.field)
                elsewhere += _over_link(node)
            elif not node.hops:
                own.add(node.name)
                elsewhere += _over_collection(node)
    yield Trigger(flow.entity, frozenset(own), flow.entity, move.name, "self")
    for written, fields, via, field in elsewhere:
        yield Trigger(written, fields, flow.entity, move.name, via, field)  # type: ignore[arg-type]


def _read(entity: CompiledEntity, move: CompiledMove, own: set[str]) -> list[TypedExpression]:
    """The guard, and the formulas that it (or a need) reads, however deep."""
    expressions = [move.condition] if move.condition is not None else []
    seen: set[str] = set()
    names = set(own)
    for expression in expressions:
        names |= {node.field for node in _about(expression) if isinstance(node, FieldRef) and not node.hops}
        for name in sorted(names - seen):
            seen.add(name)
            field = entity.fields.get(name)
            if field is not None and field.formula is not None:
                expressions.append(field.formula.typed)
    return expressions


def _about(node: TypedExpression, inside: bool = False) -> Iterator[FieldRef | Collection]:
    """What an expression reads of the record itself: inside an aggregate bare names are those of the rows counted, and
    `$this` is the record."""
    root = "this" if inside else "row"
    if isinstance(node, FieldRef | Collection) and node.root == root:
        yield node
    for part in parts(node):
        within = inside or (isinstance(node, Aggregate) and part is not node.collection)
        yield from _about(part, within)


def _over_link(node: FieldRef) -> list[tuple[str, frozenset[str], str, str]]:
    if not node.hops:
        return []
    first, *rest = node.hops
    return [(first.target, frozenset({rest[0].field if rest else node.field}), "link", first.field)]


def _over_collection(node: Collection) -> list[tuple[str, frozenset[str], str, str]]:
    if node.kind == "children":
        return [(node.target, frozenset(), "parent", "")]
    return [(node.target, frozenset(), "back", node.link_field)] if node.kind == "back" else []
