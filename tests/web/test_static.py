"""Static files: kept for as long as their content is the same, and compressed."""

from __future__ import annotations

import gzip

import pytest

from tests.web.conftest import World
from web.static_files import FIRST, LATER, SCRIPTS, SHEETS, STATIC, content, static_address

MOST = 170 * 1024
"""Bytes of script and style, compressed, of a list or record page."""


@pytest.mark.parametrize("name", ["js/app.js", "css/components.css", "vendor/icons.svg", "bundles/pages.js", "bundles/pages.css"])
def test_texts_travel_compressed_to_whoever_takes_that(world: World, name: str) -> None:
    client = world.anonymous()
    for encoding, expected in (("gzip, br", "gzip"), ("identity", None)):
        answer = client.get(static_address(False)(name), headers={"accept-encoding": encoding})
        assert answer.content == content(name) and answer.headers.get("content-encoding") == expected
        assert answer.headers["vary"] == "Accept-Encoding" and "immutable" in answer.headers["cache-control"]


def test_a_part_of_a_file_is_a_part_of_what_it_holds(world: World) -> None:
    part = world.anonymous().get("/static/js/app.js", headers={"range": "bytes=0-9", "accept-encoding": "gzip"})
    assert part.status_code == 206 and part.content == (STATIC / "js/app.js").read_bytes()[:10]


def test_pages_are_not_compressed_for_they_hold_tokens(world: World) -> None:
    answer = world.visitor("amy").client.get("/e/lead", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


def test_a_page_loads_little_in_few_files(world: World) -> None:
    page = world.visitor("amy").get("/e/lead")
    loaded = [FIRST, *SHEETS, *SCRIPTS]
    assert all(f"/static/{name}?v=" in page for name in loaded)
    assert page.count("<script") + page.count('rel="stylesheet"') == len(loaded) == 4
    assert sum(len(gzip.compress(content(name) or b"", 9)) for name in loaded) < MOST


def test_every_script_and_sheet_is_loaded_by_some_page() -> None:
    alone = {FIRST, "js/chart.js", "js/map.js", "js/print.js", "js/service-worker.js", "css/map.css", "css/print.css"}
    bundled = {part for parts in (*SHEETS.values(), *SCRIPTS.values(), *LATER.values()) for part in parts if not part.startswith("vendor/")}
    found = {f"{file.parent.name}/{file.name}" for folder in ("js", "css") for file in (STATIC / folder).iterdir()}
    assert found == alone | bundled
