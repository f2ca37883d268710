"""Inputs that are more than a text box, as people use them: by mouse, by finger and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, WIDE, SignIn
from tests.browser.hands import FORM, fill, submit
from tests.browser.stage import Stage


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "360"])
def test_stars_are_given_by_press_and_by_keyboard(sign_in: SignIn, stage: Stage, viewport: dict[str, int]) -> None:
    page = sign_in("lin", "en", viewport)
    page.goto(f"/e/customer/{stage.customer}/edit")
    stars = page.locator(f"{FORM} .rating")
    stars.get_by_role("radio", name="3 of 5 stars").click()
    page.keyboard.press("ArrowRight")
    expect(stars.get_by_role("radio", name="4 of 5 stars")).to_be_checked()
    submit(page)
    expect(page.locator(".facts").get_by_role("img", name="4 of 5 stars")).to_be_visible()
    page.goto(f"/e/customer/{stage.customer}/edit")
    stars.get_by_role("radio", name="No rating").click()
    submit(page)
    expect(page.locator(".facts").get_by_role("img", name="of 5 stars")).to_have_count(0)


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "360"])
def test_times_and_durations_are_typed_as_people_say_them(sign_in: SignIn, stage: Stage, viewport: dict[str, int]) -> None:
    page = sign_in("amy", "en", viewport)
    page.goto(f"/e/activity/new?parent=lead:{stage.lead}")
    fill(page, {"subject": "Called back", "content": "Wants an offer", "took": "90"})
    submit(page)
    expect(page.locator(FORM).get_by_text("“90” is no duration; write 2:15 for 2 h 15 min, or 90m.")).to_be_visible()
    fill(page, {"took": "90m"})
    submit(page)
    expect(page.locator(".facts").first).to_contain_text("1 h 30 min")


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "360"])
def test_a_colour_is_chosen_or_typed(sign_in: SignIn, viewport: dict[str, int]) -> None:
    page = sign_in("admin", "en", viewport)
    page.goto("/e/product_category/1/edit")
    swatch, text = page.get_by_label("Colour: choose"), page.locator(f"{FORM} [name=color]")
    scan(page)
    swatch.fill("#0d6650")
    expect(text).to_have_value("#0d6650")
    text.fill("#963F06")
    expect(swatch).to_have_value("#963f06")
    submit(page)
    expect(page.locator(".facts").first).to_contain_text("#963f06")
    page.goto("/e/product_category")
    expect(page.locator(".swatch svg rect[fill='#963f06']").first).to_be_visible()
    scan(page)


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "360"])
def test_a_position_is_taken_from_the_device(sign_in: SignIn, stage: Stage, viewport: dict[str, int]) -> None:
    """Where the device does not tell it, that is said and the button is there again."""
    page = sign_in("lin", "en", viewport)
    page.goto(f"/e/customer/{stage.customer}/edit")
    button = page.get_by_role("button", name="Location: my position")
    page.context.clear_permissions()
    button.click()
    expect(page.locator(".toast")).to_contain_text("No position was given")
    expect(button).to_be_enabled()
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 31.2304, "longitude": 121.4737})
    button.click()
    expect(page.locator(f"{FORM} [name=location]")).to_have_value("31.230400, 121.473700")
    submit(page)
    place = page.locator(".facts").get_by_role("link", name="31.2304, 121.4737")
    expect(place).to_have_attribute("href", "https://www.openstreetmap.org/?mlat=31.2304&mlon=121.4737#map=16/31.2304/121.4737")
