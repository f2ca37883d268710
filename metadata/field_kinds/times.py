"""Kinds that hold days, instants, times of day and durations."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from metadata.clock_texts import read_duration, read_time
from metadata.field_kinds.base import STORED_FIELD, FieldKind, LiteralContext, NotALiteral
from metadata.shapes.model import VALUE, props

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?")


def _date(text: str, context: LiteralContext) -> object:
    fault = NotALiteral("应为日期，例如 2026-03-31", "expected a date such as 2026-03-31")
    if not _DATE.fullmatch(text):
        raise fault
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fault from None


def _datetime(text: str, context: LiteralContext) -> object:
    """Without an offset the application's zone counts; the value is UTC."""
    fault = NotALiteral("应为日期时间，例如 2026-03-31 12:30", "expected a date and time such as 2026-03-31 12:30")
    if not _INSTANT.fullmatch(text):
        raise fault
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=context.zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise fault from None


def _time(text: str, context: LiteralContext) -> object:
    found = read_time(text)
    if found is None:
        raise NotALiteral("应为时刻，例如 09:30", "expected a time of day such as 09:30")
    return found


def _duration(text: str, context: LiteralContext) -> object:
    found = read_duration(text)
    if found is None:
        raise NotALiteral("应为时长，例如 2:15 或 90m", "expected a duration such as 2:15 or 90m")
    return found


_BOUNDS = props(min=(VALUE, "Earliest value: a literal, or `=` and an expression."),
                max=(VALUE, "Latest value: a literal, or `=` and an expression."))
_LENGTHS = props(min=(VALUE, "Shortest: a literal, or `=` and an expression."),
                 max=(VALUE, "Longest: a literal, or `=` and an expression."))

TIME_KINDS = (
    FieldKind("date", "date", "A day; no time of day, no zone.", _date, {**STORED_FIELD, **_BOUNDS}),
    FieldKind("datetime", "datetime", "An instant, stored in UTC, shown in the reader's zone.", _datetime,
              {**STORED_FIELD, **_BOUNDS}),
    FieldKind("time", "time", "A time of day, to the minute. In expressions its minutes since midnight: 9:30 is 570.", _time,
              {**STORED_FIELD, **_BOUNDS}),
    FieldKind("duration", "duration", "How long something takes, entered as `2:15` or `90m`. In expressions its seconds.",
              _duration, {**STORED_FIELD, **_LENGTHS}),
)
