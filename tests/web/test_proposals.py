"""What a form proposes: copies into blanks that follow their source until somebody types."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

from engine.principal import OPERATOR
from engine.records import read, write
from tests.web.conftest import Visitor, World

_numbers = itertools.count(1)
BRIEF = {"hx-request": "true"}


def product(world: World, price: int) -> int:
    number = next(_numbers)
    values = {"code": f"PR{number}", "name": f"产品 {number}", "price": Decimal(price), "unit": "set"}
    return world.runtime.writing(OPERATOR, lambda s: write.create(s, "product", values))


def opportunity(world: World) -> tuple[int, int]:
    """An opportunity of amy's and its customer."""
    customer = world.make("amy", "customer", name=f"提议客户 {next(_numbers)} 有限公司", kind="company")
    close = world.runtime.clock.now().date() + timedelta(days=30)
    return world.make("amy", "opportunity", name="商机", customer=customer, amount=Decimal(9), expected_close=close), customer


def inputs(page: str) -> dict[str, str]:
    """The inputs of the form, by name, as they stand."""
    tags = re.findall(r"<input\b[^>]*>", page[page.index("form-body"):])
    pairs = [(re.search(r'\bname="([^"]+)"', tag), re.search(r'\bvalue="([^"]*)"', tag)) for tag in tags]
    return {name.group(1): unescape(value.group(1)) for name, value in pairs if name and value}


def judged(amy: Visitor, form: dict[str, str], **typed: str) -> dict[str, str]:
    answer = amy.send("/e/contract/judge", {**form, **typed}, headers=BRIEF)
    assert answer.status_code == 200
    return inputs(answer.text)


def test_what_is_known_of_the_source_is_in_the_form(world: World) -> None:
    amy, (chance, customer) = world.visitor("amy"), opportunity(world)
    page = amy.get(f"/e/contract/new?opportunity={chance}")
    assert inputs(page)["customer"] == str(customer)
    assert "提议客户" in page


def test_a_proposal_follows_its_source_until_somebody_types(world: World) -> None:
    amy, cheap, dear = world.visitor("amy"), product(world, 100), product(world, 900)
    row = {"lines._rows": "1", "lines.new1.id": "", "lines.new1.product": str(cheap), "lines.new1.qty": "1", "lines.new1.price": ""}
    form = judged(amy, row)
    assert form["lines.new1.price"] == "100.00"
    form = judged(amy, form, **{"lines.new1.product": str(dear)})
    assert form["lines.new1.price"] == "900.00"
    form = judged(amy, form, **{"lines.new1.price": "850"})
    form = judged(amy, form, **{"lines.new1.product": str(cheap)})
    assert form["lines.new1.price"] == "850"
    assert judged(amy, form, **{"lines.new1.price": ""})["lines.new1.price"] == "100.00"


def test_a_refused_form_keeps_its_proposals_as_such(world: World) -> None:
    amy, (chance, customer) = world.visitor("amy"), opportunity(world)
    other, theirs = opportunity(world)
    page = amy.get(f"/e/contract/new?opportunity={chance}")
    refused = amy.send("/e/contract/new", {**inputs(page), "opportunity": str(chance), "name": ""})
    assert refused.status_code == 422
    form = inputs(refused.text)
    assert form["customer"] == str(customer)
    assert judged(amy, form, opportunity=str(other))["customer"] == str(theirs)


def test_a_blank_is_filled_when_it_is_saved(world: World) -> None:
    """By whoever sends the form without having looked at it, as programs do."""
    (chance, customer), today = opportunity(world), world.runtime.clock.now().date()
    made = world.make("amy", "contract", name="补全", opportunity=chance, amount=Decimal(1), end_date=today + timedelta(days=9))
    with world.runtime.reading(OPERATOR) as session:
        assert read.get(session, "contract", made).values["customer"] == customer
