"""A field of a new row is open where a grant that covers the row opens it, not where some other grant does."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from engine.records import write
from engine.records.queries import ChildInput
from engine.records.together import create_all
from engine.refusals import Invalid
from engine.storage.database import Database
from tests.statements import counted
from tests.workflows.company import World, company

SMALL = """
role: small
label: {zh: 小额, en: Small}
allow:
  customer: {read: all}
  contract: {create: {if: amount < 100}, read: all, update: {if: amount < 100}}
"""
ANY = """
role: any
label: {zh: 不限, en: Any}
allow:
  customer: {read: all}
  contract: {create: true, read: all, update: all}
fields:
  contract.note: {readonly: true}
  line.price: {readonly: true}
"""


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    made = company(database, tmp_path, {"access/small.role.yaml": SMALL, "access/any.role.yaml": ANY})
    made.person("both", "small", "any")
    made.person("large", "any")
    return made


def line(price: int | None) -> ChildInput:
    return ChildInput(None, {"product": "Camera"} | ({} if price is None else {"price": Decimal(price)}))


def deal(amount: int, **more: object) -> dict[str, object]:
    return {"name": "Deal", "amount": Decimal(amount), **more}


def refused(world: World, act: object) -> list[tuple[str, str]]:
    before = world.digest()
    with pytest.raises(Invalid) as invalid:
        act()  # type: ignore[operator]
    assert world.digest() == before
    return [(error.path, error.message.code) for error in invalid.value.errors]


def test_what_is_entered_must_be_open_on_this_row(world: World) -> None:
    assert world.create("contract", deal(50, note="small"), "both")
    assert world.create("contract", deal(500), "both")
    assert world.create("contract", deal(500, note=None), "both")
    assert refused(world, lambda: world.create("contract", deal(500, note="large"), "both")) == [("note", "readonly")]
    assert refused(world, lambda: world.create("contract", deal(500, lines=(line(None), line(7))), "both")) == [
        ("lines.1.price", "readonly"),
    ]


def test_new_rows_within_a_stored_record_are_rows_of_it(world: World) -> None:
    small, large = (world.create("contract", deal(amount), "both") for amount in (50, 500))
    world.update("contract", small, {"lines": (line(7),)}, "both")
    world.update("contract", large, {"lines": (line(None),)}, "both")
    assert refused(world, lambda: world.update("contract", large, {"lines": (line(7),)}, "both")) == [
        ("lines.0.price", "readonly"),
    ]


def test_each_of_many_is_judged_by_its_own_grants(world: World) -> None:
    rows = [deal(50, note="a"), deal(500, note="b"), deal(500)]
    outcomes = world.do(lambda s: create_all(s, "contract", rows), "both")
    assert [isinstance(one, int) for one in outcomes] == [True, False, True]


def test_nothing_is_asked_where_all_grants_open_the_same(world: World) -> None:
    def statements(who: str) -> int:
        world.do(lambda s: write.create(s, "contract", deal(500)), who)
        with counted() as seen:
            world.do(lambda s: write.create(s, "contract", deal(500)), who)
        return len(seen)

    assert statements("both") == statements("large") + 1
