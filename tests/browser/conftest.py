"""A served b2b application with its people and products, and a real Chromium for the page tests."""

from __future__ import annotations

import os
import shutil
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from engine.principal import OPERATOR
from engine.records import read, write
from engine.records.queries import Filter, Query
from engine.runtime import Runtime
from loomwork.applying import spec_of
from loomwork.demo import PASSWORD, fill
from metadata.loader import shipped_pack
from tests.browser.stage import Stage, staged
from tests.declared_model import out_of_reach
from tests.ports import free_port
from web.application import build
from web.composition import compose
from web.settings import Settings

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run",
    "--disable-quic", "--disable-sync",
]
PICTURES = Path(__file__).resolve().parents[2] / "screenshots"
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
PATIENCE = 15_000
"""Milliseconds until something that should appear counts as missing; generous because tests share a busy machine."""

EXPECTED = ("Failed to load resource", "Response Status Error Code", "htmx:afterRequest,", "htmx:sendAbort,", "htmx:sendError,")
"""How what a console calls an error begins where it is none of the page's: an answer that refuses (the page tells it), a request
given up for a later one, a connection lost."""


@dataclass(frozen=True)
class Served:
    """A running application: its address, its runtime (same process), and the password that all its people share."""

    address: str
    runtime: Runtime
    password: str

    def person(self, login: str) -> int:
        """The number of the person with that log-in."""
        return self._find("user", "login", login)

    def product(self, code: str) -> int:
        """The number of the product with that code."""
        return self._find("product", "code", code)

    def make(self, entity: str, login: str, values: Mapping[str, object]) -> int:
        """Creates a record that belongs to a person, without the pages; its number."""
        owned = {**values, "owner": self.person(login)}
        return self.runtime.writing(OPERATOR, lambda session: write.create(session, entity, owned))

    def count(self, entity: str, field: str, value: object) -> int:
        """How many records hold that value."""
        with self.runtime.reading(OPERATOR) as session:
            return read.count(session, Query(entity, ((field,),), (Filter((field,), "eq", value),))).value

    def _find(self, entity: str, field: str, value: str) -> int:
        with self.runtime.reading(OPERATOR) as session:
            return int(str(read.page(session, Query(entity, ((field,),), (Filter((field,), "eq", value),))).rows[0][0]))


@dataclass
class Faults:
    """What browsers complained about: scripts that failed, whatever else their console calls an error (violations of the CSP
    among them), answers that are the server's fault."""

    found: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._said(page, said))
        page.on("response", lambda answer: self._answered(answer.status, answer.url))

    def _said(self, page: Page, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith(EXPECTED):
            self.found.append(f"{page.url}: {said.text}")

    def _answered(self, status: int, url: str) -> None:
        if status >= 500:
            self.found.append(f"{status} {url}")


expect.set_options(timeout=PATIENCE)


@contextmanager
def serving(folder: Path, full: bool) -> Iterator[Served]:
    """The b2b pack on SQLite, served on a free port: with all its demo data, or only departments, people, roles and
    products."""
    settings = Settings(database=f"sqlite:///{folder / 'loomwork.db'}", data=folder, port=free_port(), development=True)
    spec = spec_of(shipped_pack("b2b"))
    data = {name: one for name, one in spec.data.items() if full or one.generate is None}
    runtime = compose(settings)
    fill(runtime, replace(spec, data=data))
    server = uvicorn.Server(uvicorn.Config(build(settings), host="127.0.0.1", port=settings.port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    address = f"http://127.0.0.1:{settings.port}"
    urllib.request.urlopen(f"{address}/sign-in").close()  # the release is compiled with the first request
    yield Served(address, runtime, PASSWORD)
    server.should_exit = True
    thread.join(10)
    runtime.database.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The small world, for the whole session of tests."""
    with serving(tmp_path_factory.mktemp("served"), full=False) as served:
        yield served


@pytest.fixture(scope="session")
def stage(served: Served) -> Stage:
    """Records with the longest texts people type."""
    return staged(served)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all page tests."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "Chromium is missing: run `make test`, or apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def visits() -> dict[tuple[str, str], Any]:
    """Cookies of people who signed in already, by login and language: signing in is slow on purpose (argon2)."""
    return {}


SignIn = Callable[..., Page]


@pytest.fixture
def faults() -> Iterator[Faults]:
    """Fails the test when one of its pages had a script error, a CSP violation or a fault of the server."""
    faults = Faults()
    yield faults
    assert not faults.found, faults.found


@pytest.fixture
def sign_in(browser: Browser, served: Served, visits: dict[tuple[str, str], Any], faults: Faults) -> Iterator[SignIn]:
    """`sign_in("amy", language="en", viewport=PHONE, dark=False, fresh=False)` gives the page of a signed-in person;
    `fresh` takes a session of its own, for tests that end it or change its language; `offline` lets pages
    have their service worker, past which tests cannot catch requests. Meanwhile the declared model is out
    of reach: nothing on the path of a request reads metadata."""
    contexts: list[BrowserContext] = []

    def open_as(
        login: str, language: str = "zh", viewport: dict[str, int] = WIDE, dark: bool = False, fresh: bool = False,
        offline: bool = False,
    ) -> Page:
        known = None if fresh else visits.get((login, language))
        context = browser.new_context(
            viewport={"width": viewport["width"], "height": viewport["height"]}, storage_state=known,
            locale="zh-CN" if language == "zh" else "en-GB", color_scheme="dark" if dark else "light",
            base_url=served.address, timezone_id="Asia/Shanghai", service_workers="allow" if offline else "block",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        faults.watch(page)
        if known is None:
            pass_gate(page, login, served.password, language)
        if not fresh:
            visits.setdefault((login, language), context.storage_state())
        return page

    with out_of_reach():
        yield open_as
        for context in contexts:
            context.close()


def pass_gate(page: Page, login: str, password: str, language: str) -> None:
    """Signs in at the gate, in a language chosen beforehand."""
    page.goto("/sign-in")
    page.context.add_cookies([{"name": "language", "value": "zh-CN" if language == "zh" else "en", "url": page.url}])
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("form.gate__card button[type=submit]")
    page.wait_for_url("**/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if language == "zh" else "en")


def picture(page: Page, name: str) -> None:
    """Keeps a screenshot of the whole page for people to look at, when LOOMWORK_PICTURES=1. The window grows to the
    page's height, so that bars stay at its edges and what loads when it comes into view is there."""
    if os.environ.get("LOOMWORK_PICTURES") != "1":
        return
    PICTURES.mkdir(exist_ok=True)
    usual = page.viewport_size or WIDE
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": usual["width"], "height": max(usual["height"], min(tall, 4000))})
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    page.set_viewport_size({"width": usual["width"], "height": usual["height"]})


def no_sideways_scroll(page: Page) -> None:
    """Fails when the page is wider than its window (R63)."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} scrolls sideways by {wide} px"
