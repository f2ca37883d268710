"""INSERTs that say what is to be done where the row is there already: both databases know ON CONFLICT, and SQLAlchemy has a statement of
its own for each."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_of(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT into `table` that takes `on_conflict_do_nothing` and `on_conflict_do_update`, for the database of `connection`."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
