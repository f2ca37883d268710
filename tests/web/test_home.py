"""The home page: numbers and lists that a pack declares for a role, as their reader may know them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from forms.compiled import CompiledForms, CompiledHome
from forms.formats import formats_of
from tests.web.conftest import World


def numbers(page: str) -> dict[str, tuple[str, str]]:
    """Label -> value (the exact one) and address of each number at the head of the page."""
    stat = r'<a class="stat" href="([^"]*)"(?: title="([^"]*)")?>.*?class="stat__value">(.*?)<.*?class="stat__label">(.*?)<'
    found = re.findall(stat, page, re.S)
    return {unescape(label): (unescape(exact or value), unescape(address)) for address, exact, value, label in found}


def block(page: str, heading: str) -> str:
    """The card under that heading."""
    return next(part for part in page.split('<section class="card">')[1:] if f"<h2>{heading}</h2>" in part)


def test_the_numbers_lead_to_what_they_count(world: World) -> None:
    amy, now = world.visitor("amy"), world.runtime.clock.now()
    for title, hours in (("首页逾期甲", -30), ("首页逾期乙", -2), ("首页未到期丙", 48)):
        world.make("amy", "task", title=title, due=now + timedelta(hours=hours))
    world.make("amy", "task", title="首页别人的", due=now - timedelta(hours=3), assignee=world.people["eve"])
    page = amy.get("/")
    count, address = numbers(page)["我的逾期待办"]
    late = amy.get(address)
    assert "首页逾期甲" in late and "首页逾期乙" in late and "首页未到期丙" not in late and "首页别人的" not in late
    assert int(count) == len(set(re.findall(r'href="/e/task/(\d+)"', late[late.index("<tbody") :])))
    mine = block(page, "我的待办")
    assert "首页别人的" not in mine and 'href="/e/task?list=task_mine"' in mine
    marked = re.findall(r"<li.*?</li>", mine, re.S)
    assert [("已逾期" in one) for one in marked if "首页逾期甲" in one or "首页未到期丙" in one] in ([True, False], [True])


def test_an_amount_is_the_sum_of_what_its_reader_may_read(world: World) -> None:
    before = {who: _pipeline(world, who) for who in ("amy", "eve")}
    customer = world.make("amy", "customer", name="首页金额客户", kind="company")
    day = (world.runtime.clock.now() + timedelta(days=9)).date()
    world.make("amy", "opportunity", name="首页商机", customer=customer, amount=Decimal(120000), expected_close=day)
    assert _pipeline(world, "amy") - before["amy"] == 120000
    assert _pipeline(world, "eve") == before["eve"]


def _pipeline(world: World, who: str) -> Decimal:
    value, address = numbers(world.visitor(who).get("/"))["进行中的商机金额"]
    assert address == "/e/opportunity?list=opportunity_open"
    return Decimal(re.sub(r"[^\d.-]", "", value))


@pytest.mark.parametrize(("who", "labels", "lists"), [
    ("amy", {"待跟进的线索", "进行中的商机金额", "我的逾期待办"}, {"待跟进的线索", "我的待办"}),
    ("mgr", {"进行中的商机金额", "审批中的合同", "逾期未收"}, {"进行中的商机", "我的待办"}),
    ("fin", {"逾期未收", "逾期回款", "有应收的客户"}, {"逾期回款", "我的待办"}),
    ("law", {"审批中的合同", "我的逾期待办"}, {"审批中的合同", "我的待办"}),
    ("gm", {"进行中的商机金额", "审批中的合同额", "逾期未收"}, {"审批中的合同", "逾期回款"}),
    ("root", {"我的待办", "我的逾期待办"}, {"我的待办"}),
])
def test_each_role_has_its_page(world: World, who: str, labels: set[str], lists: set[str]) -> None:
    page = world.visitor(who).get("/")
    assert set(numbers(page)) - {"待我审批", "未读通知"} == labels
    assert {title for title in re.findall(r"<h2>(.*?)</h2>", page) if title in lists} == lists
    for _, address in numbers(page).values():
        world.visitor(who).get(address)


def test_a_role_that_includes_another_goes_before_it() -> None:
    rep, boss, rest = CompiledHome("rep", role="rep"), CompiledHome("boss", role="boss", includes=frozenset({"rep"})), CompiledHome("all")
    forms = CompiledForms({}, {}, (), homes=(rep, rest, boss))
    assert forms.home(frozenset({"rep", "boss"})) is boss
    assert forms.home(frozenset({"rep"})) is rep
    assert forms.home(frozenset({"other"})) is rest
    assert CompiledForms({}, {}, ()).home(frozenset({"rep"})) == CompiledHome("")


@pytest.mark.parametrize(("language", "shown"), [
    ("zh", ["¥0", "¥950", "US$1.2万", "¥751万", "-¥12万", "¥1234.6亿"]),
    ("en", ["CN¥0", "CN¥950", "$12.3K", "CN¥7.5M", "-CN¥120K", "CN¥123.5B"]),
])
def test_large_amounts_are_short(language: str, shown: list[str]) -> None:
    amounts = [("0", "CNY"), ("950", "CNY"), ("12345.6", "USD"), ("7510000", "CNY"), ("-120000", "CNY"), ("123456789012", "CNY")]
    formats = formats_of(language, ZoneInfo("Asia/Shanghai"))
    assert [formats.short_money(Decimal(amount), currency) for amount, currency in amounts] == shown
