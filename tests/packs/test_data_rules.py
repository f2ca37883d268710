"""The rules of demo data, drawn without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

import pytest

from loomwork.data_plans import plan
from loomwork.data_rules import Found, Part, RuleRefused, Scene, draw, draw_all, split

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Shelf:
    """Two products, and lines that cost price times quantity."""

    def records(self, entity: str, where: Mapping[str, object]) -> Sequence[Found]:
        return [Found("product", 7, {"price": Decimal(30)}), Found("product", 8, {"price": Decimal(50)})]

    def computed(self, entity: str, name: str, row: Mapping[str, object]) -> object:
        return Decimal(str(row["price"])) * Decimal(str(row["qty"]))

    def child_of(self, entity: str, field: str) -> str:
        return "line"


def scene(seed: str = "s", **more: object) -> Scene:
    return Scene("contract", Random(seed), Shelf(), NOW, date(2026, 3, 2), {"town": ["苏州", "无锡"]}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        ("plain", {"plain"}),
        ({"pick": ["a", "b"]}, {"a", "b"}),
        ({"weights": {"a": "1", "b": "0"}}, {"a"}),
        ({"words": "town"}, {"苏州", "无锡"}),
        ({"text": "在{town}"}, {"在苏州", "在无锡"}),
        ({"number": ["10", "20"], "step": "5"}, {10, 15, 20}),
        ({"pick": ["a"], "chance": "0%"}, {None}),
        ({"copy": "name"}, {"源"}),
        ({"match": "city", "cases": {"苏州": {"pick": ["a", "b"]}, "无锡": "c"}}, {"a", "b"}),
        ({"match": "city", "cases": {"无锡": "c"}}, {None}),
        ({"match": "nothing", "cases": {"无锡": "c"}}, {None}),
    ],
)
def test_a_rule_draws_what_it_says(rule: object, allowed: set[object]) -> None:
    drawn = {draw(rule, scene(str(n), source={"name": "源"}, known={"city": "苏州"})) for n in range(30)}
    assert drawn == allowed


def test_digits_and_days() -> None:
    phone = draw({"digits": "13########"}, scene())
    assert isinstance(phone, str) and phone.startswith("13") and len(phone) == 10 and phone.isdigit()
    day = draw({"days": ["-3", "-3"]}, scene())
    assert isinstance(day, datetime) and day.date() == date(2026, 2, 27)
    second = scene(known={"signed": NOW}, part=Part(2, Decimal(1)))
    due = draw({"days": ["15", "15"], "of": "signed", "each": "45"}, second)
    assert isinstance(due, datetime) and due.date() == date(2026, 5, 1)


def test_rows_are_distinct_and_summed() -> None:
    rules = {
        "lines": {
            "rows": ["1", "9"], "distinct": "product",
            "fields": {"product": {"record": "product"}, "qty": "2", "price": {"copy": "product.price"}},
        },
        "amount": {"sum": "lines.subtotal"},
    }
    for seed in "abcdef":
        drawn = draw_all(rules, scene(seed))
        lines = drawn["lines"]
        assert isinstance(lines, list) and len({row["product"].id for row in lines}) == len(lines) <= 2
        assert drawn["amount"] == sum(row["price"] * 2 for row in lines)


def test_parts_add_up_to_the_cent() -> None:
    parts = split(Decimal("100.01"), ["33", "33", "34"])
    assert [part.amount for part in parts] == [Decimal("33.00"), Decimal("33.00"), Decimal("34.01")]


@pytest.mark.parametrize("rule", [{"pck": ["a"]}, {"words": "street"}, {"copy": "nothing"}, {"part": "number"}])
def test_a_rule_that_cannot_be_followed_says_so(rule: object) -> None:
    with pytest.raises(RuleRefused):
        draw(rule, scene())


def test_a_plan_is_in_order_of_time_never_in_the_future_and_repeats() -> None:
    generate = {
        "count": "50", "moment": {"days": ["-30", "0"]},
        "then": [
            {"count": "10", "from": "oldest", "do": [{"move": "old"}]},
            {"share": "20%", "from": "newest", "do": [{"move": "new"}]},
            {"rest": "true", "do": [{"move": "rest"}]},
            {"every": "true", "do": [{"move": "all"}]},
        ],
    }
    planned = plan(generate, [], scene())
    moments = [record.moment for record in planned]
    assert moments == sorted(moments) and max(moments) <= NOW and len(planned) == 50
    first = [record.steps[0]["move"] for record in planned]
    assert first == ["old"] * 10 + ["rest"] * 30 + ["new"] * 10
    assert all(record.steps[-1]["move"] == "all" for record in planned)
    assert plan(generate, [], scene()) == planned


def test_a_plan_over_sources_samples_and_repeats_them() -> None:
    sources = [{"id": n} for n in range(20)]
    assert len(plan({"each": "x", "count": "5"}, sources, scene())) == 5
    assert len(plan({"each": "x", "share": "50%"}, sources, scene())) == 10
    assert len(plan({"each": "x", "repeat": ["2", "2"]}, sources, scene())) == 40
