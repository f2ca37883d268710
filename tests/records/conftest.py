"""The company of these tests, on both databases: applied once, and empty of records at the start of each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.storage.database import Database
from tests.databases import PostgresServer
from tests.records.company import FILES, World, publish, running

KEPT = ("lw_release", "lw_entity", "lw_field", "lw_version")
"""Tables that say what the application is."""


@pytest.fixture(scope="session")
def applied_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file in which the company is applied."""
    return published_file(tmp_path_factory.mktemp("company"), FILES)


@pytest.fixture(scope="session")
def applied_server(postgres: PostgresServer) -> Iterator[Database]:
    """A PostgreSQL database in which the company is applied."""
    yield from published_server(postgres, FILES)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The company with its two reps."""
    yield from fresh(request, tmp_path, "applied_file", "applied_server")


def published_file(folder: Path, files: Mapping[str, str]) -> Path:
    """A SQLite file in `folder` in which the application of `files` is applied."""
    path = folder / "applied.db"
    database = Database(f"sqlite:///{path}")
    publish(database, files)
    database.close()
    return path


def published_server(postgres: PostgresServer, files: Mapping[str, str]) -> Iterator[Database]:
    """A PostgreSQL database in which the application of `files` is applied, until the fixture that yields from it ends."""
    url = postgres.create()
    database = Database(url)
    publish(database, files)
    yield database
    database.close()
    postgres.drop(url)


def fresh(request: pytest.FixtureRequest, folder: Path, file: str, server: str) -> Iterator[World]:
    """The world without records over the database that `request.param` says: a copy of what the fixture `file` gives, or
    what the fixture `server` gives, emptied."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue(file), folder / "copy.db")
        database = Database(f"sqlite:///{folder / 'copy.db'}")
        yield running(database, folder / "files")
        database.close()
        return
    database = request.getfixturevalue(server)
    empty(database)
    yield running(database, folder / "files")


def empty(database: Database) -> None:
    """Take every record away and leave the application."""
    with database.write() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if name not in KEPT]
        connection.execute(sa.text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"))
