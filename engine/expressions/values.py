"""The arithmetic of expressions on Python values: one meaning for the closure and for SQLite's registered functions.

Blank is None everywhere; a function of blank is blank. Decimals are exact, however many digits the greatest expression
can reach; a quotient is rounded half-up, once, to `DIVISION_SCALE` digits. Dates are plain dates; instants are aware
UTC datetimes. `zone` is the application's.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from zoneinfo import ZoneInfo

from metadata.expressions.check import DIVISION_SCALE
from metadata.expressions.typed import Span

EXACT = Context(prec=12_000)
"""No expression of 500 parts over numbers of 18 digits reaches this many digits, so nothing is ever rounded by it."""

DAY_START, DAY_HOURS = time(9), 9
"""Working hours of the plain calendar: Monday to Friday, 9 to 18."""

FIRST_DAY, LAST_DAY = date.min, date.max
FIRST_INSTANT, LAST_INSTANT = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
"""The calendar of expressions; a step that leaves it is blank. Instants keep a day's distance from its ends, so that
they have a wall time in every zone."""

_MONDAY = date(2000, 1, 3)
_WORKDAYS = 5
_DAY = timedelta(hours=DAY_HOURS)

Number = int | Decimal


def decimal(value: Number) -> Decimal:
    """`value` as an exact decimal."""
    return value if isinstance(value, Decimal) else Decimal(value)


def divide(left: Number, right: Number) -> Decimal | None:
    """The quotient rounded half-up; division by zero is blank."""
    if right == 0:
        return None
    (upper, under), (lower, over) = decimal(left).as_integer_ratio(), decimal(right).as_integer_ratio()
    dividend, divisor = upper * over * 10**DIVISION_SCALE, under * lower
    rounded = (2 * abs(dividend) + abs(divisor)) // (2 * abs(divisor))
    signed = rounded if (dividend < 0) == (divisor < 0) else -rounded
    return Decimal(signed).scaleb(-DIVISION_SCALE, EXACT)


def negate(value: Number) -> Number:
    """`value` with the other sign, exact (Python's own minus rounds to 28 digits)."""
    return value.copy_negate() if isinstance(value, Decimal) and value else -value


def absolute(value: Number) -> Number:
    """`value` without its sign, exact."""
    return value.copy_abs() if isinstance(value, Decimal) else abs(value)


def round_half_up(value: Number, digits: int = 0) -> Decimal:
    """`value` rounded half-up (away from zero at the half) to `digits` after the point; negative digits round tens."""
    rounded = decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, EXACT)
    return rounded if digits >= 0 else rounded.quantize(Decimal(1), ROUND_HALF_UP, EXACT)


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
    if count == 0:
        return day
    done = min(day.weekday(), _WORKDAYS - 1 if count > 0 else _WORKDAYS)
    weeks, rest = divmod(done + count, _WORKDAYS)
    return day + timedelta(days=weeks * 7 + rest - day.weekday())


def working_days_between(first: date, last: date) -> int:
    """Working days after `first` up to `last`; negative when `last` is before `first`."""
    return _worked_days(last) - _worked_days(first)


def _worked_days(day: date) -> int:
    """Working days from a Monday long ago up to and with `day`."""
    weeks, rest = divmod((day - _MONDAY).days, 7)
    return weeks * _WORKDAYS + min(rest + 1, _WORKDAYS)


def add_span(moment: date | datetime, span: Span, zone: ZoneInfo, sign: int = 1) -> date | datetime | None:
    """`moment` plus (`sign` -1: minus) a duration; blank when it leaves the calendar."""
    try:
        if isinstance(moment, datetime):
            moved = _instant_plus(moment, span.unit, zone, sign * span.amount)
            return moved if FIRST_INSTANT <= moved <= LAST_INSTANT else None
        return _day_plus(moment, span.unit, sign * span.amount)
    except (OverflowError, ValueError):
        return None


def _day_plus(day: date, unit: str, amount: int) -> date:
    if unit == "mo":
        return add_months(day, amount)
    if unit == "wd":
        return add_working_days(day, amount)
    return day + timedelta(days=amount)


def _instant_plus(moment: datetime, unit: str, zone: ZoneInfo, amount: int) -> datetime:
    if unit == "h":
        return moment + timedelta(hours=amount)
    local = moment.astimezone(zone)
    if unit == "wh":
        return moment if amount == 0 else _from_wall(_add_working_hours(local.replace(tzinfo=None), amount), zone)
    return _from_wall(datetime.combine(_day_plus(local.date(), unit, amount), local.time()), zone)


def _from_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall time. One that the clock shows twice is the later one, one that it leaves out is read by the
    clock before the change: in both cases the smaller offset, as PostgreSQL has it."""
    both = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return min(both, key=lambda moment: moment.utcoffset() or timedelta()).astimezone(UTC)


def _add_working_hours(wall: datetime, hours: int) -> datetime:
    weeks, rest = divmod((wall.date() - _MONDAY).days, 7)
    begun = datetime.combine(wall.date(), DAY_START)
    today = min(max(wall - begun, timedelta()), _DAY) if rest < _WORKDAYS else timedelta()
    total = (weeks * _WORKDAYS + min(rest, _WORKDAYS)) * _DAY + today + timedelta(hours=hours)
    days, left = divmod(total, _DAY)
    if hours > 0 and not left:  # work that ends with a day ends in its evening
        days, left = days - 1, _DAY
    weeks, rest = divmod(days, _WORKDAYS)
    return datetime.combine(_MONDAY + timedelta(days=weeks * 7 + rest), DAY_START) + left


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The date of an instant in the application's zone."""
    return moment.astimezone(zone).date()


def month_end(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
