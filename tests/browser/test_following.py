"""The bell of a record, and the notice that one stops from."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engine.principal import OPERATOR
from engine.records import write
from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn, no_sideways_scroll, picture
from tests.browser.test_behaviour import lead
from tests.web.test_following import deliver


@pytest.mark.parametrize(("viewport", "language"), [(None, "zh"), (PHONE, "en")])
def test_a_record_is_followed_and_left_again_from_its_notice(
    sign_in: SignIn, served: Served, viewport: dict[str, int] | None, language: str
) -> None:
    title = "手机关注的需求" if viewport else "桌面关注的需求"
    id = lead(served, title, "13944440002" if viewport else "13944440001")
    page = sign_in("lin", language, dark=bool(viewport), **({"viewport": viewport} if viewport else {}))
    page.goto(f"/e/lead/{id}")
    bell = page.locator("button.follow")
    expect(bell).to_have_attribute("aria-pressed", "false")
    bell.click()
    expect(bell).to_have_attribute("aria-pressed", "true")
    scan(page)
    served.runtime.writing(OPERATOR, lambda session: write.update(session, "lead", id, {"need": "新的需求"}))
    deliver(served.runtime)
    page.goto("/")
    expect(page.locator("section.card", has_text="我的关注" if language == "zh" else "Following").first).to_contain_text(title)
    page.goto("/notifications")
    pair = page.locator(".rows__pair", has_text=title)
    expect(pair).to_be_visible()
    scan(page)
    no_sideways_scroll(page)
    picture(page, f"following-{language}")
    with page.expect_navigation():
        pair.get_by_role("button").click()
    page.goto(f"/e/lead/{id}")
    expect(bell).to_have_attribute("aria-pressed", "false")
