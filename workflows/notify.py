"""Notices inside the application. What is stored names no value of a record: texts are filled in when they are read,
with what the reader may read then (law 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from engine import notices as notices_left
from engine.accounts import standing
from engine.compiled import CompiledEntity, CompiledField, Texts
from engine.field_types.base import TextContext
from engine.languages import InLanguages, localized
from engine.records import read
from engine.records.paths import fields_along
from engine.records.queries import Column, Filter, Path, Query
from engine.refusals import NotFound
from engine.runtime import ReadSession, WriteSession
from engine.storage.platform import notification
from metadata.rich_texts import plain_text
from workflows.notice_places import NAMED, UNREADABLE, kept, named


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as its reader may see it; `title` is the record's, None when there is none. `gone`: there is one, and it
    may not be read (any more)."""

    id: int
    kind: str
    text: str
    at: datetime
    read_at: datetime | None
    entity: str | None = None
    record_id: int | None = None
    title: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """The record that a notice is about."""

    entity: CompiledEntity
    id: int


def tell(
    s: WriteSession, users: Iterable[int], kind: str, texts: Texts, about: About | None = None, actor: int | None = None
) -> None:
    """Leave a notice for each of `users`; `texts` may hold `{field}` places of the record's fields, and one of the `actor`."""
    if about is None:
        notices_left.leave(s, users, kind, texts, None, actor)
        return
    name = about.entity.name
    stored = InLanguages(lambda language: kept(s.app, name, localized(texts, language)))
    notices_left.leave(s, users, kind, stored, (about.entity.lineage, about.id), actor)


def told_since(s: ReadSession, kind: str, about: About, since: datetime) -> bool:
    """Whether anybody was left a notice of that kind about the record since then."""
    same = (notification.c.kind == kind) & (notification.c.entity_id == about.entity.lineage)
    query = sa.select(notification.c.id).where(same, notification.c.record_id == about.id, notification.c.at > since)
    return s.connection.execute(query.limit(1)).first() is not None


def notices(s: ReadSession, limit: int = 50, unread: str = "") -> list[Notice]:
    """The principal's notices, newest first; only those of the kind `unread` that are, where it is given."""
    if s.principal.user_id is None:
        return []
    query = sa.select(notification).where(notification.c.user_id == s.principal.user_id)
    if unread:
        query = query.where(notification.c.kind == unread, notification.c.read_at.is_(None))
    newest = query.order_by(notification.c.at.desc(), notification.c.id.desc())
    rows = s.connection.execute(newest.limit(limit)).all()
    told = [_told(s, row) for row in rows]
    seen, actors = _seen(s, told), _actors(s, rows)
    return [_notice(one, seen.get((one.entity, one.row.record_id)), actors) for one in told]


def _told(s: ReadSession, row: Any) -> _Told:
    entity = s.app.by_lineage.get(row.entity_id)
    name = entity.name if entity is not None else ""
    return _Told(row, name, named(s.app, name, localized(row.texts, s.language)))


def _actors(s: ReadSession, rows: Sequence[sa.Row[Any]]) -> Mapping[int, str]:
    """The names of whoever notices speak of, of those whom their reader may know."""
    wanted = {row.actor_id for row in rows if row.actor_id is not None}
    return read.titles(s, "user", wanted) if wanted and "user" in s.app.entities else {}


def unread(s: ReadSession, cap: int = 100) -> int:
    """How many of the newest `cap` notices that the principal has not read it may see: one about a record that it may not
    read (any more) is not counted, as it is not shown (law 2). A statement, and one for each entity they are about."""
    if s.principal.user_id is None:
        return 0
    mine = (notification.c.user_id == s.principal.user_id) & notification.c.read_at.is_(None)
    query = sa.select(notification.c.entity_id, notification.c.record_id).where(mine)
    rows = s.connection.execute(query.order_by(notification.c.at.desc(), notification.c.id.desc()).limit(cap)).all()
    names = {entity.lineage: entity.name for entity in s.app.entities.values()}
    about: dict[str, set[int]] = {}
    for row in rows:
        if row.record_id is not None and row.entity_id in names:
            about.setdefault(names[row.entity_id], set()).add(row.record_id)
    seen = {entity: read.titles(s, entity, ids) for entity, ids in about.items()}
    return sum(row.record_id is None or row.record_id in seen.get(names.get(row.entity_id, ""), {}) for row in rows)


