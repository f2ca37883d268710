"""How a formula comes about: stored with its row, or computed in the SELECT (`language.md`, "What is computed when").

A formula is stored when it reads nothing but stored fields of its own row: no link, no collection, no clock, no user,
no setting, and none of the system fields that are only known once the row is written.
"""

from __future__ import annotations

from collections.abc import Mapping

from metadata.expressions.dependencies import dependencies
from metadata.specs.entity import SYSTEM_FIELDS, EntitySpec, FieldSpec, live_fields

_WITHOUT_COLUMN = ("children", "links")


def stored_formulas(entity: EntitySpec) -> tuple[str, ...]:
    """The stored formulas of `entity`, each after those it reads."""
    order: dict[str, bool] = {}
    for field in live_fields(entity):
        if field.formula is not None:
            _settle(field, entity.fields, order)
    return tuple(name for name, stored in order.items() if stored)


def _settle(field: FieldSpec, own: Mapping[str, FieldSpec], order: dict[str, bool]) -> bool:
    """Whether the formula is stored; notes it in `order` after those it reads. The checker has refused cycles."""
    if field.name not in order:
        assert field.formula is not None and field.formula.typed is not None
        found = dependencies(field.formula.typed)
        read = [own[name] for _, name in sorted(found.fields) if name in own] if found.own_only else []
        stored = [_settle(other, own, order) if other.formula else _has_column(other) for other in read]
        known = not any(name in SYSTEM_FIELDS for _, name in found.fields)
        order[field.name] = found.own_only and not found.roles and known and all(stored)
    return order[field.name]


def _has_column(field: FieldSpec) -> bool:
    return field.stored is not None and field.stored not in _WITHOUT_COLUMN
