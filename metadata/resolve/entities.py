"""Typing of entities: first what derived fields hold, then every expression of every field and check."""

from __future__ import annotations

from dataclasses import replace

from metadata.expressions.check import aggregate_type
from metadata.expressions.dependencies import dependencies
from metadata.expressions.typed import TypedExpression, ValueType
from metadata.resolve.typist import NUMBER, Typist
from metadata.specs.common import Expression, Label
from metadata.specs.entity import (
    APPROVAL_FIELD,
    APPROVAL_STATES,
    OWNED_FIELDS,
    EntitySpec,
    FieldSpec,
    LinkSpec,
    OptionSpec,
    RollupSpec,
)
from metadata.specs.people import PEOPLE_TARGETS

DERIVED = ("formula", "rollup", "fetch")
UNFETCHABLE = ("children", "links", "any_link", "files", "file", "id")
"""Stored kinds that cannot be copied from a linked record."""
STORED_AS = {
    "text": "text", "bool": "bool", "int": "int", "date": "date", "datetime": "datetime", "choice": "choice",
    "user": "user", "dept": "dept", "link": "link", "decimal": "decimal",
}
"""Type of a formula -> stored kind of its field."""
_FALLBACK = "decimal"
_KEPT = {"duration": ("sum", "min", "max"), "time": ("min", "max")}
"""Stored kinds of counted fields that are the kind of these roll-ups of them as well."""
_MOST_SCALE = 6
"""Digits kept of a derived number whose formula has more, or no known number of them."""


def type_entities(t: Typist) -> None:
    """All entities of the typist, replaced by typed ones."""
    _store_derived(t)
    for name in t.entities:
        t.entities[name] = _entity(t, t.entities[name])


def _store_derived(t: Typist) -> None:
    """Stored kinds of derived fields, round after round, because they may be derived from each other. What stays
    unknown (it names nothing, or itself in a circle) counts as a number, so that its own problems are told."""
    derived = ((e.name, f.name) for e in t.entities.values() for f in e.fields.values() if f.kind in DERIVED)
    t.pending |= set(derived)
    progress = True
    while progress:
        before = len(t.pending)
        for entity, name in sorted(t.pending):
            found = _derived(t, t.entities[entity], t.entities[entity].fields[name])
            if found is not None:
                t.pending.discard((entity, name))
                _put(t, entity, found)
        progress = len(t.pending) < before
    for entity, name in sorted(t.pending):
        field = t.entities[entity].fields[name]
        _put(t, entity, replace(field, stored=_FALLBACK, scale=field.scale or 2))


def _put(t: Typist, entity: str, field: FieldSpec) -> None:
    spec = t.entities[entity]
    t.entities[entity] = replace(spec, fields={**spec.fields, field.name: field})


def _derived(t: Typist, entity: EntitySpec, field: FieldSpec) -> FieldSpec | None:
    """The field with its stored kind, or None while that cannot be known."""
    if field.kind == "fetch":
        return _fetched(t, entity, field)
    if field.kind == "rollup":
        result = _rollup_type(t.alone(), entity, field)
    else:
        result = _type(t.alone(), field.formula, ("stored_formula", entity.name, None))
    if result is None:
        return None
    held = _holding(field, result)
    counted = _counted(t, entity, field)
    kept = counted is not None and field.rollup is not None and field.rollup.function in _KEPT.get(counted, ())
    return replace(held, stored=counted) if kept else held


def _counted(t: Typist, entity: EntitySpec, field: FieldSpec) -> str | None:
    """The stored kind of the field that a roll-up counts, where it counts a field as it is."""
    rollup = field.rollup
    rows = rows_of(t, entity, rollup.of) if rollup and rollup.value else None
    source = t.entities[rows].fields.get(rollup.value.text.strip()) if rows and rollup and rollup.value else None
    return source.stored if source else None


def _type(t: Typist, expression: Expression | None, at: tuple[str, str, str | None]) -> ValueType | None:
    """The type of an expression at (place, entity, this); None when it has problems or reads what is not known yet."""
    place, entity, this = at
    read = t.expression(expression, t.scope(place, entity, this))
    typed = read.typed if read else None
    return typed.type if typed is not None and _settled(t, typed) else None


def _settled(t: Typist, typed: TypedExpression) -> bool:
    """Whether every field it reads has its column."""
    return not t.pending & dependencies(typed).fields


def _rollup_type(t: Typist, entity: EntitySpec, field: FieldSpec) -> ValueType | None:
    rollup = field.rollup
    if rollup is None or rollup.function == "count":
        return ValueType("int")
    rows = rows_of(t, entity, rollup.of)
    found = _type(t, rollup.value, ("rollup", rows, entity.name)) if rows else None
    return aggregate_type(rollup.function, found) if found else None


def rows_of(t: Typist, entity: EntitySpec, collection: str) -> str | None:
    """The entity of the rows of a children field, reverse collection or many-to-many link."""
    field = entity.fields.get(collection)
    if field and field.children:
        return field.children if field.children in t.entities else None
    if field and field.kind == "links" and field.link and field.link.to:
        return field.link.to[0]
    back = entity.backs.get(collection)
    return back[0] if back else None


