"""Idempotency keys: a form sent twice, or a request retried after its answer was lost, acts once (F14). A key stands for
one request: with other content it is refused, so that nobody takes the answer to one thing for the answer to another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from engine.principal import Principal
from engine.refusals import FieldError, Invalid, Message, Refused
from engine.storage.inserting import insert_of
from engine.storage.platform import idempotency

if TYPE_CHECKING:
    from engine.runtime import WriteSession

T = TypeVar("T")
LONGEST = 80
"""Characters of a key."""


def once(session: WriteSession, key: str, request: str, run: Callable[[], T]) -> T:
    """The result of `run`, or the stored one if `key` was used by this principal before for the same `request` (a digest
    of what was asked, at most a few hundred characters). Raises `Refused` when it was used for another.

    Raises `Invalid` for a key that is none. The key is taken before `run`: a second transaction with the same key waits
    for the first to end.
    """
    if not is_key(key):
        raise Invalid([FieldError("", Message("bad_key", {"limit": LONGEST}))])
    mine = {"key": key, "actor": actor_of(session.principal)}
    claim = insert_of(session.connection, idempotency).values(**mine, at=session.now, result=None).on_conflict_do_nothing()
    claim = claim.returning(idempotency.c.key)
    row = (idempotency.c.key == mine["key"]) & (idempotency.c.actor == mine["actor"])
    if session.connection.execute(claim).first() is None:
        stored = session.connection.execute(sa.select(idempotency.c.result).where(row)).scalar_one()
        if stored.get("request") != request:
            raise Refused(Message("key_reused"))
        return stored["value"]
    result = run()
    session.connection.execute(idempotency.update().where(row).values(result={"request": request, "value": result}))
    return result


def is_key(text: str) -> bool:
    """Whether `text` can be a key: it is kept as it is, so that no two of them are taken for one."""
    return 0 < len(text) <= LONGEST and text.isprintable()


def forget(connection: sa.Connection, before: datetime) -> int:
    """Delete the keys stored before that instant; returns how many."""
    return connection.execute(idempotency.delete().where(idempotency.c.at < before)).rowcount


def actor_of(principal: Principal) -> str:
    """The principal as text: `user:7`, `operator`, `anonymous`."""
    return principal.kind if principal.user_id is None else f"{principal.kind}:{principal.user_id}"
