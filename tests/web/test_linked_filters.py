"""Lists narrowed by fields of the records that theirs link to, as far as whoever looks may know them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from engine.principal import OPERATOR
from engine.records import write
from tests.statements import counted
from tests.web.conftest import World
from tests.web.test_saved_views import keep, offered


def chance(world: World, name: str, industry: str | None = None, login: str = "amy") -> tuple[int, int]:
    """An opportunity with a customer of that industry; the numbers of both."""
    customer = world.make(login, "customer", name=f"{name}客户有限公司", kind="company", industry=industry)
    values = {"name": name, "customer": customer, "amount": Decimal(1000), "expected_close": date(2099, 1, 1)}
    return world.make(login, "opportunity", **values), customer


def names(page: str) -> list[str]:
    """The titles of the rows."""
    return [re.sub(r"<[^>]+>", "", title).strip() for title in re.findall(r'<td class="c-title[^"]*"[^>]*>(.*?)</td>', page, re.S)]


def options(dialog: str) -> list[list[str]]:
    """The fields that each select of the dialog offers."""
    return [re.findall(r'<option value="([^"]+)"', one) for one in re.findall(r'<select[^>]*name="field".*?</select>', dialog, re.S)]


def test_rows_are_found_by_fields_of_the_records_they_link_to(world: World) -> None:
    amy = world.visitor("amy")
    chance(world, "越链甲", "retail")
    chance(world, "越链乙", "energy")
    chance(world, "越链丙")
    page = amy.get("/e/opportunity?q=越链&f=customer.industry:in:retail,energy&sort=name")
    assert names(page) == ["越链甲", "越链乙"] and "共 2 条" in page
    assert re.search(r"客户 · 行业 属于 <b>零售与消费品、能源与环保</b>", page)
    assert names(amy.get("/e/opportunity?q=越链&f=customer.industry:blank")) == ["越链丙"]
    assert names(amy.get("/e/opportunity?q=越链&f=customer.owner.name:contains:李晓梅&f=customer.industry:in:retail")) == ["越链甲"]


def test_a_record_that_may_not_be_read_counts_as_a_blank_link(world: World) -> None:
    amy, gm = world.visitor("amy"), world.visitor("gm")
    _, customer = chance(world, "越链丁", "logistics")
    chance(world, "越链戊", "logistics")
    assert names(amy.get("/e/opportunity?q=越链丁&f=customer.industry:in:logistics")) == ["越链丁"]
    world.runtime.writing(OPERATOR, lambda s: write.assign(s, "customer", customer, world.people["eve"]))
    assert names(gm.get("/e/opportunity?q=越链丁&f=customer.industry:in:logistics")) == ["越链丁"]
    assert names(amy.get("/e/opportunity?q=越链丁&f=customer.industry:in:logistics")) == []
    assert names(amy.get("/e/opportunity?q=越链丁&f=customer.industry:blank")) == ["越链丁"]
    assert names(amy.get("/e/opportunity?q=越链戊&f=customer.industry:in:logistics")) == ["越链戊"]


@pytest.mark.parametrize("path", [
    "customer.credit_limit", "customer.nothing", "customer.", "customer..name", "nothing.name", "amount.name",
    "customer.owner.dept.name", "customer.parent.parent.name",
])
def test_what_is_not_known_there_does_not_exist(world: World, path: str) -> None:
    """Hidden, absent, across what is no link, and too far away answer alike."""
    amy = world.visitor("amy")
    assert amy.client.get(f"/e/opportunity?f={path}:blank").status_code == 404
    assert options(amy.get(f"/e/opportunity/filter?field={path.partition('.')[0]}&field={path}"))


def test_the_dialog_goes_on_from_a_link_to_its_fields(world: World) -> None:
    amy = world.visitor("amy")
    first, = options(amy.get("/e/opportunity/filter"))
    assert "customer" in first and not any("." in path and path.startswith("customer.") for path in first)
    own, linked = options(amy.get("/e/opportunity/filter?field=customer"))
    assert own == first and "customer.industry" in linked
    assert not {"customer.credit_limit", "customer.revision", "customer.phone.x"} & set(linked)
    dialog = amy.get("/e/opportunity/filter?field=customer&field=customer.industry")
    assert 'value="customer.industry" selected' in dialog and 'value="energy"' in dialog and "客户的字段" in dialog and "客户本身" in dialog
    assert len(options(amy.get("/e/opportunity/filter?field=customer&field=customer.owner"))) == 3
    assert len(options(amy.get("/e/opportunity/filter?field=customer&field=customer.owner&field=customer.owner.dept"))) == 3
    moved = amy.get("/e/opportunity/filter?field=owner&field=customer.industry")
    assert 'value="owner" selected' in moved and "customer.industry" not in moved


def test_the_dialog_makes_the_filter_and_a_view_keeps_it(world: World) -> None:
    amy, law = world.visitor("amy"), world.visitor("law")
    page = amy.get("/e/opportunity?field=customer&field=customer.industry&op=in&v=retail&v=it")
    assert "f=customer.industry%3Ain%3Aretail%2Cit" in page and page.count("chip--on") == 1
    there = keep(amy, "零售商机", "f=customer.industry:in:retail", "opportunity")
    assert offered(amy, "opportunity")["零售商机"] == there and "customer.industry" in there
    assert law.client.get("/e/opportunity?f=customer.industry:blank").status_code == 404


def test_the_filter_costs_no_statement_more(world: World) -> None:
    amy = world.visitor("amy")
    for name in ("越链己", "越链庚"):
        chance(world, name, "education")
    with counted() as plain:
        amy.get("/e/opportunity?q=越链己&f=amount:ge:1")
    with counted() as linked:
        amy.get("/e/opportunity?q=越链&f=customer.industry:in:education")
    assert len(linked) == len(plain)
