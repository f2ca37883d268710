"""Document numbers as their pattern writes them, period after period."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import FixedClock
from engine.principal import OPERATOR
from engine.records import read, write
from engine.runtime import Runtime
from engine.storage.platform import numbering
from engine.storage.verify import verify
from tests.storage.applications import ORDER, START, publish, shop

DECLARED = 'pattern: "O-{yyyy}-{0001}", reset: year'


def number(runtime: Runtime) -> object:
    made = runtime.writing(OPERATOR, lambda session: write.create(session, "order", {"subject": "x"}))
    with runtime.reading(OPERATOR) as session:
        return read.get(session, "order", made).values["number"]


@pytest.mark.parametrize(
    ("declared", "numbers"),
    [
        ('pattern: "O-{yy}{MM}{dd}-{01}", reset: day', ["O-260302-01", "O-260302-02", "O-260303-01", "O-260402-01"]),
        ('pattern: "{yyyyMM}/{001}", reset: month', ["202603/001", "202603/002", "202603/003", "202604/001"]),
        ('pattern: "{yyyyMMdd}.{1}"', ["20260302.1", "20260302.2", "20260303.3", "20260402.4"]),
    ],
)
def test_numbers_name_their_period_and_begin_again_with_the_next(
    runtime: Runtime, declared: str, numbers: list[str]
) -> None:
    publish(runtime.database, shop(order=ORDER.replace(DECLARED, declared)))
    found = []
    for days in (0, 0, 1, 31):
        runtime.clock = FixedClock(START + timedelta(days=days))
        found.append(number(runtime))
    assert found == numbers


@pytest.mark.parametrize("gapless", ["true", "false"])
@pytest.mark.parametrize(
    ("resets", "numbers"),
    [
        (("year", "never"), ["O-2026-0001", "O-2026-0002", "O-2026-0003", "O-2026-0004", "O-2027-0005"]),
        (("never", "year"), ["O-2026-0001", "O-2026-0002", "O-2026-0003", "O-2026-0004", "O-2027-0001"]),
        (("never", "year", "never", "year"), ["O-2026-0001", "O-2026-0002", "O-2026-0003", "O-2026-0004", "O-2026-0005",
                                              "O-2026-0006", "O-2026-0007", "O-2026-0008", "O-2027-0001"]),
    ],
)
def test_a_series_whose_reset_changes_goes_on_and_gives_no_number_twice(
    runtime: Runtime, resets: tuple[str, ...], numbers: list[str], gapless: str
) -> None:
    found = []
    for reset in resets:
        declared = f'pattern: "O-{{yyyy}}-{{0001}}", reset: {reset}, gapless: {gapless}'
        publish(runtime.database, shop(order=ORDER.replace(DECLARED + ", gapless: true", declared)))
        found += [number(runtime), number(runtime)]
    runtime.clock = FixedClock(START + timedelta(days=365))
    assert [*found, number(runtime)] == numbers
    assert verify(runtime.database) == []


def test_a_counter_is_told_from_the_month_before_it(runtime: Runtime) -> None:
    publish(runtime.database, shop(order=ORDER.replace(DECLARED, 'pattern: "O{yyyyMM}{1}", reset: month')))
    assert [number(runtime) for _ in range(12)][-1] == "O20260312"
    assert verify(runtime.database) == []
    with runtime.database.write() as connection:
        connection.execute(numbering.update().values(last=10))
    found = verify(runtime.database)
    assert [(fault.message.code, fault.message.values["used"]) for fault in found] == [("fault_numbering", 12)]
