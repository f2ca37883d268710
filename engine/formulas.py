"""How a formula comes about: stored with its row, or computed in the SELECT (`language.md`, "What is computed when").

A formula is stored when it reads nothing but stored fields of its own row: no link, no collection, no clock, no user, no
setting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from metadata.expressions.typed import Aggregate, Collection, ContextRef, FieldRef, TypedExpression
from metadata.specs.entity import EntitySpec, FieldSpec

_WITHOUT_COLUMN = ("children", "links")


def stored_formulas(entity: EntitySpec) -> tuple[str, ...]:
    """The stored formulas of `entity`, each after those it reads."""
    formulas = {name: field for name, field in entity.fields.items() if field.formula and not field.retired}
    order: dict[str, bool] = {}
    for name in formulas:
        _settle(name, formulas, entity.fields, order)
    return tuple(name for name, stored in order.items() if stored)


def walk(node: TypedExpression) -> Iterator[Any]:
    """The nodes of a typed expression, outer ones first."""
    yield node
    for part in fields(node):
        yield from _walk_value(getattr(node, part.name))


def _walk_value(value: object) -> Iterator[Any]:
    if isinstance(value, tuple):
        for item in value:
            yield from _walk_value(item)
    elif is_dataclass(value) and not isinstance(value, type) and hasattr(value, "type"):
        yield from walk(value)  # pyright: ignore[reportArgumentType]


def _settle(
    name: str, formulas: Mapping[str, FieldSpec], own: Mapping[str, FieldSpec], order: dict[str, bool]
) -> bool:
    """Whether the formula is stored; notes it in `order` after those it reads. The checker has refused cycles."""
    if name not in order:
        expression = formulas[name].formula
        assert expression is not None and expression.typed is not None
        nodes = list(walk(expression.typed))
        read = [node.field for node in nodes if isinstance(node, FieldRef)]
        parts = [_settle(field, formulas, own, order) for field in read if field in formulas and field != name]
        order[name] = all(parts) and all(_is_own(node, own) for node in nodes)
    return order[name]


def _is_own(node: object, own: Mapping[str, FieldSpec]) -> bool:
    if isinstance(node, Aggregate | Collection | ContextRef):
        return False
    if not isinstance(node, FieldRef):
        return True
    declared = own.get(node.field)
    lies_elsewhere = declared is not None and (declared.stored is None or declared.stored in _WITHOUT_COLUMN)
    return node.root == "row" and not node.hops and not lies_elsewhere
