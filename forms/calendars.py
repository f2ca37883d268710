"""Days of a calendar, and records laid over them: each keeps its line in all days of a week that it lasts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, Protocol, TypeVar

from forms.ways import Span

WEEK = 7
_DAY = timedelta(days=1)


class Lasting(Protocol):
    """Something from one day to another."""

    @property
    def first(self) -> date: ...

    @property
    def last(self) -> date: ...


T = TypeVar("T", bound=Lasting)


@dataclass(frozen=True, slots=True)
class Laid(Generic[T]):
    """A day with what it holds, one for each line (None: the line is free)."""

    day: date
    lines: tuple[T | None, ...]


def days_of(on: date, span: Span, first_weekday: int) -> list[date]:
    """The days of whole weeks around `on`: its week, or all weeks of its month. Weeks begin on `first_weekday` (0: Monday)."""
    begin = on if span == "week" else on.replace(day=1)
    end = on if span == "week" else _following_month(on) - _DAY
    begin -= ((begin.weekday() - first_weekday) % WEEK) * _DAY
    count = -(-((end - begin).days + 1) // WEEK) * WEEK
    return [begin + number * _DAY for number in range(count)]


def stepped(on: date, span: Span, steps: int) -> date:
    """The day as many weeks or months later; of a month, its first."""
    if span == "week":
        return on + steps * WEEK * _DAY
    month = on.year * 12 + on.month - 1 + steps
    return date(month // 12, month % 12 + 1, 1)


def lay(days: Sequence[date], items: Iterable[T]) -> list[Laid[T]]:
    """The items over the days, which are whole weeks. What lasts longer comes first, so that it stands above."""
    ordered = sorted(items, key=lambda item: (item.first, item.first - item.last))
    laid: list[Laid[T]] = []
    for at in range(0, len(days), WEEK):
        laid += _week(days[at : at + WEEK], ordered)
    return laid


def _free() -> list[Any]:
    return [None] * WEEK


def _week(days: Sequence[date], items: Iterable[T]) -> list[Laid[T]]:
    lines: list[list[T | None]] = []
    for item in items:
        covered = [place for place, day in enumerate(days) if item.first <= day <= item.last]
        if not covered:
            continue
        line = next((line for line in lines if all(line[place] is None for place in covered)), None)
        if line is None:
            line = _free()
            lines.append(line)
        for place in covered:
            line[place] = item
    return [Laid(day, tuple(line[place] for line in lines)) for place, day in enumerate(days)]


def _following_month(on: date) -> date:
    return stepped(on, "month", 1)
