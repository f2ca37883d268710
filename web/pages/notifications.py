"""Notifications: what concerns me, read and unread."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from starlette.responses import Response

from engine.records import read
from engine.runtime import ReadSession, WriteSession
from engine.storage.platform import notification
from web.context import Context
from web.icons import icon_name
from web.view_models import Row

MOST = 100
CAP = 99


def show(context: Context) -> Response:
    """The latest notifications."""
    return context.page("pages/notifications.html", rows=latest(context, MOST), unread=unread_count(context.session))


def mark_read(context: Context) -> Response:
    """All of mine are read."""

    def unit(session: WriteSession) -> None:
        mine = (notification.c.user_id == session.principal.user_id) & notification.c.read_at.is_(None)
        session.connection.execute(notification.update().where(mine).values(read_at=session.now))

    context.write(unit)
    return context.go("/notifications", "pages.marked_read")


def badge(context: Context) -> Response:
    """How many are unread, for the bell."""
    return context.piece("pieces/badge.html", count=unread_count(context.session), cap=CAP)


def unread_count(session: ReadSession) -> int:
    """How many of mine are unread, counted up to just above the cap."""
    mine = (notification.c.user_id == session.principal.user_id) & notification.c.read_at.is_(None)
    few = sa.select(notification.c.id).where(mine).limit(CAP + 1).subquery()
    return int(session.connection.execute(sa.select(sa.func.count()).select_from(few)).scalar_one())


def latest(context: Context, most: int) -> list[Row]:
    """The newest ones; a record I may no longer read is named by nothing (law 2)."""
    session = context.session
    query = (
        sa.select(notification)
        .where(notification.c.user_id == session.principal.user_id)
        .order_by(notification.c.id.desc())
        .limit(most)
    )
    rows = session.connection.execute(query).all()
    names = {entity.lineage: entity.name for entity in context.app.entities.values()}
    wanted: dict[str, list[int]] = {}
    for row in rows:
        if row.entity_id in names and row.record_id is not None:
            wanted.setdefault(names[row.entity_id], []).append(row.record_id)
    titles = {(name, id): title for name, ids in wanted.items() for id, title in read.titles(session, name, ids).items()}
    made = (_row(context, row, names.get(row.entity_id, ""), titles) for row in rows)
    return [row for row in made if row is not None]


def _row(context: Context, row: Any, entity: str, titles: dict[tuple[str, int], str]) -> Row | None:
    texts = row.texts if isinstance(row.texts, dict) else {}
    text = str(texts.get(context.language) or texts.get("zh") or texts.get("en") or "")
    title = titles.get((entity, row.record_id), "")
    if row.record_id is not None and not title:
        return None
    icon = icon_name(context.app.entities[entity].icon) if entity in context.app.entities else "bell"
    href = f"/e/{entity}/{row.record_id}" if title else "/notifications"
    return Row(text or title, href, title if text else "", context.ago(row.at), icon, (), row.read_at is None)
