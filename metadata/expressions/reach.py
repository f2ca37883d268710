"""What an expression reads, inside the formulas that it reads as well: such a formula has no value of its own, but is worked
out by whoever reads it, so that its reader depends on all that the formula reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from metadata.expressions.dependencies import parts, walk
from metadata.expressions.typed import Aggregate, Collection, FieldRef, Hop, TypedExpression

FormulaOf = Callable[[FieldRef], TypedExpression | None]
"""The formula behind a field that is worked out when it is read; None for any other field."""

Base = Literal["row", "this", "parent"]
_Place = tuple[Base, tuple[Hop, ...]]


@dataclass(frozen=True, slots=True)
class Reach:
    """A field, a collection or an aggregate that an expression reads, and the record it is read of: the one beyond `hops`
    from the row itself, from `$this`, or from `$parent`."""

    base: Base
    hops: tuple[Hop, ...]
    node: FieldRef | Collection | Aggregate


def opened(typed: TypedExpression, formula_of: FormulaOf) -> Iterator[TypedExpression]:
    """`typed`, and every formula that it reads, to any depth, each once."""
    waiting, met = [typed], set[tuple[str, str]]()
    while waiting:
        expression = waiting.pop()
        yield expression
        for node in walk(expression):
            if isinstance(node, FieldRef) and (node.entity, node.field) not in met:
                met.add((node.entity, node.field))
                formula = formula_of(node)
                waiting += [] if formula is None else [formula]


def reach(typed: TypedExpression, formula_of: FormulaOf) -> Iterator[Reach]:
    """Everything that `typed` reads of its own row, of `$this` and `$parent`, and beyond their links. What an aggregate
    reads of the rows that it counts is theirs: the aggregate stands for it. `$old`, `$user` and `$new` are left out."""
    own: Mapping[str, _Place] = {"row": ("row", ()), "this": ("this", ()), "parent": ("parent", ())}
    yield from _reach(typed, formula_of, own, frozenset())


def _reach(
    typed: TypedExpression, formula_of: FormulaOf, roots: Mapping[str, _Place], through: frozenset[tuple[str, str]]
) -> Iterator[Reach]:
    """`roots` say where the expression's roots are; `through` are the formulas that are being opened."""
    if isinstance(typed, Aggregate):
        yield from _around(typed, formula_of, roots, through)
        return
    if isinstance(typed, FieldRef | Collection) and typed.root in roots:
        base, hops = roots[typed.root]
        yield Reach(base, (*hops, *typed.hops), typed)
        formula = formula_of(typed) if isinstance(typed, FieldRef) else None
        if formula is not None and isinstance(typed, FieldRef) and (typed.entity, typed.field) not in through:
            place: _Place = base, (*hops, *typed.hops)
            inside = {"row": place, "this": place} | ({"parent": roots["parent"]} if place == ("row", ()) else {})
            yield from _reach(formula, formula_of, inside, through | {(typed.entity, typed.field)})
    for part in parts(typed):
        yield from _reach(part, formula_of, roots, through)


def _around(
    typed: Aggregate, formula_of: FormulaOf, roots: Mapping[str, _Place], through: frozenset[tuple[str, str]]
) -> Iterator[Reach]:
    """The aggregate, and what it reads besides the rows that it counts: of the row it is worked out on (`$this` to them),
    and of the record that holds child rows (`$parent` to them)."""
    collection = typed.collection
    outside: dict[str, _Place] = {"this": roots["row"]}
    if collection.root in roots:
        base, hops = roots[collection.root]
        yield Reach(base, (*hops, *collection.hops), typed)
        if collection.kind == "children":
            outside["parent"] = base, (*hops, *collection.hops)
    counted: Mapping[str, _Place] = {"row": ("row", ()), "this": ("this", ()), "parent": ("parent", ())}
    for rule in (typed.value, typed.where):
        for each in _reach(rule, formula_of, counted, through) if rule is not None else ():
            if each.base in outside:
                base, hops = outside[each.base]
                yield Reach(base, (*hops, *each.hops), each.node)
