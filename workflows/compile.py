"""From declared flows, approvals and conversions to what requests use. Nothing of the spec is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import reduce

from engine.access.matrix import AccessMatrix
from engine.compile_fields import compile_field, texts
from engine.compiled import CompiledApp, CompiledEntity, CompiledField
from metadata.expressions.typed import (
    Aggregate,
    Binary,
    Collection,
    FieldRef,
    Hop,
    Literal_,
    TypedExpression,
    ValueType,
)
from metadata.specs.app import AppSpec
from metadata.specs.common import Expression, People, Value
from metadata.specs.flow import ApprovalSpec, ConvertSpec, EffectSpec, FlowSpec, MoveSpec, StateSpec, StepSpec
from workflows.approvals.definition import store
from workflows.compiled import (
    CompiledApproval,
    CompiledConvert,
    CompiledEffect,
    CompiledFlow,
    CompiledFlows,
    CompiledMove,
    CompiledState,
    CompiledStep,
    CompiledValue,
    Selector,
)
from workflows.triggers import triggers_of


def compile_flows(spec: AppSpec, app: CompiledApp) -> CompiledFlows:
    """The flows' half of a compiled application; `app` is the engine's half, made of the same spec."""
    flows = {flow.entity: _flow(spec, app, flow) for flow in spec.flows.values()}
    approvals = {name: _approval(app, approval) for name, approval in spec.approvals.items()}
    return CompiledFlows(
        flows=flows,
        approvals=approvals,
        definitions={name: store(approval, app.entities) for name, approval in approvals.items()},
        converts={name: _convert(convert) for name, convert in spec.converts.items()},
        holders=_holders(app.access),
        admin_roles=tuple(sorted(app.access.admin_roles)),
        triggers=triggers_of(flows.values(), app),
    )


def _holders(access: AccessMatrix) -> Mapping[str, tuple[str, ...]]:
    return {role: tuple(r for r, held in access.roles.items() if role in held.includes) for role in access.roles}


def _flow(spec: AppSpec, app: CompiledApp, flow: FlowSpec) -> CompiledFlow:
    states = {name: _state(state) for name, state in flow.states.items()}
    return CompiledFlow(
        name=flow.name,
        entity=flow.entity,
        field=flow.field,
        label=texts(flow.label),
        start=next(name for name, state in states.items() if state.start),
        states=states,
        moves={name: _move(spec, app, flow, move) for name, move in flow.moves.items() if not move.retired},
        on_enter={name: _effects(app, flow.entity, effects) for name, effects in flow.on_enter.items()},
        on_leave={name: _effects(app, flow.entity, effects) for name, effects in flow.on_leave.items()},
    )


def _state(state: StateSpec) -> CompiledState:
    lock = "all" if state.lock == "all" else frozenset(state.lock or ())
    return CompiledState(state.name, texts(state.label), state.start, state.end, state.color, lock, state.approval)


def _move(spec: AppSpec, app: CompiledApp, flow: FlowSpec, move: MoveSpec) -> CompiledMove:
    entity = app.entities[flow.entity]
    return CompiledMove(
        name=move.name,
        label=texts(move.label),
        sources=frozenset(move.sources),
        target=move.target,
        by=_people(app, flow.entity, move.by),
        system=move.system,
        needs=tuple((name, entity.fields[name].label) for name in move.needs if name in entity.fields),
        condition=_condition(app, entity, move),
        asks=_asks(spec, entity, move),
        effects=_effects(app, flow.entity, move.effects),
        confirm=texts(move.confirm) if move.confirm else None,
    )


def _condition(app: CompiledApp, entity: CompiledEntity, move: MoveSpec) -> TypedExpression | None:
    """The guard; a reverse collection among the needs is a guard too: that it has a row."""
    backs = [name for name in move.needs if name in entity.backs]
    guards = [_typed(move.condition), *(_holds_a_row(app, entity, name) for name in backs)]
    found = [guard for guard in guards if guard is not None]
    return reduce(lambda left, right: Binary("and", left, right, ValueType("bool")), found) if found else None


def _holds_a_row(app: CompiledApp, entity: CompiledEntity, back: str) -> TypedExpression:
    counted = Aggregate("count", _collection(app, entity, back), None, None, ValueType("int"))
    return Binary(">", counted, Literal_(0, ValueType("int")), ValueType("bool"))


def _collection(app: CompiledApp, entity: CompiledEntity, name: str) -> Collection:
    """The rows of a children field, of many-to-many links from either end, or of a reverse collection."""
    own = entity.fields.get(name)
    if own is not None and own.children is not None:
        kind, target, link = "children", own.children, ""
    elif own is not None:
        assert own.link is not None
        kind, target, link = "links", own.link.to[0], name
    else:
        back = entity.backs[name]
        kind = "links" if app.entities[back.entity].fields[back.field].stored == "links" else "back"
        target, link = back.entity, back.field
    return Collection("row", (), entity.name, name, kind, target, link, ValueType("collection", entity=target))


def _asks(spec: AppSpec, entity: CompiledEntity, move: MoveSpec) -> dict[str, CompiledField]:
    """Questions by name; one that is named like a field of the entity is that field, asked here."""
    found: dict[str, CompiledField] = {}
    for name, ask in move.asks.items():
        own = entity.fields.get(name)
        if own is None:
            found[name] = compile_field(ask, spec)
        else:
            asked = compile_field(ask, spec)
            found[name] = replace(asked, column=own.column, lineage=own.lineage, link=own.link, readonly=False)
    return found


def _effects(app: CompiledApp, entity: str, effects: Iterable[EffectSpec]) -> tuple[CompiledEffect, ...]:
    return tuple(_effect(app, entity, effect) for effect in effects)


def _effect(app: CompiledApp, entity: str, effect: EffectSpec) -> CompiledEffect:
    return CompiledEffect(
        verb=effect.verb,
        target=effect.target,
        each=_collection(app, app.entities[entity], effect.each) if effect.each else None,
        path=effect.path,
        where=_typed(effect.where),
        values=_values(effect.values),
        people=_people(app, entity, effect.people),
        text=texts(effect.text) if effect.text else None,
        condition=_typed(effect.condition),
    )


def _values(values: Mapping[str, Value]) -> dict[str, CompiledValue]:
    return {name: CompiledValue(value.literal, _typed(value.expression)) for name, value in values.items()}


def _approval(app: CompiledApp, approval: ApprovalSpec) -> CompiledApproval:
    return CompiledApproval(
        name=approval.name,
        entity=approval.entity,
        label=texts(approval.label),
        steps=tuple(_step(app, approval.entity, step) for step in approval.steps.values() if not step.retired),
        outcome=dict(approval.outcome),
        if_no_step=approval.if_no_step,
        condition=_typed(approval.condition),
        cc=_people(app, approval.entity, approval.cc),
        guarded=approval.guarded,
        recall=approval.recall,
        dedupe=approval.dedupe,
        admins=_people(app, approval.entity, approval.admins),
    )


def _step(app: CompiledApp, entity: str, step: StepSpec) -> CompiledStep:
    return CompiledStep(
        name=step.name,
        label=texts(step.label),
        who=_people(app, entity, step.who),
        condition=_typed(step.condition),
        mode=step.mode,
        ratio=_ratio(step),
        comment=step.comment,
        on_empty=step.on_empty,
        on_initiator=step.on_initiator,
        allow=step.allow,
    )


def _ratio(step: StepSpec) -> Decimal | None:
    """The share that mode `ratio` asks for; the checker lets only literals in (0, 1] through."""
    share = step.ratio.literal if step.ratio is not None else None
    return share if isinstance(share, Decimal) else None


def _convert(convert: ConvertSpec) -> CompiledConvert:
    return CompiledConvert(
        name=convert.name,
        source=convert.source,
        label=texts(convert.label),
        targets={target: _values(values) for target, values in convert.targets.items()},
        conditions={
            target: found for target, rule in convert.conditions.items() if (found := _typed(rule)) is not None
        },
        carry=convert.carry,
        once=convert.once,
    )


def _people(app: CompiledApp, entity: str, people: Iterable[People]) -> tuple[Selector, ...]:
    return tuple(_selector(app, entity, who) for who in people)


def _selector(app: CompiledApp, entity: str, who: People) -> Selector:
    ref = _reference(app, entity, who.path) if who.path else None
    return Selector(who.kind, who.role, who.near, who.level, ref, who.login)


def _reference(app: CompiledApp, entity: str, path: tuple[str, ...]) -> FieldRef:
    """The field at the end of a link path."""
    hops = tuple(_hops(app, entity, path[:-1]))
    owner = hops[-1].target if hops else entity
    field = app.entities[owner].fields[path[-1]]
    kind = "dept" if field.stored == "dept" else "user"
    return FieldRef("row", hops, owner, field.name, ValueType(kind))


def _hops(app: CompiledApp, entity: str, path: tuple[str, ...]) -> Iterator[Hop]:
    for name in path:
        field = app.entities[entity].fields[name]
        target = field.link.to[0] if field.link else {"user": "user", "dept": "department"}[field.stored]
        yield Hop(entity, name, target)
        entity = target


def _typed(expression: Expression | None) -> TypedExpression | None:
    if expression is None:
        return None
    if expression.typed is None:
        raise ValueError(f"{expression.place}: the expression {expression.text!r} was not checked")
    return expression.typed
