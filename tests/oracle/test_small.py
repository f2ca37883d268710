"""Every read path of the small application agrees with the reference evaluator, for every user (R1, R2, R3, R35)."""

from __future__ import annotations

import pytest

from engine.clock import FixedClock
from engine.compile import compile_app
from engine.storage import catalogue
from engine.storage.apply import apply
from engine.storage.database import Database
from tests.oracle.compare import PATHS, comparing
from tests.oracle.generate import NOW, World
from tests.oracle.shares import narrow, out_of_bounds, unheld
from tests.oracle.small import PERSONS, spec


@pytest.fixture
def world(database: Database) -> World:
    return make(database)


def make(database: Database, size: int = 40) -> World:
    declared = spec()
    apply(database, declared, "test", "", FixedClock(NOW))
    with database.read() as connection:
        app = compile_app(declared, catalogue.load(connection), 1)
    return World(database, declared, app, PERSONS, size, seed=10)


def test_all_paths_agree(world: World) -> None:
    found: list[str] = []
    for login in PERSONS:
        with comparing(world, login) as comparison:
            for compare in PATHS.values():
                found += compare(comparison)
    assert found == [], f"{len(found)} differences\n" + "\n".join(found[:20])


def test_every_role_sees_a_part_of_the_rows(world: World) -> None:
    """The comparison means something only where a user sees some rows and not all."""
    assert (unheld(world), out_of_bounds(world)) == (set(), {})
    assert len(narrow(world)) > 20
