"""Seeing the pages as somebody else, to help them: with their rights, and without writing anything (`Principal.viewer_id`). It
takes the right to change every role assignment, and reaches nobody who holds what one could not grant (R37, R42).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import access
from engine.accounts import authority
from engine.accounts.hashing import token_hash
from engine.accounts.principals import principal_within
from engine.refusals import Denied, Message, NotFound
from engine.storage.platform import session

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession


def may_view(s: ReadSession, user_id: int) -> bool:
    """Whether the principal may see the pages as the person, who is somebody else and active."""
    if s.principal.user_id in (None, user_id) or "role_assignment" not in s.app.entities:
        return False
    everybody = access.everywhere(s, "role_assignment", "update") and access.allowed(s, "user", "read", user_id)
    return everybody and authority.covers(s, user_id) and principal_within(s, user_id) is not None


def need_view(s: ReadSession, user_id: int) -> None:
    """Raises `NotFound` for a person who may not be read, `Denied` for one as whom the principal may not see the pages."""
    if "user" not in s.app.entities or not access.allowed(s, "user", "read", user_id):
        raise NotFound()
    if not may_view(s, user_id):
        raise Denied(Message("may_not_view"))


def begin(s: WriteSession, token: str, user_id: int) -> None:
    """From now on the session that `token` opens shows the pages as the person. Raises as `need_view`."""
    need_view(s, user_id)
    _show(s, token, user_id)
    authority.tell(s, user_id, "view_begun")


def end(s: WriteSession, token: str) -> None:
    """The session shows the pages as its own person again; nothing where it did."""
    seen = s.connection.execute(sa.select(session.c.viewing_id).where(session.c.token_hash == token_hash(token))).scalar()
    if seen is not None:
        _show(s, token, None)
        authority.tell(s, seen, "view_ended")


def _show(s: WriteSession, token: str, user_id: int | None) -> None:
    """Forms of the pages before are none of the pages from now on."""
    changed = {"viewing_id": user_id, "csrf": s.runtime.randomness.token(24)}
    s.connection.execute(sa.update(session).where(session.c.token_hash == token_hash(token)).values(changed))
