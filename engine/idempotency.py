"""Idempotency keys: a form sent twice, or a request retried after its answer was lost, acts once (F14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.principal import Principal
from engine.storage.platform import idempotency

if TYPE_CHECKING:
    from engine.runtime import WriteSession

T = TypeVar("T")


def once(session: WriteSession, key: str, run: Callable[[], T]) -> T:
    """The result of `run`, or the stored one if `key` was used by this principal before.

    The key is taken before `run`: a second transaction with the same key waits for the first to end.
    """
    mine = {"key": key, "actor": actor_of(session.principal)}
    insert = sqlite.insert if session.connection.dialect.name == "sqlite" else postgresql.insert
    claim = insert(idempotency).values(**mine, at=session.now, result=None).on_conflict_do_nothing()
    claim = claim.returning(idempotency.c.key)
    row = (idempotency.c.key == mine["key"]) & (idempotency.c.actor == mine["actor"])
    if session.connection.execute(claim).first() is None:
        return session.connection.execute(sa.select(idempotency.c.result).where(row)).scalar_one()["value"]
    result = run()
    session.connection.execute(idempotency.update().where(row).values(result={"value": result}))
    return result


def forget(connection: sa.Connection, before: datetime) -> int:
    """Delete the keys stored before that instant; returns how many."""
    return connection.execute(idempotency.delete().where(idempotency.c.at < before)).rowcount


def actor_of(principal: Principal) -> str:
    """The principal as text: `user:7`, `operator`, `anonymous`."""
    return principal.kind if principal.user_id is None else f"{principal.kind}:{principal.user_id}"
