"""Comments on a record, for whoever may read the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access.views import Statement, View, context_values, open_view
from engine.records.detail import exists, titles
from engine.records.select import Selection
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


def comments(s: ReadSession, entity: str, id: int) -> list[CommentView]:
    """The latest comments on the record, newest first. Raises `NotFound` when the record may not be read."""
    exists(s, entity, id)
    view = open_view(s)
    statement = s.app.statements.get(("comments", view.key, entity), lambda: _statement(view, entity))
    rows = s.connection.execute(statement, {**context_values(s), "record": id}).all()
    names = titles(s, "user", [row.author_id for row in rows if row.author_id is not None])
    return [CommentView(row.id, row.author_id, names.get(row.author_id, ""), row.text, row.at) for row in rows]


def _statement(view: View, entity: str) -> Statement:
    selection = Selection(view, entity)
    row = selection.root.row
    selection.source = row.join(comment, comment.c.record_id == row.c.id)
    wanted = sa.bindparam("record", type_=sa.BigInteger(), required=True)
    selection.where(row.c.id == wanted, comment.c.entity_id == selection.root.entity.lineage)
    return selection.select(comment.c).order_by(comment.c.id.desc()).limit(MOST_COMMENTS)
