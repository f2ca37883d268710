"""Who has a record open now. A row stands for one open page and is renewed while that page listens; one that nobody renews is over
after a while, also when the process that wrote it died. All processes over one database see the same people.

Nothing here asks for rights: whoever tells somebody of it reads the names, and the record itself, as that person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine.compiled import CompiledApp
from engine.notices import About
from engine.storage.inserting import insert_of
from engine.storage.platform import presence

KEPT = timedelta(seconds=45)
"""How long a row counts after it was renewed."""
RENEWED = timedelta(seconds=15)
"""How often it is renewed."""


@dataclass(frozen=True, slots=True)
class Presence:
    """One open page: `mark` is its own, `since` when it was opened, `editing` that it is the record's form."""

    mark: str
    about: About
    user_id: int
    editing: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Latest:
    """The revision of a record, and who made it."""

    revision: int
    by: int | None


def renew(connection: sa.Connection, pages: Iterable[Presence], now: datetime) -> None:
    """The `pages` are open now; rows that nobody renewed are forgotten."""
    connection.execute(sa.delete(presence).where(presence.c.seen_at < now - KEPT))
    rows = [
        {
            "mark": page.mark, "entity_id": page.about[0], "record_id": page.about[1], "user_id": page.user_id,
            "editing": page.editing, "since": page.since, "seen_at": now,
        }
        for page in pages
    ]
    if rows:
        connection.execute(insert_of(connection, presence).on_conflict_do_update(index_elements=["mark"], set_={"seen_at": now}), rows)


def leave(connection: sa.Connection, marks: Collection[str]) -> None:
    """Those pages are open no more."""
    connection.execute(sa.delete(presence).where(presence.c.mark.in_(marks)))


def around(connection: sa.Connection, records: Collection[About], now: datetime) -> dict[About, list[Presence]]:
    """The pages that are open on each of `records`, the earliest first, in one statement."""
    here = sa.tuple_(presence.c.entity_id, presence.c.record_id).in_(list(records))
    query = sa.select(presence).where(here, presence.c.seen_at >= now - KEPT).order_by(presence.c.since, presence.c.mark)
    found: dict[About, list[Presence]] = {}
    for row in connection.execute(query):
        about = (row.entity_id, row.record_id)
        found.setdefault(about, []).append(Presence(row.mark, about, row.user_id, row.editing, row.since))
    return found


def latest(connection: sa.Connection, app: CompiledApp, records: Collection[About]) -> dict[About, Latest]:
    """The revisions of those of `records` that are stored, in one statement."""
    wanted: dict[int, list[int]] = {}
    for lineage, id in records:
        wanted.setdefault(lineage, []).append(id)
    entities = [entity for entity in app.entities.values() if entity.lineage in wanted]
    if not entities:
        return {}
    parts = [
        sa.select(
            sa.literal(entity.lineage).label("entity_id"), entity.table.c.id, entity.table.c.revision, entity.table.c.updated_by,
        ).where(entity.table.c.id.in_(wanted[entity.lineage]))
        for entity in entities
    ]
    return {(row[0], row[1]): Latest(row[2], row[3]) for row in connection.execute(sa.union_all(*parts))}
