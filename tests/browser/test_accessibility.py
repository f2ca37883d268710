"""Every page type, and its dialogs, menus and forms in their states, have no serious fault of accessibility (R64)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import PHONE, WIDE, SignIn
from tests.browser.hands import DIALOG, FORM, fill, settled, submit
from tests.browser.stage import Stage, addresses

LOOKS = [(WIDE, False), (WIDE, True), (PHONE, False), (PHONE, True)]
NAMES = ["1440-light", "1440-dark", "360-light", "360-dark"]


def told(page: Page) -> list[str]:
    """The faults of the page as lines."""
    return [f"{page.url} {one['rule']}: {one['help']} {one['where']}" for one in violations(page)]


@pytest.mark.parametrize(("viewport", "dark"), LOOKS, ids=NAMES)
def test_every_page_is_accessible(sign_in: SignIn, stage: Stage, viewport: dict[str, int], dark: bool) -> None:
    found = []
    for login, places in addresses(stage).items():
        page = sign_in(login, "en" if dark else "zh", viewport, dark)
        for place in places:
            page.goto(place)
            found += told(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("viewport", "dark"), LOOKS, ids=NAMES)
def test_dialogs_menus_and_refused_forms_are_accessible(
    sign_in: SignIn, stage: Stage, viewport: dict[str, int], dark: bool
) -> None:
    page = sign_in("amy", "zh" if dark else "en", viewport, dark)
    found = []
    for place, opener in (
        (f"/e/lead/{stage.lead}", ".record-head__tools [hx-get*='/move/']"), ("/e/lead", "[hx-get*='/filter']"),
        ("/e/lead", "[hx-get*='/columns']"), (f"/e/contract/{stage.contract}", ".record-head__tools [hx-get*='/move/']"),
    ):
        page.goto(place)
        page.locator(opener).first.click()
        page.locator(DIALOG).wait_for()
        found += told(page)
    page.goto(f"/e/lead/{stage.lead}")
    page.locator("[popovertarget=record-menu]").click()
    found += told(page)
    page.goto("/e/lead/new")
    fill(page, {"phone": "不是电话", "email": "a@"})
    submit(page)
    expect(page.locator(f"{FORM} [aria-invalid=true]").first).to_be_visible()
    found += told(page)
    page.goto("/e/contract/new")
    page.locator("[data-add-row]").first.click()
    settled(page)
    found += told(page)
    assert not found, "\n".join(found)
