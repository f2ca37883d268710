"""Tabs of the page and the form of a record: opened by pointer, keys and address; where something was refused; on paper; without
scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn
from tests.browser.hands import FORM, fill, settled, submit
from tests.browser.stage import Stage


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_tabs_of_a_record_keep_their_address(sign_in: SignIn, stage: Stage, viewport: dict[str, int] | None) -> None:
    page = sign_in("amy", **({"viewport": viewport} if viewport else {}))
    page.goto(f"/e/customer/{stage.customer}")
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_text(["经营情况", "跟进", "其他"])
    expect(page.get_by_role("tab", selected=True)).to_have_text("经营情况")
    expect(page.locator("#panel-follow")).to_be_hidden()
    scan(page)
    tabs.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_be_focused()
    expect(page.locator("#panel-follow")).to_be_visible()
    expect(page.locator("#panel-business")).to_be_hidden()
    assert page.url.endswith("#tab-follow") and tabs.nth(0).get_attribute("tabindex") == "-1"
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    expect(tabs.nth(0)).to_be_focused()
    tabs.nth(2).click()
    page.reload()
    expect(page.get_by_role("tab", selected=True)).to_have_text("其他")
    page.goto("/e/customer")
    page.go_back()
    expect(page.get_by_role("tab", selected=True)).to_have_text("其他")
    scan(page)
    page.emulate_media(media="print")
    for name in ("business", "follow", "more"):
        expect(page.locator(f"#panel-{name}")).to_be_visible()
    expect(page.get_by_role("tablist")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_the_tab_of_what_is_refused_is_marked_and_opens(sign_in: SignIn, served: Served, viewport: dict[str, int] | None) -> None:
    id = served.make("customer", "amy", {"name": "手机分页公司" if viewport else "桌面分页公司", "kind": "company"})
    page = sign_in("amy", "en", **({"viewport": viewport} if viewport else {}))
    page.goto(f"/e/customer/{id}/edit")
    fill(page, {"next_follow_at": "2099-12-30T12:31", "note": "x" * 30})
    page.get_by_role("tab", name="Business").click()
    page.locator(f"{FORM} [name=next_follow_at]").evaluate("e => { e.type = 'text'; e.value = 'soon'; }")
    submit(page)
    tab = page.get_by_role("tab", name="Follow-up needs a correction")
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(page.locator(f"{FORM} [name=next_follow_at]")).to_be_focused()
    expect(page.locator(".tabs__fault")).to_have_count(1)
    scan(page)
    fill(page, {"next_follow_at": "2099-12-30T12:31"})
    settled(page)
    submit(page)
    page.wait_for_url(f"**/e/customer/{id}")


def test_a_form_that_is_judged_stays_on_its_tab(sign_in: SignIn, stage: Stage) -> None:
    page = sign_in("amy")
    page.goto(f"/e/contract/{stage.contract}/edit")
    page.get_by_role("tab", name="条款与附件").click()
    with page.expect_response("**/judge"):
        page.locator(f"{FORM} [name=terms]").fill("新的条款")
        page.locator(f"{FORM} [name=terms]").press("Tab")
    settled(page)
    page.evaluate("window.scrollTo(0, 0)")
    with page.expect_response("**/judge"):
        page.locator(f"{FORM} [name=name]").evaluate("e => e.dispatchEvent(new Event('change', { bubbles: true }))")
    settled(page)
    assert page.evaluate("window.scrollY") == 0
    expect(page.get_by_role("tab", selected=True)).to_have_text("条款与附件")
    expect(page.locator("#panel-lines")).to_be_hidden()


def test_without_scripts_all_sections_stand_below_each_other(browser: Browser, sign_in: SignIn, served: Served, stage: Stage) -> None:
    state = sign_in("amy").context.storage_state()
    context = browser.new_context(java_script_enabled=False, base_url=served.address, storage_state=state)
    page = context.new_page()
    page.goto(f"/e/customer/{stage.customer}")
    for name in ("business", "follow", "more"):
        expect(page.locator(f"#panel-{name}")).to_be_visible()
    expect(page.locator("[data-tabs]")).to_be_hidden()
    context.close()
