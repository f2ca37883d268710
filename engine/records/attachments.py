"""Who may read a file: whoever may read the field of the record that holds it, or the record, where a comment on it carries the file;
before a record does, its uploader."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import files
from engine.access import predicate, readable
from engine.compiled import CompiledEntity, CompiledField
from engine.files import StoredFile
from engine.refusals import NotFound
from engine.storage.platform import comment

if TYPE_CHECKING:
    from engine.runtime import ReadSession


def file_of(session: ReadSession, number: int) -> StoredFile:
    """The file with that id. Raises `NotFound` unless the session's principal may read it; a file that is no longer
    named by its record stays readable by the same right, for the record's history."""
    for found in files_of(session, (number,)):
        return found
    raise NotFound()


def files_of(session: ReadSession, numbers: Collection[int]) -> list[StoredFile]:
    """Those of the files that the session's principal may read: one statement for the files, one for each field of a record
    that holds some of them."""
    known: dict[tuple[int | None, ...], bool] = {}
    found: list[StoredFile] = []
    for one in files.find_all(session.connection, numbers):
        held = (one.entity_id, one.record_id, one.field_id, one.comment_id) if one.record_id is not None else (one.id,)
        if held not in known:
            known[held] = session.principal.unrestricted or _may_read(session, one)
        if known[held]:
            found.append(one)
    return found


def _may_read(session: ReadSession, found: StoredFile) -> bool:
    if found.record_id is None:
        return found.created_by is not None and found.created_by == session.principal.user_id
    if found.comment_id is not None:
        return _comment_readable(session, found.entity_id, found.record_id, found.comment_id)
    held = _holder(session, found)
    return held is not None and _field_readable(session, *held, found.record_id)


def _holder(session: ReadSession, found: StoredFile) -> tuple[CompiledEntity, CompiledField] | None:
    entity = session.app.by_lineage.get(found.entity_id or 0)
    if entity is None:
        return None
    fields = (field for field in entity.fields.values() if field.lineage == found.field_id and field.lineage)
    field = next(fields, None)
    return (entity, field) if field else None


def _comment_readable(session: ReadSession, lineage: int | None, record: int, number: int) -> bool:
    entity = session.app.by_lineage.get(lineage or 0)
    stands = sa.exists().where(comment.c.id == number, comment.c.removed_at.is_(None))
    return entity is not None and _row_readable(session, entity, record, stands)


def _field_readable(session: ReadSession, entity: CompiledEntity, field: CompiledField, record: int) -> bool:
    right = readable(session, entity.name)[field.name]
    if right.state == "never":
        return False
    return _row_readable(session, entity, record, *(() if right.condition is None else (right.condition,)))


def _row_readable(session: ReadSession, entity: CompiledEntity, record: int, *more: sa.ColumnElement[bool]) -> bool:
    """Whether the reader may read the record, and `more` holds of it."""
    conditions = [entity.table.c.id == record, predicate(session, entity.name, "read"), *more]
    query = sa.select(sa.literal(1)).select_from(entity.table).where(*conditions)
    return session.connection.execute(query).first() is not None
