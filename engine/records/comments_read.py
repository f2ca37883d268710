"""Comments on a record, for whoever may read the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access.views import Statement, View, context_values, open_view
from engine.records.detail import titles
from engine.records.select import Selection
from engine.refusals import NotFound
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
    view = open_view(s)
    statement = s.app.statements.get(("comments", view.key, entity), lambda: _statement(view, entity))
    values = {**context_values(s), "record": id, "lw_limit": max(1, min(limit, MOST_COMMENTS))}
    rows = s.connection.execute(statement, values).all()
    if not rows:
        raise NotFound("not_found")
    rows = [row for row in rows if row.id is not None]
    names = titles(s, "user", [row.author_id for row in rows if row.author_id is not None])
    return [CommentView(row.id, row.author_id, names.get(row.author_id, ""), row.text, row.at) for row in rows]


def _statement(view: View, entity: str) -> Statement:
    """The comments beside their record: one row without a comment for a record that has none, no row at all for one that
    may not be read."""
    selection = Selection(view, entity)
    row = selection.root.row
    said = (comment.c.record_id == row.c.id) & (comment.c.entity_id == selection.root.entity.lineage)
    selection.source = row.outerjoin(comment, said)
    selection.where(row.c.id == sa.bindparam("record", type_=sa.BigInteger(), required=True))
    limit = sa.bindparam("lw_limit", type_=sa.Integer(), required=True)
    return selection.select(comment.c).order_by(comment.c.id.desc()).limit(limit)
