"""Comments on a record, for whoever may read the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from engine.records.about import rows_about
from engine.storage.platform import comment

if TYPE_CHECKING:
    from engine.runtime import ReadSession

MOST_COMMENTS = 500


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment; `author` is the display name ("" when it may not be read), `at` UTC."""

    id: int
    author_id: int | None
    author: str
    text: str
    at: datetime


def comments(s: ReadSession, entity: str, id: int, limit: int = MOST_COMMENTS) -> list[CommentView]:
    """The latest `limit` comments on the record, newest first. Raises `NotFound` when the record may not be read."""
    rows = rows_about(s, entity, id, comment, min(limit, MOST_COMMENTS), "author_id")
    return [CommentView(row.id, row.author_id, row.person or "", row.text, row.at) for row in rows]
