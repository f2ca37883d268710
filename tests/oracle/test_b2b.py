"""Every read path of the shipped b2b pack agrees with the reference evaluator, for every role (R1, R2, R3, R35)."""

from __future__ import annotations

from pathlib import Path

import pytest

import metadata
from engine.clock import FixedClock
from engine.compile import compile_app
from engine.storage import catalogue
from engine.storage.apply import apply
from engine.storage.database import Database
from metadata.loader import load
from tests.oracle.compare import PATHS, comparing
from tests.oracle.generate import NOW, World
from tests.oracle.reference import Reference

PACK = Path(metadata.__file__).parent / "packs" / "b2b"
PERSONS = {
    "gia": ("gm",), "may": ("sales_manager",), "sam": ("sales",), "fin": ("finance",), "leo": ("legal",),
    "mix": ("sales", "finance"), "adi": ("admin",), "sue": ("sales",), "non": (),
}


@pytest.fixture
def world(database: Database) -> World:
    loaded = load(PACK)
    assert loaded.app is not None
    apply(database, loaded.app, "test", "", FixedClock(NOW))
    with database.read() as connection:
        app = compile_app(loaded.app, catalogue.load(connection), 1)
    return World(database, loaded.app, app, PERSONS, 30)


ON_BOTH = ("sam", "may", "fin", "mix")
"""Roles with row rules of every kind; the others are compared on SQLite alone, where the test is quicker."""


@pytest.mark.parametrize("login", [login for login in PERSONS if login != "sue"])
def test_all_paths_agree(world: World, login: str) -> None:
    if world.database.dialect == "postgresql" and login not in ON_BOTH:
        pytest.skip("compared on SQLite")
    found: list[str] = []
    with comparing(world, login) as comparison:
        for compare in PATHS.values():
            found += compare(comparison)
    assert found == [], f"{len(found)} differences\n" + "\n".join(found[:30])


def test_roles_with_row_rules_see_a_part_of_the_rows(world: World) -> None:
    """The comparison means something only where a role sees some rows and not all: 5 to 60 percent."""
    for login, entities in (("sam", ("lead", "customer", "opportunity", "contract", "receipt")),
                            ("may", ("lead", "customer", "opportunity", "contract"))):
        reference = Reference(world.spec, world.data, world.people[login])
        for entity in entities:
            rows = [row for row in world.data.rows[entity].values() if row["archived_at"] is None]
            share = len(reference.visible(entity)) / len(rows)
            assert 0.05 <= share <= 0.6, (login, entity, share)
