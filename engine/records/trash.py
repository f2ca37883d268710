"""Into the trash and back (R57). A trashed record keeps its row, child rows, files and history; links to it are judged
by their `on_delete`: restrict refuses, clear blanks the link, cascade trashes the linking record too. What was cleared
and cascaded is noted in the history of the deletion, and put back on restoring.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access import allowed, may
from engine.compiled import CompiledEntity, CompiledField
from engine.records.draft import Draft
from engine.records.people_rules import check_grant
from engine.records.prepare import entity_of, stored_draft
from engine.records.queries import RecordRef
from engine.records.saving import lock_hosts, put
from engine.records.stored import column_of
from engine.records.telling import as_told
from engine.records.uniques import check_uniques
from engine.refusals import Conflict, Denied, Invalid, Message, NotFound, Refused
from engine.storage.platform import history

if TYPE_CHECKING:
    from engine.runtime import WriteSession

Noted = list[str | int]
"""A cleared link in the history of a deletion: [entity, id, field]; a cascaded record: [entity, id]."""


def trash(session: WriteSession, entity: str, id: int, revision: int | None = None) -> None:
    """Put a record into the trash. Raises `Refused` while records that may not lose it refer to it, or while its state
    locks it; `Conflict` when it is no longer at `revision`."""
    draft = _opened(session, entity, id)
    if draft.stored.get("archived_at") is not None:
        raise Refused(Message("in_trash"))
    if not allowed(session, entity, "delete", id):
        raise Denied(Message("may_not_delete"))
    if revision is not None and revision != draft.stored["revision"]:
        raise Conflict(int(str(draft.stored["revision"])), [], by={"zh": "有人", "en": "Someone"})
    if session.runtime.flows.locked(session, entity, draft.stored) == "all" and not session.principal.kind == "system":
        raise Refused(Message("locked_record"))
    _archive(session, draft)


def restore(session: WriteSession, entity: str, id: int) -> None:
    """Take a record out of the trash, with the links to it that were cleared and the records that went with it. Raises
    `Invalid` when a value that may stand once has been taken meanwhile."""
    draft = _opened(session, entity, id)
    if draft.stored.get("archived_at") is None:
        raise Refused(Message("not_in_trash"))
    if not allowed(session, entity, "delete", id):
        raise Denied(Message("may_not_restore"))
    _revive(session, draft)


def _opened(session: WriteSession, entity: str, id: int) -> Draft:
    compiled = entity_of(session, entity)
    if not allowed(session, entity, "read", id):
        raise NotFound()
    return stored_draft(session, compiled, id, free=True)


def _archive(session: WriteSession, draft: Draft) -> None:
    assert draft.id is not None
    lock_hosts(session, draft)
    _hold(session, draft)
    draft.values["archived_at"] = session.now
    cleared: list[Noted] = []
    cascaded: list[Noted] = []
    for source, field, ids in _referring(session, draft):
        on_delete = field.link.on_delete if field.link else "restrict"
        if on_delete == "restrict":
            raise _still_linked(session, source)
        for id_ in ids:
            if on_delete == "clear":
                cleared += _clear(session, source, field, id_)
            else:
                cascaded += _cascade(session, source, id_)
    put(session, draft, "delete", {"cleared": cleared, "cascaded": cascaded}, always=True)


def _hold(session: WriteSession, draft: Draft) -> None:
    """Wait for writers that are linking to the record, and keep others from it until the end: they hold what they link to
    FOR KEY SHARE (F13). On SQLite the writer is alone."""
    if session.connection.dialect.name == "postgresql":
        table = draft.entity.table
        session.connection.execute(sa.select(table.c.id).where(table.c.id == draft.id).with_for_update())


def _still_linked(session: WriteSession, source: CompiledEntity) -> Refused:
    """Which records stand in the way, named only to those who may know of such (law 2)."""
    if may(session, source.name, "read"):
        return Refused(Message("linked_from", {"entity": source.label}))
    return Refused(Message("linked_from_somewhere"))


def _referring(session: WriteSession, draft: Draft) -> Iterator[tuple[CompiledEntity, CompiledField, list[int]]]:
    """Live records that link to this one, by link field; those that refuse come first."""
    found = []
    for entity in session.app.entities.values():
        for field in entity.fields.values():
            if field.link is None or field.system or field.computed is not None:
                continue
            ids = _linking(session, entity, field, draft) if draft.entity.name in field.link.to else []
            if ids:
                found.append((entity, field, ids))
    order = {"restrict": 0, "clear": 1, "cascade": 2}
    yield from sorted(found, key=lambda item: order[item[1].link.on_delete if item[1].link else "restrict"])


def _linking(session: WriteSession, entity: CompiledEntity, field: CompiledField, draft: Draft) -> list[int]:
    table = entity.table
    if field.kind == "links":
        return []
    target: object = RecordRef(draft.entity.name, draft.id or 0) if field.stored == "any_link" else draft.id
    query = sa.select(table.c.id).where(column_of(entity, field.name) == target, table.c.archived_at.is_(None))
    return list(session.connection.execute(query.order_by(table.c.id)).scalars())


def _clear(session: WriteSession, entity: CompiledEntity, field: CompiledField, record: int) -> list[Noted]:
    if entity.child:
        raise _still_linked(session, entity)
    draft = stored_draft(session, entity, record, free=True)
    draft.values[field.name] = None
    lock_hosts(session, draft)
    put(session, draft, "update")
    return [[entity.name, record, field.name]]


def _cascade(session: WriteSession, entity: CompiledEntity, record: int) -> list[Noted]:
    draft = stored_draft(session, entity, record, free=True)
    if draft.stored.get("archived_at") is not None:
        return []
    _archive(session, draft)
    return [[entity.name, record]]


def _revive(session: WriteSession, draft: Draft) -> None:
    draft.values["archived_at"] = None
    lock_hosts(session, draft)
    errors = [*check_uniques(session, draft), *check_grant(session, draft)]
    if errors:
        raise Invalid(as_told(session, draft, errors))
    noted = _noted(session, draft)
    put(session, draft, "restore", always=True)
    for name, record in noted.get("cascaded", []):
        other = _stored(session, str(name), int(record))
        if other is not None and other.stored.get("archived_at") is not None:
            _revive(session, other)
    for name, record, field in noted.get("cleared", []):
        _put_back(session, draft, _stored(session, str(name), int(record)), str(field))


def _put_back(session: WriteSession, draft: Draft, other: Draft | None, field: str) -> None:
    """Set a cleared link again, unless its record is gone or has found another since."""
    if other is None or field not in other.entity.fields or other.values.get(field) is not None:
        return
    declared = other.entity.fields[field]
    assert draft.id is not None
    other.values[field] = RecordRef(draft.entity.name, draft.id) if declared.stored == "any_link" else draft.id
    lock_hosts(session, other)
    put(session, other, "update")


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
