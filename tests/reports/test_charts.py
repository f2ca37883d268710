"""What a chart draws: time goes on where no record is, counts are whole numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.principal import OPERATOR
from engine.storage.database import Database
from metadata.loader import load_files
from reports.charts import Chart, Series, chart_of
from reports.compile import compile_reports
from reports.run import run
from tests.workflows.company import PACK, company

DEAL = """
entity: deal
label: {zh: 交易, en: Deal}
title: "{name}"
fields:
  name: {type: text, label: {zh: 名称, en: Name}}
  region: {type: choice, options: {east: {zh: 东, en: East}, west: {zh: 西, en: West}}, label: {zh: 区域, en: Region}}
  day: {type: date, label: {zh: 日期, en: Day}}
  amount: {type: decimal, scale: 2, label: {zh: 金额, en: Amount}}
"""
REPORT = """
report: deals
entity: deal
label: {zh: 交易, en: Deals}
rows: ROWS
measures: {drawn: MEASURE}
chart: CHART
"""


def drawn(database: Database, folder: Path, days: list[str], rows: str, measure: str, chart: str) -> Chart:
    """The chart of deals on `days` ("east 2026-01-05"; without a day where it is blank), of 10.50 each."""
    report = REPORT.replace("ROWS", rows).replace("MEASURE", measure).replace("CHART", chart)
    files = {"entities/deal.entity.yaml": DEAL, "reports/deals.report.yaml": report}
    world = company(database, folder / "files", files)
    loaded = load_files({**PACK, **files})
    assert loaded.app is not None
    for text in days:
        region, _, day = text.partition(" ")
        values = {"region": region, "day": date.fromisoformat(day) if day else None, "amount": Decimal("10.50")}
        world.create("deal", values)
    with world.runtime.reading(OPERATOR) as session:
        compiled = compile_reports(loaded.app, session.app).reports["deals"]
        found = chart_of(run(session, compiled), lambda at, row: str(row.keys[at] or "-"), "Drawn")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("bucket", "days", "axis", "values"),
    [
        ("month", ["2025-11-30", "2026-02-01", "2026-02-28"], ["2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01"], [1, 0, 0, 2]),
        ("quarter", ["2025-10-01", "2026-06-30"], ["2025-10-01", "2026-01-01", "2026-04-01"], [1, 0, 1]),
        ("year", ["2024-05-05", "", "2026-05-05"], ["-", "2024-01-01", "2025-01-01", "2026-01-01"], [1, 1, 0, 1]),
        ("week", ["2026-01-04", "2026-01-12"], ["2025-12-29", "2026-01-05", "2026-01-12"], [1, 0, 1]),
        ("day", ["2026-02-27", "2026-03-01"], ["2026-02-27", "2026-02-28", "2026-03-01"], [1, 0, 1]),
        ("day", ["1926-02-27", "2026-03-01"], ["1926-02-27", "2026-03-01"], [1, 1]),
        ("day", [""], ["-"], [1]),
    ],
)
def test_time_goes_on_where_no_record_is(
    database: Database, tmp_path: Path, bucket: str, days: list[str], axis: list[str], values: list[int]
) -> None:
    chart = drawn(
        database, tmp_path, [f"east {day}".strip() for day in days], f"[{bucket}(day)]", "count()", "{kind: column, measure: drawn}"
    )
    assert list(chart.categories) == axis
    assert chart.series == (Series("Drawn", tuple(float(value) for value in values)),)


def test_stacks_share_one_axis_in_order(database: Database, tmp_path: Path) -> None:
    chart = drawn(
        database, tmp_path, ["west 2026-01-05", "east 2026-03-05"], "[region, month(day)]", "sum(amount)",
        "{kind: column, stack: region, measure: drawn}",
    )
    assert chart.categories == ("2026-01-01", "2026-02-01", "2026-03-01")
    assert chart.series == (Series("east", (0.0, 0.0, 10.5)), Series("west", (10.5, 0.0, 0.0)))


def test_an_average_of_nothing_is_none(database: Database, tmp_path: Path) -> None:
    chart = drawn(
        database, tmp_path, ["east 2026-01-05", "east 2026-03-05"], "[month(day)]", "avg(amount)", "{kind: line, measure: drawn}"
    )
    assert chart.series == (Series("Drawn", (10.5, None, 10.5)),)


def test_parts_of_a_whole_are_those_that_are_there(database: Database, tmp_path: Path) -> None:
    chart = drawn(
        database, tmp_path, ["east 2026-01-05", "east 2026-03-05"], "[month(day)]", "count()", "{kind: pie, measure: drawn}"
    )
    assert chart.categories == ("2026-01-01", "2026-03-01")


@pytest.mark.parametrize(("measure", "whole"), [("count()", True), ("sum(amount)", False)])
def test_counts_are_whole(database: Database, tmp_path: Path, measure: str, whole: bool) -> None:
    chart = drawn(database, tmp_path, ["east 2026-01-05"], "[region]", measure, "{kind: bar, measure: drawn}")
    assert chart.as_json()["whole"] is whole
