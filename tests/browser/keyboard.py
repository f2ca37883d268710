"""A person without a mouse: everything is reached by Tab, arrows and keys, and whoever has the focus can be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import DIALOG, FORM, settled

MOST = 400
"""Steps of Tab after which something counts as out of reach."""


@dataclass(frozen=True)
class Keyboard:
    """The keyboard of a page; the mouse is never used."""

    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text, delay=5)

    def reach(self, target: Locator) -> None:
        """Goes forward by Tab until the target has the focus, which can be seen then."""
        handle = target.element_handle()
        for _ in range(MOST):
            if self.page.evaluate("target => document.activeElement === target", handle):
                seen = self.page.evaluate("() => document.activeElement.matches(':focus-visible')")
                assert seen, f"the focus on {target} cannot be seen"
                return
            self.press("Tab")
        raise AssertionError(f"{target} is not reached by Tab")

    def push(self, target: Locator) -> None:
        """Reaches a link or button, and presses Enter."""
        self.reach(target)
        self.press("Enter")

    def follow(self, target: Locator) -> None:
        """As `push`, and waits for the page that follows."""
        self.reach(target)
        with self.page.expect_navigation():
            self.press("Enter")

    def fill(self, values: Mapping[str, str], within: str = FORM) -> None:
        """Types values by field name, in the order of the page; of a select the option with that value is chosen by arrows."""
        for name, value in values.items():
            target = self.page.locator(f"{within} [name='{name}']:not([type=hidden])")
            self.reach(target)
            if target.evaluate("e => e.tagName") == "SELECT":
                self._choose(target, value)
            elif target.get_attribute("type") == "date":
                self._date(target, value)
            else:
                self.press("ControlOrMeta+a")
                self.type(value)

    def _date(self, target: Locator, value: str) -> None:
        """The parts in the order in which this browser shows them, which is that of its own language."""
        year, month, day = value.split("-")
        self.type(month + day + year)
        assert target.input_value() == value

    def _choose(self, target: Locator, value: str) -> None:
        at, wanted = target.evaluate("(e, value) => [e.selectedIndex, [...e.options].findIndex(o => o.value === value)]", value)
        self.press(*(["ArrowDown" if wanted > at else "ArrowUp"] * abs(wanted - at)))
        assert target.input_value() == value

    def pick(self, name: str, text: str, within: str = FORM) -> None:
        """Searches in the picker of a link field and takes the first candidate that shows the text."""
        combo = self.page.locator(f"{within} .combo", has=self.page.locator(f"[name='_text.{name}']"))
        self.reach(combo.locator("[role=combobox]"))
        self.type(text)
        expect(combo.locator("[role=option]", has_text=text).first).to_be_visible()
        while text not in (combo.locator("[role=option][aria-selected=true]").all_inner_texts() or [""])[0]:
            self.press("ArrowDown")
        self.press("Enter")
        expect(combo.locator("input[type=hidden]")).not_to_have_value("")

    def save(self) -> None:
        """Sends the record form by its key, and waits for the page of the record."""
        settled(self.page)
        with self.page.expect_navigation():
            self.press("ControlOrMeta+Enter")

    def agree(self) -> None:
        """Presses the main button of the open dialog."""
        self.page.locator(DIALOG).wait_for()
        self.follow(self.page.locator(f"{DIALOG} .dialog__foot button[type=submit]"))

    def move(self, label: str) -> None:
        """A move of the record, from its head, with its dialog."""
        self.push(self.page.locator(".record-head__tools").get_by_role("button", name=label, exact=True))
        self.agree()

    def go(self, text: str) -> None:
        """To what the palette finds first for a text."""
        self.press("ControlOrMeta+k")
        self.page.locator("#palette-input").wait_for()
        self.type(text)
        first = self.page.locator("#palette-list [role=option]").first
        expect(first).to_contain_text(text)
        with self.page.expect_navigation():
            self.press("Enter")
