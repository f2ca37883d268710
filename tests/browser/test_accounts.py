"""Accounts as people use them: an invitation, a second step, a key, seeing the pages as somebody else; on desktop and phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pyotp.totp import TOTP

from engine.accounts import credentials
from engine.principal import OPERATOR
from engine.records import write
from engine.runtime import WriteSession
from tests.browser import hands
from tests.browser.accessibility import scan
from tests.browser.conftest import PATIENCE, PHONE, WIDE, Faults, Served, SignIn, no_sideways_scroll, picture

WIDTHS = pytest.mark.parametrize(("viewport", "name"), [(WIDE, "wide"), (PHONE, "phone")])
NEW = "a-password-of-ones-own"


def person(served: Served, login: str, password: bool) -> int:
    """Somebody from sales, made for one test."""

    def unit(session: WriteSession) -> int:
        made = write.create(session, "user", {"login": login, "name": login.title()})
        write.create(session, "role_assignment", {"user": made, "role": "sales"})
        if password:
            credentials.set_password(session, made, served.password)
        return made

    return served.runtime.writing(OPERATOR, unit)


@pytest.fixture
def guest(browser: Browser, served: Served, faults: Faults) -> Iterator[Page]:
    """A browser in which nobody is signed in."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-GB", base_url=served.address)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    faults.watch(page)
    yield page
    context.close()


@WIDTHS
def test_somebody_is_invited(sign_in: SignIn, served: Served, guest: Page, viewport: dict[str, int], name: str) -> None:
    number = person(served, f"invited-{name}", password=False)
    admin = sign_in("admin", "en", viewport)
    admin.goto(f"/e/user/{number}")
    admin.locator(".note--warn").get_by_role("button", name="Invite").click()
    admin.locator(hands.DIALOG).get_by_role("button", name="Make the link").click()
    address = admin.locator("#link-address")
    expect(address).to_be_visible()
    no_sideways_scroll(admin)
    picture(admin, f"invite-{name}")
    admin.locator("[data-copy=link-address]").click()
    expect(admin.locator("[data-copy=link-address]")).to_have_text("Copied.")
    guest.goto(address.input_value())
    guest.fill("#w-new", NEW)
    guest.fill("#w-again", NEW)
    no_sideways_scroll(guest)
    with guest.expect_navigation():
        guest.click("form.gate__card button[type=submit]")
    expect(guest.locator(".page-head__title")).to_contain_text(f"Invited-{name.title()}")
    guest.goto(address.input_value())
    expect(guest.get_by_role("heading", name="This link does not work")).to_be_visible()


@WIDTHS
def test_a_second_step_and_a_key(sign_in: SignIn, served: Served, guest: Page, viewport: dict[str, int], name: str) -> None:
    login = f"careful-{name}"
    person(served, login, password=True)
    page = sign_in(login, "en", viewport, fresh=True)
    page.goto("/profile")
    page.get_by_role("button", name="Set up").click()
    secret = page.locator(f"{hands.DIALOG} code").inner_text().replace(" ", "")
    box = page.locator(".qr").bounding_box()
    assert box is not None and box["width"] > 150 and abs(box["width"] - box["height"]) < 1
    page.fill("#code", "12")
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator("#code-error")).to_be_visible()
    page.fill("#code", TOTP(secret).now())
    page.get_by_role("button", name="Switch on").click()
    codes = page.locator("#recovery-codes").input_value().split()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("button", name="New key").click()
    page.fill("#key-name", "Website")
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("#key-token")).to_have_value(re.compile("^lwk_"))
    page.get_by_role("link", name="Done").click()
    expect(page.locator(".rows__item", has_text="Website")).to_be_visible()
    no_sideways_scroll(page)
    picture(page, f"profile-{name}")
    guest.goto("/sign-in")
    hands.gate(guest, login, served.password)
    guest.fill("#code", codes[0])
    no_sideways_scroll(guest)
    with guest.expect_navigation():
        guest.click("form.gate__card button[type=submit]")
    page.reload()
    expect(page.get_by_text("9 recovery codes left")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out all others").click()
    guest.reload()
    expect(guest.locator("input[name=login]")).to_be_visible()


@WIDTHS
def test_the_pages_as_somebody_else(sign_in: SignIn, served: Served, viewport: dict[str, int], name: str) -> None:
    number = person(served, f"puzzled-{name}", password=True)
    page = sign_in("admin", "en", viewport, fresh=True)
    page.goto(f"/e/user/{number}")
    page.get_by_role("button", name="View as").click()
    page.locator(hands.DIALOG).wait_for()
    hands.agree(page)
    bar = page.locator(".viewing")
    expect(bar).to_contain_text(f"Viewing as Puzzled-{name.title()}")
    no_sideways_scroll(page)
    picture(page, f"viewing-{name}")
    words = bar.locator(".grow")
    assert words.evaluate("e => e.scrollHeight <= e.clientHeight + 1"), "the words of the bar are whole"
    page.goto("/e/lead/new")
    expect(bar).to_be_visible()
    expect(page.locator(f"{hands.FORM} .form-foot button[type=submit]")).to_be_disabled()
    expect(page.locator(".viewing-why")).to_contain_text("nothing can be changed")
    scan(page)
    page.goto("/e/lead")
    expect(page.locator(".btn--new")).to_have_attribute("aria-disabled", "true")
    page.locator(".btn--new").click(force=True)
    expect(page.locator(".toast")).to_contain_text("nothing can be changed")
    assert page.url.endswith("/e/lead")
    page.locator("[popovertarget=views]").click()
    page.goto(f"/e/user/{number}")
    expect(page.locator(".comment-box")).to_have_count(0)
    id = served.make("lead", f"puzzled-{name}", {"title": f"看看 {name}", "phone": f"1377712000{len(name) % 10}", "contact_name": "钱",
                                                "source": "web", "need": "x"})
    page.goto(f"/e/lead/{id}")
    expect(page.locator(".record-head__tools a[href$='/edit']")).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_role("button", name="Disqualify")).to_be_disabled()
    page.locator("[popovertarget=record-menu]").click()
    expect(page.locator("#record-menu [hx-get$='/trash']")).to_be_disabled()
    scan(page)
    picture(page, f"viewing-record-{name}")
    page.goto("/")
    with page.expect_navigation():
        bar.get_by_role("button", name="Back to me").click()
    expect(bar).to_have_count(0)
