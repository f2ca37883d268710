"""Columns are made as wide as one wants them, rows as high; the browser keeps it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import Served, SignIn, picture
from tests.browser.hands import DIALOG, settled
from tests.browser.test_cells import cell, leads


def width(head: Locator) -> float:
    return head.evaluate("head => head.getBoundingClientRect().width")


def head(page: Page, field: str) -> Locator:
    return page.locator(f"#list thead th[data-col={field}]")


def test_a_column_is_dragged_fitted_and_reset(sign_in: SignIn, served: Served) -> None:
    leads(served, "列宽" + "很长的主题" * 8, 1)
    page = sign_in("amy", fresh=True)
    page.goto("/e/lead?q=列宽")
    title = head(page, "title")
    before = width(title)
    box = title.locator(".resizer").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 105, box["y"] + 5, steps=4)
    page.mouse.up()
    assert width(title) == pytest.approx(before + 100, abs=3)
    page.reload()
    assert width(head(page, "title")) == pytest.approx(before + 100, abs=3), "the browser keeps it"
    head(page, "title").locator(".resizer").dblclick()
    cut = page.locator("#list tr[data-id] .c-title .cut")
    assert cut.evaluate("one => one.scrollHeight <= one.clientHeight + 1"), "all of it is seen"
    scan(page)
    picture(page, "column-widths")
    page.locator("[hx-get*='/columns']").click()
    page.locator(f"{DIALOG} [data-widths-reset]").click()
    page.keyboard.press("Escape")
    assert width(head(page, "title")) == pytest.approx(before, abs=3)


def test_a_column_is_changed_by_keyboard(sign_in: SignIn, served: Served) -> None:
    leads(served, "键盘列", 1)
    page = sign_in("amy", fresh=True)
    page.goto("/e/lead?q=键盘列")
    before = width(head(page, "company"))
    cell(page, 0, "company").click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert width(head(page, "company")) == pytest.approx(before + 32, abs=2)
    expect(page.locator("#live")).to_contain_text("公司")
    head(page, "company").locator("a").focus()
    page.keyboard.press("Shift+ArrowLeft")
    assert width(head(page, "company")) == pytest.approx(before + 16, abs=2)


def test_rows_are_compact_or_roomy(sign_in: SignIn, served: Served) -> None:
    leads(served, "行高", 1)
    page = sign_in("amy", "en", fresh=True)
    page.goto("/e/lead?q=行高")
    row = page.locator("#list tr[data-id]").first
    heights = {}
    for density in ("compact", "normal", "roomy"):
        page.locator("[hx-get*='/columns']").click()
        page.locator(f"{DIALOG} button[data-density={density}]").click()
        expect(page.locator(f"{DIALOG} button[data-density={density}]")).to_have_attribute("aria-pressed", "true")
        scan(page)
        page.keyboard.press("Escape")
        settled(page)
        page.reload()
        heights[density] = row.evaluate("row => row.offsetHeight")
    assert heights["compact"] < heights["normal"] < heights["roomy"]


def test_the_title_stays_when_the_list_scrolls_sideways(sign_in: SignIn, served: Served) -> None:
    leads(served, "横向", 1)
    page = sign_in("amy", viewport={"width": 800, "height": 700}, fresh=True)
    page.goto("/e/lead?q=横向")
    title = page.locator("#list tr[data-id] .c-title")
    page.locator(".table-wrap").evaluate("wrap => { wrap.scrollLeft = 400; }")
    assert page.locator(".table-wrap").evaluate("wrap => wrap.scrollLeft") > 50
    assert title.evaluate("one => one.getBoundingClientRect().left - one.closest('.table-wrap').getBoundingClientRect().left") < 130
