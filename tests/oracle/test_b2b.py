"""Every read path of the shipped b2b pack agrees with the reference evaluator, for every role, on both databases (R1, R2, R3,
R35). It takes about two minutes of one core, as much as everything else about the reference evaluator together.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import metadata
from engine.clock import FixedClock
from engine.compile import compile_app
from engine.storage import catalogue
from engine.storage.apply import apply
from engine.storage.database import Database
from metadata.loader import load
from tests.databases import PostgresServer
from tests.oracle.compare import PATHS, comparing
from tests.oracle.generate import NOW, World
from tests.oracle.shares import narrow, out_of_bounds, unheld

PACK = Path(metadata.__file__).parent / "packs" / "b2b"
PERSONS = {
    "non": (), "gia": ("gm",), "may": ("sales_manager",), "sam": ("sales",), "fin": ("finance",), "leo": ("legal",),
    "mix": ("sales", "finance"), "adi": ("admin",), "sue": ("sales",), "emp": ("employee",),
}
"""Logins and their roles, each role held by somebody; the first is everybody's superior."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The pack with 36 rows of each entity, which every comparison only reads."""
    server: PostgresServer | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = server.create() if server else f"sqlite:///{tmp_path_factory.mktemp('b2b') / 'test.db'}"
    loaded = load(PACK)
    assert loaded.app is not None
    database = Database(url)
    apply(database, loaded.app, "test", "", FixedClock(NOW))
    with database.read() as connection:
        app = compile_app(loaded.app, catalogue.load(connection), 1)
    yield World(database, loaded.app, app, PERSONS, 36, seed=35)
    database.close()
    if server:
        server.drop(url)


@pytest.mark.parametrize("login", [login for login in PERSONS if login != "sue"])
def test_all_paths_agree(world: World, login: str) -> None:
    found: list[str] = []
    with comparing(world, login) as comparison:
        for compare in PATHS.values():
            found += compare(comparison)
    assert found == [], f"{len(found)} differences\n" + "\n".join(found[:30])


def test_every_role_sees_a_part_of_the_rows(world: World) -> None:
    """The comparison means something only where a user sees some rows and not all."""
    assert (unheld(world), out_of_bounds(world)) == (set(), {})
    assert len(narrow(world)) >= 50
