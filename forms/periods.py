"""Spans of days that move with the calendar: `this_week` is another one from next Monday on. An address and a saved view hold
the name, so that they mean the same tomorrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[date | None, date | None]
"""The first day, and the day after the last; None where there is no bound."""
_DAY = timedelta(days=1)


def _days(first: int, after: int) -> Callable[[date], Span]:
    """The days from `first` to before `after`, counted from today."""
    return lambda today: (today + first * _DAY, today + after * _DAY)


def _weeks(number: int) -> Callable[[date], Span]:
    """A whole week, from Monday; 0 is the present one."""
    def span(today: date) -> Span:
        monday = today - today.weekday() * _DAY
        return monday + 7 * number * _DAY, monday + 7 * (number + 1) * _DAY

    return span


def _months(number: int, length: int) -> Callable[[date], Span]:
    """`length` whole months of which a year holds a whole number; 0 is the span that today lies in."""
    def span(today: date) -> Span:
        begun = (today.year * 12 + today.month - 1) // length
        return _month((begun + number) * length), _month((begun + number + 1) * length)

    return span


def _month(number: int) -> date:
    """The first day of a month, counted from year 0."""
    return date(number // 12, number % 12 + 1, 1)


PERIODS: Mapping[str, Callable[[date], Span]] = {
    "today": _days(0, 1), "yesterday": _days(-1, 0), "tomorrow": _days(1, 2),
    "this_week": _weeks(0), "last_week": _weeks(-1), "next_week": _weeks(1),
    "this_month": _months(0, 1), "last_month": _months(-1, 1), "next_month": _months(1, 1),
    "this_quarter": _months(0, 3), "last_quarter": _months(-1, 3), "this_year": _months(0, 12), "last_year": _months(-1, 12),
    "past_7_days": _days(-6, 1), "past_30_days": _days(-29, 1), "next_7_days": _days(0, 7), "next_30_days": _days(0, 30),
    "before_today": lambda today: (None, today), "after_today": lambda today: (today + _DAY, None),
}
"""Name -> its span around a day. Those of past and next days hold today."""

USUAL = ("today", "this_week", "last_week", "this_month", "last_month", "next_7_days", "before_today")
"""Those that are offered first."""


def instants(span: Span, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The span as instants (UTC): its days begin at midnight in `zone`."""
    first, after = (day and datetime.combine(day, time(), zone).astimezone(UTC) for day in span)
    return first, after
