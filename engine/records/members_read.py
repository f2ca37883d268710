"""Members of records, for whoever may read whom a record belongs to, and the records that one is a member of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access import readable_on
from engine.records.about import rows_about
from engine.records.detail import named, refs_of
from engine.records.queries import RecordRef
from engine.records.sharing import MOST_MEMBERS
from engine.refusals import NotFound
from engine.storage.platform import member

if TYPE_CHECKING:
    from engine.runtime import ReadSession

_MOST_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a record; `name` is "" where the person may not be known, `expires_at` the instant (UTC) from which they are none."""

    user: int
    name: str
    level: str
    expires_at: datetime | None


def members(s: ReadSession, entity: str, id: int) -> list[Member]:
    """The present members of the record, who came last first. Raises `NotFound` when the record or its owner may not be read."""
    compiled = s.app.entities.get(entity)
    if compiled is None or not compiled.owned or "owner" not in (readable_on(s, entity, id) or ()):
        raise NotFound()
    rows = rows_about(s, entity, id, member, MOST_MEMBERS, "user_id")
    return [
        Member(row.user_id, row.person or "", row.level, row.expires_at)
        for row in rows if row.expires_at is None or row.expires_at > s.now
    ]


def shared_with(s: ReadSession, limit: int = 20) -> list[tuple[RecordRef, str]]:
    """The records that the principal is a member of now and may read, the latest first: a statement, and one for each entity."""
    present = sa.or_(member.c.expires_at.is_(None), member.c.expires_at > s.now)
    query = sa.select(member.c.entity_id, member.c.record_id).where(member.c.user_id == s.principal.user_id, present)
    rows = s.connection.execute(query.order_by(member.c.id.desc()).limit(_MOST_LOOKED_AT))
    owned = [(lineage, id) for lineage, id in map(tuple, rows) if lineage in s.app.by_lineage and s.app.by_lineage[lineage].owned]
    return named(s, refs_of(s, owned))[:limit]
