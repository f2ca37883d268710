"""Notices inside the application. What is stored names no value of a record: texts are filled in when they are read,
with what the reader may read then (law 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.compiled import CompiledEntity, Texts
from engine.records import read
from engine.records.queries import Record
from engine.refusals import NotFound
from engine.runtime import ReadSession, WriteSession
from engine.storage.platform import notification

UNREADABLE = "…"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as its reader may see it; `title` is the record's, None when it may not be read (any more)."""

    id: int
    kind: str
    text: str
    at: datetime
    read_at: datetime | None
    entity: str | None = None
    record_id: int | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """The record that a notice is about."""

    entity: CompiledEntity
    id: int


def tell(s: WriteSession, users: Iterable[int], kind: str, texts: Texts, about: About | None = None) -> None:
    """Leave a notice for each of `users`; `texts` may hold `{field}` places of the record's fields."""
    rows = [
        {
            "user_id": user, "kind": kind, "texts": dict(texts), "at": s.now,
            "entity_id": about.entity.lineage if about else None, "record_id": about.id if about else None,
        }
        for user in dict.fromkeys(users)
    ]
    if rows:
        s.connection.execute(sa.insert(notification), rows)


def notices(s: ReadSession, limit: int = 50, before: int | None = None) -> list[Notice]:
    """The principal's notices, newest first; `before` is the id of the last one already seen."""
    if s.principal.user_id is None:
        return []
    query = sa.select(notification).where(notification.c.user_id == s.principal.user_id)
    if before is not None:
        query = query.where(notification.c.id < before)
    rows = s.connection.execute(query.order_by(notification.c.id.desc()).limit(limit)).all()
    names = {entity.lineage: entity.name for entity in s.app.entities.values()}
    return [_notice(s, row, names.get(row.entity_id)) for row in rows]


def unread(s: ReadSession, cap: int = 100) -> int:
    """How many notices the principal has not read, counted up to `cap`."""
    if s.principal.user_id is None:
        return 0
    mine = sa.select(notification.c.id).where(
        notification.c.user_id == s.principal.user_id, notification.c.read_at.is_(None)
    ).limit(cap)
    return s.connection.execute(sa.select(sa.func.count()).select_from(mine.subquery())).scalar_one()


def mark_read(s: WriteSession, upto: int) -> None:
    """Mark the principal's notices up to id `upto` as read."""
    mine = (notification.c.user_id == s.principal.user_id) & (notification.c.id <= upto)
    s.connection.execute(sa.update(notification).where(mine, notification.c.read_at.is_(None)).values(read_at=s.now))


def _notice(s: ReadSession, row: sa.Row[tuple[object, ...]], entity: str | None) -> Notice:
    record = _readable(s, entity, row.record_id)
    text = _filled(_in_language(row.texts, s.language), record)
    about = (entity, record.id, record.title) if record is not None else (None, None, None)
    return Notice(row.id, row.kind, text, row.at, row.read_at, *about)


def _readable(s: ReadSession, entity: str | None, record_id: int | None) -> Record | None:
    if entity is None or record_id is None:
        return None
    try:
        return read.get(s, entity, record_id)
    except NotFound:
        return None


def _in_language(texts: Mapping[str, str], language: str) -> str:
    short = "zh" if language.startswith("zh") else "en"
    return texts.get(short) or next(iter(texts.values()), "")


def _filled(template: str, record: Record | None) -> str:
    """`template` with the record's readable values in its `{field}` places."""
    pieces = template.split("{")
    text = pieces[0]
    for piece in pieces[1:]:
        name, closed, rest = piece.partition("}")
        text += (_shown(record, name.strip()) + rest) if closed else "{" + piece
    return text


def _shown(record: Record | None, name: str) -> str:
    value = record.values.get(name) if record is not None else None
    if record is None or value is None:
        return record.masked.get(name, UNREADABLE) if record is not None else UNREADABLE
    return record.titles.get(name, str(value))
