"""Document numbers. A gapless series is counted in the writer's own transaction, so that a number exists exactly when
its record does; a fast one in a short transaction of its own, so that writers do not wait for each other (R55, F21).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.compiled import CompiledField, CompiledSerial
from engine.failpoints import failpoint
from engine.records.draft import Draft
from engine.storage.inserting import insert_of
from engine.storage.platform import numbering
from metadata.specs.entity import SERIAL_DATE_PARTS

if TYPE_CHECKING:
    from engine.runtime import WriteSession

_TOKEN = re.compile(r"\{([^{}]+)\}")
_PERIODS = {"never": "", "year": "%Y", "month": "%Y%m", "day": "%Y%m%d"}


def give_numbers(session: WriteSession, draft: Draft) -> None:
    """Fill the blank serial fields of a new record. Called when nothing else can be refused any more, so that a series
    is held as briefly as possible."""
    for field in draft.entity.groups.serials:
        if field.serial is not None and draft.values.get(field.name) is None:
            draft.values[field.name] = _number(session, field, field.serial)


def _number(session: WriteSession, field: CompiledField, serial: CompiledSerial) -> str:
    """The next number that no record has: those are passed over that an earlier pattern of the series wrote and that look like
    numbers of today's."""
    series = _Written.of(serial.pattern, session.today)
    above = 0
    while True:
        count = _next(session, field, serial, above)
        failpoint("serials.counted")
        if not _is_given(session, field, series.number(count)):
            return series.number(count)
        given = _given(session, field, series)
        while series.number(count) in given:
            count += 1
        above = count - 1


@dataclass(frozen=True, slots=True)
class _Written:
    """What the numbers of one day look like: the counter at its least width, and what stands around it."""

    head: str
    width: int
    tail: str

    @classmethod
    def of(cls, pattern: str, today: date) -> _Written:
        def dated(match: re.Match[str]) -> str:
            part = SERIAL_DATE_PARTS.get(match[1])
            return today.strftime(part) if part else match[0]

        head, counter, tail = _TOKEN.split(_TOKEN.sub(dated, pattern))
        return cls(head, len(counter), tail)

    def number(self, count: int) -> str:
        return f"{self.head}{str(count).zfill(self.width)}{self.tail}"


def _is_given(session: WriteSession, field: CompiledField, number: str) -> bool:
    assert field.column is not None
    return session.connection.execute(sa.select(sa.literal(1)).where(field.column == number).limit(1)).first() is not None


def _given(session: WriteSession, field: CompiledField, series: _Written) -> set[str]:
    """The numbers of records that begin as those of the day do."""
    assert field.column is not None
    alike = sa.func.substr(field.column, 1, len(series.head)) == series.head
    return set(session.connection.execute(sa.select(field.column).where(alike)).scalars())


def period(reset: str, today: date) -> str:
    """The name of the numbering period that `today` (in the application's zone) lies in."""
    return today.strftime(_PERIODS[reset])


def _next(session: WriteSession, field: CompiledField, serial: CompiledSerial, above: int) -> int:
    current = period(serial.reset, session.today)
    if serial.gapless or session.connection.dialect.name == "sqlite":
        return advance(session.connection, field.lineage, current, above)
    with session.runtime.database.aside() as connection:
        return advance(connection, field.lineage, current, above)


def carry(connection: sa.Connection, lineage: int, current: str) -> None:
    """Let the period `current` go on from the highest number that the series of that field ever counted."""
    highest = connection.execute(sa.select(sa.func.max(numbering.c.last)).where(numbering.c.field_id == lineage)).scalar()
    if highest is not None:
        row = (numbering.c.field_id == lineage) & (numbering.c.period == current)
        connection.execute(numbering.delete().where(row))
        connection.execute(numbering.insert().values(field_id=lineage, period=current, last=highest))


def advance(connection: sa.Connection, lineage: int, current: str, above: int = 0) -> int:
    """Count the series of the field with that lineage up by one, or to the first count `above` what is given; its row stays
    locked to the end of the transaction."""
    upsert = insert_of(connection, numbering).values(field_id=lineage, period=current, last=above + 1)
    last = sa.case((numbering.c.last < above, above), else_=numbering.c.last)
    counted = upsert.on_conflict_do_update(
        index_elements=[numbering.c.field_id, numbering.c.period], set_={"last": last + 1}
    )
    return int(connection.execute(counted.returning(numbering.c.last)).scalar_one())
