"""Titles that links stand in, on both databases."""

from __future__ import annotations

import pytest

from engine.records import read
from engine.records.queries import Query
from engine.storage.database import Database
from metadata.specs.common import TitlePart
from metadata.specs.entity import EntitySpec, LinkSpec
from tests.records_read.world import ENTITIES, World, build, field, grant, label, right, role

VISIT = EntitySpec(
    "visit", label("visit"), owned=True, search=("place",),
    title=(TitlePart(path=("customer",)), TitlePart(text=" / "), TitlePart(path=("about",))),
    fields={
        "customer": field("customer", "link", link="customer"),
        "about": field("about", "any_link", link=LinkSpec(("customer", "contract"))),
        "place": field("place", "text"),
    },
)
CALL = EntitySpec(
    "call", label("call"), title=(TitlePart(path=("visit",)),), fields={"visit": field("visit", "link", link="visit")}
)
READS = (grant("visit", "read", "all"), grant("call", "read", "all"))
SALES = role("sales", grant("customer", "read", "own"), grant("contract", "read", "own"), *READS)
SHY = role("shy", grant("customer", "read", "all"), grant("contract", "read", "all"), *READS,
           fields=(right("visit.customer", hide=True),))


@pytest.fixture
def world(database: Database) -> World:
    """Three visits and a call: amy (sales) reads her own customers and contracts, dan (shy) all, not who was visited."""
    made = build(database, SALES, SHY, entities=(*ENTITIES, VISIT, CALL))
    mine = made.insert("customer", name="Acme", owner=made.people["amy"])
    theirs = made.insert("customer", name="Bolt", owner=made.people["bob"])
    contract = made.insert("contract", number="HT-1", customer=mine, owner=made.people["amy"])
    made.insert("visit", customer=mine, about=f"contract:{contract}", place="here")
    made.insert("visit", customer=theirs, about=f"customer:{mine}", place="here")
    made.insert("visit", customer=mine, about=f"customer:{theirs}", place="here")
    made.insert("call", visit=1)
    return made


def test_a_link_in_a_title_is_the_title_of_what_it_names(world: World) -> None:
    with world.session("amy") as s:
        assert read.titles(s, "visit", (1, 2, 3)) == {1: "Acme / HT-1", 2: "/ Acme", 3: "Acme /"}
        assert read.get(s, "visit", 1).title == "Acme / HT-1"
    with world.session("dan") as s:
        assert read.titles(s, "visit", (1, 2, 3)) == {1: "/ HT-1", 2: "/ Acme", 3: "/ Bolt"}


def test_records_are_found_and_sorted_by_such_titles(world: World) -> None:
    with world.session("amy") as s:
        assert [(one.id, one.title) for one in read.pick(s, "call", "visit", "acme", {})] == [
            (2, "/ Acme"), (3, "Acme /"), (1, "Acme / HT-1"),
        ]
        assert [hit.title for hit in read.search(s, "here", "visit")] == ["Acme /", "/ Acme", "Acme / HT-1"]
        page = read.page(s, Query("call", (("visit",),)))
        title = page.columns[0].title
        assert title is not None and [row[title] for row in page.rows] == ["Acme / HT-1"]


def test_links_of_linked_titles_are_left_out(world: World) -> None:
    """One step from each record, so that a circle of titles ends."""
    with world.session("amy") as s:
        assert read.titles(s, "call", (1,)) == {1: "#1"}
