"""The arithmetic of expressions on Python values: one meaning for the closure and for SQLite's registered functions.

Blank is None everywhere; a function of blank is blank. Decimals are exact; a quotient is rounded half-up to
`DIVISION_SCALE` digits. Dates are plain dates; instants are aware UTC datetimes. `zone` is the application's.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from zoneinfo import ZoneInfo

from metadata.expressions.check import DIVISION_SCALE
from metadata.expressions.typed import Span

EXACT = Context(prec=120)
_GUARD = Decimal(1).scaleb(-24)
_QUOTIENT = Decimal(1).scaleb(-DIVISION_SCALE)
DAY_START, DAY_END = time(9), time(18)
"""Working hours of the plain calendar: Monday to Friday, 9 to 18."""

Number = int | Decimal


def decimal(value: Number) -> Decimal:
    """`value` as an exact decimal."""
    return value if isinstance(value, Decimal) else Decimal(value)


def divide(left: Number, right: Number) -> Decimal | None:
    """The quotient rounded half-up; division by zero is blank."""
    if right == 0:
        return None
    # First to 24 digits, as PostgreSQL does before it rounds: both then agree to the last digit.
    quotient = EXACT.divide(decimal(left), decimal(right)).quantize(_GUARD, ROUND_HALF_UP, EXACT)
    return quotient.quantize(_QUOTIENT, ROUND_HALF_UP, EXACT)


def round_half_up(value: Number, digits: int = 0) -> Decimal:
    """`value` rounded half-up (away from zero at the half) to `digits` after the point; negative digits round tens."""
    rounded = decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, EXACT)
    return rounded if digits >= 0 else rounded.quantize(Decimal(1))


def floor(value: Number) -> int:
    """The next whole number below."""
    return int(decimal(value).to_integral_value(ROUND_FLOOR))


def ceiling(value: Number) -> int:
    """The next whole number above."""
    return int(decimal(value).to_integral_value(ROUND_CEILING))


def ascii_upper(text: str) -> str:
    """Capital letters for a-z only, as both databases can do it alike."""
    return "".join(chr(ord(c) - 32) if "a" <= c <= "z" else c for c in text)


def ascii_lower(text: str) -> str:
    """Small letters for A-Z only."""
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


def text_or_blank(text: str) -> str | None:
    """Empty text is blank."""
    return text or None


def add_months(day: date, months: int) -> date:
    """A calendar step of months; the day is clamped to the end of the month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def add_working_days(day: date, count: int) -> date:
    """`count` working days later (earlier when negative); from a weekend the count begins at the next working day."""
    step = 1 if count >= 0 else -1
    left = abs(count)
    while left:
        day += timedelta(days=step)
        if day.weekday() < 5:
            left -= 1
    return day


def working_days_between(first: date, last: date) -> int:
    """Working days after `first` up to `last`; negative when `last` is before `first`."""
    if last < first:
        return -working_days_between(last, first)
    weeks, rest = divmod((last - first).days, 7)
    extra = sum((first + timedelta(days=i)).weekday() < 5 for i in range(1, rest + 1))
    return weeks * 5 + extra


def add_span(moment: date | datetime, span: Span, zone: ZoneInfo, sign: int = 1) -> date | datetime | None:
    """`moment` plus (`sign` -1: minus) a duration; blank when it leaves the calendar."""
    try:
        if isinstance(moment, datetime):
            return _instant_plus(moment, span, zone, sign * span.amount)
        return _day_plus(moment, span.unit, sign * span.amount)
    except (OverflowError, ValueError):
        return None


def _day_plus(day: date, unit: str, amount: int) -> date:
    if unit == "mo":
        return add_months(day, amount)
    if unit == "wd":
        return add_working_days(day, amount)
    return day + timedelta(days=amount)


def _instant_plus(moment: datetime, span: Span, zone: ZoneInfo, amount: int) -> datetime:
    if span.unit == "h":
        return moment + timedelta(hours=amount)
    local = moment.astimezone(zone)
    if span.unit == "wh":
        return _add_working_hours(local, amount).astimezone(UTC)
    day = _day_plus(local.date(), span.unit, amount)
    return datetime.combine(day, local.time(), zone).astimezone(UTC)


def _add_working_hours(local: datetime, hours: int) -> datetime:
    left = timedelta(hours=abs(hours))
    step = 1 if hours >= 0 else -1
    while True:
        begin = datetime.combine(local.date(), DAY_START, local.tzinfo)
        end = datetime.combine(local.date(), DAY_END, local.tzinfo)
        if local.weekday() < 5:
            at = min(max(local, begin), end)
            room = end - at if step > 0 else at - begin
            if left <= room:
                return at + step * left
            left -= room
        other = local.date() + timedelta(days=step)
        local = datetime.combine(other, DAY_START if step > 0 else DAY_END, local.tzinfo)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The date of an instant in the application's zone."""
    return moment.astimezone(zone).date()


def month_end(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
