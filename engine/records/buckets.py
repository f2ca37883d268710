"""Date buckets of reports as SQL: the first day of the day, week (from Monday), month, quarter or year a value lies in.

Instants are cut in the application's zone. SQLite knows no zones, so the zone's offsets become a CASE over its changes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.access.views import View
from engine.compiled import CompiledField
from engine.refusals import NotFound
from engine.storage.types import Day

Bucket = Literal["day", "week", "month", "quarter", "year"]
Value = sa.ColumnElement[Any]

_FIRST_YEAR, _LAST_YEAR = 1980, 2060
"""Years between which a zone's changes of offset are looked up; before and after, the nearest offset holds."""


def bucket_start(value: Value, field: CompiledField, bucket: Bucket, view: View) -> Value:
    """The first day of the bucket that `value` lies in (blank stays blank). Raises `NotFound` for fields without
    dates."""
    if field.stored not in ("date", "datetime"):
        raise NotFound("unknown_field")
    if view.dialect != "sqlite":
        if field.stored == "datetime":
            value = sa.func.timezone(view.app.zone.key, value)
        return sa.cast(sa.func.date_trunc(bucket, value), Day())
    day = sa.type_coerce(value, sa.Text()) if field.stored == "date" else local_day(value, view.app.zone)
    return sa.type_coerce(_sqlite_start(day, bucket), Day())


def local_day(value: Value, zone: ZoneInfo) -> Value:
    """On SQLite: the ISO date of an instant (microseconds since 1970) in `zone`."""
    seconds = sa.type_coerce(value, sa.BigInteger()).op("/")(1_000_000)
    return sa.func.date(seconds.op("+")(_offset(seconds, zone)), "unixepoch")


def _sqlite_start(day: Value, bucket: Bucket) -> Value:
    if bucket == "day":
        return sa.func.date(day)
    if bucket == "week":
        return sa.func.date(day, "-6 days", "weekday 1")
    if bucket == "quarter":
        months = sa.cast(sa.func.strftime("%m", day), sa.Integer())
        back = sa.literal("-").concat(sa.cast((months - 1) % 3, sa.Text())).concat(" months")
        return sa.func.date(day, "start of month", back)
    return sa.func.date(day, f"start of {bucket}")


def _offset(seconds: Value, zone: ZoneInfo) -> Value:
    """The zone's offset in seconds at an instant."""
    changes = _changes(zone)
    if len(changes) == 1:
        return sa.literal_column(str(changes[0][1]))
    later = [(seconds >= sa.literal_column(str(at)), sa.literal_column(str(offset))) for at, offset in reversed(changes[1:])]
    return sa.case(*later, else_=sa.literal_column(str(changes[0][1])))


def _changes(zone: ZoneInfo) -> list[tuple[int, int]]:
    """(instant in seconds, offset in seconds from then on), oldest first; the first entry holds from the beginning."""
    at = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC)
    found = [(int(at.timestamp()), _seconds(at, zone))]
    step = timedelta(days=7)
    while at.year < _LAST_YEAR:
        if _seconds(at + step, zone) != found[-1][1]:
            change = _first_change(at, at + step, zone)
            found.append((int(change.timestamp()), _seconds(change, zone)))
        at += step
    return found


def _first_change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    before = _seconds(low, zone)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if _seconds(middle, zone) == before else (low, middle)
    return high.replace(microsecond=0)


def _seconds(at: datetime, zone: ZoneInfo) -> int:
    offset = at.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
