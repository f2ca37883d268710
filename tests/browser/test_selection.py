"""Records are selected in a list and changed together, on a desktop and on a phone."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, WIDE, Served, SignIn, no_sideways_scroll, picture
from tests.browser.hands import DIALOG

_NUMBERS = itertools.count(1)


def leads(served: Served, mark: str) -> None:
    """Four leads of amy's that a search for `mark` finds, the first made last in the list."""
    for n in range(4):
        values = {"title": f"{mark} {n}", "phone": f"1375{next(_NUMBERS):07d}", "contact_name": "钱", "source": "web", "need": "x"}
        served.make("lead", "amy", values)


def boxes(page: Page) -> list[bool]:
    return [box.is_checked() for box in page.locator("#list [name=_id]").all()]


def choose_city(page: Page, city: str) -> None:
    """Opens the dialog, asks for the city and looks at what would come of it."""
    page.locator("[hx-post*='bulk/edit']").click()
    page.locator(DIALOG).wait_for()
    page.select_option("#bulk-choosing", "city")
    page.locator(f"{DIALOG} [name=city]").fill(city)
    page.locator(f"{DIALOG} button[value=preview]").click()
    expect(page.locator(f"{DIALOG} button[value=run]")).to_be_visible()


def test_the_bar_takes_the_place_of_the_tools_and_names_what_narrows_the_list(sign_in: SignIn, served: Served) -> None:
    leads(served, "窄栏")
    page = sign_in("amy", "en", viewport={"width": 1100, "height": 800})
    page.goto("/e/lead?q=窄栏&f=source:eq:web&f=status:eq:new&f=phone:contains:1375&f=need:contains:x&f=contact_name:contains:钱")
    tools = page.locator("#list .toolbar").bounding_box()
    assert tools and tools["height"] > 70, "the tools take several lines"
    page.locator("#list [name=_id]").first.click()
    bar = page.locator("#bulk").bounding_box()
    assert bar and abs(bar["y"] - tools["y"]) <= 1 and abs(bar["height"] - tools["height"]) <= 1
    expect(page.locator(".bulk__within")).to_contain_text("Website")
    expect(page.locator(".bulk__within")).to_contain_text("窄栏")
    scan(page)


def test_ticked_rows_are_changed_and_put_back(sign_in: SignIn, served: Served) -> None:
    leads(served, "成批桌面")
    before = served.count("lead", "city", "苏州")
    page = sign_in("amy")
    page.goto("/e/lead?q=成批桌面")
    rows = page.locator("#list [name=_id]")
    expect(rows.first).to_have_accessible_name("选择 成批桌面 3")
    top = rows.nth(2).bounding_box()
    rows.nth(0).click()
    assert rows.nth(2).bounding_box() == top, "no row moves away under the pointer"
    rows.nth(2).click(modifiers=["Shift"])
    assert boxes(page) == [True, True, True, False]
    expect(page.locator("[data-selected]")).to_have_text("已选 3 条")
    page.locator("thead [data-select-page]").click()
    assert boxes(page) == [True] * 4
    page.locator("[data-select-none]").click()
    assert boxes(page) == [False] * 4
    expect(page.locator("#bulk")).to_be_hidden()
    rows.nth(0).press("Space")
    rows.nth(1).press("Space")
    choose_city(page, "苏州")
    expect(page.locator(DIALOG)).to_contain_text("2 条将被更改")
    picture(page, "bulk-preview")
    page.locator(f"{DIALOG} button[value='']").click()
    expect(page.locator(f"{DIALOG} [name=city]")).to_have_value("苏州")
    page.locator(f"{DIALOG} button[value=preview]").click()
    with page.expect_navigation():
        page.locator(f"{DIALOG} button[value=run]").click()
    assert served.count("lead", "city", "苏州") == before + 2 and "q=" in page.url
    expect(page.locator(".toast")).to_contain_text("已更改 2 条记录")
    with page.expect_navigation():
        page.locator(".toast form button").click()
    expect(page.locator(".toast")).to_contain_text("2 条恢复原状")
    assert served.count("lead", "city", "苏州") == before


def test_on_a_phone_one_goes_into_selecting_first(sign_in: SignIn, served: Served) -> None:
    leads(served, "成批手机")
    page = sign_in("amy", language="en", viewport=PHONE)
    page.goto("/e/lead?q=成批手机")
    expect(page.locator("#list [name=_id]").first).to_be_hidden()
    page.locator("[data-select-mode]").click()
    expect(page.locator("#bulk")).to_be_visible()
    page.locator("#list tbody tr").nth(0).click()
    page.locator("#list [name=_id]").nth(1).click()
    assert boxes(page) == [True, True, False, False]
    for one in page.locator("#bulk button:visible").all():
        box = one.bounding_box()
        assert box is not None and box["height"] >= 44, one.inner_text()
    no_sideways_scroll(page)
    choose_city(page, "宜兴")
    no_sideways_scroll(page)
    with page.expect_navigation():
        page.locator(f"{DIALOG} button[value=run]").click()
    assert served.count("lead", "city", "宜兴") == 2


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_what_came_of_it_is_read_afterwards(sign_in: SignIn, served: Served, viewport: dict[str, int]) -> None:
    mark = f"结果{viewport['width']}"
    leads(served, mark)
    page = sign_in("amy", viewport=viewport)
    page.goto(f"/e/lead?q={mark}")
    if viewport is PHONE:
        page.locator("[data-select-mode]").click()
    page.locator("[data-select-page]:visible").click()
    page.locator("[hx-post*='bulk/edit']").click()
    page.select_option("#bulk-choosing", "phone")
    page.locator(f"{DIALOG} [name=phone]").fill(f"1391111{viewport['width']:04d}")
    page.locator(f"{DIALOG} button[value=preview]").click()
    expect(page.locator(DIALOG)).to_contain_text("3 条不能更改")
    with page.expect_navigation():
        page.locator(f"{DIALOG} button[value=run]").click()
    expect(page.locator("#work .figure--refused")).to_have_text("3")
    no_sideways_scroll(page)
    picture(page, f"work-{viewport['width']}")
    page.goto("/runs")
    expect(page.locator(".rows__item").first).to_contain_text("批量修改")
    no_sideways_scroll(page)


def test_a_selection_is_exported_from_a_dialog(sign_in: SignIn, served: Served) -> None:
    leads(served, "成批导出")
    page = sign_in("lin")
    page.goto("/e/lead?q=成批导出")
    page.locator("#list [name=_id]").nth(0).check()
    page.locator("#bulk [hx-post*='bulk/export']").click()
    expect(page.locator(DIALOG)).to_contain_text("1 条线索")
    scan(page)
    picture(page, "export")
    page.locator(f"{DIALOG} [data-close]").first.click()
    page.locator(".page-head [hx-post*='bulk/export']").click()
    expect(page.locator(DIALOG)).to_contain_text("4 条线索")
    page.locator(f"{DIALOG} [name=_form][value=xlsx]").check()
    with page.expect_download() as download:
        page.locator(f"{DIALOG} button[value=run]").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    expect(page.locator(DIALOG)).to_be_hidden()
    page.locator(".page-head [hx-post*='bulk/export']").click()
    with page.expect_download() as again:
        page.locator(f"{DIALOG} button[value=run]").click()
    assert again.value.suggested_filename.endswith(".csv")
    page.goto("/runs")
    page.locator("main a[href^='/runs/']").first.click()
    expect(page.locator("#work")).to_contain_text("搜索“成批导出”")
    scan(page)
