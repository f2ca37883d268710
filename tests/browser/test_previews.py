"""A record is looked at beside its list, on a desktop and on a phone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn, no_sideways_scroll, picture
from tests.browser.test_cells import cell, leads

PANEL = "#preview"


def test_records_are_looked_at_one_after_the_other(sign_in: SignIn, served: Served) -> None:
    leads(served, "并排")
    page = sign_in("amy")
    page.goto("/e/lead?q=并排")
    page.locator("#list [data-preview]").first.click()
    title = page.locator(f"{PANEL} #preview-title")
    expect(title).to_have_text("并排 2")
    scan(page)
    picture(page, "preview")
    page.keyboard.press("ArrowDown")
    expect(title).to_have_text("并排 1")
    page.locator(f"{PANEL} [data-preview-step='1']").click()
    expect(title).to_have_text("并排 0")
    expect(page.locator(f"{PANEL} [data-preview-step='1']")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    expect(page.locator(PANEL)).to_be_hidden()
    expect(page.locator("#list tbody tr").nth(2).locator("[data-preview]")).to_be_focused()
    cell(page, 1, "company").click()
    page.keyboard.press("Space")
    expect(title).to_have_text("并排 1")
    page.keyboard.press("Escape")
    expect(cell(page, 1, "company")).to_be_focused()
    page.locator("#list [data-preview]").first.click()
    page.locator(f"{PANEL} a", has_text="打开").click()
    page.wait_for_url("**/e/lead/*")


def test_a_star_is_given_in_the_row(sign_in: SignIn, served: Served) -> None:
    leads(served, "行星", 2)
    page = sign_in("amy")
    page.goto("/e/lead?q=行星")
    star = page.locator("#list [data-star]").first
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    page.goto("/e/lead?q=行星&starred=1")
    expect(page.locator("#list tbody tr")).to_have_count(1)


def test_on_a_phone_fields_are_edited_in_the_sheet(sign_in: SignIn, served: Served) -> None:
    leads(served, "手机预览", 2)
    page = sign_in("amy", viewport=PHONE)
    page.goto("/e/lead?q=手机预览")
    no_sideways_scroll(page)
    picture(page, "preview-list-phone")
    page.locator("#list [data-preview]").first.click()
    expect(page.locator(f"{PANEL} #preview-title")).to_have_text("手机预览 1")
    scan(page)
    page.locator(f"{PANEL} [data-preview-edit*='/cell/company']").click()
    field = page.locator(f"{PANEL} .cell-editor [name=company]")
    expect(field).to_be_focused()
    picture(page, "preview-phone")
    scan(page)
    field.fill("手机公司")
    page.locator(f"{PANEL} .cell-editor [type=submit]").click()
    expect(page.locator(f"{PANEL} .cell-editor")).to_have_count(0)
    expect(page.locator(PANEL)).to_contain_text("手机公司")
    expect(page.locator("#list tbody tr").first).to_contain_text("手机公司")
    page.locator(f"{PANEL} [data-preview-close]").click()
    expect(page.locator(PANEL)).to_be_hidden()
    no_sideways_scroll(page)
