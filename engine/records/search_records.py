"""Search over the whole application: one statement, one arm per entity that the principal may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access.views import Statement, View, context_values, open_view
from engine.records.detail import shown_title
from engine.records.queries import Hit
from engine.records.searching import search_clause, search_shape, search_values
from engine.records.select import Selection
from engine.refusals import NotFound

if TYPE_CHECKING:
    from engine.runtime import ReadSession

MOST_HITS = 100


def search(s: ReadSession, text: str, entity: str | None = None, limit: int = 20) -> list[Hit]:
    """Records that hold every word of `text` in fields the principal may read; at most `limit` of each entity, newest
    first. Two Chinese characters find. A blank text finds nothing. Raises `NotFound` for an unreadable `entity`."""
    if not text.strip():
        return []
    view = open_view(s)
    key = ("search", view.key, entity, search_shape(text))
    statement = s.app.statements.get(key, lambda: _statement(view, entity, text))
    if statement is None:
        return []
    values = {
        **context_values(s), **search_values(s.connection, text), "lw_limit": max(1, min(limit, MOST_HITS)),
    }
    rows = map(tuple, s.connection.execute(statement, values))
    return [Hit(name, id, shown_title(title, id)) for name, id, title in rows]


def _statement(view: View, entity: str | None, text: str) -> Statement | None:
    if entity is not None:
        return _arm(Selection(view, entity), text)
    arms = [arm for name in view.app.entities if (arm := _searchable(view, name, text)) is not None]
    if not arms:
        return None
    return sa.select(sa.union_all(*(sa.select(arm.subquery()) for arm in arms)).subquery())


def _searchable(view: View, name: str, text: str) -> Statement | None:
    compiled = view.app.entities[name]
    if compiled.child or not compiled.search:
        return None
    try:
        return _arm(Selection(view, name), text)
    except NotFound:
        return None


def _arm(selection: Selection, text: str) -> Statement:
    row = selection.root.row
    selection.where(row.c.archived_at.is_(None), search_clause(selection, text))
    columns = [sa.literal(selection.root.entity.name).label("e"), row.c.id, selection.title_of(selection.root).label("t")]
    return selection.select(columns).order_by(row.c.id.desc()).limit(
        sa.bindparam("lw_limit", type_=sa.Integer(), required=True)
    )
