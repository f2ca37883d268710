"""Links by which people set their first password, or a new one. Whoever sees to an account makes them and sends them on; the
database holds a hash only, a link works once and for a while, and a new one ends those before it.

A link is good for as long as whoever made it could make it: one for somebody who was given more since then, or of somebody
who sees to the account no more, is none (R37).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.accounts import attempts, authority, credentials
from engine.accounts.hashing import token_hash
from engine.accounts.principals import principal_within
from engine.principal import ANONYMOUS, OPERATOR, Principal
from engine.refusals import Message, NotFound, Refused
from engine.storage.platform import account_link

if TYPE_CHECKING:
    from engine.runtime import ReadSession, Runtime, WriteSession

LIFETIMES: Mapping[str, timedelta] = {"invite": timedelta(days=7), "reset": timedelta(hours=24)}
"""How long a link works, by its kind: the first password, or a new one."""


@dataclass(frozen=True, slots=True)
class Link:
    """A new link: the token is shown once and kept nowhere."""

    token: str
    kind: str
    expires_at: datetime


def make(s: WriteSession, user_id: int) -> Link:
    """A link for the person, an invitation for who has no password yet; those before it end. Raises `NotFound` and `Denied` as
    `authority.need_charge`, `Refused` for somebody inactive."""
    authority.need_charge(s, user_id)
    if principal_within(s, user_id) is None:
        raise Refused(Message("link_inactive"))
    kind = "reset" if credentials.is_set(s.connection, user_id) else "invite"
    token, until = s.runtime.randomness.token(), s.now + LIFETIMES[kind]
    s.connection.execute(sa.delete(account_link).where(account_link.c.user_id == user_id))
    s.connection.execute(sa.insert(account_link).values(
        token_hash=token_hash(token), user_id=user_id, kind=kind, made_by=s.principal.user_id, created_at=s.now, expires_at=until,
    ))
    authority.tell(s, user_id, f"link_{kind}")
    return Link(token, kind, until)


def open_link(s: WriteSession, token: str) -> Principal:
    """Whom a link lets in. Raises `NotFound` alike for one that never was, was used, ended, or is too old."""
    row = s.connection.execute(
        sa.select(account_link.c.user_id, account_link.c.made_by)
        .where(account_link.c.token_hash == token_hash(token), account_link.c.expires_at > s.now)
    ).first()
    person = None if row is None else principal_within(s, row.user_id)
    if row is None or person is None or not _still_in_charge(s, row.made_by, row.user_id):
        raise NotFound("link_over")
    return person


def look(runtime: Runtime, token: str, address: str) -> Principal:
    """`open_link` for whoever comes from `address`; tries are counted before they are looked at. Raises `TooManyAttempts`."""

    def unit(s: WriteSession) -> Principal | bool:
        if not attempts.count_link(s.connection, address, s.now):
            return False
        try:
            person = open_link(s, token)
        except NotFound:
            return True
        attempts.forget_link(s.connection, address)
        return person

    found = runtime.writing(ANONYMOUS, unit)
    if found is False:
        raise attempts.too_many()
    if not isinstance(found, Principal):
        raise NotFound("link_over")
    return found


def use(s: WriteSession, token: str, password_hash: str) -> int:
    """Set the password of whom the link lets in; returns the user. The link ends, and so do all sessions. Raises as
    `open_link`: a second use, at the same time too, finds it gone."""
    user = open_link(s, token).user_id
    assert user is not None
    gone = sa.delete(account_link).where(account_link.c.token_hash == token_hash(token))
    if not s.connection.execute(gone).rowcount:
        raise NotFound("link_over")
    credentials.store_hash(s, user, password_hash)
    return user


def pending(s: ReadSession, user_id: int) -> datetime | None:
    """Until when a link works that the person was sent; None when there is none."""
    query = sa.select(account_link.c.expires_at).where(account_link.c.user_id == user_id, account_link.c.expires_at > s.now)
    return s.connection.execute(query).scalar()


def expire_links(connection: sa.Connection, now: datetime) -> None:
    """Drop links whose time is over."""
    connection.execute(sa.delete(account_link).where(account_link.c.expires_at < now))


def _still_in_charge(s: WriteSession, made_by: int | None, user_id: int) -> bool:
    """Whether whoever made the link could still make it; None is the operator."""
    maker = OPERATOR if made_by is None else principal_within(s, made_by)
    return maker is not None and authority.in_charge(s.acting_as(maker), user_id)
