"""Comments on records: said by whoever may read the record, and changed or taken back by their author for a while. Whom they name is
told once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine import following, notices
from engine.access import allowed
from engine.compiled import CompiledEntity
from engine.mentions import named_in, refuse_strangers
from engine.messages import MESSAGES
from engine.outside import said
from engine.records import comment_files, history_write
from engine.records.prepare import entity_of, stored_draft
from engine.refusals import Denied, FieldError, Invalid, Message, NotFound, Refused
from engine.storage.platform import comment as comments
from engine.storage.platform import comment_version

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession

LONGEST_COMMENT = 10_000
OPEN_FOR = timedelta(minutes=15)
"""How long its author may change a comment or take it back: what others have answered to stays."""


def comment(session: WriteSession, entity: str, id: int, text: str, files: Sequence[int] = ()) -> None:
    """Say something about a record; whoever may read it may, while it is not in the trash. `@{id}` names a person; `files` are some
    that the author has sent before, `MOST_FILES` at most. Its author follows the record from then on."""
    compiled = _commentable(session, entity, id)
    told = _checked(session, entity, id, text)
    carried = comment_files.check_count(files)
    row = {"entity_id": compiled.lineage, "record_id": id, "author_id": session.principal.user_id, "text": told, "files": len(carried)}
    made = session.connection.execute(comments.insert().values(**row, at=session.now).returning(comments.c.id)).scalar_one()
    comment_files.attach(session, compiled, id, made, carried)
    history_write.write(session, compiled, id, "comment", {}, {})
    session.emit("record.comment", entity, id, {"by": session.principal.user_id})
    following.begin(session, compiled, id)
    _tell(session, compiled, id, named_in(told))


def edit_comment(session: WriteSession, entity: str, id: int, number: int, text: str) -> None:
    """Say it otherwise. Raises `NotFound` for no such comment, `Denied` for another's, `Refused` when it is too old."""
    compiled = _commentable(session, entity, id)
    stored = _own(session, compiled, id, number)
    told = _checked(session, entity, id, text)
    if told == stored.text:
        return
    before = [stored.text, *_earlier(session, number)]
    _replace(session, compiled, id, stored, {"text": told, "edited_at": session.now}, "edited")
    _tell(session, compiled, id, set(named_in(told)) - {user for old in before for user in named_in(old)})


def remove_comment(session: WriteSession, entity: str, id: int, number: int) -> None:
    """Take it back: that something was said stays, what it was is seen no more, and its files are gone. Raises as `edit_comment`."""
    compiled = _commentable(session, entity, id)
    stored = _own(session, compiled, id, number)
    _replace(session, compiled, id, stored, {"text": "", "removed_at": session.now, "files": 0}, "taken_back")
    comment_files.forget(session, compiled, id, number)


def own_comment(s: ReadSession, entity: str, id: int, number: int) -> str:
    """The text of a comment that the principal may change now. Raises as `edit_comment`."""
    compiled = entity_of(s, entity)
    if not allowed(s, entity, "read", id):
        raise NotFound()
    return _judged(s, s.connection.execute(_one(compiled, id, number)).first()).text


def _commentable(session: WriteSession, entity: str, id: int) -> CompiledEntity:
    """The entity of a record, locked, that may be commented on now."""
    compiled = entity_of(session, entity)
    if not allowed(session, entity, "read", id):
        raise NotFound()
    if stored_draft(session, compiled, id, free=True).stored.get("archived_at") is not None:
        raise Refused(Message("in_trash"))
    return compiled


def _checked(s: ReadSession, entity: str, id: int, text: str) -> str:
    told = said(text, "text", LONGEST_COMMENT)
    if not told:
        raise Invalid([FieldError("text", Message("empty_comment"))])
    refuse_strangers(s, entity, id, named_in(told))
    return told


def _one(entity: CompiledEntity, id: int, number: int) -> sa.Select[Any]:
    here = sa.and_(comments.c.id == number, comments.c.entity_id == entity.lineage, comments.c.record_id == id)
    return sa.select(comments).where(here, comments.c.removed_at.is_(None))


def _own(session: WriteSession, entity: CompiledEntity, id: int, number: int) -> sa.Row[Any]:
    return _judged(session, session.connection.execute(_one(entity, id, number).with_for_update()).first())


def _judged(s: ReadSession, row: sa.Row[Any] | None) -> sa.Row[Any]:
    """The comment, if the principal may change it now."""
    if row is None:
        raise NotFound()
    if row.author_id is None or row.author_id != s.principal.user_id:
        raise Denied(Message("comment_of_another"))
    if s.now - row.at > OPEN_FOR:
        raise Refused(Message("comment_settled", {"minutes": int(OPEN_FOR.total_seconds() // 60)}))
    return row


def _earlier(session: WriteSession, number: int) -> list[str]:
    query = sa.select(comment_version.c.text).where(comment_version.c.comment_id == number)
    return list(session.connection.execute(query).scalars())


def _replace(
    session: WriteSession, entity: CompiledEntity, id: int, stored: sa.Row[Any], values: dict[str, object], did: str
) -> None:
    """Put `values` into a comment and keep what it said."""
    kept = {"comment_id": stored.id, "text": stored.text, "until": session.now}
    session.connection.execute(comment_version.insert().values(**kept))
    session.connection.execute(comments.update().where(comments.c.id == stored.id).values(**values))
    history_write.write(session, entity, id, "comment", {}, {"did": did})


def _tell(session: WriteSession, entity: CompiledEntity, id: int, users: Iterable[int]) -> None:
    """Tell people that a comment names them; oneself one need not be told."""
    author = session.principal.user_id
    others = [user for user in users if user != author]
    notices.leave(session, others, "mention", MESSAGES["mentioned"], (entity.lineage, id), author)
