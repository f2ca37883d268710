"""The company of these tests, on both databases: applied once, and empty of records at the start of each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.storage.database import Database
from tests.databases import PostgresServer
from tests.records.company import World, publish, running

KEPT = ("lw_release", "lw_entity", "lw_field", "lw_version")
"""Tables that say what the application is."""


@pytest.fixture(scope="session")
def applied_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file in which the company is applied."""
    path = tmp_path_factory.mktemp("company") / "company.db"
    database = Database(f"sqlite:///{path}")
    publish(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def applied_server(postgres: PostgresServer) -> Iterator[Database]:
    """A PostgreSQL database in which the company is applied."""
    url = postgres.create()
    database = Database(url)
    publish(database)
    yield database
    database.close()
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The company with its two reps."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("applied_file"), tmp_path / "company.db")
        database = Database(f"sqlite:///{tmp_path / 'company.db'}")
        yield running(database, tmp_path / "files")
        database.close()
        return
    database = request.getfixturevalue("applied_server")
    empty(database)
    yield running(database, tmp_path / "files")


def empty(database: Database) -> None:
    """Take every record away and leave the application."""
    with database.write() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if name not in KEPT]
        connection.execute(sa.text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"))
