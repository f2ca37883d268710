"""Document numbers. A gapless series is counted in the writer's own transaction, so that a number exists exactly when
its record does; a fast one in a short transaction of its own, so that writers do not wait for each other (R55, F21).
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.compiled import CompiledField, CompiledSerial
from engine.failpoints import failpoint
from engine.records.draft import Draft
from engine.storage.platform import numbering
from metadata.specs.entity import SERIAL_DATE_PARTS

if TYPE_CHECKING:
    from engine.runtime import WriteSession

_TOKEN = re.compile(r"\{([^{}]+)\}")
_PERIODS = {"never": "", "year": "%Y", "month": "%Y%m", "day": "%Y%m%d"}


def give_numbers(session: WriteSession, draft: Draft) -> None:
    """Fill the blank serial fields of a new record. Called when nothing else can be refused any more, so that a series
    is held as briefly as possible."""
    for field in draft.entity.fields.values():
        if field.serial is not None and draft.values.get(field.name) is None:
            draft.values[field.name] = _number(session, field, field.serial)


def _number(session: WriteSession, field: CompiledField, serial: CompiledSerial) -> str:
    count = str(_next(session, field, serial))
    failpoint("serials.counted")

    def text(token: str) -> str:
        """A part of today's date, or the counter (`0001`) at its least width."""
        written = SERIAL_DATE_PARTS.get(token)
        return session.today.strftime(written) if written else count.zfill(len(token))

    return _TOKEN.sub(lambda match: text(match.group(1)), serial.pattern)


def period(reset: str, today: date) -> str:
    """The name of the numbering period that `today` (in the application's zone) lies in."""
    return today.strftime(_PERIODS[reset])


def _next(session: WriteSession, field: CompiledField, serial: CompiledSerial) -> int:
    current = period(serial.reset, session.today)
    if serial.gapless or session.connection.dialect.name == "sqlite":
        return advance(session.connection, field.lineage, current)
    with session.runtime.database.aside() as connection:
        return advance(connection, field.lineage, current)


def carry(connection: sa.Connection, lineage: int, current: str) -> None:
    """Let the period `current` go on from the highest number that the series of that field ever counted."""
    highest = connection.execute(sa.select(sa.func.max(numbering.c.last)).where(numbering.c.field_id == lineage)).scalar()
    if highest is not None:
        row = (numbering.c.field_id == lineage) & (numbering.c.period == current)
        connection.execute(numbering.delete().where(row))
        connection.execute(numbering.insert().values(field_id=lineage, period=current, last=highest))


def advance(connection: sa.Connection, lineage: int, current: str) -> int:
    """Count the series of the field with that lineage up by one; its row stays locked to the end of the transaction."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    upsert = insert(numbering).values(field_id=lineage, period=current, last=1)
    counted = upsert.on_conflict_do_update(
        index_elements=[numbering.c.field_id, numbering.c.period], set_={"last": numbering.c.last + 1}
    )
    return int(connection.execute(counted.returning(numbering.c.last)).scalar_one())
