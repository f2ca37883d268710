"""What people do on a page, in their words: fill a field by its label, pick a record, press, decide."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

FORM = "#record-form"
DIALOG = "dialog[open]"
SHORT = "#quick-form"


def field(page: Page, name: str, within: str = FORM) -> Locator:
    """The input that is sent as `name`."""
    return page.locator(f"{within} [name='{name}']:not([type=hidden])")


def fill(page: Page, values: Mapping[str, str], within: str = FORM) -> None:
    """Types values by field name; a select is chosen by its value."""
    for name, value in values.items():
        target = field(page, name, within)
        reveal(page, target)
        if target.evaluate("e => e.tagName") == "SELECT":
            target.select_option(value)
        else:
            target.fill(value)


def reveal(page: Page, target: Locator) -> None:
    """Opens the tab that holds it."""
    away = target.locator("xpath=ancestor::*[@data-away]")
    if away.count():
        page.locator(f"#{away.get_attribute('aria-labelledby')}").click()


def pick(page: Page, name: str, text: str, within: str = FORM) -> None:
    """Searches `text` in the picker of a link field and takes the first candidate that shows it."""
    combo = page.locator(f"{within} .combo", has=page.locator(f"[name='_text.{name}']"))
    reveal(page, combo)
    combo.locator("[role=combobox]").click()
    combo.locator("[role=combobox]").press_sequentially(text, delay=15)
    option = combo.locator("[role=option]", has_text=text).first
    option.click()
    expect(combo.locator("input[type=hidden]")).not_to_have_value("")


def settled(page: Page) -> None:
    """Waits until htmx has nothing under way, so that what follows meets the judged form."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def submit(page: Page) -> None:
    """Presses the form's own button and waits for what follows: another page, or the form with what is wrong."""
    settled(page)
    started = page.evaluate("performance.timeOrigin")
    action = page.locator(FORM).get_attribute("action")
    with page.expect_response(lambda answer: answer.url.endswith(str(action)) and answer.request.method == "POST") as sent:
        page.locator(f"{FORM} .form-foot button[type=submit]").click()
    if sent.value.status == 204:
        page.wait_for_function("started => performance.timeOrigin !== started", arg=started)
    settled(page)


def number_of(page: Page) -> int:
    """The id in the address of a record page."""
    found = re.search(r"/e/\w+/(\d+)$", page.url)
    assert found, f"{page.url} is no record page: {page.locator('.note--bad, .field__error').all_inner_texts()}"
    return int(found[1])


def create(page: Page, entity: str, values: Mapping[str, str], picks: Mapping[str, str] | None = None) -> int:
    """Creates a record with the form; the number of what was made."""
    page.goto(f"/e/{entity}/new")
    for name, text in (picks or {}).items():
        pick(page, name, text)
        settled(page)
    fill(page, values)
    submit(page)
    return number_of(page)


def move(page: Page, label: str, answers: Mapping[str, str] | None = None) -> None:
    """Presses a move on the record page and agrees in its dialog."""
    page.locator(".record-head__tools").get_by_role("button", name=label, exact=True).click()
    page.locator(DIALOG).wait_for()
    fill(page, {f"a.{name}": value for name, value in (answers or {}).items()}, DIALOG)
    agree(page)


def agree(page: Page) -> None:
    """Presses the main button of the open dialog and waits for the page that follows."""
    with page.expect_navigation():
        page.locator(f"{DIALOG} .dialog__foot button[type=submit]").click()


def decide(page: Page, title: str, action: str, comment: str = "") -> None:
    """Decides about the to-do of that title, coming from the to-do page."""
    page.goto("/approvals")
    page.locator(".rows__item", has_text=title).first.click()
    page.locator(".actions button", has_text=action).click()
    page.locator(DIALOG).wait_for()
    if comment:
        page.locator(f"{DIALOG} textarea[name=comment]").fill(comment)
    agree(page)


def state(page: Page) -> str:
    """What the state path or badge of a record page says now."""
    return page.locator(".path__step--now, .path [aria-current=step]").first.inner_text().strip()


def related(page: Page, title: str) -> Locator:
    """The related list of that title, scrolled to, because it is filled when it comes into view."""
    card = page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))
    card.scroll_into_view_if_needed()
    expect(card.locator(".skeleton")).to_have_count(0)
    return card


def create_related(page: Page, title: str, values: Mapping[str, str]) -> None:
    """Creates a record from a related list; one comes back to the page one came from."""
    open_new(page, title)
    fill(page, values)
    submit(page)


def open_new(page: Page, title: str) -> None:
    """Opens the whole form of a new record from a related list, by way of the short one where there is one."""
    way = related(page, title).locator(".card__head a[href*='/new?']")
    short = way.get_attribute("hx-get")
    way.click()
    if short:
        page.locator("[data-quick-whole]").click()
    page.locator(FORM).wait_for()


def open_short(page: Page, title: str) -> None:
    """Opens the short form of a new record from a related list."""
    related(page, title).locator(".card__head a[data-quick]").click()
    page.locator(SHORT).wait_for()


def sign_out(page: Page) -> None:
    """Signs out by the menu of the account."""
    page.goto("/")
    page.locator(".topbar [popovertarget=user-menu]").click()
    page.locator("#user-menu form[action='/sign-out'] button").click()
    page.wait_for_url("**/sign-in")


def gate(page: Page, login: str, password: str) -> None:
    """Signs in on the sign-in page that is shown."""
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    with page.expect_navigation():
        page.click("form.gate__card button[type=submit]")
