"""Several people at one record: naming somebody in a comment, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn
from tests.browser.test_behaviour import lead


def name_somebody(page: Page, text: str, name: str) -> None:
    """Types `@` and a part of a name into the comment, and takes the person from the list."""
    page.locator("#comment").press_sequentially(text, delay=20)
    expect(page.locator("#comment-people [aria-selected=true]")).to_contain_text(name)


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_somebody_is_named_in_a_comment_and_finds_it(sign_in: SignIn, served: Served, viewport: dict[str, int] | None) -> None:
    title = "手机点名需求" if viewport else "桌面点名需求"
    id = lead(served, title, "13922220002" if viewport else "13922220001")
    sizes = {"viewport": viewport} if viewport else {}
    page = sign_in("amy", **sizes)
    page.goto(f"/e/lead/{id}")
    page.locator("#comment").press_sequentially("麻烦 @", delay=20)
    expect(page.locator("#comment-people [role=option]").nth(4)).to_be_visible()
    scan(page)  # with as many people as are offered at once
    name_somebody(page, "林", "林")
    name = page.locator("#comment-people [aria-selected=true] span").first.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#comment")).to_have_value(f"麻烦 @{name} ")
    expect(page.locator("#comment-people")).to_be_hidden()
    page.keyboard.type("看一下")
    with page.expect_navigation():
        page.locator(".comment-box button[type=submit]").click()
    expect(page.locator(".timeline__quote .mention")).to_have_text(f"@{name}")
    page.locator(".timeline__tools button", has_text="编辑").click()
    expect(page.locator("#comment-text")).to_have_value(f"麻烦 @{name} 看一下")
    scan(page)
    page.locator("#comment-text").fill(f"麻烦 @{name} 今天看一下")
    with page.expect_navigation():
        page.locator("dialog[open] button[type=submit]").click()
    page.locator(".timeline__tools button", has_text="已修改").click()
    expect(page.locator("dialog[open] .timeline__quote")).to_have_text(f"麻烦 @{name} 看一下")
    scan(page)
    theirs = sign_in("lin", **sizes)
    theirs.goto("/")
    card = theirs.locator("section.card", has=theirs.get_by_role("heading", name="提到我的", exact=True))
    card.locator("a", has_text=title).click()
    theirs.wait_for_url(f"**/e/lead/{id}")
    theirs.wait_for_function("() => fetch('/').then((home) => home.text()).then((text) => !text.includes('提到我的'))")


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_the_history_of_a_field_opens_from_its_label(sign_in: SignIn, served: Served, viewport: dict[str, int] | None) -> None:
    id = lead(served, "字段历史需求", "13922220012" if viewport else "13922220011")
    page = sign_in("amy", "en", **({"viewport": viewport} if viewport else {}))
    page.goto(f"/e/lead/{id}")
    label = page.locator("button.fact__label").first
    if viewport:
        box = label.bounding_box()
        assert box and box["height"] >= 44
        label.click()
    else:
        label.focus()
        page.keyboard.press("Enter")
    expect(page.locator("dialog[open] h2")).to_contain_text("History of")
    expect(page.locator("dialog[open] .timeline__body")).to_contain_text("字段历史需求")
    scan(page)
    page.keyboard.press("Escape")
    expect(label).to_be_focused()


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_what_looks_alike_is_told_while_one_types(sign_in: SignIn, served: Served, viewport: dict[str, int] | None) -> None:
    name = "手机相似仪器" if viewport else "桌面相似仪器"
    values = {"title": f"{name}线索", "company": f"{name}有限公司", "contact_name": "钱女士", "source": "web", "need": "看样机"}
    id = served.make("lead", "amy", {**values, "phone": "13922220022" if viewport else "13922220021"})
    page = sign_in("amy", **({"viewport": viewport} if viewport else {}))
    page.goto("/e/lead/new")
    company = page.locator("#record-form [name=company]")
    company.press_sequentially(name, delay=20)
    link = page.locator("#alike a")
    expect(link).to_have_attribute("href", f"/e/lead/{id}")
    expect(company).to_be_focused()
    scan(page)
    page.locator("#record-form [name=title]").fill("另一条")
    page.keyboard.press("Tab")
    expect(link).to_be_visible()
    company.fill("完全不同的名称")
    expect(link).to_have_count(0)
