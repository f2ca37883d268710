"""Files on comments. One is read by whoever may read the record, as long as the comment stands; its contents go with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.compiled import CompiledEntity
from engine.files import StoredFile, stored
from engine.refusals import FieldError, Invalid, Message
from engine.storage.platform import file

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession

MOST_FILES = 5
"""Files of one comment."""


def check_count(numbers: Sequence[int]) -> tuple[int, ...]:
    """The files that a comment is to carry, each once. Raises `Invalid` for more than it may."""
    chosen = tuple(dict.fromkeys(numbers))
    if len(chosen) > MOST_FILES:
        raise Invalid([FieldError("files", Message("too_many_files", {"limit": MOST_FILES}))])
    return chosen


def attach(session: WriteSession, entity: CompiledEntity, id: int, comment: int, numbers: Collection[int]) -> None:
    """Give a comment files that its author has sent and that nothing names yet. Raises `Invalid` for any other file: one of
    another person is as unknown as one that is not there (T26)."""
    if not numbers:
        return
    own = file.c.created_by.is_not_distinct_from(session.principal.user_id)
    free = sa.and_(file.c.id.in_(sorted(numbers)), file.c.record_id.is_(None), own)
    holder = {"entity_id": entity.lineage, "record_id": id, "comment_id": comment}
    if session.connection.execute(file.update().where(free).values(holder)).rowcount != len(numbers):
        raise Invalid([FieldError("files", Message("no_such_file"))])


def forget(session: WriteSession, entity: CompiledEntity, id: int, comment: int) -> None:
    """A comment that is taken back has no files; their contents are swept later."""
    session.connection.execute(file.delete().where(_on(entity, id), file.c.comment_id == comment))


def files_of_comments(
    session: ReadSession, entity: CompiledEntity, id: int, comments: Collection[int]
) -> dict[int, tuple[StoredFile, ...]]:
    """The files of each of the comments on a record, which the reader may read; one statement, none for no comments."""
    if not comments:
        return {}
    query = sa.and_(_on(entity, id), file.c.comment_id.in_(sorted(comments)))
    found: dict[int, tuple[StoredFile, ...]] = {}
    for one in stored(session.connection, query):
        assert one.comment_id is not None
        found[one.comment_id] = (*found.get(one.comment_id, ()), one)
    return found


def _on(entity: CompiledEntity, id: int) -> sa.ColumnElement[bool]:
    """Files on the record; by its index they are found."""
    return sa.and_(file.c.entity_id == entity.lineage, file.c.record_id == id)
