"""Kinds of time: date (a day on the calendar, never an instant, R26) and datetime (an instant, stored in UTC)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.compiled import CompiledField
from engine.field_types.base import PLAIN, FieldType, InvalidValue, TextContext
from engine.field_types.characters import narrow, shorten
from engine.storage.types import Day, Instant

FIRST, LAST = date(1000, 1, 1), date(9999, 12, 31)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_SPOKEN = re.compile(r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)", re.ASCII)
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)


def _day(year: str, month: str, day: str, raw: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise InvalidValue("bad_date", {"value": shorten(raw)}) from None


class DateType(FieldType):
    """A calendar day: `2026-03-05`."""

    kind = "date"

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any]:
        return Day()

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        match = _DATE.fullmatch(narrow(raw).strip()) if isinstance(raw, str) else None
        if match is None:
            raise InvalidValue("bad_date", {"value": shorten(str(raw))})
        return _day(*match.groups(), raw=str(raw))

    def read_import(self, raw: object, field: CompiledField, context: TextContext = PLAIN) -> object:
        """Also `2026/3/5`, `2026.3.5`, `2026年3月5日`, and a spreadsheet's date at midnight."""
        if isinstance(raw, datetime) and raw.time() == time() and raw.tzinfo is None:
            raw = raw.date()
        match = _SPOKEN.fullmatch(narrow(raw).strip()) if isinstance(raw, str) else None
        if match:
            year, _, month, day, month_zh, day_zh = match.groups()
            raw = _day(year, month or month_zh, day or day_zh, raw=str(raw))
        return self.parse(raw, field, context)

    def check(self, value: object, field: CompiledField) -> None:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise InvalidValue("bad_date", {"value": shorten(str(value))})
        if not FIRST <= value <= LAST:
            raise InvalidValue("date_range", {"first": FIRST.isoformat(), "last": LAST.isoformat()})

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        return value.isoformat() if isinstance(value, date) else ""

    def json(self, value: Any) -> object:
        return None if value is None else value.isoformat()

    def from_json(self, value: Any) -> object:
        return None if value is None else date.fromisoformat(value)


class DatetimeType(FieldType):
    """An instant: `2026-03-05T14:30` in the reader's zone, or with an offset of its own (`Z`, `+08:00`).

    A local time that the clock skipped is refused; one that it showed twice is the first.
    """

    kind = "datetime"

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any]:
        return Instant()

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        if isinstance(raw, datetime):
            return raw.astimezone(UTC) if raw.tzinfo else _local(raw, context.zone)
        match = _INSTANT.fullmatch(narrow(raw).strip()) if isinstance(raw, str) else None
        if match is None:
            raise InvalidValue("bad_datetime", {"value": shorten(str(raw))})
        try:
            return _instant(match, context.zone)
        except (ValueError, OverflowError) as error:
            if isinstance(error, InvalidValue):
                raise
            raise InvalidValue("bad_datetime", {"value": shorten(str(raw))}) from None

    def read_import(self, raw: object, field: CompiledField, context: TextContext = PLAIN) -> object:
        """A spreadsheet's date alone is its midnight."""
        if isinstance(raw, date) and not isinstance(raw, datetime):
            raw = datetime.combine(raw, time())
        return self.parse(raw, field, context)

    def check(self, value: object, field: CompiledField) -> None:
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise InvalidValue("bad_datetime", {"value": shorten(str(value))})
        if not FIRST < value.date() < LAST:
            raise InvalidValue("date_range", {"first": FIRST.isoformat(), "last": LAST.isoformat()})

    def assign(self, value: object, field: CompiledField) -> object:
        value = super().assign(value, field)
        return value.astimezone(UTC) if isinstance(value, datetime) else value

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        """Local time of the context's zone, to the minute unless there are seconds; with its offset where the clock
        showed it twice and this is the second."""
        if not isinstance(value, datetime):
            return ""
        local = value.astimezone(context.zone)
        shown = local if local.fold else local.replace(tzinfo=None)
        return shown.isoformat(timespec="auto" if local.second or local.microsecond else "minutes")

    def json(self, value: Any) -> object:
        return None if value is None else value.isoformat()

    def from_json(self, value: Any) -> object:
        return None if value is None else datetime.fromisoformat(value)


def _instant(match: re.Match[str], zone: ZoneInfo) -> datetime:
    day, hour, minute, second, fraction, offset = match.groups()
    clock = time(int(hour), int(minute), int(second or 0), int((fraction or "0").ljust(6, "0")))
    local = datetime.combine(date.fromisoformat(day), clock)
    if offset is None:
        return _local(local, zone)
    return datetime.fromisoformat(local.isoformat() + offset).astimezone(UTC)


def _local(local: datetime, zone: ZoneInfo) -> datetime:
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local:
        raise InvalidValue("skipped_time", {"value": local.isoformat(" ", "minutes"), "zone": str(zone)})
    return instant
