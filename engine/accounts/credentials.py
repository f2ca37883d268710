"""Passwords. Hashes lie outside the readable model and are never selected with records (T44)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.accounts.ending import end_entrances
from engine.accounts.principals import bump_access
from engine.refusals import FieldError, Invalid, Message
from engine.storage.platform import credential

if TYPE_CHECKING:
    from engine.runtime import WriteSession

SHORTEST, LONGEST = 10, 200
"""Characters of a password."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""Argon2id with 19 MiB, two passes, one lane (the OWASP floor)."""

_NOBODY = HASHER.hash("nobody has this password")
"""Verified against for logins without a password, so that a wrong login costs the same work (T42)."""


def hash_password(password: str) -> str:
    """The hash to store. Slow on purpose."""
    return HASHER.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the one `stored` was made of; the same work whether there is one or not."""
    try:
        HASHER.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def check_password(password: str, login: str = "") -> None:
    """Raises `Invalid` for a password that is too short, too long, or contains the login."""
    if len(password) < SHORTEST:
        raise Invalid([FieldError("password", Message("password_short", {"limit": SHORTEST}))])
    if len(password) > LONGEST:
        raise Invalid([FieldError("password", Message("too_long", {"limit": LONGEST, "length": len(password)}))])
    if login and login.lower() in password.lower() and len(password) < len(login) + SHORTEST:
        raise Invalid([FieldError("password", Message("password_login"))])


def set_password(s: WriteSession, user_id: int, password: str, must_change: bool = False) -> None:
    """Give a user this password and end all of the user's sessions and links. Whether the principal may do so is the caller's to
    decide (oneself, or an administrator); so is `check_password`."""
    store_hash(s, user_id, hash_password(password), must_change)


def store_hash(s: WriteSession, user_id: int, password_hash: str, must_change: bool = False) -> None:
    """As `set_password`, for a hash made before the transaction began."""
    values = {"password_hash": password_hash, "changed_at": s.now, "must_change": must_change}
    changed = s.connection.execute(sa.update(credential).where(credential.c.user_id == user_id).values(values))
    if not changed.rowcount:
        s.connection.execute(sa.insert(credential).values(user_id=user_id, **values))
    end_entrances(s.connection, user_id)
    bump_access(s)


def is_set(connection: sa.Connection, user_id: int) -> bool:
    """Whether the user has a password."""
    return stored_hash(connection, user_id) is not None


def any_set(connection: sa.Connection) -> bool:
    """Whether anybody has a password."""
    return connection.execute(sa.select(credential.c.user_id).limit(1)).first() is not None


def stored_hash(connection: sa.Connection, user_id: int | None) -> str | None:
    """The stored hash of a user, None when there is none."""
    return connection.execute(sa.select(credential.c.password_hash).where(credential.c.user_id == user_id)).scalar()


def must_change(connection: sa.Connection, user_id: int) -> bool:
    """Whether the user has to choose a new password before anything else."""
    found = connection.execute(sa.select(credential.c.must_change).where(credential.c.user_id == user_id)).scalar()
    return bool(found)
