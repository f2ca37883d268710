"""Pages as a browser meets them for the first time, on a slow phone: Chromium with nothing cached, a network like its preset
"Fast 4G" and a processor slowed down four times."""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.programs import MANAGER, SALES, Program

INTERACTIVE, WEIGHT, SHIFT = 1.0, 170, 0.1
"""`first` of each: seconds, kilobytes of script and style as they travel, cumulative layout shift."""
TIMES = 5
PAGES = (("list, sales", SALES, "/e/lead"), ("list, manager", MANAGER, "/e/lead"), ("record", SALES, "/e/lead/{own}"))
_NETWORK = {"offline": False, "latency": 165, "downloadThroughput": 9_000_000 / 8 * 0.9, "uploadThroughput": 1_500_000 / 8 * 0.9}
_WATCH = """
window.seen = {shift: 0, busy: 0};
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) seen.shift += e.value; })
  .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => { for (const e of list.getEntries()) seen.busy = Math.max(seen.busy, e.startTime + e.duration); })
  .observe({type: 'longtask', buffered: true});
"""
_READ = """() => {
  const [page] = performance.getEntriesByType('navigation');
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return {ready: Math.max(page.domContentLoadedEventEnd, paint ? paint.startTime : 0, seen.busy), shift: seen.shift}; }"""


@dataclass(frozen=True)
class Met:
    """One page: until when it took its reader's input (seconds: painted, scripts run, no long task after), what script and style
    weighed (kB), how far its content shifted."""

    interactive: float
    weight: float
    shift: float


def met(program: Program, own: int, times: int) -> Iterator[tuple[str, Met]]:
    """Medians of so many first visits of each page; `own` is a lead of the salesperson's."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        for name, user, path in PAGES:
            visits = [_visit(browser, program.port, user, path.format(own=own)) for _ in range(times)]
            yield name, Met(*(statistics.median(getattr(one, part) for one in visits) for part in ("interactive", "weight", "shift")))
        browser.close()


def _visit(browser: Browser, port: int, user: int, path: str) -> Met:
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}", service_workers="block")
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=login]", f"user{user}")
    page.fill("[name=password]", os.environ["BENCH_PASSWORD"])
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")
    session = context.new_cdp_session(page)
    weights = _weighed(session)
    session.send("Network.clearBrowserCache")
    session.send("Network.emulateNetworkConditions", _NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(_WATCH)
    page.goto(path, wait_until="load")
    seen = _settled(page)
    context.close()
    return Met(seen["ready"] / 1000, sum(weights.values()) / 1000, seen["shift"])


def _settled(page: Page) -> dict[str, float]:
    """What was seen, once nothing new is seen for a second."""
    before = page.evaluate(_READ)
    while True:
        page.wait_for_timeout(1000)
        now = page.evaluate(_READ)
        if now == before:
            return now
        before = now


def _weighed(session: CDPSession) -> dict[str, float]:
    """Request -> bytes of each script and style sheet from now on, as they travelled; it fills while pages load."""
    kinds: dict[str, str] = {}
    weights: dict[str, float] = {}
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))

    def ended(event: dict[str, object]) -> None:
        request = str(event["requestId"])
        if kinds.get(request) in ("Script", "Stylesheet"):
            weights[request] = float(str(event["encodedDataLength"]))

    session.on("Network.loadingFinished", ended)
    session.send("Network.enable")
    return weights
