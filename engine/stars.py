"""Records that people mark for themselves: a star is its owner's alone and changes nobody else's lists (C31)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.records.detail import named, refs_of, title
from engine.records.queries import RecordRef
from engine.refusals import Message, NotFound, Refused
from engine.storage.inserting import insert_of
from engine.storage.platform import star

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession

MOST = 1000
"""Stars of one person."""

_AMONG = sa.select(star.c.record_id).where(
    star.c.user_id == sa.bindparam("user"), star.c.entity_id == sa.bindparam("entity"),
    star.c.record_id.in_(sa.bindparam("records", expanding=True)),
)


def starred(s: ReadSession, limit: int = 20) -> list[tuple[RecordRef, str]]:
    """The records with a star, the latest star first, as far as the principal may read them."""
    rows = s.connection.execute(sa.select(star.c.entity_id, star.c.record_id).where(_mine(s)).order_by(star.c.id.desc()).limit(MOST))
    return named(s, refs_of(s, map(tuple, rows)))[:limit]


def among(s: ReadSession, entity: str, ids: Collection[int]) -> frozenset[int]:
    """Those of the records `ids` that have a star of the principal's, in one statement (none for no records)."""
    if not ids:
        return frozenset()
    values = {"user": s.principal.user_id, "entity": s.app.entities[entity].lineage, "records": list(ids)}
    return frozenset(s.connection.execute(_AMONG, values).scalars())


def set_star(s: WriteSession, entity: str, id: int, on: bool) -> None:
    """Give the record a star, or take it away; twice is once. Raises `NotFound` for a record that the principal may not
    read, and `Refused` for too many stars."""
    compiled = s.app.entities.get(entity)
    if s.principal.user_id is None or compiled is None or compiled.child or title(s, entity, id) is None:
        raise NotFound()
    here = sa.and_(_mine(s), star.c.entity_id == compiled.lineage, star.c.record_id == id)
    if not on:
        s.connection.execute(star.delete().where(here))
        return
    if s.connection.execute(sa.select(sa.func.count()).where(_mine(s))).scalar_one() >= MOST:
        raise Refused(Message("too_many_stars", {"limit": MOST}))
    row = {"user_id": s.principal.user_id, "entity_id": compiled.lineage, "record_id": id}
    s.connection.execute(insert_of(s.connection, star).values(row).on_conflict_do_nothing())


def _mine(s: ReadSession) -> sa.ColumnElement[bool]:
    return star.c.user_id == s.principal.user_id
