"""The B2B day of one deal, from the lead to the money, by keyboard alone: no step needs a mouse, and the focus is always seen."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.hands import DIALOG, number_of, settled, state
from tests.browser.keyboard import Keyboard

TITLE, COMPANY, CONTRACT = "键盘一天项目", "键盘一天有限公司", "键盘一天采购合同"


def test_a_deal_without_a_mouse(sign_in: SignIn) -> None:
    amy = sign_in("amy")
    hands = Keyboard(amy)
    _lead(hands)
    _conversion(hands)
    contract = _contract(hands)
    for number, amount in (("1", "300000"), ("2", "340000")):
        _related(hands, "回款计划", {"seq": number, "due": f"2099-0{number}-15", "amount": amount})
    hands.move("提交审批")
    assert state(amy) == "审批中"
    for login in ("lin", "luo", "fang"):
        _approve(Keyboard(sign_in(login)), CONTRACT)
    for instalment, amount in (("1", "300000"), ("2", "100000")):  # as much as each deal of the other walk brings, for its report
        _receipt(Keyboard(sign_in("fang")), contract, instalment, amount)
    amy.reload()
    assert state(amy) == "已生效"
    _report(Keyboard(sign_in("lin")))


def _lead(hands: Keyboard) -> None:
    """From the palette: a new lead, an activity on it, and the moves that these allow."""
    page = hands.page
    page.goto("/")
    hands.go("新建线索")
    hands.fill({"title": TITLE, "company": COMPANY, "contact_name": "何女士", "phone": "13712340009", "source": "expo", "intent": "A",
                "budget": "640000", "need": "产线终检改为机器视觉"})
    hands.save()
    assert state(page) == "新线索"
    _related(hands, "跟进记录", {"subject": "首次电话沟通", "content": "客户确认预算与时间"})
    hands.move("开始跟进")
    hands.move("确认有效")
    assert state(page) == "已确认"


def _conversion(hands: Keyboard) -> None:
    page = hands.page
    lead = number_of(page)
    hands.push(page.locator(".record-head__tools").get_by_role("button", name="转为客户", exact=True))
    hands.agree()
    page.goto(f"/e/lead/{lead}")
    assert state(page) == "已转化"


def _contract(hands: Keyboard) -> int:
    """A contract with two lines, typed like into a spreadsheet."""
    page = hands.page
    hands.go("新建合同")
    hands.pick("customer", COMPANY)
    settled(page)
    hands.pick("opportunity", TITLE)
    hands.fill({"name": CONTRACT, "amount": "640000", "end_date": "2099-12-31"})
    for at, (product, quantity, price) in enumerate((("视觉检测工作站", "4", "128000"), ("现场实施", "1", "128000"))):
        hands.push(page.locator("[data-add-row]"))
        row = page.locator("[data-grid-body] tr").nth(at)
        name = row.locator("[name$='.qty']").get_attribute("name") or ""
        hands.pick(name.replace(".qty", ".product"), product)
        hands.fill({name: quantity, name.replace(".qty", ".price"): price})
        settled(page)
    hands.save()
    assert state(page) == "草稿"
    return number_of(page)


def _related(hands: Keyboard, title: str, values: dict[str, str]) -> None:
    """A record added under the one at hand, in the short form that the head of its list opens."""
    page, here = hands.page, hands.page.url
    card = page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))
    hands.push(card.locator(".card__head a[data-quick]"))
    page.locator(DIALOG).wait_for()
    hands.fill(values, DIALOG)
    settled(page)
    hands.push(page.locator(f"{DIALOG} [data-quick-make]"))
    expect(card.locator("tr.is-made")).to_be_visible()
    page.goto(here)


def _approve(hands: Keyboard, title: str) -> None:
    """`g a` leads to what waits; the decision has its dialog."""
    page = hands.page
    page.goto("/")
    with page.expect_navigation():
        hands.press("g", "a")
    hands.follow(page.locator(".rows__item", has_text=title).first)
    hands.push(page.locator(".actions button", has_text="同意"))
    hands.agree()


def _receipt(hands: Keyboard, contract: int, instalment: str, amount: str) -> None:
    page = hands.page
    page.goto(f"/e/contract/{contract}")
    card = page.locator("section.card", has=page.get_by_role("heading", name="回款", exact=True))
    way = card.locator(".card__head a[href*='/new?']")
    hands.push(way)
    hands.follow(page.locator(f"{DIALOG} [data-quick-whole]"))
    hands.pick("installment", instalment)
    hands.fill({"amount": amount})
    hands.save()
    hands.reach(way)  # what comes into view is filled
    hands.follow(card.get_by_role("link", name=re.compile("HK-")).first)
    hands.move("提交确认")
    assert state(page) == "已到账"


def _report(hands: Keyboard) -> None:
    page: Page = hands.page
    page.goto("/")
    with page.expect_navigation():
        hands.press("g", "r")
    hands.follow(page.locator("main a[href='/reports/signed_by_month']").first)
    with page.expect_download():
        hands.push(page.locator("main a[download]"))
    expect(page.locator(DIALOG)).to_have_count(0)
