"""Exact arithmetic and calendar functions that SQLite lacks, registered on each connection.

Decimals that may not fit a 64-bit integer travel as canonical texts; dates are ISO texts, instants microseconds since
1970 UTC, as `engine.storage.types` keeps them. Every function of blank is blank.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from engine.expressions import values
from engine.expressions.functions import PLAIN
from metadata.expressions.typed import Span
from metadata.rich_texts import plain_text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SUM_SPLIT = 10**9


def register(connection: Any) -> None:
    """Makes the functions known to a DBAPI connection of SQLite."""
    for name, (function, count) in _FUNCTIONS.items():
        connection.create_function(name, count, _blank_through(function), deterministic=True)
    for name, aggregate in (("lw_sum", _ExactSum), ("lw_min", _ExactLeast), ("lw_max", _ExactGreatest)):
        connection.create_aggregate(name, 1, aggregate)


def _blank_through(function: Callable[..., Any]) -> Callable[..., Any]:
    def called(*arguments: Any) -> Any:
        return None if any(a is None for a in arguments) else function(*arguments)
    return called


def canonical(value: Decimal | None) -> str | None:
    """The one text of a decimal: no exponent, no trailing zeros."""
    if value is None:
        return None
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _scaled(value: int, scale: int) -> str | None:
    return canonical(Decimal(value).scaleb(-scale, values.EXACT))


def _total(high: int, low: int, scale: int) -> str | None:
    """A sum that was taken in two halves, of the thousand millions and of the rest, so that neither overflows."""
    return _scaled(high * SUM_SPLIT + low, scale)


def _fit(text: Any, scale: int) -> int | None:
    """The integer that an `Exact` column of that scale would hold; blank when it has more than 18 digits."""
    units = int(values.round_half_up(Decimal(text), scale).scaleb(scale))
    return units if abs(units) < 10**18 else None


def _binary(operation: Callable[[Decimal, Decimal], Decimal | None]) -> Callable[[Any, Any], str | None]:
    return lambda left, right: canonical(operation(Decimal(left), Decimal(right)))


def _compare(left: Any, right: Any) -> int:
    first, second = Decimal(left), Decimal(right)
    return (first > second) - (first < second)


class _ExactSum:
    """sum() over decimal texts, exact; 0 for no rows."""

    def __init__(self) -> None:
        self.total = Decimal(0)

    def step(self, value: Any) -> None:
        if value is not None:
            self.total = values.EXACT.add(self.total, Decimal(value))

    def finalize(self) -> str | None:
        return canonical(self.total)


class _ExactLeast:
    """min() over decimal texts."""

    def __init__(self) -> None:
        self.found: Decimal | None = None

    def step(self, value: Any) -> None:
        if value is not None:
            self.found = self.better(Decimal(value))

    def better(self, value: Decimal) -> Decimal:
        return value if self.found is None else min(self.found, value)

    def finalize(self) -> str | None:
        return canonical(self.found)


class _ExactGreatest(_ExactLeast):
    """max() over decimal texts."""

    def better(self, value: Decimal) -> Decimal:
        return value if self.found is None else max(self.found, value)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _instant(micro: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micro)


def _micro(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _day_span(day: str, amount: int, unit: str) -> str | None:
    moved = values.add_span(date.fromisoformat(day), Span(amount, unit), _zone("UTC"))  # type: ignore[arg-type]
    return moved.isoformat() if moved is not None else None


def _instant_span(micro: int, amount: int, unit: str, zone: str) -> int | None:
    moved = values.add_span(_instant(micro), Span(amount, unit), _zone(zone))  # type: ignore[arg-type]
    return _micro(moved) if isinstance(moved, datetime) else None


def _local_date(micro: int, zone: str) -> str:
    return values.local_date(_instant(micro), _zone(zone)).isoformat()


def _workdays(first: str, last: str) -> int:
    return values.working_days_between(date.fromisoformat(first), date.fromisoformat(last))


_FUNCTIONS: dict[str, tuple[Callable[..., Any], int]] = {
    "lw_words": (plain_text, 1),
    "lw_dec": (_scaled, 2),
    "lw_fit": (_fit, 2),
    "lw_add": (_binary(values.EXACT.add), 2),
    "lw_sub": (_binary(values.EXACT.subtract), 2),
    "lw_mul": (_binary(values.EXACT.multiply), 2),
    "lw_div": (_binary(values.divide), 2),
    "lw_cmp": (_compare, 2),
    "lw_abs": (lambda value: canonical(Decimal(value).copy_abs()), 1),
    "lw_least": (lambda *found: canonical(min(map(Decimal, found))), -1),
    "lw_greatest": (lambda *found: canonical(max(map(Decimal, found))), -1),
    "lw_total": (_total, 3),
    "lw_round": (lambda value, digits: canonical(values.round_half_up(Decimal(value), digits)), 2),
    "lw_floor": (lambda value: str(values.floor(Decimal(value))), 1),
    "lw_ceil": (lambda value: str(values.ceiling(Decimal(value))), 1),
    "lw_left": (PLAIN["left"], 2),
    "lw_right": (PLAIN["right"], 2),
    "lw_starts": (PLAIN["starts"], 2),
    "lw_ends": (PLAIN["ends"], 2),
    "lw_day_span": (_day_span, 3),
    "lw_instant_span": (_instant_span, 4),
    "lw_local_date": (_local_date, 2),
    "lw_month_end": (lambda day: values.month_end(date.fromisoformat(day)).isoformat(), 1),
    "lw_workdays": (_workdays, 2),
}
