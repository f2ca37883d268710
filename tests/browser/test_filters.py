"""Filters that people make in dialogs: over links, and several conditions joined, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn
from tests.browser.hands import DIALOG, settled
from tests.browser.test_behaviour import lead


def choose(page: Page, select: str, value: str) -> None:
    """Chooses an option of a select in the dialog and waits for what follows."""
    page.locator(f"{DIALOG} {select}").select_option(value)
    settled(page)


def press(page: Page, name: str, number: int = 0) -> None:
    """Presses one of the buttons of the dialog that are called so."""
    page.locator(DIALOG).get_by_role("button", name=name, exact=True).nth(number).click()
    settled(page)


def test_a_filter_goes_over_a_link(sign_in: SignIn) -> None:
    page = sign_in("amy")
    page.goto("/e/opportunity")
    page.locator(".toolbar").get_by_role("button", name="筛选", exact=True).click()
    choose(page, "#filter-field", "customer")
    choose(page, "#filter-field2", "customer.industry")
    page.locator(DIALOG).get_by_text("零售与消费品").click()
    scan(page)
    press(page, "应用")
    expect(page.locator(".chip--on")).to_have_text("客户 · 行业 属于 零售与消费品")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("viewport", [None, PHONE])
def test_conditions_are_joined(sign_in: SignIn, served: Served, viewport: dict[str, int] | None, dark: bool) -> None:
    mark = f"组合{'窄' if viewport else '宽'}{'暗' if dark else '亮'}"
    for number in (1, 2, 3):
        lead(served, f"{mark}{number}", f"1392222{number}{len(mark)}{int(dark)}{int(bool(viewport))}1")
    page = sign_in("amy", dark=dark, **({"viewport": viewport} if viewport else {}))
    page.goto(f"/e/lead?q={mark}")
    page.locator(".toolbar").get_by_role("button", name="筛选", exact=True).click()
    press(page, "组合多个条件")
    choose(page, "#filter-field", "title")
    page.locator(f"{DIALOG} [name=v]").fill(f"{mark}1")
    press(page, "加入")
    press(page, "添加条件组")
    press(page, "添加条件", 0)
    choose(page, "#filter-field", "title")
    page.locator(f"{DIALOG} [name=v]").fill(f"{mark}2")
    scan(page)
    press(page, "加入")
    press(page, "添加条件", 0)
    choose(page, "#filter-field", "owner")
    page.locator(f"{DIALOG} [name=me]").check()
    page.locator(f"{DIALOG} [name=me]").press("Enter")
    inside = f"线索主题 包含 {mark}2；负责人 等于 我自己"
    expect(page.locator(".chip--on")).to_contain_text(f"满足任一 线索主题 包含 {mark}1；全部满足（{inside}）")
    expect(page.locator(".table--list tbody tr")).to_have_count(2)
    page.locator(".chip__edit").click()
    expect(page.locator(f"{DIALOG} .joined .joined__said")).to_have_count(3)
    choose(page, "#joining-", "none")
    scan(page)
    press(page, f"移除条件：线索主题 包含 {mark}1")
    press(page, "应用")
    expect(page.locator(".chip--on")).to_contain_text("均不满足")
    expect(page.locator(".table--list tbody tr")).to_have_count(2)
    scan(page)
