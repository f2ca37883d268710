"""Going about by the command palette and by keys, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn
from tests.browser.test_behaviour import lead


def commands(page: Page) -> list[str]:
    """The lines of the open palette."""
    expect(page.locator("#palette [aria-selected=true]")).to_have_count(1)
    return page.locator("#palette .palette__label").all_inner_texts()


def test_the_palette_goes_anywhere_by_keyboard(sign_in: SignIn, served: Served) -> None:
    id = lead(served, "面板键盘需求", "13911110001")
    page = sign_in("amy")
    page.goto(f"/e/lead/{id}")
    page.keyboard.press("Control+k")
    assert commands(page)[:1] != []
    page.keyboard.type("面板键盘")
    expect(page.locator("#palette .palette__label", has_text="面板键盘需求")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()
    page.goto("/e/customer")
    page.keyboard.press("Control+k")
    assert "面板键盘需求" in commands(page), "what was opened last is offered"
    page.keyboard.type("new lead")
    expect(page.locator("#palette .palette__label").first).to_have_text("新建线索")
    page.keyboard.press("Enter")
    page.wait_for_url("**/e/lead/new")


def test_a_move_is_made_from_the_palette(sign_in: SignIn, served: Served) -> None:
    id = lead(served, "面板推进需求", "13911110002")
    page = sign_in("amy")
    page.goto(f"/e/lead/{id}")
    label = page.locator(".record-head__tools .btn[hx-get*='/move/']:not(.btn--waiting)").first.inner_text().strip()
    page.keyboard.press("Control+k")
    assert label in commands(page)
    page.locator("#palette [role=option]", has_text=label).first.click()
    expect(page.locator("dialog#dialog[open] h2")).to_contain_text(label)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("viewport", [None, PHONE])
def test_the_palette_and_the_keys_are_accessible(sign_in: SignIn, viewport: dict[str, int] | None, dark: bool) -> None:
    page = sign_in("amy", "en", dark=dark, **({"viewport": viewport} if viewport else {}))
    page.goto("/e/lead")
    page.keyboard.press("Control+k")
    commands(page)
    scan(page)
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("dialog[open] h2")).to_have_text("Keyboard shortcuts")
    heading = page.locator("dialog[open] h3").first
    expect(heading).to_be_in_viewport()
    above, below = page.locator("dialog[open] .dialog__head").bounding_box(), heading.bounding_box()
    assert above and below and below["y"] >= above["y"] + above["height"], "the first heading stands under the head of the dialog"
    scan(page)


def test_the_search_tab_of_a_phone_is_ready_to_be_typed_in(sign_in: SignIn) -> None:
    page = sign_in("amy", viewport=PHONE)
    page.goto("/")
    page.locator(".bottombar a[href='/search']").click()
    expect(page.locator("#global-search")).to_be_focused()


def test_messages_wear_the_sign_of_what_they_say(sign_in: SignIn) -> None:
    page = sign_in("amy", viewport=PHONE)
    page.goto("/")
    page.evaluate("() => { toast('成了'); toast('没成', true); }")
    signs = page.locator(".toast").evaluate_all(
        "all => all.map(one => Array.from(one.querySelectorAll(':scope > .icon')).filter(i => i.checkVisibility()).length)"
    )
    assert signs == [1, 1]
    good, bad = page.locator(".toast:not(.toast--bad) > .icon:visible"), page.locator(".toast--bad > .icon:visible")
    assert "circle-check" in good.inner_html() and "alert-circle" in bad.inner_html()
    text, button = page.locator(".toast__text").first.bounding_box(), page.locator(".toast").first.bounding_box()
    assert text and button and abs(text["y"] + text["height"] / 2 - button["y"] - button["height"] / 2) <= 2


def test_single_keys_work_and_can_be_switched_off(sign_in: SignIn, served: Served) -> None:
    id = lead(served, "单键需求", "13911110003")
    page = sign_in("amy", fresh=True)
    page.goto("/e/lead")
    page.keyboard.press("/")
    expect(page.locator("#list-search")).to_be_focused()
    page.keyboard.type("n")
    assert page.url.endswith("/e/lead"), "what is typed is no key"
    page.keyboard.press("Escape")
    page.locator("#list-search").blur()
    page.keyboard.press("j")
    expect(page.locator(".table--list tbody .c-title a").first).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/approvals")
    page.goto(f"/e/lead/{id}")
    page.keyboard.press("s")
    expect(page.locator(".star--on")).to_be_visible()
    page.keyboard.press("?")
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    page.keyboard.press("e")
    page.keyboard.press("s")
    expect(page.locator(".star--on")).to_be_visible()
    assert page.url.endswith(f"/e/lead/{id}")


def test_stars_and_opened_records_are_on_the_home_page(sign_in: SignIn, served: Served) -> None:
    id = lead(served, "回到首页需求", "13911110004")
    page = sign_in("amy", viewport=PHONE)
    page.goto(f"/e/lead/{id}")
    page.locator(".star").click()
    expect(page.locator(".star--on")).to_be_visible()
    page.goto("/")
    for title in ("我的星标", "最近打开"):
        card = page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))
        expect(card.get_by_text("回到首页需求")).to_be_visible()
