"""Many records made at once are what they would be if they were made one after the other, in a few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from engine.principal import OPERATOR
from engine.records import read
from engine.records.together import create_all
from engine.refusals import Denied, Invalid, Refusal
from engine.storage.database import Database
from tests.statements import counted
from tests.workflows.company import PACK, World, company
from tests.workflows.test_races import LIMITED

PRODUCT = """
entity: product
label: {zh: 产品, en: Product}
title: "{name}"
search: [name]
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  sku: {type: text, unique: true, label: {zh: 货号, en: SKU}}
  price: {type: money, required: true, label: {zh: 价格, en: Price}}
  double: {type: formula, formula: price * 2, label: {zh: 两倍, en: Double}}
  number: {type: serial, pattern: "P-{0000}", gapless: true, label: {zh: 编号, en: Number}}
"""
REP = PACK["access/rep.role.yaml"].replace("allow:", "allow:\n  product: {create: {if: price < 100}, read: all}")


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    return company(database, tmp_path, {
        "entities/product.entity.yaml": PRODUCT, "access/rep.role.yaml": REP, "entities/installment.entity.yaml": LIMITED,
    })


def made(world: World, rows: Sequence[Mapping[str, object]], who: str = "", entity: str = "product") -> list[int | Refusal]:
    return world.do(lambda s: create_all(s, entity, rows), who or OPERATOR)


def product(name: str, price: int = 5, **more: object) -> dict[str, object]:
    return {"name": name, "price": Decimal(price), **more}


def told(outcomes: Sequence[int | Refusal]) -> list[object]:
    """`made`, and refusals as the code of each error with its path."""
    return [
        [(error.path, error.message.code) for error in one.errors] if isinstance(one, Invalid)
        else one.message.code if isinstance(one, Refusal) else "made"
        for one in outcomes
    ]


def lineage_of(world: World) -> int:
    return world.look(lambda s: s.app.entities["product"].lineage)


def numbers(world: World) -> list[str]:
    return sorted(str(row["number"]) for row in world.table_of("product"))


def test_each_is_as_if_it_were_made_alone(world: World) -> None:
    rows = [product("办公桌", 5, sku="a"), product("Chair", 7)]
    together = made(world, rows)
    alone = [world.create("product", {**values, "sku": None}) for values in rows]
    assert together == [1, 2] and alone == [3, 4]

    def kept(table: str, id: int) -> str:
        """What a table of the platform says of the product, but for its numbers."""
        found = [{**row, "id": 0, "record_id": 0} for row in world.table(table, entity_id=lineage_of(world), record_id=id)]
        return repr(found).replace(str(world.row("product", id)["number"]), "P")

    assert numbers(world) == ["P-0001", "P-0002", "P-0003", "P-0004"]
    assert [world.row("product", id)["double"] for id in (1, 2)] == [Decimal(10), Decimal(14)]
    one, other = world.row("product", 2), world.row("product", 4)
    assert {**one, "id": 0, "number": ""} == {**other, "id": 0, "number": ""}
    assert kept("outbox", 2) == kept("outbox", 4)
    assert kept("history", 2) == kept("history", 4)
    found = world.look(lambda s: read.search(s, "公桌", "product"))
    assert [each.id for each in found] == [3, 1]


def test_each_is_whole_or_not_at_all(world: World) -> None:
    outcomes = made(world, [product("A"), {"name": "B"}, product("C", colour="red"), product("D", 1000)], "amy")
    assert told(outcomes) == [
        "made", [("price", "required")], [("colour", "unknown_input")], "result_denied",
    ]
    assert told(made(world, [product("E")])) == ["made"]
    assert numbers(world) == ["P-0001", "P-0002"]
    lineage = lineage_of(world)
    about = {row["record_id"] for row in world.table("outbox") if row["entity_id"] == lineage}
    assert about == {int(str(row["id"])) for row in world.table_of("product")}


def test_what_one_has_taken_another_cannot_have(world: World) -> None:
    world.create("product", product("Old", sku="x"))
    outcomes = made(world, [product("A", sku="a"), product("B", sku="x"), product("C", sku="a"), product("D")])
    assert told(outcomes) == ["made", [("sku", "taken")], [("sku", "taken")], "made"]
    assert numbers(world) == ["P-0001", "P-0002", "P-0003"]


def test_rows_that_a_rule_counts_are_made_one_after_the_other(world: World) -> None:
    contract = world.contract()
    outcomes = made(world, [{"contract": contract, "seq": 30}] * 5, entity="installment")
    assert told(outcomes) == ["made"] * 3 + [[("", "check_failed")]] * 2


def test_who_may_make_none_is_told_once(world: World) -> None:
    with pytest.raises(Denied) as denied:
        made(world, [{"name": "Acme"}], "amy", "customer")
    assert denied.value.message.code == "may_not_create"


def test_the_number_of_statements_does_not_grow_with_the_rows(world: World) -> None:
    def statements(count: int) -> list[str]:
        with counted() as seen:
            made(world, [{"name": f"Lead {n}"} for n in range(count)], "amy", "lead")
        return seen

    statements(2)
    assert len(statements(3)) == len(statements(60))


VISIT = """
entity: visit
label: {zh: 拜访, en: Visit}
title: "{subject}"
fields:
  subject: {type: text, required: true, label: {zh: 主题, en: Subject}}
  customer: {type: link, to: customer, back: visits, label: {zh: 客户, en: Customer}}
  contact: {type: link, to: contact, label: {zh: 联系人, en: Contact}}
