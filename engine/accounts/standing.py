"""The people around an absence: who is away, and the superior who decides where the stand-in may not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from engine.access.standing import in_force
from engine.compiled import CompiledApp
from engine.principal import Away
from engine.storage.platform import absence


def absences_of(connection: sa.Connection, app: CompiledApp, user_id: int) -> tuple[Away, ...]:
    """The person's absences that were not called off, those gone by included, in order."""
    users = app.entities["user"]
    name = users.fields["name"].column
    assert name is not None
    query = sa.select(absence.c.id, absence.c.from_at, absence.c.until_at, users.table.c[name.name])
    query = query.join(users.table, users.table.c.id == absence.c.stand_in_id)
    found = connection.execute(query.where(absence.c.user_id == user_id, absence.c.ended_at.is_(None)).order_by(absence.c.from_at))
    return tuple(Away(id, first, until, stand_in or "") for id, first, until, stand_in in found)


def deputy_for(connection: sa.Connection, app: CompiledApp, user_id: int, reports: Collection[int]) -> tuple[int, ...]:
    """Those of `reports`, the people below the user, who have absences and whose first active superior the user is."""
    if not reports:
        return ()
    query = sa.select(absence.c.user_id).distinct().where(absence.c.user_id.in_(reports), absence.c.ended_at.is_(None))
    away = connection.execute(query).scalars().all()
    return tuple(sorted(user for user, above in first_above(connection, app, away).items() if above == user_id))


def ever_in_for(connection: sa.Connection, app: CompiledApp, user_id: int) -> frozenset[int]:
    """Everybody who was ever to decide for the person: the stand-ins of all absences, and the superior."""
    stand_ins = connection.execute(sa.select(absence.c.stand_in_id).where(absence.c.user_id == user_id)).scalars().all()
    return frozenset((*stand_ins, *first_above(connection, app, [user_id]).values())) if stand_ins else frozenset()


def in_for(connection: sa.Connection, users: Collection[int], now: datetime) -> Mapping[int, int]:
    """The stand-in, active or not, of each of `users` who is away at `now`."""
    query = sa.select(absence.c.user_id, absence.c.stand_in_id).where(absence.c.user_id.in_(users), in_force(absence, now))
    rows = connection.execute(query)
    return {row.user_id: row.stand_in_id for row in rows}


def first_above(connection: sa.Connection, app: CompiledApp, users: Collection[int]) -> Mapping[int, int]:
    """The first active person above each of `users`; without those who have none. A statement for each level of the line."""
    table = app.entities["user"].table
    columns = [_column(app, name).label(name) for name in ("superior", "active")]
    lines: dict[int, tuple[int | None, bool]] = {}
    wanted = set(users)
    while wanted:
        rows = connection.execute(sa.select(table.c.id, table.c.archived_at, *columns).where(table.c.id.in_(wanted))).all()
        lines |= {row.id: (row.superior, bool(row.active) and row.archived_at is None) for row in rows}
        wanted = {row.superior for row in rows if row.superior is not None} - lines.keys()
    return {user: above for user in users if (above := _above(lines, user)) is not None}


def _above(lines: Mapping[int, tuple[int | None, bool]], user: int) -> int | None:
    seen, above = {user}, lines.get(user, (None, False))[0]
    while above is not None and above not in seen:
        seen.add(above)
        higher, active = lines.get(above, (None, False))
        if active:
            return above
        above = higher
    return None


def _column(app: CompiledApp, name: str) -> sa.ColumnElement[object]:
    column = app.entities["user"].fields[name].column
    assert column is not None
    return column
