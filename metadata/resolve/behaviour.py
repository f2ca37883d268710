"""Typing of flows, approvals, conversions and roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from metadata.expressions.scope import Scope
from metadata.expressions.typed import ValueType
from metadata.resolve.entities import link_filter, rows_of
from metadata.resolve.literals import Target
from metadata.resolve.typist import NUMBER, Typist
from metadata.specs.access import FieldRightSpec, GrantSpec, RoleSpec
from metadata.specs.common import Value
from metadata.specs.entity import EntitySpec, FieldSpec
from metadata.specs.flow import ApprovalSpec, ConvertSpec, EffectSpec, FlowSpec, MoveSpec, StepSpec

_SYSTEM_TYPES = {"user": ValueType("user"), "dept": ValueType("dept")}


def type_flow(t: Typist, flow: FlowSpec) -> FlowSpec:
    moves = {name: _move(t, flow, move) for name, move in flow.moves.items()}
    entering = {state: _effects(t, flow.entity, effects) for state, effects in flow.on_enter.items()}
    leaving = {state: _effects(t, flow.entity, effects) for state, effects in flow.on_leave.items()}
    return replace(flow, moves=moves, on_enter=entering, on_leave=leaving)


def _move(t: Typist, flow: FlowSpec, move: MoveSpec) -> MoveSpec:
    return replace(
        move,
        condition=t.condition(move.condition, t.scope("guard", flow.entity, flow.entity)),
        asks={name: _ask(t, flow.entity, ask) for name, ask in move.asks.items()},
        effects=_effects(t, flow.entity, move.effects),
    )


def _ask(t: Typist, entity: str, ask: FieldSpec) -> FieldSpec:
    """A question's literals, and its conditions over the record that moves. One taken over from a field is typed."""
    rule = t.scope("rule", entity, entity)
    target, expected = t.target(ask), t.expected(ask)
    return replace(
        ask,
        required_if=t.condition(ask.required_if, rule),
        visible_if=t.condition(ask.visible_if, rule),
        default=t.value(ask.default, target, t.scope("default", entity), expected),
        minimum=t.value(ask.minimum, target, rule, expected),
        maximum=t.value(ask.maximum, target, rule, expected),
        link=link_filter(t, entity, ask.link),
    )


def _effects(t: Typist, entity: str, effects: tuple[EffectSpec, ...]) -> tuple[EffectSpec, ...]:
    return tuple(_effect(t, entity, effect) for effect in effects)


def _effect(t: Typist, entity: str, effect: EffectSpec) -> EffectSpec:
    """Values are computed on the record that moves, for the record that is written."""
    scope = t.scope("effect", entity, entity)
    host = t.entities.get(entity)
    rows = rows_of(t, host, effect.each) if host and effect.each else None
    written = effect.target if effect.verb == "create" else _linked(t, entity, effect.path) or entity
    return replace(
        effect,
        where=t.condition(effect.where, t.scope("effect", rows, entity)) if rows else effect.where,
        values=type_values(t, effect.values, t.entities.get(written or ""), scope),
        condition=t.condition(effect.condition, scope),
    )


def _linked(t: Typist, entity: str, path: tuple[str, ...]) -> str | None:
    """The entity at the end of a link path."""
    for name in path:
        spec = t.entities.get(entity)
        field = spec.fields.get(name) if spec else None
        if field is None or field.link is None or not field.link.to:
            return None
        entity = field.link.to[0]
    return entity if path else None


def type_values(
    t: Typist, values: Mapping[str, Value], target: EntitySpec | None, scope: Scope
) -> Mapping[str, Value]:
    """Values by field of `target`; those of unknown fields stay as they are (the checks tell)."""
    typed: dict[str, Value] = {}
    for name, value in values.items():
        field = target.fields.get(name) if target else None
        if field is not None:
            typed[name] = t.value(value, t.target(field), scope, t.expected(field)) or value
        elif target is not None and name in scope.system_fields(target):
            kind = scope.system_fields(target)[name]
            typed[name] = t.value(value, Target(name, kind, {}), scope, _SYSTEM_TYPES.get(kind)) or value
        else:
            typed[name] = value
    return typed


def type_approval(t: Typist, approval: ApprovalSpec) -> ApprovalSpec:
    scope = t.scope("approval", approval.entity, approval.entity)
    steps = {name: _step(t, step, scope) for name, step in approval.steps.items()}
    return replace(approval, steps=steps, condition=t.condition(approval.condition, scope))


def _step(t: Typist, step: StepSpec, scope: Scope) -> StepSpec:
    ratio = t.value(step.ratio, Target("ratio", "percent", {}), scope, NUMBER)
    return replace(step, condition=t.condition(step.condition, scope), ratio=ratio)


def type_convert(t: Typist, convert: ConvertSpec) -> ConvertSpec:
    """Each target sees, as `$new.x`, those made before it."""
    made: dict[str, str] = {}
    targets: dict[str, Mapping[str, Value]] = {}
    conditions = dict(convert.conditions)
    for name, values in convert.targets.items():
        scope = t.scope("convert", convert.source, convert.source, dict(made))
        targets[name] = type_values(t, values, t.entities.get(name), scope)
        if name in conditions:
            conditions[name] = t.condition(conditions[name], scope) or conditions[name]
        made[name] = name
    return replace(convert, targets=targets, conditions=conditions)


def type_role(t: Typist, role: RoleSpec) -> RoleSpec:
    rights = {key: _right(t, right) for key, right in role.fields.items()}
    grants, denies = (tuple(_grant(t, grant) for grant in each) for each in (role.grants, role.denies))
    return replace(role, grants=grants, denies=denies, fields=rights)


def _grant(t: Typist, grant: GrantSpec) -> GrantSpec:
    return replace(grant, condition=t.condition(grant.condition, t.scope("row_rule", grant.entity)))


def _right(t: Typist, right: FieldRightSpec) -> FieldRightSpec:
    return replace(right, mask_condition=t.condition(right.mask_condition, t.scope("row_rule", right.entity)))