def _holding(field: FieldSpec, result: ValueType) -> FieldSpec:
    """The field stored as what its value is."""
    stored = STORED_AS.get(result.name, _FALLBACK)
    if stored == "decimal":
        known = result.scale if result.scale is not None else _MOST_SCALE
        scale = field.scale if field.scale is not None else min(known, _MOST_SCALE)
        return replace(field, stored="money" if result.currency else stored, scale=scale)
    options = {
        name: OptionSpec(name, field.label, was=tuple(old for old, present in result.former if present == name))
        for name in result.options
    }
    link = LinkSpec((result.entity,)) if stored == "link" and result.entity else None
    return replace(field, stored=stored, options=options, link=link or _people_link(stored))


def _people_link(stored: str) -> LinkSpec | None:
    target = PEOPLE_TARGETS.get(stored)
    return LinkSpec((target,)) if target else None


def _fetched(t: Typist, entity: EntitySpec, field: FieldSpec) -> FieldSpec | None:
    """A fetched field is what its source is."""
    source = source_of(t, entity, field)
    if source is None or source.stored is None or source.stored in UNFETCHABLE:
        return None
    stored = "text" if source.stored == "serial" else source.stored
    return replace(
        field, stored=stored, scale=field.scale if field.scale is not None else source.scale, length=source.length,
        options=source.options, currency=source.currency, maximum=source.maximum if stored == "rating" else field.maximum,
        link=replace(source.link, back=None, filter=None) if source.link else None,
    )


def source_of(t: Typist, entity: EntitySpec, field: FieldSpec) -> FieldSpec | None:
    """The field that a fetch copies from, if it is there; system fields too."""
    if field.fetch is None:
        return None
    first, name = field.fetch.path
    target = t.entities.get(_linked_by(entity, first) or "")
    if target is None:
        return None
    system = t.scope("default", target.name).system_fields(target)
    return _system_source(name, system[name]) if name in system else target.fields.get(name)


def _linked_by(entity: EntitySpec, name: str) -> str | None:
    """The entity that a link field, or the owner or department of an owned entity, leads to."""
    if entity.owned and name in OWNED_FIELDS:
        return PEOPLE_TARGETS[OWNED_FIELDS[name]]
    field = entity.fields.get(name)
    return field.link.to[0] if field and field.link and len(field.link.to) == 1 else None


def _system_source(name: str, kind: str) -> FieldSpec:
    options = {state: OptionSpec(state, Label({"": state})) for state in APPROVAL_STATES} if name in APPROVAL_FIELD else {}
    return FieldSpec(name, kind, kind, Label({"": name}), options=options, link=_people_link(kind))


def _entity(t: Typist, entity: EntitySpec) -> EntitySpec:
    """What is retired is parked as it is: it may read what is retired with it, and nothing reads it."""
    if entity.retired:
        return entity
    fields = {name: field if field.retired else _field(t, entity, field) for name, field in entity.fields.items()}
    scope = t.scope("check", entity.name)
    checks = {
        name: check if check.retired else replace(check, must=t.condition(check.must, scope) or check.must)
        for name, check in entity.checks.items()
    }
    return replace(entity, fields=fields, checks=checks)


def _field(t: Typist, entity: EntitySpec, field: FieldSpec) -> FieldSpec:
    """Every expression and literal of one field."""
    rule = t.scope("rule", entity.name, entity.name)
    default = t.scope("default", entity.name)
    target, expected = t.target(field), t.expected(field)
    formula = t.expression(field.formula, t.scope("stored_formula", entity.name), _assigned(field, expected))
    return replace(
        field,
        required_if=t.condition(field.required_if, rule),
        readonly_if=t.condition(field.readonly_if, rule),
        visible_if=t.condition(field.visible_if, rule),
        default=t.value(field.default, target, default, expected),
        minimum=t.value(field.minimum, target, rule, expected),
        maximum=t.value(field.maximum, target, rule, expected),
        currency_from=t.expression(field.currency_from, t.scope("stored_formula", entity.name)),
        formula=formula,
        rollup=_rollup(t, entity, field.rollup),
        link=link_filter(t, entity.name, field.link),
    )


def _assigned(field: FieldSpec, expected: ValueType | None) -> ValueType | None:
    """A formula field takes whatever its formula gives; others must fit."""
    return None if field.kind == "formula" else expected


def _rollup(t: Typist, entity: EntitySpec, rollup: RollupSpec | None) -> RollupSpec | None:
    rows = rows_of(t, entity, rollup.of) if rollup else None
    if rollup is None or rows is None:
        return rollup
    scope = t.scope("rollup", rows, entity.name)
    value = t.expression(rollup.value, scope, NUMBER if rollup.function in ("sum", "avg") else None)
    return replace(rollup, value=value, where=t.condition(rollup.where, scope))


def link_filter(t: Typist, entity: str, link: LinkSpec | None) -> LinkSpec | None:
    """The link of a field or question of `entity`. A filter is typed on the target; with several targets it must hold
    for each, and the first one's tree is kept."""
    if link is None or link.filter is None:
        return link
    targets = [target for target in link.to if target in t.entities]
    typed = [t.condition(link.filter, t.scope("link_filter", target, entity)) for target in targets]
    return replace(link, filter=typed[0] if typed else link.filter)
