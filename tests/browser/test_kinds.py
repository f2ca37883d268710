"""Inputs that are more than a text box, as people use them: by mouse, by finger and by keyboard."""

from __future__ import annotations

import base64
import zlib

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, WIDE, SignIn
from tests.browser.hands import FORM, fill, settled, submit
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
    expect(page.locator(f"{FORM} .field__error").get_by_text("“90” is no duration; write 2:15 for 2 h 15 min, or 90m.")).to_be_visible()
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


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "360"])
def test_tags_are_typed_pasted_suggested_and_taken_away(sign_in: SignIn, viewport: dict[str, int]) -> None:
    page = sign_in("lin", "en", viewport)
    vip = f"VIP {viewport['width']}"
    page.goto("/e/customer/new")
    fill(page, {"name": f"Tagged at {viewport['width']}"})
    box, typed = page.locator(f"{FORM} .tags-input"), page.get_by_role("combobox", name="Tags")
    chips = box.locator(".chosen__title")
    typed.click()
    page.keyboard.type(vip)
    page.keyboard.press("Enter")
    page.keyboard.type(f"north,{vip.lower()}，old，")
    expect(chips).to_have_text([vip, "north", "old"])
    page.keyboard.press("Backspace")
    expect(chips).to_have_text([vip, "north"])
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.setData("text/plain", "重点、south\\nnorth");
      document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }""")
    expect(chips).to_have_text([vip, "north", "重点", "south"])
    box.get_by_role("button", name="Remove north").click()
    expect(typed).to_be_focused()
    scan(page)
    page.keyboard.type("left behind")
    submit(page)
    for tag in (vip, "重点", "south", "left behind"):
        expect(page.locator(".facts .tag").get_by_text(tag, exact=True)).to_be_visible()
    page.goto("/e/customer/new")
    typed.click()
    page.keyboard.type(vip[1:])
    page.get_by_role("option", name=vip).click()
    expect(chips).to_have_text([vip])
    page.goto(f"/e/customer?f=tags:contains:{vip.lower()}")
    expect(page.locator("#count")).to_have_text("1 record")


def png(width: int, height: int) -> bytes:
    """A picture of one grey."""
    def part(name: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + bytes((8, 0, 0, 0, 0))
    rows = zlib.compress((b"\x00" + b"\x99" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def photo(page: Page) -> bytes:
    """A JPEG in which the camera noted where it was."""
    drawn = page.evaluate("""() => {
      const canvas = document.createElement("canvas");
      canvas.width = 3000; canvas.height = 1500;
      canvas.getContext("2d").fillRect(0, 0, 900, 900);
      return canvas.toDataURL("image/jpeg").split(",")[1];
    }""")
    noted, content = b"Exif\x00\x00GPS 31.2304", base64.b64decode(drawn)
    return content[:2] + b"\xff\xe1" + (len(noted) + 2).to_bytes(2) + noted + content[2:]


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "360"])
def test_pictures_are_made_small_sent_and_seen_whole(sign_in: SignIn, stage: Stage, viewport: dict[str, int]) -> None:
    page = sign_in("amy", "en", viewport)
    page.goto(f"/e/activity/new?parent=lead:{stage.lead}")
    fill(page, {"subject": "Seen on site", "content": "Line two stands still"})
    assert b"GPS" in photo(page)
    files = [
        FilePayload(name="site.jpg", mimeType="image/jpeg", buffer=photo(page)),
        FilePayload(name="plan.png", mimeType="image/png", buffer=png(40, 30)),
    ]
    box = page.locator(f"{FORM} .pictures")
    box.locator("#f-photos").set_input_files(files)
    expect(box.locator(".thumb")).to_have_count(2)
    held = page.request.get(str(box.locator("img").first.get_attribute("src"))).body()
    assert held[:3] == b"\xff\xd8\xff" and b"GPS" not in held
    assert box.locator("img").first.evaluate("e => [e.naturalWidth, e.naturalHeight]") == [2048, 1024]
    fault = box.locator("[data-upload-fault]")
    box.locator("#f-photos").set_input_files(FilePayload(name="x.png", mimeType="image/png", buffer=b"<svg onload=alert(1)>"))
    expect(fault).to_have_text("This is no picture. Take a JPEG, PNG, WebP or GIF.")
    scan(page)
    submit(page)
    facts = page.locator(".facts .thumbs")
    expect(facts.locator("img")).to_have_count(2)
    facts.get_by_role("link", name="site.jpg").press("Enter")
    whole = page.get_by_role("dialog", name="Picture")
    expect(whole.get_by_role("img", name="site.jpg")).to_be_visible()
    scan(page)
    page.keyboard.press("ArrowRight")
    expect(whole).to_contain_text("plan.png · 2 / 2")
    page.keyboard.press("Escape")
    expect(whole).to_be_hidden()
    expect(facts.get_by_role("link", name="site.jpg")).to_be_focused()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "360"])
def test_one_signs_by_hand_or_with_a_typed_name(sign_in: SignIn, stage: Stage, viewport: dict[str, int]) -> None:
    page = sign_in("amy", "en", viewport)
    page.goto(f"/e/contract/{stage.contract}/edit")
    signed, pad = page.locator(f"{FORM} .signature .thumb"), page.get_by_role("dialog", name="Sign")
    page.get_by_role("tab", name="Terms and files").click()
    page.get_by_role("button", name="Sign", exact=True).click()
    use = pad.get_by_role("button", name="Use it")
    expect(use).to_be_disabled()
    box = pad.locator("canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 120, steps=8)
    page.mouse.up()
    scan(page)
    with page.expect_response("**/files?*"):
        use.click()
    expect(signed).to_have_count(1)
    settled(page)
    drawn = signed.get_attribute("href")
    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    pad.get_by_label("Or type the name").press_sequentially("李工 Li")
    page.keyboard.press("Enter")
    expect(pad).to_have_count(0)
    expect(signed).to_have_count(1)
    expect(signed).not_to_have_attribute("href", str(drawn))
    typed = signed.get_attribute("href")
    submit(page)
    page.get_by_role("tab", name="Terms and files").click()
    expect(page.locator(f".facts .thumb--signature[href='{typed}'] img")).to_be_visible()
    page.goto(f"/prints/contract/{stage.contract}")
    mark = page.get_by_role("img", name="Customer signature")
    expect(mark).to_be_visible()
    assert mark.evaluate("e => e.naturalWidth > 100")
