"""Out of the trash, with what the deletion took along (R57). A record comes back as any write leaves one: what is worked
out is worked out anew, and its rules hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access import allowed
from engine.compiled import CompiledField
from engine.records.children import stored_rows
from engine.records.dependents import Dependent, judge_dependents, relink
from engine.records.detail import titles
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.people_rules import check_grant
from engine.records.prepare import stored_draft
from engine.records.queries import RecordRef
from engine.records.saving import derive, lock_hosts, put
from engine.records.seen import as_reader, seen_field
from engine.records.telling import as_told
from engine.records.trash import opened
from engine.records.uniques import check_uniques
from engine.records.validate import check_rules
from engine.refusals import Denied, FieldError, Invalid, Message, NotFound, Refused
from engine.storage.platform import history

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def restore(session: WriteSession, entity: str, id: int) -> None:
    """Take a record out of the trash, with the links to it that were cleared and the records that went with it. Raises
    `Invalid` when a value that may stand once has been taken meanwhile or a rule is broken, `Refused` when one of a record
    that comes along or links to it is, and when the record refers to one that is still in the trash."""
    draft = opened(session, entity, id)
    if draft.stored.get("archived_at") is None:
        raise Refused(Message("not_in_trash"))
    if not allowed(session, entity, "delete", id):
        raise Denied(Message("may_not_restore"))
    dependents: list[Dependent] = []
    _revive(session, draft, dependents)
    # Only now: a rule of one may count others that came back after it.
    whole = stored_draft(session, draft.entity, id, free=True)
    _refuse(session, whole, check_rules(whole, Environment(session, whole)))
    judge_dependents(session, dependents)


def _revive(session: WriteSession, draft: Draft, dependents: list[Dependent]) -> None:
    draft.values["archived_at"] = None
    _settle_links(session, draft)
    errors = derive(session, draft, Environment(session, draft))
    lock_hosts(session, draft)
    _refuse(session, draft, [*errors, *check_uniques(session, draft), *check_grant(session, draft)])
    noted = _noted(session, draft)
    put(session, draft, "restore", always=True)
    for name, record in noted.get("cascaded", []):
        other = _stored(session, str(name), int(record))
        if other is not None and other.stored.get("archived_at") is not None:
            _revive(session, other, dependents)
            dependents.append((str(name), int(record)))
    for name, record, field in noted.get("cleared", []):
        _put_back(session, draft, _stored(session, str(name), int(record)), str(field), dependents)


def _settle_links(session: WriteSession, draft: Draft) -> None:
    """No record comes back with a link into the trash: what a deletion would have cleared meanwhile is blank, anything else
    is refused. Raises `Refused`."""
    for part in _with_rows(session, draft):
        for field in part.entity.fields.values():
            if field.link is None or field.system or field.computed is not None or field.kind == "links":
                continue
            target = _trashed(session, field, part.values.get(field.name))
            if target is None:
                continue
            if field.link.on_delete != "clear" or part is not draft:
                raise Refused(_in_the_way(session, part, field, target))
            part.values[field.name] = None


def _with_rows(session: WriteSession, draft: Draft) -> Iterator[Draft]:
    yield draft
    for field in draft.entity.fields.values():
        if field.kind == "children":
            for row in stored_rows(session, draft, field):
                yield from _with_rows(session, row)


def _trashed(session: WriteSession, field: CompiledField, value: object) -> RecordRef | None:
    """What the link leads to, if that is in the trash; it is held until the end."""
    assert field.link is not None
    target = value if isinstance(value, RecordRef) else None
    if isinstance(value, int):
        target = RecordRef(field.link.to[0], value)
    entity = session.app.entities.get(target.entity) if target is not None else None
    if target is None or entity is None:
        return None
    query = sa.select(entity.table.c.archived_at).where(entity.table.c.id == target.id)
    archived = session.connection.execute(query.with_for_update(read=True, key_share=True)).scalar()
    return target if archived is not None else None


def _in_the_way(session: WriteSession, part: Draft, field: CompiledField, target: RecordRef) -> Message:
    """The trashed record by its title, for those who may read the link and where it leads."""
    reader = as_reader(session)
    known = titles(reader, target.entity, (target.id,)).get(target.id) if seen_field(session, part, field.name) else None
    if known is None:
        return Message("link_in_trash_untold")
    return Message("link_in_trash", {"title": known, "entity": session.app.entities[target.entity].label})


def _refuse(session: WriteSession, draft: Draft, errors: list[FieldError]) -> None:
    if errors:
        raise Invalid(as_told(session, draft, errors))


def _put_back(
    session: WriteSession, draft: Draft, other: Draft | None, field: str, dependents: list[Dependent]
) -> None:
    """Set a cleared link again, unless its record is gone or has found another since."""
    if other is None or field not in other.entity.fields or other.values.get(field) is not None:
        return
    assert draft.id is not None and other.id is not None
    several = other.entity.fields[field].stored == "any_link"
    relink(session, other, field, RecordRef(draft.entity.name, draft.id) if several else draft.id)
    dependents.append((other.entity.name, other.id))


def _stored(session: WriteSession, name: str, record: int) -> Draft | None:
    entity = session.app.entities.get(name)
    try:
        return None if entity is None else stored_draft(session, entity, record, free=True)
    except NotFound:
        return None


def _noted(session: WriteSession, draft: Draft) -> dict[str, list[list[str]]]:
    """What the latest deletion of the record noted."""
    query = sa.select(history.c.detail).where(
        history.c.entity_id == draft.entity.lineage, history.c.record_id == draft.id, history.c.kind == "delete"
    )
    return session.connection.execute(query.order_by(history.c.id.desc()).limit(1)).scalar() or {}
