"""Comments on a record, for whoever may read the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.files import StoredFile
from engine.mentions import named_in
from engine.records.about import rows_about
from engine.records.comment_files import files_of_comments
from engine.records.detail import exists, titles
from engine.refusals import NotFound
from engine.storage.platform import comment, comment_version

if TYPE_CHECKING:
    from engine.runtime import ReadSession

MOST_COMMENTS = 500


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment; `author` is the display name ("" when it may not be read), `at` UTC. `text` names people as `@{id}`; `people` are
    their present names, of those whom the reader may know. `edited_at`: when its author changed it last; `removed`: it was taken
    back, its text is blank and it has no `files`."""

    id: int
    author_id: int | None
    author: str
    text: str
    at: datetime
    edited_at: datetime | None = None
    removed: bool = False
    people: Mapping[int, str] = field(default_factory=dict)
    files: tuple[StoredFile, ...] = ()


@dataclass(frozen=True, slots=True)
class CommentVersion:
    """What a comment said until (UTC) it was changed; as `CommentView`."""

    text: str
    until: datetime
    people: Mapping[int, str]


def comments(s: ReadSession, entity: str, id: int, limit: int = MOST_COMMENTS) -> list[CommentView]:
    """The latest `limit` comments on the record, newest first. Raises `NotFound` when the record may not be read."""
    rows = rows_about(s, entity, id, comment, min(limit, MOST_COMMENTS), "author_id")
    people = _people(s, [row.text for row in rows])
    carried = files_of_comments(s, s.app.entities[entity], id, [row.id for row in rows if row.files])
    return [
        CommentView(
            row.id, row.author_id, row.person or "", row.text, row.at, row.edited_at, row.removed_at is not None, people,
            carried.get(row.id, ()),
        )
        for row in rows
    ]


def comment_versions(s: ReadSession, entity: str, id: int, number: int) -> list[CommentVersion]:
    """What a comment on the record said before it was changed, latest first. Raises `NotFound` where the record may not be read, and
    for a comment that is not there or was taken back."""
    exists(s, entity, id)
    of = (comment.c.id == number) & (comment.c.entity_id == s.app.entities[entity].lineage) & (comment.c.record_id == id)
    query = sa.select(comment_version.c.text, comment_version.c.until).join(comment, comment.c.id == comment_version.c.comment_id)
    newest = query.where(of, comment.c.removed_at.is_(None)).order_by(comment_version.c.id.desc()).limit(MOST_COMMENTS)
    rows = s.connection.execute(newest).all()
    if not rows:
        raise NotFound("not_found")
    people = _people(s, [row.text for row in rows])
    return [CommentVersion(row.text, row.until, people) for row in rows]


def _people(s: ReadSession, texts: list[str]) -> dict[int, str]:
    """The names of everybody whom the texts name and the reader may know, in one statement at most."""
    users = {user for text in texts for user in named_in(text)}
    return titles(s, "user", users) if users and "user" in s.app.entities else {}
