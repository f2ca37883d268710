"""Screenshots of the full demo for people to look at: only with LOOMWORK_PICTURES=1."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import PHONE, WIDE, Served, pass_gate, picture, serving

pytestmark = pytest.mark.skipif(os.environ.get("LOOMWORK_PICTURES") != "1", reason="LOOMWORK_PICTURES is not 1")
PAGES = {
    "home": "/", "leads": "/e/lead", "lead": "/e/lead/{lead}", "lead-form": "/e/lead/new", "customers": "/e/customer",
    "customer": "/e/customer/{customer}", "contracts": "/e/contract", "contract": "/e/contract/{contract}",
    "contract-form": "/e/contract/new", "receipts": "/e/receipt", "approvals": "/approvals",
    "report": "/reports/signed_by_month", "reports": "/reports", "search": "/search?q=视觉", "notifications": "/notifications",
    "profile": "/profile", "print": "/prints/contract/{contract}", "missing": "/e/nothing",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The whole demo."""
    with serving(tmp_path_factory.mktemp("demo"), full=True) as served:
        yield served


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "360"])
def test_pictures(browser: Browser, demo: Served, viewport: dict[str, int], language: str, dark: bool) -> None:
    context = browser.new_context(
        viewport={"width": viewport["width"], "height": viewport["height"]}, base_url=demo.address,
        locale="zh-CN" if language == "zh" else "en-GB", color_scheme="dark" if dark else "light",
    )
    page = context.new_page()
    ending = f"{viewport['width']}-{language}-{'dark' if dark else 'light'}"
    page.goto("/sign-in")
    picture(page, f"sign-in-{ending}")
    pass_gate(page, "lin", demo.password, language)
    numbers = {}
    for entity in ("lead", "customer", "contract"):
        page.goto(f"/e/{entity}")
        numbers[entity] = (page.locator(f"tbody a[href^='/e/{entity}/']").first.get_attribute("href") or "").split("/")[-1]
    for name, address in PAGES.items():
        page.goto(address.format(**numbers))
        picture(page, f"{name}-{ending}")
    context.close()
