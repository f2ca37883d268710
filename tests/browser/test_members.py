"""Members of a record: added from its page, seen by them, changed and removed, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_a_record_is_shared_and_taken_back(sign_in: SignIn, served: Served, viewport: dict[str, int] | None) -> None:
    name = "手机共享客户" if viewport else "桌面共享客户"
    id = served.make("customer", "amy", {"name": name, "source": "web"})
    sizes = {"viewport": viewport} if viewport else {}
    page = sign_in("amy", **sizes)
    page.goto(f"/e/customer/{id}")
    card = page.locator("section.members")
    expect(card).to_contain_text("还没有与他人共享")
    add = card.get_by_role("button", name="添加成员")
    if viewport:
        box = add.bounding_box()
        assert box and box["height"] >= 44
    add.click()
    person = page.get_by_role("combobox", name="共享给")
    person.press_sequentially("林", delay=20)
    option = page.locator("#dialog [role=option]", has_text="林").first
    expect(option).to_be_visible()
    who = option.inner_text().split("\n")[0].strip()
    option.click()
    scan(page)
    with page.expect_navigation():
        page.locator("dialog[open] button[type=submit]").click()
    expect(card).to_contain_text("可查看")
    expect(page.locator(".timeline")).to_contain_text("共享：可查看")
    scan(page)
    theirs = sign_in("lin", **sizes)
    theirs.goto("/")
    shared = theirs.locator("section.card", has=theirs.get_by_role("heading", name="与我共享", exact=True))
    shared.locator("a", has_text=name).click()
    theirs.wait_for_url(f"**/e/customer/{id}")
    page.get_by_role("button", name=f"更改{who}的权限").click()
    page.locator("dialog[open] input[name=until]").fill("2001-01-01")
    page.locator("dialog[open] form").evaluate("form => form.noValidate = true")
    page.locator("dialog[open] button[type=submit]").click()
    expect(page.locator("#member-until-error")).to_contain_text("日期应在")
    scan(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name=f"移除成员{who}").click()
    with page.expect_navigation():
        page.locator("dialog[open] button[type=submit]").click()
    expect(card).to_contain_text("还没有与他人共享")
