"""A report result as series to draw: plain data that the page's chart script turns into a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.records.queries import GroupRow
from reports.compiled import CompiledMeasure
from reports.run import ReportResult, bucket_end

MOST_PLACES = 500
"""A time axis that would be longer shows only what has records: one wrong year would draw thousands of empty days."""

Name = Callable[[int, GroupRow], str]
"""Gives the shown text of a row's key at a grouping's index."""


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """`categories` along the axis, one value per category in each series; None where there is none. `whole`: the values
    are whole numbers."""

    kind: str
    measure: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    whole: bool = False

    def as_json(self) -> Mapping[str, object]:
        """What the chart script reads."""
        return {
            "kind": self.kind,
            "measure": self.measure,
            "whole": self.whole,
            "categories": list(self.categories),
            "series": [{"name": s.name, "values": list(s.values)} for s in self.series],
        }


def chart_of(result: ReportResult, name: Name, label: str) -> Chart | None:
    """The declared chart of a result, or None where the report declares none or there is nothing to draw."""
    declared = result.report.chart
    if declared is None or not result.rows:
        return None
    names = [g.grouping.name for g in result.report.groupings]
    drawn = next(number for number, m in enumerate(result.report.measures) if m.measure.name == declared.measure)
    measure = result.report.measures[drawn]
    stack = names.index(declared.stack) if declared.stack in names else None
    axis = next((i for i in range(len(names)) if i != stack), 0)
    places = result.rows if declared.kind == "pie" else _along(result, axis)
    categories = _distinct(name(axis, row) for row in places)

    def series(label: str, rows: Sequence[GroupRow]) -> Series:
        return Series(label, _sums(rows, categories, lambda row: name(axis, row), drawn, _nothing(measure)))

    if stack is None:
        found = (series(label, result.rows),)
    else:
        stacks = _distinct(name(stack, row) for row in result.rows)
        found = tuple(series(one, [row for row in result.rows if name(stack, row) == one]) for one in stacks)
    return Chart(declared.kind, label, categories, found, measure.measure.function == "count" or measure.type.name == "int")


def _along(result: ReportResult, axis: int) -> Sequence[GroupRow]:
    """A row for each place of the axis. Time goes on where no record is: between the first and the last bucket there are
    all of them, in order, and before them what has no date."""
    bucket = result.report.groupings[axis].grouping.bucket
    dated = sorted({day for row in result.rows if isinstance(day := row.keys[axis], date)})
    if bucket is None or not dated:
        return result.rows
    days = dated[:1]
    while days[-1] < dated[-1] and len(days) <= MOST_PLACES:
        days.append(bucket_end(days[-1], bucket))
    blank = [row for row in result.rows if row.keys[axis] is None]
    return [*blank, *(_place(result, axis, day) for day in (days if len(days) <= MOST_PLACES else dated))]


def _place(result: ReportResult, axis: int, day: date) -> GroupRow:
    count = len(result.report.groupings)
    return GroupRow(tuple(day if at == axis else None for at in range(count)), (None,) * count, ())


def _nothing(measure: CompiledMeasure) -> Decimal | None:
    """What a measure is where there are no records: no average, no least and no greatest value."""
    return Decimal(0) if measure.measure.function in ("sum", "count") else None


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _sums(
    rows: Sequence[GroupRow], categories: tuple[str, ...], of: Callable[[GroupRow], str], measure: int,
    nothing: Decimal | None,
) -> tuple[float | None, ...]:
    totals = dict.fromkeys(categories, nothing)
    for row in rows:
        value = row.measures[measure]
        if isinstance(value, Decimal | int):
            totals[of(row)] = (totals[of(row)] or Decimal(0)) + value
    # Only the picture is drawn from floats; tables, totals and files keep the exact decimals.
    return tuple(None if (total := totals[c]) is None else float(total) for c in categories)
