"""A report result as series to draw: plain data that the page's chart script turns into a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.records.queries import GroupRow
from reports.run import ReportResult

Name = Callable[[int, GroupRow], str]
"""Gives the shown text of a row's key at a grouping's index."""


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """`categories` along the axis, one value per category in each series."""

    kind: str
    measure: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]

    def as_json(self) -> Mapping[str, object]:
        """What the chart script reads."""
        return {
            "kind": self.kind,
            "measure": self.measure,
            "categories": list(self.categories),
            "series": [{"name": s.name, "values": list(s.values)} for s in self.series],
        }


def chart_of(result: ReportResult, name: Name, label: str) -> Chart | None:
    """The declared chart of a result, or None where the report declares none or there is nothing to draw."""
    declared = result.report.chart
    if declared is None or not result.rows:
        return None
    names = [g.grouping.name for g in result.report.groupings]
    drawn = [m.measure.name for m in result.report.measures].index(declared.measure)
    stack = names.index(declared.stack) if declared.stack in names else None
    axis = next((i for i in range(len(names)) if i != stack), 0)
    categories = _distinct(name(axis, row) for row in result.rows)
    if stack is None:
        values = _sums(result.rows, categories, lambda row: name(axis, row), drawn)
        return Chart(declared.kind, label, categories, (Series(label, values),))
    series = tuple(
        Series(one, _sums([r for r in result.rows if name(stack, r) == one], categories, lambda r: name(axis, r), drawn))
        for one in _distinct(name(stack, row) for row in result.rows)
    )
    return Chart(declared.kind, label, categories, series)


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _sums(
    rows: Sequence[GroupRow], categories: tuple[str, ...], of: Callable[[GroupRow], str], measure: int
) -> tuple[float, ...]:
    totals = dict.fromkeys(categories, Decimal(0))
    for row in rows:
        value = row.measures[measure]
        if isinstance(value, Decimal | int):
            totals[of(row)] += value
    # Only the picture is drawn from floats; tables, totals and files keep the exact decimals.
    return tuple(float(totals[c]) for c in categories)
