"""Access keys: what programs send to the JSON API in the name of a person, `Authorization: Bearer lwk_...`. A key acts with all
rights of its person and no more, until it expires or is deleted; only its hash is stored, and it is shown once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.accounts.hashing import token_hash
from engine.accounts.principals import load_principal
from engine.accounts.sessions import SEEN_STEP, AppLoader, SignedIn
from engine.outside import said
from engine.principal import ANONYMOUS
from engine.refusals import Denied, FieldError, Invalid, Message, NotFound, Refused
from engine.storage.platform import access_token, credential, version

if TYPE_CHECKING:
    from engine.runtime import WriteSession

LIFETIMES = (30, 90, 365)
"""Days that a key may be good for."""
LONGEST_NAME, MOST = 60, 20
_PREFIX = "lwk_"
"""How every key begins, so that one that strayed into a text is found there."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A key as its owner sees it."""

    id: int
    name: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    expired: bool


def tokens_of(connection: sa.Connection, user_id: int, now: datetime) -> Sequence[AccessToken]:
    """The keys of a user, the newest first; expired ones too, until they are deleted."""
    rows = connection.execute(sa.select(access_token).where(access_token.c.user_id == user_id).order_by(access_token.c.id.desc()))
    return [AccessToken(row.id, row.name, row.created_at, row.expires_at, row.used_at, row.expires_at <= now) for row in rows]


def make(s: WriteSession, name: str, days: int) -> str:
    """A new key of the principal under a name of its own; returns it, this once. Raises `Invalid` for name and time, `Refused`
    for too many, `Denied` for whoever is no person."""
    user, name = s.principal.user_id, said(name, "name", LONGEST_NAME, lines=False)
    if user is None:
        raise Denied(Message("denied"))
    if not name:
        raise Invalid([FieldError("name", Message("required"))])
    if days not in LIFETIMES:
        raise Invalid([FieldError("days", Message("required"))])
    present = tokens_of(s.connection, user, s.now)
    if any(one.name == name for one in present):
        raise Invalid([FieldError("name", Message("taken"))])
    if len(present) >= MOST:
        raise Refused(Message("too_many_keys", {"limit": MOST}))
    token = _PREFIX + s.runtime.randomness.token()
    s.connection.execute(sa.insert(access_token).values(
        user_id=user, name=name, token_hash=token_hash(token), created_at=s.now, expires_at=s.now + timedelta(days=days),
        used_at=None,
    ))
    return token


def end(s: WriteSession, id: int) -> None:
    """Delete a key of the principal. Raises `NotFound`."""
    mine = (access_token.c.id == id) & (access_token.c.user_id == s.principal.user_id)
    if not s.connection.execute(sa.delete(access_token).where(mine)).rowcount:
        raise NotFound()


def bearer(connection: sa.Connection, token: str, app_loader: AppLoader, now: datetime) -> SignedIn:
    """Who acts by the key at `now`, with the application of the current release: one statement. A key that is none, is over, or
    is that of somebody inactive is `ANONYMOUS`."""
    row = connection.execute(_LOOKUP, {"token": token_hash(token), "now": now}).one()
    app = app_loader(row.release)
    principal = None if row.user_id is None else load_principal(connection, app, row.user_id, row.access_stamp)
    if principal is None:
        return SignedIn(ANONYMOUS, app)
    due = row.used_at is None or row.used_at < now - SEEN_STEP
    return SignedIn(principal, app, must_change=bool(row.must_change), touch=due)


def note_use(connection: sa.Connection, token: str, now: datetime) -> None:
    """Note that the key is in use."""
    connection.execute(sa.update(access_token).where(access_token.c.token_hash == token_hash(token)).values(used_at=now))


_LOOKUP = (
    sa.select(version.c.release, version.c.access_stamp, access_token.c.user_id, access_token.c.used_at, credential.c.must_change)
    .select_from(
        version.outerjoin(access_token, sa.and_(
            access_token.c.token_hash == sa.bindparam("token", type_=sa.String(), required=True),
            access_token.c.expires_at > sa.bindparam("now", type_=access_token.c.expires_at.type, required=True),
        )).outerjoin(credential, credential.c.user_id == access_token.c.user_id)
    )
    .where(version.c.id == 1)
)
