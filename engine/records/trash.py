"""Into the trash (R57). A trashed record keeps its row, child rows, files and history; links to it are judged by their
`on_delete`: restrict refuses, clear blanks the link, cascade trashes the linking record too. What was cleared and cascaded
is noted in the history of the deletion, and put back by `engine.records.restoring`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access import allowed, may
from engine.compiled import CompiledEntity, CompiledField
from engine.messages import MESSAGES
from engine.records.dependents import Dependent, judge_dependents, relink
from engine.records.draft import Draft
from engine.records.prepare import entity_of, stored_draft
from engine.records.queries import RecordRef
from engine.records.saving import lock_hosts, put
from engine.records.stored import column_of
from engine.refusals import Conflict, Denied, Message, NotFound, Refused

if TYPE_CHECKING:
    from engine.runtime import WriteSession

Noted = list[str | int]
"""A cleared link in the history of a deletion: [entity, id, field]; a cascaded record: [entity, id]."""


def trash(session: WriteSession, entity: str, id: int, revision: int | None = None) -> None:
    """Put a record into the trash. Raises `Refused` while records that may not lose it refer to it, by their link or by a
    rule of theirs, or while its state locks it or a record that would go with it; `Conflict` when it is no longer at
    `revision`."""
    draft = opened(session, entity, id)
    if draft.stored.get("archived_at") is not None:
        raise Refused(Message("in_trash"))
    if not allowed(session, entity, "delete", id):
        raise Denied(Message("may_not_delete"))
    if revision is not None and revision != draft.stored["revision"]:
        raise Conflict(int(str(draft.stored["revision"])), [], by=MESSAGES["someone"])
    if _locked(session, draft):
        raise Refused(Message("locked_record"))
    cleared: list[Dependent] = []
    _archive(session, draft, cleared)
    judge_dependents(session, cleared)


def opened(session: WriteSession, entity: str, id: int) -> Draft:
    """The record, locked, in the trash or not. Raises `NotFound` for what may not be known."""
    compiled = entity_of(session, entity)
    if not allowed(session, entity, "read", id):
        raise NotFound()
    return stored_draft(session, compiled, id, free=True)


def _locked(session: WriteSession, draft: Draft) -> bool:
    """Whether the record's state, or an approval under way, keeps everybody but the platform from taking it away."""
    if session.principal.kind == "system":
        return False
    return session.runtime.flows.locked(session, draft.entity.name, draft.stored) == "all"


def _archive(session: WriteSession, draft: Draft, dependents: list[Dependent]) -> None:
    assert draft.id is not None
    lock_hosts(session, draft)
    _hold(session, draft)
    draft.values["archived_at"] = session.now
    cleared: list[Noted] = []
    cascaded: list[Noted] = []
    for source, field, ids in _referring(session, draft):
        on_delete = field.link.on_delete if field.link else "restrict"
        if on_delete == "restrict":
            raise _kept_by(session, source, "linked_from")
        for id_ in ids:
            if on_delete == "clear":
                cleared += _clear(session, source, field, id_)
                dependents.append((source.name, id_))
            else:
                cascaded += _cascade(session, source, id_, dependents)
    put(session, draft, "delete", {"cleared": cleared, "cascaded": cascaded}, always=True)


def _hold(session: WriteSession, draft: Draft) -> None:
    """Wait for writers that are linking to the record, and keep others from it until the end: they hold what they link to
    FOR KEY SHARE (F13). On SQLite the writer is alone."""
    if session.connection.dialect.name == "postgresql":
        table = draft.entity.table
        session.connection.execute(sa.select(table.c.id).where(table.c.id == draft.id).with_for_update())


def _kept_by(session: WriteSession, source: CompiledEntity, code: str) -> Refused:
    """Which records stand in the way and how (`code`), told only to those who may know of such (law 2)."""
    if may(session, source.name, "read"):
        return Refused(Message(code, {"entity": source.label}))
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
    query = sa.select(table.c.id).where(column_of(entity, field.name) == target, _live(session, entity, table))
    return list(session.connection.execute(query.order_by(table.c.id)).scalars())


def _live(session: WriteSession, entity: CompiledEntity, row: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether a row is not in the trash, nor the record that it lies in."""
    live = row.c.archived_at.is_(None)
    if not entity.child:
        return live
    holders: list[sa.ColumnElement[bool]] = []
    for name, field in entity.parents:
        host = session.app.entities[name]
        above = host.table.alias()
        here = (row.c.parent_id == above.c.id) & (row.c.parent_field == host.fields[field].lineage)
        holders.append(sa.exists().where(here, _live(session, host, above)))
    return live & sa.or_(sa.false(), *holders)


def _clear(session: WriteSession, entity: CompiledEntity, field: CompiledField, record: int) -> list[Noted]:
    if entity.child:
        raise _kept_by(session, entity, "linked_from")
    draft = stored_draft(session, entity, record, free=True)
    relink(session, draft, field.name, None)
    return [[entity.name, record, field.name]]


def _cascade(session: WriteSession, entity: CompiledEntity, record: int, dependents: list[Dependent]) -> list[Noted]:
    draft = stored_draft(session, entity, record, free=True)
    if draft.stored.get("archived_at") is not None:
        return []
    if _locked(session, draft):
        raise _kept_by(session, entity, "locked_with")
    _archive(session, draft, dependents)
    return [[entity.name, record]]
