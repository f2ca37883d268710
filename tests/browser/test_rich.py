"""Formatted text, as people write it: by buttons, by keys, pasted, on a phone; and what it must not do."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, WIDE, SignIn
from tests.browser.hands import FORM, fill, submit

PASTED = """<html><head><style>p {color: red}</style></head><body>
<!--StartFragment--><p class="MsoNormal" style="margin:0"><b style="mso-x:y">Strong</b>
<o:p></o:p></p>
<div onclick="alert(1)"><img src=x onerror="window.ran=1"><script>window.ran=1</script>
<span style="font-weight:700">Heavy</span></div>
<a href="javascript:window.ran=1">bad</a>
<a href="https://example.com/a" hx-get="/x" hx-trigger="load">good</a>
<!--EndFragment--></body></html>"""
PASTE = """(element, html) => { const data = new DataTransfer(); data.setData("text/html", html); data.setData("text/plain", "plain");
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""

JUDGED = """async (said) => { const page = new DOMParser().parseFromString(await (await fetch("/e/product/new")).text(), "text/html");
  page.querySelector("[name=details]").textContent = said;
  Idiomorph.morph(document.querySelector("#form-body"), page.querySelector("#form-body").outerHTML); }"""


def new_product(page: Page, code: str) -> Locator:
    page.goto("/e/product/new")
    fill(page, {"code": code, "name": f"Thing {code}", "price": "5"})
    text = page.get_by_role("textbox", name="Details")
    expect(text).to_be_visible()
    return text


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "360"])
def test_a_text_is_formatted_by_buttons_and_keys_and_stands_so_on_the_record(sign_in: SignIn, viewport: dict[str, int]) -> None:
    page = sign_in("admin", "en", viewport)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    text = new_product(page, f"RT-{viewport['width']}")
    page.locator(".field__label", has_text="Details").click()
    expect(text).to_be_focused()
    page.keyboard.press("Control+b")
    page.keyboard.type("Bold")
    page.keyboard.press("Control+b")
    page.keyboard.type(" plain")
    page.keyboard.press("Enter")
    tools = page.get_by_role("toolbar", name="Format of Details")
    tools.get_by_role("button", name="List", exact=True).click()
    page.keyboard.type("first")
    page.keyboard.press("Enter")
    page.keyboard.type("second")
    expect(tools.get_by_role("button", name="List", exact=True)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Shift+Home")
    page.keyboard.press("Control+k")
    address = page.get_by_role("textbox", name="Address of the link")
    expect(address).to_be_focused()
    address.fill("javascript:alert(1)")
    page.keyboard.press("Enter")
    expect(page.locator(".toast--bad")).to_contain_text("no address of a link")
    address.fill("example.com/x")
    page.keyboard.press("Enter")
    expect(text.get_by_role("link", name="second")).to_have_attribute("href", "https://example.com/x")
    scan(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    submit(page)
    shown = page.locator(".facts .formatted")
    assert shown.evaluate("e => e.innerHTML") == (
        "<p><b>Bold</b> plain</p><ul><li>first</li>"
        '<li><a href="https://example.com/x" rel="noopener noreferrer" target="_blank">second</a></li></ul>'
    )
    scan(page)
    assert not faults, "the policy of the page is kept"


def test_what_is_pasted_keeps_its_meaning_and_nothing_else(sign_in: SignIn) -> None:
    page = sign_in("admin", "en", WIDE)
    text = new_product(page, "RT-PASTE")
    text.click()
    text.evaluate(PASTE, PASTED)
    expect(text).to_contain_text("Heavy")
    assert text.locator("[style], [class], [onclick], [hx-get], img, script, span, style").count() == 0
    submit(page)
    shown = page.locator(".facts .formatted")
    expect(shown.locator("b")).to_have_text(["Strong", "Heavy"])
    expect(shown.locator("a")).to_have_text(["good"])
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None


def test_judging_the_form_leaves_what_is_being_written(sign_in: SignIn) -> None:
    """The form is drawn anew as its judge sends it, while the text is written and after; a text that the server makes another is
    taken over once nobody writes."""
    page = sign_in("admin", "en", WIDE)
    text = new_product(page, "RT-JUDGED")
    text.click()
    page.keyboard.type("while")
    page.evaluate(JUDGED, "")
    page.keyboard.type(" writing")
    expect(text).to_be_focused()
    expect(text).to_have_text("while writing")
    page.get_by_role("button", name="Undo (Ctrl+Z)").click()
    expect(text).not_to_have_text("while writing")
    page.locator(f"{FORM} [name=name]").click()
    page.evaluate(JUDGED, "<p>by <b>rule</b></p>")
    expect(text.locator("b")).to_have_text("rule")
    assert page.locator(".rich__bar").count() == page.locator(".rich__text").count() == 1


def test_a_refused_form_and_a_draft_keep_the_text(sign_in: SignIn) -> None:
    page = sign_in("admin", "en", WIDE)
    text = new_product(page, "RT-KEPT")
    text.click()
    page.keyboard.press("Control+i")
    page.keyboard.type("kept")
    fill(page, {"name": ""})
    submit(page)
    expect(page.get_by_role("textbox", name="Details").locator("i")).to_have_text("kept")
    page.get_by_role("textbox", name="Details").click()
    page.keyboard.press("End")
    page.keyboard.type(" on")
    page.wait_for_timeout(700)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/e/product/new")
    page.locator("#draft [data-draft-go]").click()
    expect(page.get_by_role("textbox", name="Details").locator("i")).to_have_text("kept on")


def test_without_scripts_there_is_a_plain_input(sign_in: SignIn) -> None:
    page = sign_in("admin", "en", WIDE)
    page.route("**/bundles/rich.js*", lambda route: route.abort())
    page.goto("/e/product/new")
    fill(page, {"code": "RT-PLAIN", "name": "Plain thing", "price": "5", "details": "one <b>\ntwo"})
    submit(page)
    assert page.locator(".facts .formatted").evaluate("e => e.innerHTML") == "<p>one &lt;b&gt;</p><p>two</p>"
