"""A gallery on a desktop and on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, SignIn, no_sideways_scroll

GALLERY = "/e/product?list=product_gallery"


def test_products_are_looked_through_and_opened(sign_in: SignIn) -> None:
    page = sign_in("amy")
    page.goto("/e/product")
    page.get_by_role("link", name="图库").click()
    expect(page).to_have_url(re.compile("as=gallery"))
    cards = page.locator(".picture-card")
    expect(cards.first.locator("svg")).to_be_visible()
    scan(page)
    cards.first.click()
    page.wait_for_url(re.compile(r"/e/product/\d+$"))


def test_products_on_a_phone(sign_in: SignIn) -> None:
    page = sign_in("amy", viewport=PHONE, language="en")
    page.goto(GALLERY)
    expect(page.locator(".picture-card").first).to_be_visible()
    no_sideways_scroll(page)
    scan(page)
