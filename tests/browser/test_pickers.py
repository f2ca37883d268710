"""The list of a picker: whole and over everything, wherever its input stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, WIDE, Served, SignIn, no_sideways_scroll
from tests.browser.hands import FORM, SHORT, settled

COVERED = """list => {
  const box = list.getBoundingClientRect();
  const inside = box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
  const places = [[box.left + 4, box.top + 4], [box.right - 4, box.bottom - 4], [(box.left + box.right) / 2, (box.top + box.bottom) / 2]];
  return !inside || places.some(([x, y]) => !list.contains(document.elementFromPoint(x, y)));
}"""
"""Whether anything of the list is cut, beside the window or under something else."""
APART = """list => {
  const box = list.getBoundingClientRect();
  const input = document.querySelector('[aria-controls="' + list.id + '"]').closest('.combo').getBoundingClientRect();
  return Math.min(Math.abs(box.top - input.bottom), Math.abs(input.top - box.bottom));
}"""


def whole(shown: Locator) -> None:
    """The list is all to be seen, at its input."""
    expect(shown).to_be_visible()
    assert not shown.evaluate(COVERED)
    assert shown.evaluate(APART) <= 6


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "360"])
def test_the_list_of_a_picker_in_lines_is_whole(sign_in: SignIn, viewport: dict[str, int]) -> None:
    page = sign_in("amy", viewport=viewport)
    page.goto("/e/contract/new")
    page.locator("[data-add-row]").click()
    picker = page.locator("[data-grid] [role=combobox]").first
    expect(picker).to_be_focused()
    settled(page)
    picker.click()
    shown = page.locator("[data-grid] [role=listbox]").first
    expect(shown.locator("[role=option]").nth(3)).to_be_visible()
    whole(shown)
    assert shown.bounding_box()["height"] > 120  # type: ignore[index]
    page.mouse.wheel(0, -90)
    page.wait_for_timeout(200)
    whole(shown)
    no_sideways_scroll(page)
    scan(page)
    picker.press("ArrowDown")
    expect(shown.locator("[role=option]").nth(1)).to_have_attribute("aria-selected", "true")
    expect(picker).to_have_attribute("aria-activedescendant", shown.locator("[role=option]").nth(1).get_attribute("id") or "")
    picker.press("Escape")
    expect(shown).to_be_hidden()
    expect(picker).to_have_attribute("aria-expanded", "false")


def test_a_list_without_room_below_opens_above(sign_in: SignIn) -> None:
    page = sign_in("amy", viewport={"width": 1440, "height": 700})
    page.goto("/e/contract/new")
    for _ in range(3):
        page.locator("[data-add-row]").click()
        settled(page)
    picker = page.locator("[data-grid] [role=combobox]").last
    picker.evaluate("e => scrollTo(0, e.getBoundingClientRect().bottom + scrollY - innerHeight + 100)")
    page.locator("h1").click(force=True, position={"x": 1, "y": 1}, no_wait_after=True)
    picker.focus()
    shown = page.locator("[data-grid] [role=listbox]").last
    expect(shown.locator("[role=option]").nth(3)).to_be_visible()
    whole(shown)


def test_the_list_of_a_picker_in_a_dialog_is_whole_and_taken_from_by_a_click(sign_in: SignIn, served: Served) -> None:
    served.make("customer", "amy", {"name": "选单对话框公司", "kind": "company"})
    page: Page = sign_in("amy", viewport={"width": 1440, "height": 560})
    page.goto("/e/contract/new")
    page.locator(f"{FORM} [name='_text.customer_signer']").click()
    page.keyboard.type("选单联系人", delay=15)
    page.locator(".combo__option--new").click()
    expect(page.locator(f"{SHORT} [name=name]")).to_have_value("选单联系人")
    picker = page.locator(f"{SHORT} [name='_text.customer']")
    picker.click()
    shown = page.locator(f"{SHORT} [role=listbox]:popover-open")
    option = shown.locator("[role=option]", has_text="选单对话框公司")
    expect(option).to_be_visible()
    whole(shown)
    option.click()
    expect(picker).to_have_value("选单对话框公司")
    expect(page.locator(f"{SHORT} [role=listbox]:popover-open")).to_have_count(0)
