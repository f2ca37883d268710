"""A served b2b demo and a real Chromium for the page tests."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from loomwork.demo import prepare_demo
from web.application import build
from web.settings import Settings

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run",
    "--disable-quic", "--disable-sync",
]
PICTURES = Path(__file__).resolve().parents[2] / "screenshots"
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Served:
    """A running demo: its address and the password that all demo people share."""

    address: str
    password: str


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The b2b demo on SQLite, served on a free port for the whole session of tests."""
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(database=f"sqlite:///{folder / 'loomwork.db'}", data=folder, port=_free_port(), development=True)
    demo = prepare_demo("b2b", settings)
    server = uvicorn.Server(uvicorn.Config(build(settings), host="127.0.0.1", port=settings.port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Served(f"http://127.0.0.1:{settings.port}", demo.password)
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all page tests."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "Chromium is missing: run `make test`, or apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield chromium
        chromium.close()


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(browser: Browser, served: Served) -> Iterator[SignIn]:
    """`sign_in("amy", language="zh", viewport=PHONE, dark=False)` gives the page of a signed-in person; scripts that fail
    and CSP violations fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_as(login: str, language: str = "zh", viewport: dict[str, int] = WIDE, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": viewport["width"], "height": viewport["height"]},
            locale="zh-CN" if language == "zh" else "en-GB", color_scheme="dark" if dark else "light",
            base_url=served.address,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
        page.goto("/sign-in")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", served.password)
        page.click("form button[type=submit]")
        page.wait_for_url("**/")
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert not faults, faults


def picture(page: Page, name: str) -> None:
    """Keeps a full-page screenshot for people to look at."""
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def no_sideways_scroll(page: Page) -> None:
    """Fails when the page is wider than its window (R63)."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"
