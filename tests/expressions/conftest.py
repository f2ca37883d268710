"""The probe application on both databases, filled once per test process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.storage.database import Database
from tests.databases import PostgresServer
from tests.expressions import world


@pytest.fixture(scope="session")
def samples() -> list[world.Row]:
    return world.sample_rows()


@pytest.fixture(scope="session")
def memory(samples: list[world.Row]) -> world.Memory:
    return world.Memory(world.data(samples))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def probe(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, memory: world.Memory
) -> Iterator[world.World]:
    """The application with the sample rows."""
    url = f"sqlite:///{Path(tmp_path_factory.mktemp('expressions')) / 'probe.db'}"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create()
    database = Database(url)
    try:
        yield world.build(database, memory.data)
    finally:
        database.close()
