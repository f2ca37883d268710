"""What people and programs do to records. The one door to writing (law 1): form, inline edit, bulk, import, API and
automation all pass here, and each call is authorised, judged and recorded in the transaction of its session.

All functions take the session first and raise: `NotFound` for what does not exist or may not be known, `Denied` for
what is seen but may not be done, `Invalid` with an error per input, `Conflict` when someone saved meanwhile, `Refused`
when the record's condition forbids it. Values are Python values by stored kind (see ARCHITECTURE.md); `Unread` stands
for an input that its reader could not make one of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.access import allowed, editable_on, everywhere, may
from engine.records import conflict
from engine.records.commenting import comment, edit_comment, remove_comment
from engine.records.draft import Draft
from engine.records.entered import refuse_entered
from engine.records.people import department_of, is_active
from engine.records.prepare import bind, entity_of, new_draft, stored_draft
from engine.records.restoring import restore
from engine.records.saving import judge, put
from engine.records.sharing import share, unshare
from engine.records.trash import trash
from engine.records.unread import holds_unread
from engine.refusals import Denied, FieldError, Invalid, Message, NotFound, Refused

if TYPE_CHECKING:
    from engine.runtime import WriteSession

__all__ = ["assign", "comment", "create", "edit_comment", "remove_comment", "restore", "share", "trash", "unshare", "update"]


def create(session: WriteSession, entity: str, values: Mapping[str, object]) -> int:
    """Create a record and return its id. What is created must lie within the rows that the principal may create."""
    compiled = entity_of(session, entity)
    if not may(session, entity, "create"):
        raise Denied(Message("may_not_create")) if may(session, entity, "read") else NotFound()
    draft = new_draft(session, compiled, free=session.principal.kind == "system")
    judge(session, draft, bind(session, draft, values))
    put(session, draft, "create")
    assert draft.id is not None
    if not everywhere(session, entity, "create") and not allowed(session, entity, "create", draft.id):
        raise Denied(Message("result_denied"))
    refuse_entered(session, [draft])
    return draft.id


def update(
    session: WriteSession, entity: str, id: int, values: Mapping[str, object], revision: int | None = None,
    original: Mapping[str, object] | None = None,
) -> None:
    """Change a record. With the `revision` that the writer saw, a change made meanwhile is a `Conflict`; with the
    `original` values that they saw as well, changes of other fields are merged. The changed record must still lie
    within the rows that the principal may update."""
    draft = _opened(session, entity, id)
    if not draft.free:
        rights = editable_on(session, entity, id)
        if rights is None:
            raise Denied(Message("may_not_update"))
        draft.rights = lambda: rights
    unread = {name: value for name, value in values.items() if holds_unread(value)}
    mine = {name: value for name, value in values.items() if name in draft.editable and name not in unread}
    others = {name: value for name, value in values.items() if name not in mine and name not in unread}
    wanted = conflict.merge(session, draft, mine, revision, original)
    judge(session, draft, bind(session, draft, {**wanted, **unread, **_unseen(draft, others, original or {})}))
    if put(session, draft, "update"):
        if not allowed(session, entity, "update", id):
            raise Denied(Message("result_denied"))
        refuse_entered(session, [draft])


def _unseen(draft: Draft, values: Mapping[str, object], original: Mapping[str, object]) -> Mapping[str, object]:
    """`values` without those that their writer may not change and only sends back as they were seen."""
    fields = draft.entity.fields
    return {
        name: value for name, value in values.items()
        if not (name in original and name in fields and conflict.same(fields[name], value, original[name]))
    }


def assign(session: WriteSession, entity: str, id: int, owner: int) -> None:
    """Give an owned record to another person, who must be active; its department becomes theirs. Raises `Refused` while the
    record is under approval; what a state locks is its content, not whose it is."""
    draft = _opened(session, entity, id)
    if not allowed(session, entity, "assign", id):
        raise Denied(Message("may_not_assign"))
    if not draft.entity.owned:
        raise NotFound("unknown_field")
    if draft.stored.get("approval") == "pending":
        raise Refused(Message("under_approval"))
    known = owner == session.principal.user_id or allowed(session, "user", "read", owner)
    if not known or not is_active(session, owner):
        raise Invalid([FieldError("owner", Message("bad_assignee"))])
    draft.free = True
    draft.values.update(owner=owner, dept=department_of(session, owner))
    judge(session, draft, [])
    put(session, draft, "assign")


def _opened(session: WriteSession, entity: str, id: int) -> Draft:
    """The record, locked, if the principal may read it and it is not in the trash."""
    compiled = entity_of(session, entity)
    if not allowed(session, entity, "read", id):
        raise NotFound()
    draft = stored_draft(session, compiled, id, free=session.principal.kind == "system")
    if draft.stored.get("archived_at") is not None:
        raise Refused(Message("in_trash"))
    return draft
