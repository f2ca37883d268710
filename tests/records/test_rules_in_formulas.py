"""A rule that reads a formula judges the record as this write leaves it, as one that says the same without a formula does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from engine.records.queries import ChildInput
from engine.refusals import Invalid, Message, Unread
from engine.storage.database import Database
from tests.databases import PostgresServer
from tests.records.company import FILES as COMPANY
from tests.records.company import World, errors
from tests.records.conftest import fresh, published_file, published_server

FILES: Mapping[str, str] = {
    **{name: text for name, text in COMPANY.items() if name == "app.yaml" or name.split("/")[-1].split(".")[0] in (
        "user", "department", "role_assignment")},
    "access/rep.role.yaml": "role: rep\nlabel: {zh: 销售, en: Rep}\nallow: {budget: {read: all}}\n",
    "entities/budget.entity.yaml": """
entity: budget
label: {zh: 预算, en: Budget}
title: "{name}"
fields:
  name: {type: text}
  limit: {type: money}
  parts: {type: children, of: part}
  planned: {type: formula, formula: "sum(parts, amount * share)"}
  spent: {type: formula, formula: "sum(expenses, amount * rate)"}
  left: {type: formula, formula: limit - spent}
  tagged: {type: formula, formula: count(noted)}
checks:
  plan:
    must: planned <= limit
    say: {zh: 计划超过预算, en: More is planned than there is}
""",
    "entities/part.entity.yaml": """
entity: part
label: {zh: 部分, en: Part}
child: true
fields:
  amount: {type: money}
  share: {type: formula, formula: "case($parent.name == 'half', 0.5, 1)"}
  seen: {type: formula, formula: $parent.planned}
  source: {type: link, to: budget, back: uses}
checks:
  drawn:
    must: sum(source.uses, amount) <= 80
    say: {zh: 来源不足, en: The source does not cover it}
  room:
    must: seen <= 80
    say: {zh: 部分过大, en: The parts are too much}
    on_field: amount
""",
    "entities/expense.entity.yaml": """
entity: expense
label: {zh: 支出, en: Expense}
title: "{id}"
fields:
  budget: {type: link, to: budget, back: expenses}
  amount: {type: money}
  twice: {type: bool}
  rate: {type: formula, formula: "case(twice and $now == $now, 2, 1)"}
  others: {type: links, to: budget, back: noted}
  rest: {type: formula, formula: budget.left}
checks:
  covered:
    must: rest >= 0
    say: {zh: 预算不足, en: The budget does not cover it}
    on_field: amount
  once:
    must: all(others, tagged <= 1)
    say: {zh: 只记一次, en: Noted once only}
    on_field: others
""",
}


@pytest.fixture(scope="module")
def budget_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file in which the budgets are applied."""
    return published_file(tmp_path_factory.mktemp("budgets"), FILES)


@pytest.fixture(scope="module")
def budget_server(postgres: PostgresServer) -> Iterator[Database]:
    """A PostgreSQL database in which the budgets are applied."""
    yield from published_server(postgres, FILES)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    yield from fresh(request, tmp_path, "budget_file", "budget_server")


def budget(world: World, **values: object) -> int:
    return world.create("budget", {"name": "all", "limit": Decimal(100), **values})


def spend(world: World, budget: int, amount: int, **values: object) -> int:
    return world.create("expense", {"budget": budget, "amount": Decimal(amount), **values})


def test_the_row_that_is_written_counts_in_a_formula_of_the_record_it_links_to(world: World) -> None:
    one, other = budget(world), budget(world)
    first = spend(world, one, 60)
    with pytest.raises(Invalid) as refused:
        spend(world, one, 41)
    assert errors(refused.value) == {"amount": "check_failed"}
    second = spend(world, one, 40)
    for values in ({"amount": Decimal(41)}, {"twice": True}):
        with pytest.raises(Invalid):
            world.update("expense", second, values)
    spend(world, other, 50)
    with pytest.raises(Invalid):
        world.update("expense", first, {"budget": other})
    world.update("expense", second, {"budget": other})
    world.update("expense", first, {"amount": Decimal(100)})


def test_the_written_rows_count_in_formulas_of_their_parent(world: World) -> None:
    rows = (ChildInput(None, {"amount": Decimal(50)}), ChildInput(None, {"amount": Decimal(40)}))
    with pytest.raises(Invalid) as refused:
        budget(world, parts=rows)
    assert errors(refused.value) == {"parts.0.amount": "check_failed", "parts.1.amount": "check_failed"}
    with pytest.raises(Invalid) as refused:
        budget(world, parts=rows, limit=Decimal(89))
    assert errors(refused.value)[""] == "check_failed"
    half = budget(world, parts=rows, name="half")
    with pytest.raises(Invalid):
        world.update("budget", half, {"name": "all", "limit": Decimal(89)})
    with pytest.raises(Invalid):
        world.update("budget", half, {"limit": Decimal(44)})


def test_a_row_that_goes_with_this_write_counts_no_more(world: World) -> None:
    source = budget(world)
    uses = {"amount": Decimal(50), "source": source}
    one = budget(world, parts=(ChildInput(None, uses),))
    with pytest.raises(Invalid) as refused:
        budget(world, parts=(ChildInput(None, uses),))
    assert errors(refused.value) == {"parts.0": "check_failed"}
    world.update("budget", one, {"parts": (ChildInput(None, uses),)})


def test_what_is_noted_by_the_row_that_is_written_counts(world: World) -> None:
    """A many-to-many link seen from its other end, inside a formula there."""
    one, other = budget(world), budget(world)
    spend(world, one, 1, others=(one, other))
    with pytest.raises(Invalid) as refused:
        spend(world, one, 1, others=(other,))
    assert errors(refused.value) == {"others": "check_failed"}
    second = spend(world, one, 1)
    with pytest.raises(Invalid):
        world.update("expense", second, {"others": (one,)})


def test_a_formula_over_what_could_not_be_read_is_unknown(world: World) -> None:
    """The fault is told, and no other that would follow from reading a blank."""
    one = budget(world)
    first = spend(world, one, 90)
    with pytest.raises(Invalid) as refused:
        world.update("expense", first, {"amount": Unread(Message("bad_number")), "twice": True})
    assert errors(refused.value) == {"amount": "bad_number"}
    spend(world, one, 10)
    with pytest.raises(Invalid) as refused:
        world.update("expense", first, {"budget": one, "amount": Unread(Message("bad_number"))})
    assert errors(refused.value) == {"amount": "bad_number"}
