"""Static files: kept for as long as their content is the same, and compressed."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import web
from tests.web.conftest import World
from web.rendering import SCRIPTS, SHEETS, static_address

STATIC = Path(web.__file__).parent / "static"
MOST = 170 * 1024
"""Bytes of script and style, compressed, of a list or record page."""


@pytest.mark.parametrize("name", ["js/app.js", "css/components.css", "vendor/icons.svg"])
def test_texts_travel_compressed_to_whoever_takes_that(world: World, name: str) -> None:
    client = world.anonymous()
    for encoding, expected in (("gzip, br", "gzip"), ("identity", None)):
        answer = client.get(static_address(False)(name), headers={"accept-encoding": encoding})
        assert answer.content == (STATIC / name).read_bytes() and answer.headers.get("content-encoding") == expected
        assert answer.headers["vary"] == "Accept-Encoding" and "immutable" in answer.headers["cache-control"]
    part = client.get(f"/static/{name}", headers={"range": "bytes=0-9", "accept-encoding": "gzip"})
    assert part.status_code == 206 and part.content == (STATIC / name).read_bytes()[:10]


def test_pages_are_not_compressed_for_they_hold_tokens(world: World) -> None:
    answer = world.visitor("amy").client.get("/e/lead", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


def test_a_page_loads_little(world: World) -> None:
    page = world.visitor("amy").get("/e/lead")
    loaded = ["js/theme.js", *SHEETS, *SCRIPTS]
    assert all(f"/static/{name}?v=" in page for name in loaded)
    assert page.count("<script") == len(SCRIPTS) + 1 and page.count('rel="stylesheet"') == len(SHEETS)
    assert sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in loaded) < MOST
