"""Records that people follow: they are told what others do to them. Whoever owns a record or comments on it follows it by itself, until
they stop; having stopped, they begin again only by choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.compiled import CompiledEntity
from engine.records.detail import named, refs_of, title
from engine.records.queries import Record, RecordRef
from engine.refusals import Message, NotFound, Refused
from engine.storage.inserting import insert_of
from engine.storage.platform import follow

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession

MOST = 1000
"""Records that one person follows by choice or by commenting."""


def follows(s: ReadSession, record: Record) -> bool:
    """Whether the principal follows the record."""
    entity = s.app.entities[record.entity]
    chosen = s.connection.execute(sa.select(follow.c.following).where(_mine(s), _of(entity, record.id))).scalar_one_or_none()
    owns = entity.owned and s.principal.user_id is not None and record.values.get("owner") == s.principal.user_id
    return owns if chosen is None else chosen


def followed(s: ReadSession, limit: int = 20) -> list[tuple[RecordRef, str]]:
    """The records that the principal follows but for those that are followed because they are one's own, the latest first, as far as
    the principal may read them."""
    query = sa.select(follow.c.entity_id, follow.c.record_id).where(_mine(s), follow.c.following.is_(True))
    rows = s.connection.execute(query.order_by(follow.c.id.desc()).limit(MOST))
    return named(s, refs_of(s, map(tuple, rows)))[:limit]


def set_following(s: WriteSession, entity: str, id: int, on: bool) -> None:
    """Follow the record, or stop; twice is once. Raises `NotFound` for a record that the principal may not read, and `Refused` for too
    many."""
    compiled = s.app.entities.get(entity)
    if s.principal.user_id is None or compiled is None or compiled.child or title(s, entity, id) is None:
        raise NotFound()
    if on and _count(s) >= MOST:
        raise Refused(Message("too_many_followed", {"limit": MOST}))
    _put(s, compiled, id, on, over=True)


def begin(s: WriteSession, entity: CompiledEntity, id: int) -> None:
    """The principal has said something about the record and follows it from now on, unless they have stopped."""
    if s.principal.user_id is not None and _count(s) < MOST:
        _put(s, entity, id, True, over=False)


def followers(s: ReadSession, entity: CompiledEntity, id: int) -> list[int]:
    """Who follows the record: those who chose to, and its owner unless they stopped. Whether they may read it is asked elsewhere."""
    rows = s.connection.execute(sa.select(follow.c.user_id, follow.c.following).where(_of(entity, id)).order_by(follow.c.user_id))
    chosen: dict[int, bool] = {row.user_id: row.following for row in rows}
    if entity.owned:
        owner = s.connection.execute(sa.select(entity.table.c.owner).where(entity.table.c.id == id)).scalar_one_or_none()
        if owner is not None:
            chosen.setdefault(owner, True)
    return [user for user, following in chosen.items() if following]


def _put(s: WriteSession, entity: CompiledEntity, id: int, on: bool, over: bool) -> None:
    row = {"user_id": s.principal.user_id, "entity_id": entity.lineage, "record_id": id, "following": on}
    put, keys = insert_of(s.connection, follow).values(row), ["user_id", "entity_id", "record_id"]
    done = put.on_conflict_do_update(index_elements=keys, set_={"following": on}) if over else put.on_conflict_do_nothing()
    s.connection.execute(done)


def _count(s: ReadSession) -> int:
    return s.connection.execute(sa.select(sa.func.count()).where(_mine(s), follow.c.following.is_(True))).scalar_one()


def _mine(s: ReadSession) -> sa.ColumnElement[bool]:
    return follow.c.user_id == s.principal.user_id


def _of(entity: CompiledEntity, id: int) -> sa.ColumnElement[bool]:
    return sa.and_(follow.c.entity_id == entity.lineage, follow.c.record_id == id)
