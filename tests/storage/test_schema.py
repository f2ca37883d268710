"""The platform's own tables: made, migrated forward, refused when newer."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.principal import OPERATOR
from engine.runtime import Runtime
from engine.storage import platform
from engine.storage.database import Database, Unusable
from engine.storage.platform import LANGUAGE_VERSION, SCHEMA_VERSION
from engine.storage.schema import ADDED, ensure
from tests.storage.applications import publish, shop


def schema_version(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(sa.select(platform.version.c.schema_version)).scalar_one()


def test_made_once(database: Database) -> None:
    for _ in range(2):
        with database.write() as connection:
            ensure(connection)
    assert schema_version(database) == SCHEMA_VERSION
    with database.read() as connection:
        assert set(platform.PLATFORM.tables) <= set(sa.inspect(connection).get_table_names())


def test_an_older_schema_is_migrated_step_by_step(database: Database) -> None:
    steps: list[int] = []
    migrations = {
        SCHEMA_VERSION: lambda connection: steps.append(1), SCHEMA_VERSION + 1: lambda connection: steps.append(2),
    }
    with database.write() as connection:
        ensure(connection)
    for _ in range(2):
        with database.write() as connection:
            ensure(connection, SCHEMA_VERSION + 2, migrations)
    assert steps == [1, 2]
    assert schema_version(database) == SCHEMA_VERSION + 2


@pytest.mark.parametrize("since", sorted(ADDED))
def test_an_older_database_gets_what_came_since(database: Database, since: int) -> None:
    missing = [part for version, parts in ADDED.items() if version >= since for part in parts]
    with database.write() as connection:
        ensure(connection)
        for part in reversed(missing):
            if isinstance(part, sa.Table):
                part.drop(connection)
            else:
                connection.execute(sa.DDL(f"ALTER TABLE {part.table.name} DROP COLUMN {part.name}"))
        connection.execute(platform.version.update().values(schema_version=since - 1))
    with database.write() as connection:
        ensure(connection)
    assert schema_version(database) == SCHEMA_VERSION == max(ADDED)
    with database.read() as connection:
        found = sa.inspect(connection)
        for part in missing:
            if isinstance(part, sa.Table):
                assert found.has_table(part.name)
            else:
                assert part.name in {column["name"] for column in found.get_columns(part.table.name)}


def test_a_newer_schema_is_refused_everywhere(database: Database) -> None:
    publish(database, shop())
    with database.write() as connection:
        connection.execute(platform.version.update().values(schema_version=SCHEMA_VERSION + 1))
    with pytest.raises(Unusable, match="database_newer"):
        publish(database, shop())
    with pytest.raises(Unusable, match="database_newer"), Runtime(database).reading(OPERATOR):
        pass


def test_a_newer_language_is_refused(database: Database) -> None:
    publish(database, shop())
    with database.write() as connection:
        connection.execute(platform.version.update().values(language_version=LANGUAGE_VERSION + 1))
    with pytest.raises(Unusable, match="language_newer"), Runtime(database).reading(OPERATOR):
        pass
