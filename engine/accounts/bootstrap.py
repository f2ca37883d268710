"""The first administrator: made once, whoever tries and however often (T39)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.accounts import credentials
from engine.accounts.principals import bump_access
from engine.records import write
from engine.refusals import Message, Refused
from engine.storage.platform import anchor

if TYPE_CHECKING:
    from engine.runtime import WriteSession

_KEY = {"entity_id": 0, "key": "first-administrator"}
"""Its primary key is what makes a second one impossible."""


def first_administrator(s: WriteSession, login: str, name: str, password: str) -> int:
    """Make the first administrator; returns the user's id. To be called by the operator or the system.

    Raises `Refused("administrator_exists")` when there has been one, or anybody can already sign in.
    """
    if credentials.any_set(s.connection) or not _claim(s.connection):
        raise Refused(Message("administrator_exists"))
    user = write.create(s, "user", {"name": name, "login": login})
    for role in sorted(s.app.access.admin_roles):
        write.create(s, "role_assignment", {"user": user, "role": role})
    credentials.set_password(s, user, password)
    bump_access(s)
    return user


def _claim(connection: sa.Connection) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(anchor).values(**_KEY, touched=1))
    except IntegrityError:
        return False
    return True
