"""Members of owned records: people whom somebody in charge lets read or change a record, for good or until a day. What a member may
do follows from the grants of their roles that have the scope `members`; a record is never shared with somebody to whom it would
give nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import notices
from engine.access import allowed, readable_on
from engine.accounts.principals import principal_within
from engine.compiled import CompiledEntity
from engine.messages import MESSAGES
from engine.records import history_write
from engine.records.draft import Draft
from engine.records.prepare import entity_of, stored_draft
from engine.refusals import Denied, FieldError, Invalid, Message, NotFound, Refused
from engine.storage.platform import member

if TYPE_CHECKING:
    from engine.runtime import WriteSession

LEVELS: Mapping[str, str] = {"read": "read", "write": "update"}
"""What a member may do, and the verb that it takes."""
MOST_MEMBERS = 100
LONGEST = timedelta(days=3653)
"""How far ahead an end may lie."""


def share(session: WriteSession, entity: str, id: int, user: int, level: str, until: date | None = None) -> None:
    """Make the person a member of the record, or a member of another `level` (see `LEVELS`) or end; `until` is their last day. They
    are told, once for each change.

    Raises `NotFound` for a record that may not be read, `Denied` for whoever may not share it or may not know whose it is, `Refused`
    in the trash, and `Invalid` for a person (path `user`), level or end that cannot be; one gives nobody what one may not do oneself."""
    draft = _shareable(session, entity, id)
    compiled = draft.entity
    before = _stored(session, compiled, id, user)
    _check_person(session, draft, user)
    _check_level(session, entity, id, level, before)
    expires = _end(session, until)
    if before is not None and (before.level, before.expires_at) == (level, expires):
        return
    here = {"entity_id": compiled.lineage, "record_id": id, "user_id": user}
    if before is None:
        _refuse_more(session, compiled, id)
        session.connection.execute(member.insert().values(**here, level=level, expires_at=expires))
    else:
        session.connection.execute(member.update().where(member.c.id == before.id).values(level=level, expires_at=expires))
    _refuse_vain(session, entity, id, user, level)
    did = "added" if before is None else "changed"
    _note(session, compiled, id, user, {"did": did, "level": level, "until": until.isoformat() if until else None})
    _tell(session, user, "shared" if before is None else "share_changed", (compiled.lineage, id))


def unshare(session: WriteSession, entity: str, id: int, user: int) -> None:
    """End the person's membership; a member may end their own. Raises as `share`, and `NotFound` for no such member."""
    compiled = _shareable(session, entity, id, leaving=user == session.principal.user_id).entity
    before = _stored(session, compiled, id, user)
    if before is None:
        raise NotFound()
    session.connection.execute(member.delete().where(member.c.id == before.id))
    _note(session, compiled, id, user, {"did": "removed"})
    _tell(session, user, "share_ended", None)


def _shareable(session: WriteSession, entity: str, id: int, leaving: bool = False) -> Draft:
    """The record, locked, whose members the principal may change now (`leaving`: whoever may read it). Members whose time
    is over are gone."""
    compiled = entity_of(session, entity)
    if not allowed(session, entity, "read", id):
        raise NotFound()
    if not compiled.owned:
        raise NotFound("unknown_field")
    if not leaving and not (allowed(session, entity, "share", id) and "owner" in (readable_on(session, entity, id) or ())):
        raise Denied(Message("may_not_share_record"))
    draft = stored_draft(session, compiled, id, free=True)
    if draft.stored.get("archived_at") is not None:
        raise Refused(Message("in_trash"))
    session.connection.execute(member.delete().where(_of(compiled, id), member.c.expires_at <= session.now))
    return draft


def _of(entity: CompiledEntity, id: int) -> sa.ColumnElement[bool]:
    return sa.and_(member.c.entity_id == entity.lineage, member.c.record_id == id)


def _stored(session: WriteSession, entity: CompiledEntity, id: int, user: int) -> sa.Row[Any] | None:
    return session.connection.execute(sa.select(member).where(_of(entity, id), member.c.user_id == user)).first()


def _check_person(session: WriteSession, draft: Draft, user: int) -> None:
    """Whom one does not know is told like somebody who is not active."""
    known = user == session.principal.user_id or allowed(session, "user", "read", user)
    if not known or principal_within(session, user) is None:
        raise Invalid([FieldError("user", Message("bad_assignee"))])
    if draft.stored.get("owner") == user:
        raise Invalid([FieldError("user", Message("member_owns"))])


def _check_level(session: WriteSession, entity: str, id: int, level: str, before: sa.Row[Any] | None) -> None:
    if level not in LEVELS:
        raise Invalid([FieldError("level", Message("bad_level"))])
    raised = before is None or before.level != level
    if raised and not allowed(session, entity, LEVELS[level], id):
        raise Invalid([FieldError("level", Message("level_above_own"))])


def _end(session: WriteSession, until: date | None) -> datetime | None:
    """The instant after the day `until` in the application's zone."""
    if until is None:
        return None
    latest = session.today + LONGEST
    if not session.today <= until <= latest:
        raise Invalid([FieldError("until", Message("date_range", {"first": session.today, "last": latest}))])
    return datetime.combine(until + timedelta(days=1), time.min, session.app.zone)


def _refuse_more(session: WriteSession, entity: CompiledEntity, id: int) -> None:
    count = session.connection.execute(sa.select(sa.func.count()).select_from(member).where(_of(entity, id))).scalar_one()
    if count >= MOST_MEMBERS:
        raise Refused(Message("too_many_members", {"limit": MOST_MEMBERS}))


def _refuse_vain(session: WriteSession, entity: str, id: int, user: int, level: str) -> None:
    """The new member must be able to read the record now, and, of level write, be let change records that they are a member of, though
    its state may forbid it now."""
    them = principal_within(session, user)
    assert them is not None
    grants = session.app.access.grants(them.roles, entity, "update")
    theirs = session.acting_as(them)
    if not allowed(theirs, entity, "read", id):
        raise Invalid([FieldError("user", Message("member_cannot_read"))])
    if level == "write" and not any("members" in grant.scopes for grant in grants) and not allowed(theirs, entity, "update", id):
        raise Invalid([FieldError("level", Message("member_cannot_write"))])


def _note(session: WriteSession, entity: CompiledEntity, id: int, user: int, detail: Mapping[str, object]) -> None:
    """Into the history. Who a record belongs to is told to those alone who may read its `owner`, and so are its members: values of fields
    that may not be read are left out of what is told."""
    history_write.write(session, entity, id, "share", {}, {**detail, "member": {"owner": user}})
    session.emit("record.share", entity.name, id, {})


def _tell(session: WriteSession, user: int, code: str, about: notices.About | None) -> None:
    """What one does for oneself one need not be told. That a record is shared no more is told without naming it: its reader may not know of
    it any more."""
    if user != session.principal.user_id:
        notices.leave(session, [user], "share", MESSAGES[code], about, session.principal.user_id)
