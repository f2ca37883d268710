"""The application as people install it on a phone: manifest, service worker, and what is shown without a network."""

from __future__ import annotations

import json
import urllib.request

from playwright.sync_api import expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn, no_sideways_scroll


def test_the_manifest_names_the_application_and_its_icons_are_there(served: Served) -> None:
    asked = urllib.request.Request(f"{served.address}/manifest.webmanifest", headers={"Accept-Language": "en"})
    with urllib.request.urlopen(asked) as answer:
        said = json.load(answer)
    assert said["name"] == "B2B sales" and said["display"] == "standalone" and said["lang"] == "en"
    for icon in said["icons"]:
        with urllib.request.urlopen(served.address + icon["src"]) as picture:
            assert picture.headers["content-type"] == "image/png"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in said["icons"]}


def test_without_a_network_a_page_of_ours_says_so_and_opens_again(sign_in: SignIn) -> None:
    page = sign_in("amy", viewport=PHONE, offline=True)
    page.goto("/e/lead")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto("/e/customer")
    expect(page.get_by_role("heading", name="网络连接中断")).to_be_visible()
    expect(page.get_by_role("heading", name="There is no connection")).to_be_visible()
    no_sideways_scroll(page)
    scan(page)
    assert "B2B" not in page.content() and "王艾米" not in page.content(), "nothing of anybody's is kept"
    page.context.set_offline(False)
    expect(page.locator("#list")).to_be_visible()
    assert page.url.endswith("/e/customer")


def test_nothing_but_the_shell_is_kept_on_the_device(sign_in: SignIn) -> None:
    page = sign_in("amy", offline=True)
    page.goto("/e/lead")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto("/e/customer")
    kept = page.evaluate(
        "caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((c) => c.keys()))))"
        ".then((found) => found.flat().map((one) => new URL(one.url).pathname))"
    )
    assert kept and all(path == "/offline" or path.startswith("/static/") for path in kept), kept