def mark_read(s: WriteSession, id: int | None = None) -> None:
    """Mark all notices of the principal as read, or the one of that number."""
    mine = (notification.c.user_id == s.principal.user_id) & notification.c.read_at.is_(None)
    mine = mine if id is None else mine & (notification.c.id == id)
    s.connection.execute(sa.update(notification).where(mine).values(read_at=s.now))


def settle(s: WriteSession, user: int, entity: int, record: int) -> None:
    """What the user was asked to do about the record (its entity by lineage) is done: the notices that asked are read, those of people
    who stand in for the user as well."""
    own = (notification.c.user_id == user) & notification.c.actor_id.is_(None)
    others = sorted(standing.ever_in_for(s.connection, s.app, user))
    asked = sa.or_(own, notification.c.user_id.in_(others) & (notification.c.actor_id == user)) if others else own
    about = (notification.c.entity_id == entity) & (notification.c.record_id == record) & (notification.c.kind == "task")
    s.connection.execute(sa.update(notification).where(asked, about, notification.c.read_at.is_(None)).values(read_at=s.now))


@dataclass(frozen=True, slots=True)
class _Told:
    """A stored notice, what its record's entity is called now ("" where there is none) and its text in present names."""

    row: sa.Row[Any]
    entity: str
    text: str


@dataclass(frozen=True, slots=True)
class _Record:
    """A record as a notice names it: its title, and the texts of fields that notices speak of."""

    entity: str
    id: int
    title: str
    texts: Mapping[str, str]


def _notice(told: _Told, record: _Record | None, actors: Mapping[int, str]) -> Notice:
    known, row = record.texts if record is not None else {}, told.row
    text = NAMED.sub(lambda found: known.get(found[1], UNREADABLE), told.text)
    text = text.replace(notices_left.ACTOR, actors.get(row.actor_id, UNREADABLE))
    about = (record.entity, record.id, record.title) if record is not None else (None, None, None)
    return Notice(row.id, row.kind, text, row.at, row.read_at, *about, gone=row.record_id is not None and record is None)


def _seen(s: ReadSession, told: Sequence[_Told]) -> dict[tuple[str, int], _Record]:
    """The records that notices are about, as far as they may be read: two statements for each entity."""
    ids: dict[str, list[int]] = {}
    fields: dict[str, set[str]] = {}
    for one in told:
        if one.entity and one.row.record_id is not None:
            ids.setdefault(one.entity, []).append(one.row.record_id)
            fields.setdefault(one.entity, set()).update(NAMED.findall(one.text))
    found: dict[tuple[str, int], _Record] = {}
    for entity, wanted in ids.items():
        titles = read.titles(s, entity, wanted)
        texts = _texts(s, entity, tuple(titles), fields[entity]) if titles else {}
        found |= {(entity, id): _Record(entity, id, title, texts.get(id, {})) for id, title in titles.items()}
    return found


def _texts(s: ReadSession, entity: str, ids: tuple[int, ...], names: Iterable[str]) -> dict[int, dict[str, str]]:
    """The readable ones of the fields at `names` (paths over links too) as people read them, by record."""
    found = {tuple(name.split(".")): _field_at(s, entity, tuple(name.split("."))) for name in sorted(names)}
    fields = {path: field for path, field in found.items() if field is not None and field.children is None}
    if not fields:
        return {}
    page = read.page(s, Query(entity, tuple(fields), (Filter(("id",), "in", ids),), limit=len(ids)))
    return {
        int(str(row[0])): {
            ".".join(column.path): text for column in page.columns
            if (text := _text(s, fields[column.path], column, row)) is not None
        }
        for row in page.rows
    }


def _field_at(s: ReadSession, entity: str, path: Path) -> CompiledField | None:
    """The field at the end of a path, None where the principal may see nothing of a field on its way."""
    try:
        steps = fields_along(s.app, entity, path)
        seen = all(field.name in read.readable_fields(s, owner) for owner, field in steps)
    except NotFound:
        return None
    return steps[-1][1] if seen else None


def _text(s: ReadSession, field: CompiledField, column: Column, row: Sequence[object]) -> str | None:
    value = row[column.index]
    if value is None:
        return None if column.masked is None else cast("str | None", row[column.masked])
    if column.caption is not None:
        return cast("str | None", row[column.caption])
    if field.options and isinstance(value, str):
        return field.options[value].label[s.language] if value in field.options else value
    if field.stored == "rich" and isinstance(value, str):
        return plain_text(value)
    return field.type.form_text(value, TextContext(s.app.zone, s.language))
