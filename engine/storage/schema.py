"""The platform's own tables: made on an empty database, migrated forward on an older one, refused on a newer one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.refusals import Message
from engine.storage import platform
from engine.storage.database import Unusable
from engine.storage.platform import LANGUAGE_VERSION, PLATFORM, SCHEMA_VERSION, version

Migration = Callable[[sa.Connection], None]

ADDED: Mapping[int, tuple[sa.Table | sa.Column[Any], ...]] = {
    2: (platform.saved_view,),
    3: (
        platform.star, platform.account_link, platform.second_factor, platform.recovery_code, platform.half_sign_in,
        platform.access_token, platform.session.c.viewing_id, platform.bulk, platform.bulk_item, platform.export,
        platform.comment.c.edited_at, platform.comment.c.removed_at, platform.comment.c.files,
        platform.comment_version, platform.notification.c.actor_id,
        platform.presence, platform.follow,
        platform.view_pin, platform.view_default,
        platform.absence, platform.file.c.comment_id,
    ),
}
"""Schema version -> the tables that came with it, and the columns of older tables."""


def _adding(parts: Sequence[sa.Table | sa.Column[Any]]) -> Migration:
    def migrate(connection: sa.Connection) -> None:
        for part in parts:
            if isinstance(part, sa.Table):
                part.create(connection)
            else:
                column = sa.schema.CreateColumn(part).compile(dialect=connection.dialect)
                connection.execute(sa.DDL(f"ALTER TABLE {part.table.name} ADD COLUMN {column}"))

    return migrate


MIGRATIONS: Mapping[int, Migration] = {number - 1: _adding(parts) for number, parts in ADDED.items()}
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
