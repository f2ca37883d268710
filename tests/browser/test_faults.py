"""Faults of refused forms: they stand as long as what was refused does, and the list above the form leads to them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, WIDE, Served, SignIn, no_sideways_scroll, picture
from tests.browser.hands import FORM, SHORT, fill, open_short, settled, submit
from tests.browser.stage import Stage

FAULTS = "#faults li"


def customer(served: Served, name: str) -> int:
    return served.make("customer", "amy", {"name": name, "kind": "company"})


def test_a_mended_field_of_a_dialog_is_no_longer_at_fault(sign_in: SignIn, served: Served) -> None:
    id = customer(served, "错误提示公司")
    page = sign_in("amy")
    page.goto(f"/e/customer/{id}")
    open_short(page, "联系人")
    fill(page, {"phone": "不是电话"}, SHORT)
    page.locator(f"{SHORT} [data-quick-make]").click()
    name, phone = page.locator(f"{SHORT} [name=name]"), page.locator(f"{SHORT} [name=phone]")
    expect(page.locator(f"{SHORT} .field__error")).to_have_count(2)
    expect(page.locator(f"{SHORT} .field__error").filter(has_text="13812345678")).to_have_count(1)
    name.fill("钱改正")
    expect(page.locator(f"{SHORT} .field__error")).to_have_count(1)
    expect(name).not_to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(page.locator(FAULTS)).to_have_count(1)
    expect(page.locator("#faults")).to_contain_text("有 1 处需要修改")
    name.press("Tab")
    settled(page)
    expect(page.locator(f"{SHORT} .field__error")).to_have_count(1)
    scan(page)
    phone.fill("13912340911")
    expect(page.locator(f"{SHORT} .field__error")).to_have_count(0)
    expect(page.locator("#faults")).to_have_count(0)


def refused_contract(page: Page) -> None:
    """A contract with three lines, of which the second and the third are at fault."""
    page.goto("/e/contract/new")
    for _ in range(3):
        page.locator("[data-add-row]").click()
        settled(page)
    for place, quantity in enumerate(("1", "-2", "-3")):
        page.locator("[data-grid] [name$='.qty']").nth(place).fill(quantity)
        page.locator("[data-grid] [name$='.price']").nth(place).fill("5")
    settled(page)
    submit(page)


def test_faults_stay_while_another_row_is_removed(sign_in: SignIn) -> None:
    page = sign_in("amy")
    refused_contract(page)
    wrong = page.locator("[data-grid] [name$='.qty'][aria-invalid=true]")
    expect(wrong).to_have_count(2)
    before = page.locator(f"{FORM} .field__error[id]").count()
    with page.expect_response("**/judge"):
        page.locator("[data-remove-row]").first.click()
    settled(page)
    expect(wrong).to_have_count(2)
    assert page.locator(f"{FORM} .field__error[id]").count() == before - 1, "that of the product of the removed row is gone"
    with page.expect_response("**/judge"):
        wrong.first.fill("2")
        page.keyboard.press("Tab")
    settled(page)
    expect(wrong).to_have_count(1)
    expect(wrong).to_have_value("-3")
    expect(page.locator(FAULTS)).to_have_count(page.locator(f"{FORM} .field__error[id]").count())


@pytest.mark.parametrize(("viewport", "language"), [(WIDE, "en"), (PHONE, "zh")])
def test_the_list_of_faults_leads_to_their_fields(sign_in: SignIn, viewport: dict[str, int], language: str) -> None:
    page = sign_in("amy", language, viewport=viewport, dark=language == "en")
    refused_contract(page)
    expect(page.locator("#faults")).to_be_visible()
    links = page.locator(f"{FAULTS} a")
    line = links.filter(has_text="row 3, Quantity" if language == "en" else "第 3 行 数量")
    expect(line).to_have_count(1)
    expect(links.filter(has_text="Please choose one" if language == "en" else "请选择").first).to_be_visible()
    scan(page)
    no_sideways_scroll(page)
    picture(page, f"faults-{language}")
    line.focus()
    page.keyboard.press("Enter")
    cell = page.locator("[data-grid] [name$='.qty']").nth(2)
    expect(cell).to_be_focused()
    box, foot, top = cell.bounding_box(), page.locator(".form-foot").bounding_box(), page.locator(".topbar").bounding_box()
    assert box and foot and top and top["height"] <= box["y"] and box["y"] + box["height"] <= foot["y"]


def test_what_is_taken_together_is_told_at_the_field_that_can_be_changed(sign_in: SignIn, stage: Stage) -> None:
    contract = stage.contract
    page = sign_in("amy")
    page.goto(f"/e/contract/{contract}")
    for _ in range(2):
        open_short(page, "回款计划")
        fill(page, {"seq": "91", "due": "2099-01-01", "amount": "1"}, SHORT)
        page.locator(f"{SHORT} [data-quick-make]").click()
        settled(page)
    expect(page.locator(f"{SHORT} [name=seq]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"{SHORT} #f-q-seq-error")).to_contain_text("该期次已存在")
    expect(page.locator("#faults")).to_contain_text("期次：")
