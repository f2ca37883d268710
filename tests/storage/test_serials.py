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
from metadata.specs.app import AppSpec
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


@pytest.mark.parametrize("gapless", ["true", "false"])
@pytest.mark.parametrize(
    ("before", "after", "numbers"),
    [
        ('"O-{yyyy}-{0001}", reset: year', '"ORD-{yyyy}/{00001}", reset: year', ["ORD-2026/00004", "ORD-2027/00001"]),
        ('"O-{yyyy}-{0001}", reset: year', '"O-{yy}{0001}", reset: year', ["O-260004", "O-270001"]),
        ('"O{yyyy}{0001}", reset: year', '"O{000001}", reset: never', ["O000004", "O000005"]),
        ('"O{yyyyMM}{001}", reset: month', '"O{yyyy}{001}", reset: year', ["O2026004", "O2027001"]),
        ('"O{001}"', '"O-{yyyyMM}-{01}", reset: month', ["O-202603-04", "O-202703-01"]),
    ],
)
def test_a_series_whose_pattern_changes_goes_on(
    runtime: Runtime, before: str, after: str, numbers: list[str], gapless: str
) -> None:
    """Within its period it counts on; what the earlier pattern wrote is no number of the new one, however it reads."""
    for pattern in (before, after):
        publish(runtime.database, with_pattern(pattern, gapless))
        if pattern == before:
            assert [number(runtime) for _ in range(3)]
    found = [number(runtime)]
    runtime.clock = FixedClock(START + timedelta(days=365))
    assert [*found, number(runtime)] == numbers
    assert verify(runtime.database) == []


def with_pattern(declared: str, gapless: str) -> AppSpec:
    return shop(order=ORDER.replace(DECLARED + ", gapless: true", f"pattern: {declared}, gapless: {gapless}"))


@pytest.mark.parametrize("gapless", ["true", "false"])
def test_numbers_of_an_earlier_pattern_are_passed_over(runtime: Runtime, gapless: str) -> None:
    """They look like numbers that the series comes to later."""
    publish(runtime.database, with_pattern('"O-1{01}"', gapless))
    assert [number(runtime) for _ in range(3)] == ["O-101", "O-102", "O-103"]
    publish(runtime.database, with_pattern('"O-{01}"', gapless))
    with runtime.database.write() as connection:
        connection.execute(numbering.update().values(last=99))
    assert [number(runtime) for _ in range(3)] == ["O-100", "O-104", "O-105"]
    assert verify(runtime.database) == []


def test_a_counter_is_told_from_the_month_before_it(runtime: Runtime) -> None:
    publish(runtime.database, shop(order=ORDER.replace(DECLARED, 'pattern: "O{yyyyMM}{1}", reset: month')))
    assert [number(runtime) for _ in range(12)][-1] == "O20260312"
    assert verify(runtime.database) == []
    with runtime.database.write() as connection:
        connection.execute(numbering.update().values(last=10))
    found = verify(runtime.database)
    assert [(fault.message.code, fault.message.values["used"]) for fault in found] == [("fault_numbering", 12)]
