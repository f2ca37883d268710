"""Running a grouped report as its reader: rows, totals, what to draw, and the way down to the records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from engine import access
from engine.records import read
from engine.records.queries import Filter, GroupQuery, GroupRow, Measure
from engine.refusals import NotFound
from engine.runtime import ReadSession
from reports.compiled import CompiledGrouping, CompiledReport, CompiledReports

MAX_GROUPS = 5000


@dataclass(frozen=True, slots=True)
class ReportResult:
    """`totals` are the measures over all rows at once (an average is not the average of averages); `cut` when
    `MAX_GROUPS` was reached."""

    report: CompiledReport
    rows: Sequence[GroupRow]
    totals: tuple[object, ...]
    cut: bool = False


def may_run(session: ReadSession, report: CompiledReport) -> bool:
    """Whether the principal may run this report: granted by a role, over records and fields that it may read."""
    if not access.may_report(session, report.name) or not access.may(session, report.entity, "read"):
        return False
    return read.groupable(session, _query(report))


def find(session: ReadSession, reports: CompiledReports, name: str) -> CompiledReport:
    """The report called `name`; raises `NotFound` when there is none for this principal (law 2)."""
    report = reports.reports.get(name)
    if report is None or not may_run(session, report):
        raise NotFound()
    return report


def runnable(session: ReadSession, reports: CompiledReports) -> tuple[CompiledReport, ...]:
    """The reports that the principal may run, in declared order."""
    return tuple(report for report in reports.reports.values() if may_run(session, report))


def run(session: ReadSession, report: CompiledReport, filters: tuple[Filter, ...] = ()) -> ReportResult:
    """The groups, and the totals over the same rows; these are asked for only where groups cannot be added up."""
    query = _query(report, filters)
    rows = read.group(session, query)
    cut = len(rows) > MAX_GROUPS
    if not cut and not any(measure.function == "avg" for measure in query.measures):
        return ReportResult(report, rows, tuple(_added_up(m, n, rows) for n, m in enumerate(query.measures)))
    whole, = read.group(session, replace(query, groupings=(), limit=1))
    return ReportResult(report, rows[:MAX_GROUPS], whole.measures, cut)


def _query(report: CompiledReport, filters: tuple[Filter, ...] = ()) -> GroupQuery:
    """The groups of a report, and one more than are shown."""
    where = (report.where,) if report.where is not None else ()
    groupings = tuple(g.grouping for g in report.groupings)
    measures = tuple(m.measure for m in report.measures)
    return GroupQuery(report.entity, groupings, measures, filters, where, MAX_GROUPS + 1)


def _added_up(measure: Measure, place: int, rows: Sequence[GroupRow]) -> object:
    """A measure over all groups at once. Blank counts as nothing in sums, and not at all in `min` and `max`."""
    values: list[Any] = [row.measures[place] for row in rows if row.measures[place] is not None]
    if measure.function in ("sum", "count"):
        return sum(values)
    pick = min if measure.function == "min" else max
    return pick(values, default=None)


def drill(session: ReadSession, report: CompiledReport, keys: Sequence[object]) -> tuple[Filter, ...]:
    """The conditions that select exactly the records behind one group (R49: screen and drill-down agree)."""
    if len(keys) != len(report.groupings):
        raise NotFound()
    found: list[Filter] = []
    for grouped, key in zip(report.groupings, keys, strict=True):
        found.extend(_condition(session, grouped, key))
    return tuple(found)


def _condition(session: ReadSession, grouped: CompiledGrouping, key: object) -> tuple[Filter, ...]:
    grouping = grouped.grouping
    if key is None:
        return (Filter(grouping.path, "blank"),)
    if grouping.bucket is None:
        return (Filter(grouping.path, "eq", key),)
    if not isinstance(key, date):
        raise NotFound()
    bounds: tuple[date, date] = (key, bucket_end(key, grouping.bucket))
    if session.app.entities[grouped.entity].fields[grouped.field].stored == "datetime":
        bounds = (_midnight(session, bounds[0]), _midnight(session, bounds[1]))
    return (Filter(grouping.path, "ge", bounds[0]), Filter(grouping.path, "lt", bounds[1]))


def _midnight(session: ReadSession, day: date) -> datetime:
    return datetime.combine(day, time.min, session.app.zone).astimezone(UTC)


def bucket_end(start: date, bucket: str) -> date:
    """The first day after the bucket that begins at `start`."""
    if bucket == "day":
        return start + timedelta(days=1)
    if bucket == "week":
        return start + timedelta(days=7)
    months = {"month": 1, "quarter": 3, "year": 12}[bucket]
    index = start.year * 12 + start.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
