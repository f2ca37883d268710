"""An absence entered in one's settings, shown above the pages and ended there, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, SignIn


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_an_absence_is_entered_changed_and_ended(sign_in: SignIn, viewport: dict[str, int] | None) -> None:
    page = sign_in("amy", **({"viewport": viewport} if viewport else {}))
    page.goto("/profile")
    card = page.get_by_role("region", name="外出代理")
    card.get_by_role("button", name="登记外出").click()
    last = page.get_by_label("最后一天")
    last.fill("2001-01-01")
    page.locator("dialog[open] button[type=submit]").click()
    expect(page.locator("#away-last-error")).to_contain_text("日期应在")
    scan(page)
    last.fill(page.get_by_label("第一天").input_value())
    page.get_by_role("combobox", name="代理人").press_sequentially("林", delay=20)
    page.locator("#dialog [role=option]", has_text="林").first.click()
    with page.expect_navigation():
        page.locator("dialog[open] button[type=submit]").click()
    expect(card).to_contain_text("外出中")
    bar = page.get_by_role("form", name="外出中")
    expect(bar).to_contain_text("代为审批")
    scan(page)
    card.get_by_role("button", name="修改外出安排").click()
    page.get_by_label("备注").fill("展会")
    with page.expect_navigation():
        page.locator("dialog[open] button[type=submit]").click()
    expect(card).to_contain_text("展会")
    page.goto("/approvals")
    end = bar.get_by_role("button", name="立即结束")
    if viewport:
        box = end.bounding_box()
        assert box and box["height"] >= 44
    with page.expect_navigation():
        end.click()
    assert page.url.endswith("/approvals")
    expect(bar).to_have_count(0)
