"""The platform's own tables: made on an empty database, migrated forward on an older one, refused on a newer one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from engine.refusals import Message
from engine.storage.database import Unusable
from engine.storage.platform import LANGUAGE_VERSION, PLATFORM, SCHEMA_VERSION, saved_view, star, version

Migration = Callable[[sa.Connection], None]

ADDED: Mapping[int, tuple[sa.Table, ...]] = {2: (saved_view,), 3: (star,)}
"""Schema version -> the tables that came with it."""


def _adding(tables: tuple[sa.Table, ...]) -> Migration:
    def migrate(connection: sa.Connection) -> None:
        for table in tables:
            table.create(connection)

    return migrate


MIGRATIONS: Mapping[int, Migration] = {number - 1: _adding(tables) for number, tables in ADDED.items()}
"""Schema version -> what brings a database of that version to the next one."""


def ensure(
    connection: sa.Connection, known: int = SCHEMA_VERSION, migrations: Mapping[int, Migration] = MIGRATIONS
) -> None:
    """Bring the platform tables to schema version `known`, in the caller's transaction. Raises `Unusable` for a
    database that a newer Loomwork made."""
    if not sa.inspect(connection).has_table(version.name):
        PLATFORM.create_all(connection)
        row = {"id": 1, "schema_version": known, "language_version": LANGUAGE_VERSION, "release": 0, "access_stamp": 0}
        connection.execute(version.insert().values(row))
        return
    found = connection.execute(sa.select(version.c.schema_version).with_for_update()).scalar_one()
    if found > known:
        raise Unusable(Message("database_newer", {"found": found, "known": known}))
    for step in range(found, known):
        migrations[step](connection)
    if found < known:
        connection.execute(version.update().values(schema_version=known))
