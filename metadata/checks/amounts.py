"""Amounts whose currency may differ from row to row are no one sum, average or extreme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from metadata.checks.context import Checking
from metadata.codes import screens as codes
from metadata.expressions.dependencies import parts, walk
from metadata.expressions.names import field_type
from metadata.expressions.typed import (
    Aggregate,
    Binary,
    Collection,
    ContextRef,
    FieldRef,
    Literal_,
    RoleCall,
    TypedExpression,
)
from metadata.problems import Place
from metadata.specs.entity import EntitySpec, FieldSpec, RollupSpec, live_fields


def check_amounts(c: Checking) -> None:
    """Roll-ups, and what formulas put together. Reports and totals of grids ask the same where they are checked."""
    for entity in c.live_entities():
        for field in live_fields(entity):
            if field.rollup is not None:
                _rollup(c, entity, field, field.rollup)
            for node in walk(field.formula.typed) if field.formula and field.formula.typed else ():
                if isinstance(node, Aggregate) and field.formula is not None:
                    _aggregate(c, node, field.name, field.formula.place)


def _rollup(c: Checking, entity: EntitySpec, field: FieldSpec, rollup: RollupSpec) -> None:
    value = rollup.value.typed if rollup.value and rollup.function != "count" else None
    if rollup.value is not None and value is not None:
        where = rollup.where.typed if rollup.where else None
        link = entity.backs[rollup.of][1] if rollup.of in entity.backs else None
        _tell(c, value, where, link, (field.name, rollup.value.place))


def _aggregate(c: Checking, node: Aggregate, name: str, place: Place) -> None:
    if node.value is not None:
        link = node.collection.link_field if node.collection.kind == "back" else None
        _tell(c, node.value, node.where, link, (name, place))


def _tell(
    c: Checking, value: TypedExpression, where: TypedExpression | None, link: str | None, told: tuple[str, Place]
) -> None:
    """What the record says for which amounts are put together is one currency: the one that holds the child rows, or the
    one at the end of `link`."""
    mixed = next(_mixed(c, value, where, link), None)
    if mixed is not None:
        name, place = told
        c.note(codes.MIXED_CURRENCIES, place, name=name, field=f"{mixed.entity}.{mixed.field}")


def _mixed(c: Checking, value: TypedExpression, where: TypedExpression | None, link: str | None) -> Iterator[FieldRef]:
    """The amounts in `value` whose currency may be another one in the next row."""
    for ref in amounts_that_differ(c, value, list(held_to_one(where))):
        typed = currency_rule(c, ref)
        if ref.root == "this" or (ref.root == "parent" and link is None) or (ref.hops and ref.hops[0].field == link):
            continue
        if ref.hops or (typed is not None and any(_of_each_row(part, link) for part in walk(typed))):
            yield ref


def amounts_that_differ(
    c: Checking, value: TypedExpression, said: Sequence[TypedExpression], through: tuple[tuple[str, str], ...] = ()
) -> Iterator[FieldRef]:
    """The amounts that `value` reads of a row, inside formulas (of those `through` already) as well, and whose currency is
    looked up for each row and is none of those `said`. What an aggregate puts together is judged by itself; a comparison,
    and an amount in proportion to another, are in no currency."""
    if isinstance(value, Aggregate) or value.type.name == "bool":
        return
    if isinstance(value, FieldRef):
        typed = currency_rule(c, value)
        if typed is not None and (value.hops or typed not in said):
            yield value
        yield from _inside(c, value, said, through)
    found = [list(amounts_that_differ(c, part, said, through)) for part in parts(value)]
    if not (isinstance(value, Binary) and value.operator == "/" and all(found)):
        yield from (ref for refs in found for ref in refs)


def _inside(
    c: Checking, ref: FieldRef, said: Sequence[TypedExpression], through: tuple[tuple[str, str], ...]
) -> Iterator[FieldRef]:
    """The amounts that differ in the formula behind a field, seen from the row that reads the field. A money field that
    names its currency is taken at its word."""
    entity, key = c.app.entities.get(ref.entity), (ref.entity, ref.field)
    field = entity.fields.get(ref.field) if entity else None
    if field is None or field.formula is None or field.formula.typed is None or key in through:
        return
    if field.kind == "formula" or (field.kind == "money" and field.currency is None and field.currency_from is None):
        for found in amounts_that_differ(c, field.formula.typed, () if ref.hops else said, (*through, key)):
            yield replace(found, root=ref.root, hops=(*ref.hops, *found.hops)) if found.root == "row" else found


def currency_rule(c: Checking, ref: FieldRef) -> TypedExpression | None:
    """Where the amount that `ref` reads takes its currency from, when that is looked up."""
    entity = c.app.entities.get(ref.entity)
    field = entity.fields.get(ref.field) if entity else None
    return field.currency_from.typed if field and field.currency_from else None


def mixed_column(c: Checking, rows: EntitySpec, name: str) -> FieldRef | None:
    """The amount for which the values of a column of child rows may be of several currencies; one currency that the record
    above says is the same for all of its rows."""
    field = rows.fields.get(name)
    if field is None or field.stored is None:
        return None
    return next(_mixed(c, FieldRef("row", (), rows.name, name, field_type(field)), None, None), None)


def held_to_one(where: TypedExpression | None) -> Iterator[TypedExpression]:
    """What a condition holds to one value: a literal, or what does not depend on the row."""
    if isinstance(where, Binary) and where.operator == "and":
        yield from held_to_one(where.left)
        yield from held_to_one(where.right)
    elif isinstance(where, Binary) and where.operator == "==":
        for one, other in ((where.left, where.right), (where.right, where.left)):
            if _same_for_all(other):
                yield one


def _same_for_all(typed: TypedExpression) -> bool:
    if isinstance(typed, Literal_):
        return typed.value is not None
    outside = isinstance(typed, FieldRef) and typed.root in ("this", "parent", "user")
    return outside or (isinstance(typed, ContextRef) and typed.kind == "setting")


def _of_each_row(part: object, link: str | None) -> bool:
    if isinstance(part, FieldRef):
        return part.root == "row" and not (link is not None and part.hops and part.hops[0].field == link)
    return isinstance(part, Collection | RoleCall)
