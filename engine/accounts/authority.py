"""Who may see to the account of somebody else. It takes the right to change the person, and no more may be reached by it than
one could grant: nobody lets themselves in as somebody who holds what they do not (R37)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import access
from engine.accounts.principals import assigned_roles
from engine.records import history_write
from engine.refusals import Denied, Message, NotFound

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession

HISTORY = "account"
"""The kind of a history row that tells what was done to an account; its `detail` names it as `did`."""


def covers(s: ReadSession, user_id: int) -> bool:
    """Whether the principal could grant every role that the person holds."""
    if s.principal.unrestricted or s.principal.admin:
        return True
    held = s.app.access.flatten(assigned_roles(s.connection, s.app, user_id))
    return held <= s.principal.roles


def in_charge(s: ReadSession, user_id: int) -> bool:
    """Whether the principal may see to the person's account. Nobody is in charge of people in an application without them."""
    return "user" in s.app.entities and access.allowed(s, "user", "update", user_id) and covers(s, user_id)


def need_charge(s: ReadSession, user_id: int) -> None:
    """Raises `NotFound` for a person who may not be read, `Denied` for one whose account is not the principal's to see to."""
    if "user" not in s.app.entities or not access.allowed(s, "user", "read", user_id):
        raise NotFound()
    if not in_charge(s, user_id):
        raise Denied(Message("not_in_charge"))


def tell(s: WriteSession, user_id: int, did: str) -> None:
    """Note in the person's history what the principal did to the account."""
    history_write.write(s, s.app.entities["user"], user_id, HISTORY, {}, {"did": did})
