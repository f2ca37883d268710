"""Fields and their rules: from declared to compiled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from engine.compiled import (
    CompiledField,
    CompiledLink,
    CompiledOption,
    CompiledRollup,
    CompiledSerial,
    Rule,
    Texts,
)
from engine.expressions.closure import compile_closure
from engine.field_types import FIELD_TYPES
from engine.languages import LabelTexts
from metadata.expressions.typed import TypedExpression
from metadata.specs.app import AppSpec
from metadata.specs.common import Expression, Label, Value
from metadata.specs.entity import EntitySpec, FieldSpec, LinkSpec, OptionSpec, RollupSpec
from metadata.specs.people import PEOPLE_TARGETS

_COMPUTED = {"rollup": "rollup", "serial": "serial", "formula": "select"}


class LazyCall:
    """A closure made at its first use: most rules of an application are never called in a given process."""

    def __init__(self, typed: TypedExpression) -> None:
        self._typed = typed

    @cached_property
    def _closure(self) -> Callable[[Any], Any]:
        return compile_closure(self._typed)

    def __call__(self, environment: Any) -> Any:
        return self._closure(environment)


def rule(expression: Expression) -> Rule:
    """The compiled form of a checked expression."""
    if expression.typed is None:
        raise ValueError(f"{expression.place}: the expression {expression.text!r} was not checked")
    return Rule(expression.typed, LazyCall(expression.typed))


def optional_rule(expression: Expression | None) -> Rule | None:
    """As `rule`; None stays None."""
    return rule(expression) if expression is not None else None


def texts(label: Label) -> Texts:
    """The label with zh and en filled in from what there is; other languages follow from these."""
    return LabelTexts({**label.texts, "zh": label.text("zh"), "en": label.text("en")})


def compile_field(field: FieldSpec, spec: AppSpec, entity: EntitySpec | None = None) -> CompiledField:
    """One field, without column and lineage. `entity` owns it; None for a question of a move, which is stored
    nowhere."""
    stored = field.stored or field.kind
    default, default_rule = _value(field.default)
    minimum, minimum_rule = _value(field.minimum)
    maximum, maximum_rule = _value(field.maximum)
    return CompiledField(
        name=field.name,
        kind=field.kind,
        stored=stored,
        type=FIELD_TYPES[stored],
        label=texts(field.label),
        help=texts(field.help) if field.help else None,
        computed=_computed(field),
        required=field.required,
        required_if=optional_rule(field.required_if),
        readonly=field.readonly,
        readonly_if=optional_rule(field.readonly_if),
        visible_if=optional_rule(field.visible_if),
        hidden=field.hidden,
        default=default,
        default_rule=default_rule,
        minimum=minimum,
        minimum_rule=minimum_rule,
        maximum=maximum,
        maximum_rule=maximum_rule,
        length=field.length,
        pattern=field.pattern,
        scale=field.scale,
        currency=_currency(field, stored, spec),
        currency_from=optional_rule(field.currency_from),
        unique=field.unique,
        set_once=field.set_once,
        options={name: _option(option) for name, option in field.options.items()},
        link=_link(field, stored),
        children=field.children,
        formula=optional_rule(field.formula),
        kept=field.kept,
        rollup=_rollup(field.rollup, spec, entity) if field.rollup and entity else None,
        fetch=(*field.fetch.path, field.fetch.keep) if field.fetch else None,
        serial=CompiledSerial(field.serial.pattern, field.serial.reset, field.serial.gapless) if field.serial else None,
    )


def _computed(field: FieldSpec) -> Any:
    """How the value comes about; what is fetched into a blank only may also be typed."""
    if field.fetch is not None:
        return "fetch" if field.fetch.keep == "always" else None
    return _COMPUTED.get(field.kind)


def _value(value: Value | None) -> tuple[object, Rule | None]:
    return (value.literal, optional_rule(value.expression)) if value else (None, None)


def _currency(field: FieldSpec, stored: str, spec: AppSpec) -> str | None:
    if stored != "money" or field.currency_from is not None:
        return field.currency
    return field.currency or spec.currency


def _option(option: OptionSpec) -> CompiledOption:
    return CompiledOption(option.name, texts(option.label), option.color, option.retired)


def _link(field: FieldSpec, stored: str) -> CompiledLink | None:
    declared = field.link
    if declared is None:
        return _link_to_people(stored)
    to = declared.to or (PEOPLE_TARGETS.get(stored, ""),)
    return CompiledLink(to, declared.back, optional_rule(declared.filter), declared.on_delete)


def _link_to_people(stored: str) -> CompiledLink | None:
    target = PEOPLE_TARGETS.get(stored)
    return CompiledLink((target,), None, None, LinkSpec((target,)).on_delete) if target else None


def _rollup(rollup: RollupSpec, spec: AppSpec, entity: EntitySpec) -> CompiledRollup:
    source, link = _collection(rollup.of, spec, entity)
    return CompiledRollup(
        rollup.of, source, link, rollup.function, optional_rule(rollup.value), optional_rule(rollup.where)
    )


def _collection(name: str, spec: AppSpec, entity: EntitySpec) -> tuple[str, str | None]:
    """The entity whose rows the collection holds, and their link to the host (None for children)."""
    if name in entity.backs:
        return entity.backs[name]
    child = entity.fields[name].children
    assert child is not None and child in spec.entities
    return child, None
