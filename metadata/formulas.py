"""How a formula comes about: stored with its row, or computed in the SELECT (`language.md`, "What is computed when").

A formula is stored when it reads nothing but stored fields of its own row: no link, no collection, no clock, no user,
no setting, and none of the system fields that are only known once the row is written. One that is `kept: daily` may read
`$today` besides, and is stored as it is today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from metadata.expressions.dependencies import walk
from metadata.expressions.typed import Collection, ContextRef, FieldRef, RoleCall, TypedExpression
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


def formulas_of_the_day(entity: EntitySpec) -> frozenset[str]:
    """The stored formulas whose value changes with the day: those that are kept, and those that read them."""
    found: set[str] = set()
    for name in stored_formulas(entity):
        field = entity.fields[name]
        typed = field.formula.typed if field.formula else None
        read = {node.field for node in walk(typed) if isinstance(node, FieldRef)} if typed is not None else set()
        if field.kept or read & found:
            found.add(name)
    return frozenset(found)


def reads_today(typed: TypedExpression) -> bool:
    """Whether the expression itself reads `$today`."""
    return any(isinstance(node, ContextRef) and node.kind == "today" for node in walk(typed))


def read_beside(entity: EntitySpec, field: FieldSpec) -> Iterator[str]:
    """What the formula of `field` reads besides columns of its own row (and, where it is kept, `$today`), in the words of
    the language: while there is any of it, the formula has no column."""
    typed = field.formula.typed if field.formula else None
    stored = stored_formulas(entity)
    if typed is not None:
        yield from _outside(field, typed)
        for name in _own(typed):
            read = entity.fields.get(name)
            if read is not None and not (name in stored if read.formula else _has_column(read)):
                yield name


def _settle(
    field: FieldSpec, own: Mapping[str, FieldSpec], order: dict[str, bool], asking: frozenset[str]
) -> bool:
    """Whether the formula is stored; notes it in `order` after those it reads."""
    if field.name in order or field.name in asking:
        return order.get(field.name, True)
    typed = field.formula.typed if field.formula else None
    stored = typed is None or _of_own_row(field, typed, own, order, asking | {field.name})
    return order.setdefault(field.name, stored)


def _of_own_row(
    field: FieldSpec, typed: TypedExpression, own: Mapping[str, FieldSpec], order: dict[str, bool], asking: frozenset[str]
) -> bool:
    if next(_outside(field, typed), None) is not None:
        return False
    read = [own[name] for name in _own(typed) if name in own]
    return all(_settle(other, own, order, asking) if other.formula else _has_column(other) for other in read)


def _own(typed: TypedExpression) -> list[str]:
    return sorted({node.field for node in walk(typed) if isinstance(node, FieldRef)})


def _outside(field: FieldSpec, typed: TypedExpression) -> Iterator[str]:
    """What an expression reads of other rows, of its surroundings, and of system fields."""
    for node in walk(typed):
        if isinstance(node, ContextRef) and not (field.kept and node.kind == "today"):
            yield f"$setting.{node.name}" if node.kind == "setting" else f"${node.kind}"
        elif isinstance(node, RoleCall):
            yield f"role({node.role})"
        elif isinstance(node, Collection):
            yield ".".join((*(hop.field for hop in node.hops), node.name))
        elif isinstance(node, FieldRef) and (node.hops or node.root != "row"):
            start = () if node.root == "row" else (f"${node.root}",)
            yield ".".join((*start, *(hop.field for hop in node.hops), node.field))
        elif isinstance(node, FieldRef) and node.field in SYSTEM_FIELDS:
            yield node.field


def _has_column(field: FieldSpec) -> bool:
    return field.stored is not None and field.stored not in _WITHOUT_COLUMN
