"""Formulas that are kept by the day: right after a write, brought up to date by the daily job, verified."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import jobs, kept
from engine.clock import FixedClock
from engine.daily import DailyTick
from engine.failpoints import VARIABLE
from engine.principal import OPERATOR
from engine.records import read, write
from engine.records.queries import ChildInput, Filter, Grouping, GroupQuery, Measure, Query, Sort
from engine.runtime import Runtime, WriteSession
from engine.storage.operations import AddField, ComputeField
from engine.storage.verify import verify
from metadata.specs.app import AppSpec
from tests.storage.applications import CUSTOMER, ORDER, ORDER_LINE, publish, shop

DAY = timedelta(days=1)
TODAY = date(2026, 3, 2)
DUE = "  due: {type: date}\n"
LEFT = '  left: {type: formula, formula: "days_between($today, due)", kept: daily}\n'
STAGE = "  stage:\n    type: formula\n    formula: case(left < 0, 'late', left < 2, 'soon', 'fine')\n"


def keeping(left: str = LEFT) -> AppSpec:
    """A customer has a due date; late lines of an order are counted. What has a column can be searched."""
    late = "  late: {type: rollup, of: lines, value: count(), where: left < 0}\n"
    customer = CUSTOMER.replace("fields:", "search: [name, stage]\nfields:") if "kept" in left else CUSTOMER
    return shop(customer=customer + DUE + left + STAGE, order_line=ORDER_LINE + DUE + LEFT, order=ORDER + late)


@pytest.fixture
def filled(runtime: Runtime) -> Runtime:
    """Three customers, due today, in two days and never; an order with two lines, due today and later."""
    publish(runtime.database, keeping())

    def unit(session: WriteSession) -> None:
        for name, due in (("Acme", TODAY), ("Bolt", TODAY + 2 * DAY), ("Coil", None)):
            write.create(session, "customer", {"name": name, "due": due})
        lines = tuple(ChildInput(None, {"product": "p", "due": TODAY + after}) for after in (0 * DAY, 5 * DAY))
        write.create(session, "order", {"subject": "x", "lines": lines})

    runtime.writing(OPERATOR, unit)
    return runtime


def stages(runtime: Runtime) -> list[tuple[object, object]]:
    """What a page shows: left and stage of the customers, in the order of their names."""
    with runtime.reading(OPERATOR) as session:
        page = read.page(session, Query("customer", (("left",), ("stage",)), sort=(Sort(("name",)),)))
        return [tuple(row[column.index] for column in page.columns) for row in page.rows]  # type: ignore[misc]


def late_lines(runtime: Runtime) -> object:
    with runtime.reading(OPERATOR) as session:
        page = read.page(session, Query("order", (("late",),)))
        return page.rows[0][page.columns[0].index]


def a_day_passes(runtime: Runtime, clock: FixedClock, by: timedelta = DAY) -> int:
    """The worker of the next day; how many jobs it ran."""
    clock.advance(by)
    DailyTick(runtime, [kept.DAILY_KEPT])()
    return jobs.Worker(runtime, {kept.DAILY_KEPT: kept.daily_kept}).run_due()


def test_a_kept_formula_is_right_after_a_write_and_every_day(filled: Runtime, clock: FixedClock) -> None:
    assert stages(filled) == [(0, "soon"), (2, "fine"), (None, "fine")]
    assert late_lines(filled) == 0
    assert a_day_passes(filled, clock) == 1
    assert stages(filled) == [(-1, "late"), (1, "soon"), (None, "fine")]
    assert late_lines(filled) == 1
    assert verify(filled.database, clock=clock) == []


def test_it_can_be_filtered_sorted_grouped_and_searched(filled: Runtime, clock: FixedClock) -> None:
    a_day_passes(filled, clock)
    with filled.reading(OPERATOR) as session:
        names = Query("customer", (("name",),), filters=(Filter(("left",), "lt", 5),), sort=(Sort(("left",), descending=True),))
        page = read.page(session, names)
        assert [row[page.columns[0].index] for row in page.rows] == ["Bolt", "Acme"]
        by_stage = GroupQuery("customer", (Grouping("stage", ("stage",)),), (Measure("count", "count"),))
        assert [(row.keys, row.measures) for row in read.group(session, by_stage)] == [
            (("fine",), (1,)), (("late",), (1,)), (("soon",), (1,)),
        ]
        assert [hit.title for hit in read.search(session, "late", "customer")] == ["Acme"]


def test_the_day_is_the_applications(filled: Runtime, clock: FixedClock) -> None:
    """Half past midnight in Shanghai, the afternoon before in UTC."""
    a_day_passes(filled, clock, timedelta(hours=15, minutes=30))
    assert stages(filled)[0] == (-1, "late")


def test_the_day_alone_is_no_change_of_the_record(filled: Runtime, clock: FixedClock) -> None:
    with filled.reading(OPERATOR) as session:
        before = read.get(session, "customer", 1)
    a_day_passes(filled, clock)
    clock.advance(DAY)
    filled.writing(OPERATOR, lambda session: write.update(session, "customer", 1, {"name": "Acme"}))
    with filled.reading(OPERATOR) as session:
        after = read.get(session, "customer", 1)
        assert (after.revision, after.values["updated_at"]) == (before.revision, before.values["updated_at"])
        assert [change.kind for change in read.history(session, "customer", 1)] == ["create"]
    filled.writing(OPERATOR, lambda session: write.update(session, "customer", 1, {"name": "Acme 2"}))
    assert stages(filled)[0] == (-2, "late")
    with filled.reading(OPERATOR) as session:
        latest = read.history(session, "customer", 1)[0]
        assert [change.field for change in latest.changes] == ["name"]


def test_the_job_goes_on_where_it_was_stopped_and_does_nothing_twice(
    filled: Runtime, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "BATCH", 2)
    clock.advance(DAY)
    DailyTick(filled, [kept.DAILY_KEPT])()
    worker = jobs.Worker(filled, {kept.DAILY_KEPT: kept.daily_kept})
    monkeypatch.setenv(VARIABLE, "kept.batch_done=error")
    assert worker.run_once()
    assert stages(filled) == [(-1, "late"), (1, "soon"), (None, "fine")]
    assert late_lines(filled) == 0
    filled.writing(OPERATOR, lambda session: write.update(session, "customer", 1, {"due": TODAY + 9 * DAY}))
    monkeypatch.delenv(VARIABLE)
    clock.advance(timedelta(minutes=1))
    assert worker.run_due() == 1
    assert (late_lines(filled), stages(filled)[0]) == (1, (8, "fine"))
    assert verify(filled.database, clock=clock) == []


def test_a_worker_that_was_given_up_writes_nothing_more(filled: Runtime, clock: FixedClock) -> None:
    clock.advance(DAY)
    DailyTick(filled, [kept.DAILY_KEPT])()

    def slow(runtime: Runtime, job: jobs.Job) -> None:
        clock.advance(jobs.LEASE * 2)
        jobs.Worker(runtime, {kept.DAILY_KEPT: lambda _runtime, _job: None}).run_once()
        kept.daily_kept(runtime, job)

    jobs.Worker(filled, {kept.DAILY_KEPT: slow}).run_once()
    assert stages(filled)[0] == (0, "soon")


def test_verify_tells_a_wrong_value_and_bears_with_yesterdays_until_the_job_is_done(
    filled: Runtime, clock: FixedClock
) -> None:
    a_day_passes(filled, clock)
    clock.advance(DAY)
    assert verify(filled.database, clock=clock) == []
    with filled.database.write() as connection:
        compiled = filled.application(connection, 2).app.entities["customer"]
        column = compiled.fields["left"].column
        assert column is not None
        connection.execute(compiled.table.update().where(compiled.table.c.id == 1).values({column.key: 77}))
    assert {fault.code for fault in verify(filled.database, clock=clock)} == {"fault_formula"}
    a_day_passes(filled, clock, timedelta(0))
    assert verify(filled.database, clock=clock) == []
    with filled.database.write() as connection:
        connection.execute(compiled.table.update().where(compiled.table.c.id == 1).values({column.key: -1}))
    assert [fault.code for fault in verify(filled.database, clock=clock)] == ["fault_formula"]


def test_a_formula_may_become_kept_and_be_computed_when_read_again(filled: Runtime, clock: FixedClock) -> None:
    alone = LEFT.replace(", kept: daily", "")
    publish(filled.database, keeping(alone))
    assert stages(filled)[:2] == [(0, "soon"), (2, "fine")]
    operations = publish(filled.database, keeping()).operations
    assert ComputeField("customer", "left") in operations
    assert AddField("customer", "left") not in operations
    a_day_passes(filled, clock)
    assert stages(filled)[0] == (-1, "late")
