"""Texts and titles in the order that people expect (R29), on both databases and over pages."""

from __future__ import annotations

from typing import Any

import pytest

from engine.records import read
from engine.records.queries import Query, Sort
from engine.storage.database import Database
from metadata.specs.common import TitlePart
from metadata.specs.entity import EntitySpec
from tests.records_read.world import ENTITIES, World, build, field, grant, label, role

FIRM = EntitySpec(
    "firm", label("firm"), search=("name",), title=(TitlePart(path=("name",)), TitlePart(text=" · "), TitlePart(path=("city",))),
    fields={"name": field("name", "text"), "city": field("city", "text")},
)
VISIT = EntitySpec("visit", label("visit"), title=(TitlePart(path=("firm",)),), fields={"firm": field("firm", "link", link="firm")})
NAMES = ("apple", "Ärger", "Azur", "北京", "广州", "李", "上海", "Zürich")
ORDERED = ("apple", "Ärger", "Azur", "Zürich", "北京", "广州", "李", "上海")


SALES = role("sales", grant("firm", "read", "all"), grant("visit", "read", "all"))


@pytest.fixture
def world(database: Database) -> World:
    """Firms in no order, one without a name, and a visit to each that has one."""
    made = build(database, SALES, entities=(*ENTITIES, FIRM, VISIT))
    for number, name in enumerate(NAMES):
        firm = made.insert("firm", name=name, city="杭州" if number % 2 else None)
        made.insert("visit", firm=firm)
    made.insert("firm", city="南京")
    return made


def walk(s: Any, entity: str, path: tuple[str, ...], descending: bool) -> list[object]:
    """The values of a column over all pages of three rows, there and back again."""
    found: list[object] = []
    query = Query(entity, (path,), sort=(Sort(path, descending),), limit=3)
    page = read.page(s, query)
    while True:
        rows = [row[page.columns[0].title or page.columns[0].index] for row in page.rows]
        found += rows
        if not page.after:
            return found
        last = page
        page = read.page(s, Query(entity, (path,), sort=query.sort, limit=3, after=page.after))
        back = read.page(s, Query(entity, (path,), sort=query.sort, limit=3, before=page.before))
        assert back.rows == last.rows


def test_texts_sort_by_pinyin_without_case_and_accents(world: World) -> None:
    with world.session("amy") as s:
        assert walk(s, "firm", ("name",), False) == [None, *ORDERED]
        assert walk(s, "firm", ("name",), True) == [*reversed(ORDERED), None]


def test_links_sort_by_their_titles(world: World) -> None:
    with world.session("amy") as s:
        titles = [str(title).partition(" ·")[0] for title in walk(s, "visit", ("firm",), False)]
        assert titles == list(ORDERED)
        assert walk(s, "visit", ("firm", "name"), True) == list(reversed(ORDERED))


def test_what_is_offered_stands_in_the_same_order(world: World) -> None:
    with world.session("amy") as s:
        offered = [one.title.partition(" ·")[0] for one in read.pick(s, "visit", "firm", "", {})]
        assert [name for name in offered if name in NAMES] == list(ORDERED)
