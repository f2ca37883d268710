"""The rows of a list under heads that fold."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn, no_sideways_scroll, picture
from tests.browser.test_cells import EDITOR, leads


def test_a_list_is_grouped_by_its_menu_and_groups_fold(sign_in: SignIn, served: Served) -> None:
    leads(served, "成组")
    page = sign_in("amy")
    page.goto("/e/lead?q=成组")
    page.locator("[popovertarget=group-by]").click()
    page.locator("#group-by").get_by_role("link", name="采购意向", exact=True).click()
    heads = page.locator(".group-fold")
    expect(heads).to_have_count(1)
    expect(heads.first).to_contain_text("（空）")
    scan(page)
    picture(page, "groups")
    heads.first.press("Enter")
    expect(heads.first).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#list tr[data-id]").first).to_be_hidden()
    heads.first.press("Enter")
    at = page.locator("#list thead th").evaluate_all("all => all.findIndex((th) => th.dataset.field === 'intent')")
    page.locator("#list tr[data-id]").first.locator("td").nth(at).dblclick()
    page.locator(f"{EDITOR} [name=intent]").select_option("A")
    page.keyboard.press("Enter")
    expect(heads).to_have_count(2)
    expect(heads.first).to_contain_text("A 三个月内采购")
    expect(page.locator(".group-whole")).to_contain_text("60")


def test_groups_stand_on_a_phone(sign_in: SignIn, served: Served) -> None:
    leads(served, "手机组", 2)
    page = sign_in("amy", "en", PHONE)
    page.goto("/e/lead?q=手机组&group=created_at:month")
    expect(page.locator(".group-fold")).to_have_count(1)
    no_sideways_scroll(page)
    scan(page)
    picture(page, "groups-phone")
