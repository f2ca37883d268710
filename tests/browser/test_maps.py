"""A list as a map on a desktop and on a phone, by pointer and by keyboard, without asking any other server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn, no_sideways_scroll

MAP = "/e/customer?list=customer_map&q=地图测试"


@pytest.fixture(scope="module")
def mapped(served: Served) -> dict[str, int]:
    """Customers of amy: two at one place, one far from them, one nowhere."""
    places = {"苏一": "31.30,120.60", "苏二": "31.30,120.60", "广三": "23.13,113.26", "无四": None}
    return {
        name: served.make("customer", "amy", {"name": f"地图测试{name}", "phone": f"0512-7700{at:04}", "location": place})
        for at, (name, place) in enumerate(places.items())
    }


def opened(page: Page) -> Page:
    page.goto(MAP)
    expect(page.locator(".map-pin")).to_have_count(2)
    expect(page.locator(".map-land")).to_be_attached()
    return page


@pytest.mark.parametrize(("language", "dark"), [("zh", False), ("en", True)])
def test_the_map_by_pointer(sign_in: SignIn, served: Served, mapped: dict[str, int], language: str, dark: bool) -> None:
    page = sign_in("amy", language=language, dark=dark)
    foreign: list[str] = []
    page.on("request", lambda sent: None if sent.url.startswith((served.address, "data:")) else foreign.append(sent.url))
    page.goto("/e/customer?q=地图测试")
    page.get_by_role("link", name="地图" if language == "zh" else "Map", exact=True).click()
    expect(page).to_have_url(re.compile("as=map"))
    expect(page.locator(".map-land")).to_be_attached()
    expect(page.locator(".map-name > span").filter(has_text="台北" if language == "zh" else "Taipei")).to_be_visible()
    scan(page)
    page.get_by_role("button", name="此处 2 条记录" if language == "zh" else "2 records here").click()
    popup = page.locator(".leaflet-popup")
    expect(popup.get_by_role("link", name="地图测试苏二")).to_be_focused()
    expect(popup.get_by_role("link", name="地图测试苏一")).to_be_visible()
    scan(page)
    popup.get_by_role("link", name="地图测试苏二").click()
    page.wait_for_url(re.compile(rf"/e/customer/{mapped['苏二']}$"))
    assert foreign == []


def test_the_map_by_keyboard(sign_in: SignIn, mapped: dict[str, int]) -> None:
    page = opened(sign_in("amy", language="en"))
    page.locator(".map__canvas").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="地图测试广三", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup")
    expect(popup.get_by_role("link", name="地图测试广三")).to_be_focused()
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    expect(page.get_by_role("button", name="地图测试广三", exact=True)).to_be_focused()
    show = page.get_by_role("button", name="Show “地图测试苏一” on the map")
    show.focus()
    page.keyboard.press("Enter")
    expect(popup.get_by_role("link", name="地图测试苏一")).to_be_focused()
    page.keyboard.press("Escape")
    expect(show).to_be_focused()


def test_a_filtered_map_is_drawn_anew_and_tells_of_those_without_a_position(sign_in: SignIn, mapped: dict[str, int]) -> None:
    page = opened(sign_in("amy"))
    page.get_by_role("searchbox", name="在客户中搜索").fill("地图测试广三")
    page.keyboard.press("Enter")
    expect(page.locator(".map-pin")).to_have_count(1)
    expect(page.locator(".map-land")).to_be_attached()
    page.goto(MAP)
    page.get_by_role("link", name="1 条没有位置").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name="地图测试无四").first).to_be_visible()


@pytest.mark.parametrize(("language", "dark"), [("zh", True), ("en", False)])
def test_the_map_on_a_phone(sign_in: SignIn, mapped: dict[str, int], language: str, dark: bool) -> None:
    page = opened(sign_in("amy", viewport=PHONE, language=language, dark=dark))
    no_sideways_scroll(page)
    scan(page)
    cards = page.locator(".map__cards .map-card")
    expect(cards.first).to_be_hidden()
    page.get_by_text("地图上的记录" if language == "zh" else "Records on the map").first.click()
    expect(cards).to_have_count(3)
    no_sideways_scroll(page)
    cards.filter(has_text="广三").locator("[data-map-show]").click()
    expect(page.locator(".leaflet-popup").get_by_role("link", name="地图测试广三")).to_be_in_viewport()
    scan(page)
