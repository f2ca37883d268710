"""Files on comments, by mouse and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, WIDE, SignIn
from tests.browser.hands import settled
from tests.browser.stage import Stage
from tests.browser.test_kinds import png


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "360"])
def test_a_comment_carries_files_and_pictures(sign_in: SignIn, stage: Stage, viewport: dict[str, int]) -> None:
    page = sign_in("amy", "en", viewport)
    page.goto(f"/e/lead/{stage.lead}")
    name = f"offer-{viewport['width']}.txt"
    chooser = page.get_by_label("Add files")
    chooser.set_input_files([FilePayload(name=name, mimeType="text/plain", buffer=b"x" * 3000),
                             FilePayload(name="site.png", mimeType="image/png", buffer=png(4, 4))])
    chosen = page.locator("#comment-files-chosen .chosen__item")
    expect(chosen).to_have_count(2)
    chooser.set_input_files([FilePayload(name="wrong.txt", mimeType="text/plain", buffer=b"x")])
    expect(chosen).to_have_count(3)
    page.get_by_role("button", name="Remove wrong.txt").click()
    expect(chosen).to_have_count(2)
    page.locator("#comment").fill(f"See {name}")
    scan(page)
    page.get_by_role("button", name="Add comment").click()
    item = page.locator(".timeline__item", has_text=f"See {name}")
    expect(item.get_by_role("link", name=name)).to_be_visible()
    expect(item).to_contain_text("3 KB")
    settled(page)
    item.locator("[data-picture]").click()
    expect(page.locator("#lightbox")).to_be_visible()
    page.keyboard.press("Escape")
    scan(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("#timeline-files").click()
    expect(page.locator(".timeline__item", has_text=f"See {name}")).to_be_visible()