"""
VISITED = """  visit_count: {type: formula, formula: count(visits), label: {zh: 拜访次数, en: Visits}}
  calm: {type: formula, formula: visit_count < 3, label: {zh: 拜访不多, en: Seldom visited}}
"""
REPS = PACK["access/rep.role.yaml"].replace("allow:", "allow:\n  visit: {create: true, read: all}\n  contact: {read: all}")
BEARING: Mapping[str, tuple[Mapping[str, str], str, list[object]]] = {
    "a check reads a formula that counts them": (
        {"visit": """checks:
  few: {must: customer.calm, say: {zh: 拜访过多, en: Visited enough}}
"""}, REPS, ["made", "made", [("", "check_failed")]],
    ),
    "a copy is taken of a formula that counts them": (
        {"visit": "  before: {type: fetch, fetch: customer.visit_count, label: {zh: 至此, en: So far}}\n"},
        REPS, ["made", "made", "made"],
    ),
    "the right to make one counts them": (
        {}, REPS.replace("visit: {create: true", "visit: {create: {if: customer.visit_count > 1}"), ["result_denied"] * 3,
    ),
    "the right to read what one is linked to looks at them": (
        {}, REPS.replace("contact: {read: all}", "contact: {read: {if: \"any(customer.visits, subject == 'first')\"}}"),
        ["made", "made", "made"],
    ),
}
"""How a new visit can bear on the judgement of the next: what is declared besides, and what becomes of three of them."""


@pytest.mark.parametrize("way", BEARING)
def test_records_that_bear_on_each_other_are_made_one_after_the_other(database: Database, tmp_path: Path, way: str) -> None:
    more, role, outcomes = BEARING[way]
    world = company(database, tmp_path, {
        "entities/visit.entity.yaml": VISIT + more.get("visit", ""),
        "entities/customer.entity.yaml": PACK["entities/customer.entity.yaml"] + VISITED, "access/rep.role.yaml": role,
    })
    customer = world.create("customer", {"name": "Acme"})
    contact = world.create("contact", {"name": "Ann", "customer": customer})
    later = {"customer": customer, "contact": contact}
    rows = [{"subject": "first", "customer": customer}, {"subject": "second", **later}, {"subject": "third", **later}]
    assert told(made(world, rows, "amy", "visit")) == outcomes
    counted_ones = [row.get("before", n) for n, row in enumerate(world.table_of("visit"), 1)]
    assert counted_ones == list(range(1, outcomes.count("made") + 1))


def test_one_that_is_refused_is_told_what_others_of_its_unit_have_taken(world: World) -> None:
    outcomes = made(world, [product("A", sku="a"), {"name": "B", "sku": "a"}, {"name": "C", "sku": "d"}, product("D", sku="d")])
    assert told(outcomes) == ["made", [("price", "required"), ("sku", "taken")], [("price", "required")], "made"]
