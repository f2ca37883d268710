"""Cells of a list are walked by arrows and edited where they stand."""

from __future__ import annotations

import itertools

from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import Served, SignIn, picture

_NUMBERS = itertools.count(1)
EDITOR = ".cell-editor"


def leads(served: Served, mark: str, count: int = 3) -> list[int]:
    """Leads of amy's that a search for `mark` finds, the last made first in the list."""
    made = []
    for n in range(count):
        values = {"title": f"{mark} {n}", "phone": f"1376{next(_NUMBERS):07d}", "contact_name": "钱", "source": "web", "need": "x"}
        made.append(served.make("lead", "amy", values))
    return made[::-1]


def cell(page: Page, row: int, field: str) -> Locator:
    """The cell of a field in a row of the list, counted from above."""
    at = page.locator("#list thead th").evaluate_all("(all, field) => all.findIndex((th) => th.dataset.field === field)", field)
    return page.locator("#list tbody tr").nth(row).locator("td").nth(at)


def test_cells_are_edited_by_keyboard(sign_in: SignIn, served: Served) -> None:
    leads(served, "格子")
    page = sign_in("amy")
    page.goto("/e/lead?q=格子")
    expect(page.locator("#list tbody tr")).to_have_count(3)
    first = cell(page, 0, "company")
    first.click()
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cell(page, 1, "company")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    box = page.locator(f"{EDITOR} [name=company]")
    expect(box).to_be_focused()
    scan(page)
    picture(page, "cell-editing")
    box.fill("回车公司")
    page.keyboard.press("Enter")
    expect(cell(page, 0, "company")).to_have_text("回车公司")
    expect(cell(page, 1, "company")).to_be_focused()
    page.keyboard.press("F2")
    box.fill("制表公司")
    page.keyboard.press("Tab")
    expect(cell(page, 1, "company")).to_have_text("制表公司")
    expect(cell(page, 1, "contact_name")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator(f"{EDITOR} [name=contact_name]").fill("不要")
    page.keyboard.press("Escape")
    expect(page.locator(EDITOR)).to_have_count(0)
    expect(cell(page, 1, "contact_name")).to_be_focused()
    expect(cell(page, 1, "contact_name")).to_have_text("钱")
    assert served.count("lead", "company", "回车公司") == 1 and served.count("lead", "contact_name", "不要") == 0


def test_a_choice_is_made_with_two_presses_and_the_score_follows(sign_in: SignIn, served: Served) -> None:
    leads(served, "连按", 1)
    page = sign_in("amy", "en")
    page.goto("/e/lead?q=连按")
    page.locator("#list [name=_id]").check()
    cell(page, 0, "intent").dblclick()
    page.locator(f"{EDITOR} [name=intent]").select_option("B")
    page.locator(f"{EDITOR} button[type=submit]").click()
    expect(page.locator("#list tbody tr")).to_contain_text("40")
    expect(cell(page, 0, "intent")).to_be_focused()
    expect(page.locator("#list [name=_id]")).to_be_checked()
    expect(page.locator("#list [name=_id]")).to_have_accessible_name("Select 连按 0")


def test_what_is_refused_stays_in_the_cell(sign_in: SignIn, served: Served) -> None:
    leads(served, "拒绝", 1)
    page = sign_in("amy")
    page.goto("/e/lead?q=拒绝")
    cell(page, 0, "title").press("F2")
    page.locator(f"{EDITOR} [name=title]").fill("")
    page.keyboard.press("Enter")
    expect(page.locator(f"{EDITOR} .field__error")).to_be_visible()
    expect(page.locator(f"{EDITOR} [name=title]")).to_be_focused()
    scan(page)
    page.keyboard.press("Escape")
    expect(cell(page, 0, "title")).to_have_text("拒绝 0")


def test_a_cell_that_may_not_be_edited_says_why(sign_in: SignIn, served: Served) -> None:
    (id,) = leads(served, "锁住", 1)
    page = sign_in("amy")
    page.goto("/e/lead?q=锁住&cols=title,city,lost_reason")
    cell(page, 0, "lost_reason").dblclick()
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator(EDITOR)).to_have_count(0)
    assert id
