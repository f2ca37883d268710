"""Pages of lists that are hard to make quickly: how long the slowest of twenty takes (the 95th percentile)."""

from __future__ import annotations

import html
import re
import statistics
from collections.abc import Iterator

from bench.client import Client, time_one
from bench.filling import AUDITOR
from bench.programs import MANAGER, SALES, Program, loomwork_client

LIMIT = 0.3
"""Seconds that a first page may take."""
TIMES = 20
_NEXT = re.compile(rb'href="(/e/lead\?[^"]*after=[^"]*)"')
PAGES: tuple[tuple[str, int, str], ...] = (
    ("list, sales", SALES, "/e/lead"),
    ("list, manager", MANAGER, "/e/lead"),
    ("list of a viewer of few", AUDITOR, "/e/lead"),
    ("sorted by the owner's name, sales", SALES, "/e/lead?sort=owner"),
    ("sorted by the owner's name, manager", MANAGER, "/e/lead?sort=owner"),
    ("sorted by company, manager", MANAGER, "/e/lead?sort=company"),
)
LAST = 200


def slowest(program: Program) -> Iterator[tuple[str, float]]:
    """Names of pages with the seconds that 95 of 100 take at most."""
    for name, user, path in PAGES:
        yield name, _p95(loomwork_client(program, user), path)
    client = loomwork_client(program, MANAGER)
    yield f"page {LAST}, manager", _p95(client, _page(client, LAST))


def _p95(client: Client, path: str) -> float:
    times = time_one(client, lambda one: one.request("GET", path)[0], TIMES)
    return statistics.quantiles(times, n=20)[-1]


def _page(client: Client, number: int) -> str:
    """The address of the page with that number, by the links of those before it; the last one where there are fewer."""
    path = "/e/lead"
    for _ in range(number - 1):
        found = _NEXT.search(client.request("GET", path)[1])
        if found is None:
            break
        path = html.unescape(found.group(1).decode())
    return path
