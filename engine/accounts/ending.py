"""What ends with somebody's access, in the transaction that ends it (R42)."""

from __future__ import annotations

import sqlalchemy as sa

from engine.storage.platform import access_token, account_link, half_sign_in, session


def end_entrances(connection: sa.Connection, user_id: int) -> None:
    """Everything that lets the person in without the password: sessions, half-way
    tokens and links. A new password ends them."""
    for table in (session, account_link, half_sign_in):
        connection.execute(sa.delete(table).where(table.c.user_id == user_id))


def end_access(connection: sa.Connection, user_id: int) -> None:
    """Everything by which the person comes in, access keys as well: of somebody who is switched off, so that coming back means
    signing in anew."""
    end_entrances(connection, user_id)
    connection.execute(sa.delete(access_token).where(access_token.c.user_id == user_id))
