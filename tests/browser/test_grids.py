"""Lines of a form as in a spreadsheet: paste, Enter, arrows, fill down; on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, WIDE, SignIn, no_sideways_scroll
from tests.browser.hands import settled

PASTE = """(element, text) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def column(page: Page, name: str) -> Locator:
    """The inputs of a column of the lines."""
    return page.locator(f"[data-grid] [name$='.{name}']:not([type=hidden])")


def values(page: Page, name: str) -> list[str]:
    return [one.input_value() for one in column(page, name).all()]


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "360"])
def test_lines_are_pasted_from_a_spreadsheet(sign_in: SignIn, viewport: dict[str, int]) -> None:
    page = sign_in("amy", viewport=viewport)
    page.goto("/e/contract/new")
    page.locator("[data-add-row]").click()
    first = page.locator("[data-grid] [role=combobox]").first
    expect(first).to_be_focused()
    first.evaluate(PASTE, "操作培训\t2\t1,500\n年度运维\t1\t800.5\n没有的\t3\t1")
    expect(column(page, "qty")).to_have_count(3)
    settled(page)
    assert values(page, "qty") == ["2.00", "1.00", "3.00"] and values(page, "price") == ["1500.00", "800.50", "1.00"]
    assert [one.input_value() for one in page.locator("[data-grid] [role=combobox]").all()] == ["操作培训", "年度运维", ""]
    expect(page.locator(".toast__text", has_text="已粘贴 3 行")).to_be_visible()
    expect(page.locator("[data-grid] .field__error")).to_contain_text("没有的")
    expect(page.locator("[data-grid]").locator("xpath=..").locator("tfoot")).to_contain_text("3,803.50")
    no_sideways_scroll(page)
    scan(page)


def test_what_a_paste_could_not_read_is_told_until_it_is_mended(sign_in: SignIn) -> None:
    page = sign_in("amy")
    page.goto("/e/contract/new")
    page.locator("[data-add-row]").click()
    first = page.locator("[data-grid] [role=combobox]").first
    expect(first).to_be_focused()
    first.evaluate(PASTE, "没有的\t3\t1\n没有的\t1\t2")
    errors = page.locator("[data-grid] .field__error")
    expect(errors).to_have_count(2)
    with page.expect_response("**/judge"):
        column(page, "qty").first.fill("4")
        column(page, "qty").first.press("Tab")
    settled(page)
    expect(errors).to_have_count(2)
    expect(errors.first).to_contain_text("没有的")
    first.click()
    page.locator("[data-grid] [role=option]", has_text="年度运维").first.click()
    settled(page)
    expect(errors).to_have_count(1)


def test_a_judgement_that_was_under_way_does_not_take_a_paste_back(sign_in: SignIn) -> None:
    page = sign_in("amy")
    page.goto("/e/contract/new")
    held: list[Route] = []
    page.route("**/judge", lambda route: held.append(route))
    page.locator("[data-add-row]").click()
    first = page.locator("[data-grid] [role=combobox]").first
    expect(first).to_be_focused()
    page.wait_for_timeout(200)  # the new row is judged
    assert len(held) == 1
    first.evaluate(PASTE, "操作培训\t2\t1,500\n没有的\t3\t1")
    expect(column(page, "qty")).to_have_count(2)
    held.pop().continue_()
    settled(page)
    assert values(page, "qty") == ["2.00", "3.00"]
    expect(page.locator("[data-grid] .field__error")).to_contain_text("没有的")


def test_one_goes_through_lines_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in("amy")
    page.goto("/e/contract/new")
    page.locator("[data-add-row]").click()
    settled(page)
    column(page, "qty").first.fill("5")
    column(page, "qty").first.press("Enter")
    expect(column(page, "qty")).to_have_count(2)
    expect(column(page, "qty").nth(1)).to_be_focused()
    settled(page)
    page.keyboard.press("Control+d")
    assert values(page, "qty") == ["5", "5"]
    settled(page)
    page.keyboard.press("ArrowUp")
    expect(column(page, "qty").first).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(column(page, "qty")).to_have_count(2)
    assert page.url.endswith("/e/contract/new"), "Enter in a line sends no form"
