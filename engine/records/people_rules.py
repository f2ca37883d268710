"""What records of people must hold besides their declared rules: log-ins that cannot be mistaken for each other, and no
session of somebody who may not come in any more (T69, R42). Who may give which role (R37), and that somebody is left who
administers the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.accounts import ending, logins
from engine.records import people
from engine.records.draft import Draft
from engine.records.stored import column_of
from engine.refusals import FieldError, Invalid, Message, Refused

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def check_login(session: WriteSession, draft: Draft) -> list[FieldError]:
    """An error when the log-in of a user holds what cannot be seen, or reads like that of another."""
    login = draft.values.get("login") if draft.entity.name == "user" else None
    revived = draft.stored.get("archived_at") is not None
    if not isinstance(login, str) or not (draft.new or revived or draft.differs("login")):
        return []
    if not logins.seen(login):
        return [FieldError("login", Message("login_unseen"))]
    session.lock_anchors([(draft.entity.lineage, "logins")])
    table = draft.entity.table
    others = sa.select(column_of(draft.entity, "login")).where(table.c.archived_at.is_(None))
    if draft.id is not None:
        others = others.where(table.c.id != draft.id)
    wanted = logins.same_form(login)
    alike = any(logins.same_form(other) == wanted for other in session.connection.execute(others).scalars() if other)
    return [FieldError("login", Message("taken"))] if alike else []


def check_grant(session: WriteSession, draft: Draft) -> list[FieldError]:
    """An error when somebody who is no administrator gives a role that they do not hold themselves, anew or by changing or
    bringing back an assignment (R37)."""
    who, role = session.principal, draft.values.get("role")
    if draft.entity.name != "role_assignment" or who.unrestricted or who.admin or not isinstance(role, str):
        return []
    revived = draft.stored.get("archived_at") is not None
    given = draft.new or revived or draft.differs("role") or draft.differs("user")
    if not given or role in who.roles:
        return []
    return [FieldError("role", Message("role_not_held", {"role": session.app.roles.get(role, role)}))]


def keep_an_administrator(session: WriteSession, draft: Draft) -> None:
    """Raises `Invalid` or `Refused` when this write, just done, took the last active administrator away. The operator of the
    installation may do so: they can make another one from outside."""
    if session.principal.unrestricted or not _made_administrator(session, draft):
        return
    session.lock_anchors([(session.app.entities["user"].lineage, "administrators")])
    if people.administrators(session, 1):
        return
    message = Message("last_administrator")
    path = "active" if draft.entity.name == "user" else "role" if draft.differs("role") else "user"
    raise Refused(message) if draft.values.get("archived_at") is not None else Invalid([FieldError(path, message)])


def _made_administrator(session: WriteSession, draft: Draft) -> bool:
    """Whether the record, as it was, may be why somebody was an administrator."""
    before = draft.stored
    if draft.new or before.get("archived_at") is not None:
        return False
    return bool(before.get("active")) if draft.entity.name == "user" else before.get("role") in people.administering(session)


def end_access(session: WriteSession, draft: Draft) -> None:
    """Sign a user out everywhere who is inactive or in the trash, and end links and access keys; coming back means signing in again."""
    gone = draft.values.get("active") is False or draft.values.get("archived_at") is not None
    if draft.entity.name == "user" and draft.id is not None and gone:
        ending.end_access(session.connection, draft.id)
