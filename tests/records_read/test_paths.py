"""Where field paths lead, and which texts a language tag takes."""

from __future__ import annotations

import pytest

from engine.languages import short
from engine.records.paths import field_at, fields_along
from engine.refusals import NotFound
from engine.storage.database import Database
from tests.records_read.world import World, build, grant, role


@pytest.fixture
def world(database: Database) -> World:
    return build(database, role("sales", grant("customer", "read", "all")))


def test_a_path_leads_over_links(world: World) -> None:
    with world.session("amy") as s:
        steps = fields_along(s.app, "contract", ("customer", "owner", "name"))
        assert [(owner, field.name) for owner, field in steps] == [("contract", "customer"), ("customer", "owner"), ("user", "name")]
        assert field_at(s.app, "contract", ("customer", "name")).name == "name"


@pytest.mark.parametrize("path", [(), ("nothing",), ("customer", "nothing"), ("customer", "name", "name"), ("", "name")])
def test_a_path_that_leads_nowhere(world: World, path: tuple[str, ...]) -> None:
    with world.session("amy") as s, pytest.raises(NotFound, match="unknown_field"):
        fields_along(s.app, "contract", path)
    with world.session("amy") as s, pytest.raises(NotFound, match="unknown_field"):
        fields_along(s.app, "nothing", ("name",))


@pytest.mark.parametrize(("tag", "texts"), [("zh", "zh"), ("zh-CN", "zh"), ("ZH-Hant", "zh"), ("en-GB", "en"), ("fr", "en"), ("", "en")])
def test_texts_of_a_language(tag: str, texts: str) -> None:
    assert short(tag) == texts
