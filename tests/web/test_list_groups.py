"""The rows of a list under heads: counts and totals of exactly what the reader may read, and the way to all of a group."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest

from engine.principal import OPERATOR
from engine.records.system import set_fields
from tests.statements import counted
from tests.web.conftest import World
from tests.web.test_bulk import plain
from tests.web.test_cell_editing import HTMX
from tests.web.test_pages import lead_values
from tests.web.test_saved_views import keep


def heads(page: str) -> list[tuple[str, str]]:
    """The heads of the groups: what they have in common, and how many there are."""
    found = re.findall(r'<button class="group-fold".*?<span>(.*?)</span><span class="pill pill--quiet">([^<]*)</span>', page, re.S)
    return [(re.sub(r"<[^>]+>", "", label), count) for label, count in found]


def make(world: World, mark: str, **values: object) -> int:
    return world.make("amy", "lead", **lead_values(title=mark, **values))


def test_rows_stand_under_heads_in_declared_order_with_totals(world: World) -> None:
    amy = world.visitor("amy")
    for intent, budget in (("C", 1), ("A", 10), (None, 100), ("A", 1000)):
        make(world, "分组甲", intent=intent, budget=Decimal(budget))
    page = amy.get("/e/lead?q=分组甲&group=intent&cols=title,intent,budget")
    assert heads(page) == [("A 三个月内采购", "2"), ("C 暂无计划", "1"), ("（空）", "1")]
    assert [re.sub(r"\D", "", amount)[:-2] for amount in re.findall(r'group-sum">([^<]+)<', page)] == ["1010", "1", "100", "1111"]
    assert page.count("<tr data-id=") == 4 and "共 4 条" in page


def test_dates_are_grouped_by_spans_and_lead_to_their_records(world: World) -> None:
    amy = world.visitor("amy")
    for moment in (datetime(2031, 1, 31, 15, 59, tzinfo=UTC), datetime(2031, 1, 31, 16, 1, tzinfo=UTC), datetime(2031, 3, 1, tzinfo=UTC)):
        make(world, "分组乙", next_follow_at=moment)
    page = amy.get("/e/lead?q=分组乙&group=next_follow_at:month")
    assert heads(page) == [("2031-03", "1"), ("2031-02", "1"), ("2031-01", "1")], "midnight is that of the application's zone"
    assert heads(amy.get("/e/lead?q=分组乙&group=next_follow_at:quarter")) == [("2031 Q1", "3")]
    assert [count for _, count in heads(amy.get("/e/lead?q=分组乙&group=next_follow_at:week"))] == ["1", "2"]


def test_a_group_shows_its_first_rows_and_the_way_to_all(world: World) -> None:
    amy = world.visitor("amy")
    for _ in range(23):
        make(world, "分组丙", intent="B")
    make(world, "分组丙", intent="A")
    page = amy.get("/e/lead?q=分组丙&group=intent")
    assert page.count("<tr data-id=") == 21 and "显示全部 23 条" in plain(page)
    every = unescape(re.search(r'class="group-more"><td[^>]*><a href="([^"]+)"', page).group(1))  # type: ignore[union-attr]
    assert "group=" not in every
    assert amy.get(every).count("<tr data-id=") == 23


def test_groups_by_people_and_of_what_others_own(world: World) -> None:
    make(world, "分组丁")
    world.make("eve", "lead", **lead_values(title="分组丁"))
    assert heads(world.visitor("mgr").get("/e/lead?q=分组丁&group=owner")) == [("李晓梅", "1"), ("陈伊娃", "1")]
    assert heads(world.visitor("amy").get("/e/lead?q=分组丁&group=owner")) == [("李晓梅", "1")]


def test_more_groups_are_fetched_when_they_are_unfolded(world: World) -> None:
    amy = world.visitor("amy")
    for day in range(1, 16):
        make(world, "分组戊", next_follow_at=datetime(2032, 5, day, 4, tzinfo=UTC))
    page = amy.get("/e/lead?q=分组戊&group=next_follow_at:day")
    assert len(heads(page)) == 15 and page.count("<tr data-id=") == 12 and page.count("is-folded") == 3
    more = unescape(re.findall(r'data-more="([^"]+)"', page)[-1])
    piece = amy.get(more)
    assert piece.count("<tr data-id=") == 1 and "<html" not in piece
    assert world.visitor("eve").get(more).count("<tr data-id=") == 0


@pytest.mark.parametrize("group", ["nothing", "title", "need", "status:month", "next_follow_at", "next_follow_at:hour", "files", "a.b"])
def test_what_cannot_be_grouped_by_is_unknown(world: World, group: str) -> None:
    assert world.visitor("amy").client.get(f"/e/lead?group={group}", headers=HTMX).status_code == 404


def test_what_may_not_be_read_is_neither_grouped_by_nor_summed(world: World) -> None:
    amy = world.visitor("amy")
    customer = world.make("amy", "customer", name="分组己", phone="13712340066")
    world.runtime.writing(OPERATOR, lambda s: set_fields(s, "customer", customer, {"credit_limit": Decimal(77)}, "update", {}))
    page = amy.get("/e/customer?q=分组己&group=owner")
    menu = unescape(amy.get("/e/customer/group-by?q=分组己&group=owner"))
    assert "group=industry" in menu and "group=credit_limit" not in menu
    assert "group=created_at%3Amonth" in menu and "group=created_at%3Aday" not in menu
    assert "group=created_at%3Aday" in unescape(amy.get("/e/customer/group-by?group=created_at:month"))
    assert heads(page) and "77" not in re.findall(r'group-sum">([^<]+)<', page)
    assert amy.client.get("/e/customer?cols=credit_limit&group=owner", headers=HTMX).status_code == 404


def test_statements_grow_with_neither_rows_nor_unshown_groups(world: World) -> None:
    amy = world.visitor("amy")
    for day in range(1, 14):
        make(world, "分组庚", next_follow_at=datetime(2033, 5, day, 4, tzinfo=UTC))
    address = "/e/lead?q=分组庚&group=next_follow_at:day"
    amy.get(address)
    with counted() as few:
        amy.get(address)
    for day in range(14, 29):
        make(world, "分组庚", next_follow_at=datetime(2033, 5, day, 4, tzinfo=UTC))
    with counted() as more:
        amy.get(address)
    assert len(few) == len(more) <= 32


def test_a_saved_view_keeps_the_grouping(world: World) -> None:
    gm = world.visitor("gm")
    make(world, "分组辛", intent="A")
    there = keep(gm, "按意向", "q=分组辛&group=intent")
    assert "group=intent" in there and heads(gm.get(there)) == [("A 三个月内采购", "1")]
    keep(gm, "按月", "q=分组辛&group=created_at:month")
    assert "group=created_at%3Amonth" in gm.get("/e/lead/views")


def test_records_are_grouped_by_what_they_link_to(world: World) -> None:
    amy = world.visitor("amy")
    customer = world.make("amy", "customer", name="分组壬", phone="13712340077")
    for amount in (5, 7):
        world.make("amy", "opportunity", name="分组壬", customer=customer, amount=Decimal(amount), expected_close=date(2099, 1, 1))
    page = amy.get("/e/opportunity?q=分组壬&group=customer")
    assert heads(page) == [("分组壬", "2")]
    assert "12.00" in re.findall(r'group-sum">([^<]+)<', page)[0]
