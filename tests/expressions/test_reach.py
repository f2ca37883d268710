"""What an expression reads, formulas opened: each thing with the record it is read of."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from metadata.expressions.reach import FormulaOf, opened, reach
from metadata.expressions.typed import Aggregate, Collection, FieldRef
from tests.expressions import world


def formulas(texts: Mapping[str, str]) -> FormulaOf:
    """Formulas of the entities of the small application, by `entity.field`."""
    around = {"parent": "sample", "contexts": frozenset({"this", "parent"})}
    typed = {name: world.typed(text, entity=name.split(".")[0], **around) for name, text in texts.items()}
    return lambda ref: typed.get(f"{ref.entity}.{ref.field}")


def told(text: str, **texts: str) -> set[str]:
    """`base.link.link.name` of everything that the expression over a sample reads; a collection with `*`."""
    named = {name.replace("__", "."): formula for name, formula in texts.items()}
    return {
        ".".join((each.base, *(hop.field for hop in each.hops), _name(each.node)))
        for each in reach(world.typed(text), formulas(named))
    }


def _name(node: FieldRef | Collection | Aggregate) -> str:
    if isinstance(node, FieldRef):
        return node.field
    return (node.collection if isinstance(node, Aggregate) else node).name + "*"


@pytest.mark.parametrize(("text", "texts", "expected"), [
    ("n1 > l1.region.rate", {}, {"row.n1", "row.l1.region.rate"}),
    ("l1.worth > 1", {"partner__worth": "region.rate * 2", "region__rate": "count(partners) * 1%"},
     {"row.l1.worth", "row.l1.region.rate", "row.l1.region.partners*"}),
    ("count(receipts, amount > $this.l1.worth) > n1", {"receipt__amount": "sample.m1"},
     {"row.receipts*", "row.l1.worth", "row.n1"}),
    ("sum(lines, price) > 1", {"sample_line__price": "qty * $parent.l1.worth"}, {"row.lines*", "row.l1.worth"}),
    ("n2 > 1", {"sample__n2": "count(receipts, amount > $this.l1.worth)"}, {"row.n2", "row.receipts*", "row.l1.worth"}),
    ("n1 > 1", {"sample__n1": "n2 + 1", "sample__n2": "n1 + 1"}, {"row.n1", "row.n2"}),
    ("$old.n1 > n1", {}, {"row.n1"}),
])
def test_what_is_read_and_where(text: str, texts: Mapping[str, str], expected: set[str]) -> None:
    assert told(text, **texts) == expected


def test_each_formula_is_opened_once() -> None:
    chain = {f"sample.{name}": f"{read} + {read}" for name, read in (("n1", "n2"), ("n2", "m1"))}
    found = list(opened(world.typed("n1 + n1 > l1.worth"), formulas({**chain, "partner.worth": "1.5 * region.rate"})))
    assert len(found) == 4
