"""The switch over a timeline, and the lines of a record's menu that copy and share its link."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn, no_sideways_scroll, picture
from tests.browser.stage import Stage
from tests.browser.test_behaviour import lead


@pytest.mark.parametrize(("viewport", "language"), [(None, "en"), (PHONE, "zh"), (PHONE, "en"), (None, "zh")])
def test_a_timeline_shows_the_kind_that_is_chosen(
    sign_in: SignIn, served: Served, viewport: dict[str, int] | None, language: str
) -> None:
    id = lead(served, "动态种类", f"1395555{'1' if viewport else '2'}00{'1' if language == 'zh' else '2'}")
    page = sign_in("amy", language, dark=language == "en", fresh=True, **({"viewport": viewport} if viewport else {}))
    page.goto(f"/e/lead/{id}")
    comments = page.locator("#timeline-comments")
    comments.click()
    expect(comments).to_have_attribute("aria-current", "true")
    expect(page.locator(".timeline__item")).to_have_count(0)
    expect(comments).to_be_focused()
    page.wait_for_url("**?timeline=comments")
    scan(page)
    no_sideways_scroll(page)
    picture(page, f"timeline-{'phone' if viewport else 'desk'}-{language}")
    page.goto(f"/e/lead/{id}")
    expect(page.locator("#timeline-comments")).to_have_attribute("aria-current", "true")
    page.locator("#timeline-changes").click()
    expect(page.locator(".timeline__item")).to_have_count(1)


def test_the_link_and_the_number_of_a_record_are_copied(sign_in: SignIn, served: Served, stage: Stage) -> None:
    page = sign_in("amy", fresh=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/e/contract/{stage.contract}")
    title = page.locator("h1").inner_text()
    page.locator("[popovertarget=record-menu]").click()
    scan(page)
    picture(page, "menu-links")
    number = page.locator("[data-plain]").get_attribute("data-plain")
    page.locator("[data-link]").click()
    expect(page.locator(".toast")).to_contain_text("链接已复制")
    copied = page.evaluate(
        "navigator.clipboard.read().then(([one]) => Promise.all(['text/plain', 'text/html'].map((kind) => "
        "one.getType(kind).then((blob) => blob.text()))))"
    )
    address = f"{served.address}/e/contract/{stage.contract}"
    assert copied[0] == f"{title} {address}" and f'href="{address}"' in copied[1] and title in copied[1]
    page.locator("[popovertarget=record-menu]").click()
    page.locator("[data-plain]").click()
    expect(page.locator(".toast", has_text="编号已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == number


def test_phones_share_the_link_where_the_device_can(sign_in: SignIn, served: Served) -> None:
    id = lead(served, "分享的线索", "13955553001")
    page = sign_in("amy", viewport=PHONE)
    page.add_init_script("navigator.share = (told) => { window.shared = told; return Promise.resolve(); };")
    page.goto(f"/e/lead/{id}")
    page.locator("[popovertarget=record-menu]").click()
    page.locator("[data-share]").click()
    assert page.evaluate("window.shared") == {"title": "分享的线索", "url": f"{served.address}/e/lead/{id}"}
