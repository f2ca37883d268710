"""How a formula comes about: stored with its row, or computed in the SELECT (`language.md`, "What is computed when").

A formula is stored when it reads nothing but stored fields of its own row: no link, no collection, no clock, no user,
no setting, and none of the system fields that are only known once the row is written.
"""

from __future__ import annotations

from collections.abc import Mapping

from metadata.expressions.dependencies import dependencies
from metadata.expressions.typed import TypedExpression
from metadata.specs.entity import SYSTEM_FIELDS, EntitySpec, FieldSpec, live_fields

_WITHOUT_COLUMN = ("children", "links")


def stored_formulas(entity: EntitySpec) -> tuple[str, ...]:
    """The stored formulas of `entity`, each after those it reads. A formula that could not be typed, or that reads itself,
    counts as one: it has a problem of its own."""
    order: dict[str, bool] = {}
    for field in live_fields(entity):
        if field.formula is not None:
            _settle(field, entity.fields, order, frozenset())
    return tuple(name for name, stored in order.items() if stored)


def _settle(
    field: FieldSpec, own: Mapping[str, FieldSpec], order: dict[str, bool], asking: frozenset[str]
) -> bool:
    """Whether the formula is stored; notes it in `order` after those it reads."""
    if field.name in order or field.name in asking:
        return order.get(field.name, True)
    typed = field.formula.typed if field.formula else None
    stored = typed is None or _of_own_row(typed, own, order, asking | {field.name})
    return order.setdefault(field.name, stored)


def _of_own_row(
    typed: TypedExpression, own: Mapping[str, FieldSpec], order: dict[str, bool], asking: frozenset[str]
) -> bool:
    found = dependencies(typed)
    if not found.own_only or found.roles or any(name in SYSTEM_FIELDS for _, name in found.fields):
        return False
    read = [own[name] for _, name in sorted(found.fields) if name in own]
    return all(_settle(other, own, order, asking) if other.formula else _has_column(other) for other in read)


def _has_column(field: FieldSpec) -> bool:
    return field.stored is not None and field.stored not in _WITHOUT_COLUMN
