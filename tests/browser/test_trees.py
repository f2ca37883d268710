"""Trees by the keys of the ARIA pattern, and with the finger on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, SignIn, no_sideways_scroll

TREE = "/e/department?list=department_tree"


def test_the_departments_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in("admin")
    page.goto(TREE)
    root = page.get_by_role("treeitem", name="总经办")
    root.focus()
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("aria-expanded", "true")
    sales = page.get_by_role("treeitem", name=re.compile("^销售部( |$)"))
    expect(sales).to_be_visible()
    scan(page, "label-content-name-mismatch")
    page.keyboard.press("End")
    page.keyboard.press("Home")
    expect(root).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(root).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(sales).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/e/department/*")


def test_the_departments_on_a_phone(sign_in: SignIn) -> None:
    page = sign_in("admin", viewport=PHONE, language="en")
    page.goto(TREE)
    no_sideways_scroll(page)
    toggle = page.locator("[data-tree-toggle]").first
    box = toggle.bounding_box()
    assert box and box["width"] >= 44 and box["height"] >= 44
    toggle.click()
    expect(page.get_by_role("treeitem", name="销售部", exact=True)).to_be_visible()
    no_sideways_scroll(page)
    page.goto(f"{TREE}&q=华东")
    expect(page.locator(".tree__row--found")).to_have_count(1)
    expect(page.get_by_role("treeitem", name="总经办")).to_be_visible()
