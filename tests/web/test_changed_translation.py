"""A translation that changes shows in running processes with their next request, and what it lacks is told in its base (R30)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.principal import OPERATOR
from loomwork.applying import apply_spec
from metadata.loader import pack_files
from tests.web.conftest import World, hired, over_base
from tests.web.translating import APP, application, translation
from web.application import build


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The same application for a test that changes it."""
    files = {"app.yaml": APP, "fr.translation.yaml": translation(), **pack_files("b2b")}
    settings, runtime = over_base(request, tmp_path, files)
    world = World(settings, runtime, runtime.writing(OPERATOR, lambda session: hired(session, {"amy": "sales"})), build(settings, runtime))
    yield world
    runtime.database.close()


def test_a_text_that_is_missing_is_told_in_the_base(world: World) -> None:
    """A new release with less of a translation shows in running processes at once."""
    world.visitor("amy").send("/language", {"language": "fr", "next": "/"})
    less = application(fr_translation="translation: fr\nname: Français\nlike: zh\ntexts: {shell.search: Chercher}\nlabels: {线索: Piste}\n")
    amy = world.visitor("amy")
    assert "Chercher" not in amy.get("/e/lead")
    apply_spec(world.runtime, less, author="operator", note="less")
    page = amy.get("/e/lead")
    assert "Chercher" in page and "Piste" in page
    assert "线索主题" in amy.get("/e/lead/new")
    assert re.findall("«[^«»]*»", page) == []
    apply_spec(world.runtime, application(fr_translation=translation()), author="operator", note="whole")
    assert "«" in amy.get("/e/lead")
