"""Boards as people use them: cards are dragged with the pointer, or taken elsewhere by their menu on a phone."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Served, SignIn, no_sideways_scroll
from tests.browser.hands import DIALOG, settled


@pytest.fixture
def customer(served: Served) -> int:
    return served.make("customer", "amy", {"name": "看板客户", "phone": "13712349771"})


def opportunity(served: Served, customer: int, name: str, **more: object) -> int:
    close = {"amount": Decimal("1000"), "expected_close": date(2099, 12, 1)}
    return served.make("opportunity", "amy", {"name": name, "customer": customer, **close, **more})


def column(page: Page, name: str) -> Locator:
    return page.locator(f"[data-column='{name}']")


def card(page: Page, id: int) -> Locator:
    return page.locator(f"#card-{id}")


def test_a_card_is_dragged_through_the_flow(served: Served, customer: int, sign_in: SignIn) -> None:
    ready = opportunity(served, customer, "拖动一", budget=Decimal("9"))
    blocked = opportunity(served, customer, "拖动二")
    page = sign_in("amy", viewport={"width": 2200, "height": 900})  # all columns in sight: only real hands scroll while they drag
    page.goto("/e/opportunity?list=opportunity_board&q=拖动")
    expect(column(page, "verify").locator(".board-column__count")).to_have_text("2")
    card(page, ready).drag_to(column(page, "analyse"))
    expect(column(page, "analyse").locator(f"#card-{ready}")).to_be_visible()
    expect(page.locator(".toast")).to_contain_text("拖动一")
    expect(card(page, ready).locator("a").first).to_be_focused()
    expect(column(page, "analyse").locator(".board-column__count")).to_have_text("1")
    expect(column(page, "verify").locator(".board-column__total")).to_have_text("¥1,000")
    card(page, blocked).drag_to(column(page, "analyse"))
    expect(page.locator(".toast--bad")).to_contain_text("客户预算")
    settled(page)
    expect(column(page, "verify").locator(f"#card-{blocked}")).to_be_visible()
    card(page, blocked).drag_to(column(page, "propose"))
    settled(page)
    expect(column(page, "verify").locator(f"#card-{blocked}")).to_be_visible()
    card(page, blocked).drag_to(column(page, "lost"))
    page.locator(f"{DIALOG} [name='a.lost_reason']").select_option("price")
    with page.expect_navigation():
        page.locator(f"{DIALOG} .dialog__foot button[type=submit]").click()
    expect(page).to_have_url(re.compile("opportunity_board"))
    expect(column(page, "lost").locator(f"#card-{blocked}")).to_be_visible()


def test_a_changed_value_is_taken_back(served: Served, sign_in: SignIn) -> None:
    lead = served.make("lead", "amy", {
        "title": "回退线索", "company": "回退公司", "contact_name": "何女士", "phone": "13712349772", "source": "web", "need": "x",
    })
    page = sign_in("amy", language="en")
    page.goto("/e/lead?as=board&by=source&q=回退")
    name = "expo"
    target = column(page, name)
    card(page, lead).drag_to(target)
    expect(column(page, name).locator(f"#card-{lead}")).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(column(page, "web").locator(f"#card-{lead}")).to_be_visible()


def test_on_a_phone_the_menu_moves_a_card(served: Served, customer: int, sign_in: SignIn) -> None:
    made = opportunity(served, customer, "手机看板", budget=Decimal("9"))
    page = sign_in("amy", viewport=PHONE)
    page.goto("/e/opportunity?list=opportunity_board&q=手机看板")
    no_sideways_scroll(page)
    menu = card(page, made).locator("[data-place-menu]")
    box = menu.bounding_box()
    assert box and box["width"] >= 44 and box["height"] >= 44
    menu.click()
    expect(page.locator(DIALOG)).to_contain_text("进入需求分析")
    page.locator(DIALOG).get_by_role("button", name="进入需求分析").click()
    expect(page.locator(DIALOG)).to_have_count(0)
    expect(column(page, "analyse").locator(f"#card-{made}")).to_be_visible()
    expect(card(page, made).locator("a").first).to_be_focused()
