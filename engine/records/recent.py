"""The records that the principal changed last, newest first, as far as they may still be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.records.detail import named
from engine.records.queries import RecordRef
from engine.storage.platform import history

if TYPE_CHECKING:
    from engine.runtime import ReadSession

_LOOKED_AT = 100
"""Change sets that are looked at: who saves one record over and over sees fewer others."""


@dataclass(frozen=True, slots=True)
class Recent:
    """A record by its title, and when the principal last changed it (UTC)."""

    record: RecordRef
    title: str
    at: datetime


def recent(s: ReadSession, limit: int = 6) -> list[Recent]:
    """The last `limit` records that the principal changed and did not throw away; nothing for nobody."""
    last = _last_changes(s)
    newest = sorted(last.items(), key=lambda one: one[1], reverse=True)  # what was brought in may be older than its number
    return [Recent(ref, title, last[ref]) for ref, title in named(s, (ref for ref, _ in newest))][:limit]


def _last_changes(s: ReadSession) -> Mapping[RecordRef, datetime]:
    names = {entity.lineage: entity.name for entity in s.app.entities.values() if not entity.child}
    found: dict[RecordRef, datetime] = {}
    gone: set[RecordRef] = set()
    for row in s.connection.execute(_MINE, {"actor": s.principal.user_id}):
        ref = RecordRef(names.get(row.entity_id, ""), row.record_id)
        if row.kind == "delete" and ref not in found:
            gone.add(ref)
        elif ref.entity and ref not in gone:
            found[ref] = max(found.get(ref, row.at), row.at)
    return found


_MINE = (
    sa.select(history.c.entity_id, history.c.record_id, history.c.kind, history.c.at)
    .where(history.c.actor_id == sa.bindparam("actor", type_=sa.BigInteger()))
    .order_by(history.c.id.desc())
    .limit(_LOOKED_AT)
)
