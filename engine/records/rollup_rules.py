"""Roll-ups as expressions: a roll-up is the aggregate over its collection, so that it means the same stored, recomputed
in SQL, and worked out on rows that are still being written."""

from __future__ import annotations

from engine.compiled import CompiledApp, CompiledEntity, CompiledField, Rule
from engine.expressions.closure import compile_closure
from metadata.expressions.typed import Aggregate, Collection, ValueType


def rollup_rule(app: CompiledApp, entity: CompiledEntity, field: CompiledField) -> Rule:
    """The aggregate that the roll-up `field` of `entity` stands for; made once per compiled application."""
    return app.statements.get(("rollup rule", entity.name, field.name), lambda: _rule(entity, field))


def _rule(entity: CompiledEntity, field: CompiledField) -> Rule:
    rollup = field.rollup
    assert rollup is not None
    kind = "children" if rollup.link is None else "back"
    collection = Collection(
        root="row", hops=(), entity=entity.name, name=rollup.over, kind=kind, target=rollup.source,
        link_field=rollup.link or "", type=ValueType("collection", entity=rollup.source),
    )
    value = rollup.value.typed if rollup.value else None
    where = rollup.where.typed if rollup.where else None
    typed = Aggregate(rollup.function, collection, value, where, _type(field, value))
    return Rule(typed, compile_closure(typed))


def _type(field: CompiledField, value: object) -> ValueType:
    if field.rollup is not None and field.rollup.function == "avg":
        return ValueType("decimal")
    found = getattr(value, "type", None)
    return found if isinstance(found, ValueType) else ValueType("int")
