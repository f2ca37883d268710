"""Saved views pinned above a list, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, SignIn


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("viewport", [None, PHONE])
def test_a_view_is_pinned_and_opened(sign_in: SignIn, viewport: dict[str, int] | None, dark: bool) -> None:
    name = f"固定{'窄' if viewport else '宽'}{'暗' if dark else '亮'}"
    page = sign_in("amy", dark=dark, **({"viewport": viewport} if viewport else {}))
    page.goto(f"/e/contact?q={name}")
    page.locator("[popovertarget=views]").click()
    page.get_by_role("button", name="保存当前视图").click()
    page.locator("#view-label").fill(name)
    page.locator("dialog[open]").get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**view=*")
    for press in ("固定在列表上方", "打开列表时显示"):
        page.locator("[popovertarget=views]").click()
        page.locator("#views").get_by_role("button", name=press).click()
        expect(page.locator(".view-tabs [aria-current]")).to_have_text(name)
    scan(page)
    page.goto("/e/contact")
    expect(page.locator("h1")).to_contain_text(name)
    page.locator(".view-tabs a").first.click()
    expect(page.locator(".view-tabs [aria-current]")).to_have_text("联系人")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.goto("/e/contact")
    page.locator("[popovertarget=views]").click()
    page.locator("#views").get_by_role("button", name=f"删除视图“{name}”").click()
    expect(page.locator(".view-tabs")).to_have_count(0)
