"""Closure, SQLite and PostgreSQL give one answer: every operator and function, over every kind and every awkward value."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from metadata.expressions.functions import FUNCTIONS
from metadata.expressions.typed import TypedExpression
from tests.expressions import world
from tests.expressions.agreement import Probe, probes

BATCH = 40
EACH = 20
IN_PYTHON_ONLY = frozenset({"changed", "is_new"})
"""Functions about a write; no place that is asked in SQL allows them."""


@cache
def typed_probes() -> list[tuple[Probe, TypedExpression]]:
    return [(probe, world.typed(probe[3])) for probe in probes()]


def plain(value: Any) -> Any:
    """A value as it is compared: numbers by value, whole or not."""
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Decimal(value)
    return value


def disagreements(
    probe: world.World, memory: world.Memory, rows: list[world.Row], about: str = "", **more: Any
) -> tuple[list[str], Counter[tuple[str, str, str]]]:
    """What differs among the probes whose text matches `about`, and how often each was asked."""
    asked = [pair for pair in typed_probes() if re.search(about, pair[0][3])]
    wrong: list[str] = []
    counted: Counter[tuple[str, str, str]] = Counter()
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        found = probe.answers([one for _, one in batch], **more)
        for index, (row_of, one) in enumerate(batch):
            categories = world.categories(row_of[2])
            for row in rows:
                expected = memory.answer(one, row, **more)
                counted[row_of[0], row_of[1], categories[row["id"] - 1]] += 1
                wrong += _wrong(row_of[3], row, expected, found[row["id"]][index])
    return wrong, counted


def _wrong(text: str, row: world.Row, expected: Any, found: tuple[Any, Any, Any]) -> list[str]:
    value, certain, denied = found
    same = plain(value) == plain(expected) and type(plain(value)) is type(plain(expected))
    if certain is not None:
        same = same and certain is (expected is True) and denied is (expected is False)
    return [] if same else [f"{text} on row {row['id']}: closure {expected!r}, database {found!r}"]


def test_closure_and_database_agree(probe: world.World, memory: world.Memory, samples: list[world.Row]) -> None:
    wrong, counted = disagreements(probe, memory, samples)
    summary = Counter(line.partition(" on row ")[0] for line in wrong)
    table = _table(counted)
    print(f"\n{probe.dialect}: {sum(counted.values())} answers compared\n{table}")
    assert not wrong, f"{len(wrong)} of {sum(counted.values())} differ; {dict(summary)}; first: {wrong[:12]}"
    assert min(counted.values()) >= EACH
    assert sum(counted.values()) == len(typed_probes()) * len(samples) > 100_000


def test_another_zone_agrees(probe: world.World, memory: world.Memory, samples: list[world.Row]) -> None:
    """A zone with summer time, where some wall times do not exist and others exist twice."""
    wrong, _ = disagreements(probe, memory, samples, "i1|now|today", zone="America/New_York")
    assert not wrong, wrong[:12]


def test_nobody_agrees(probe: world.World, memory: world.Memory, samples: list[world.Row]) -> None:
    """An anonymous principal equals nobody."""
    wrong, _ = disagreements(probe, memory, samples, r"user", user=None)
    assert not wrong, wrong[:12]


def test_every_function_and_operator_is_in_the_table() -> None:
    names = {name for name, _, _, _ in probes()}
    assert set(FUNCTIONS) - IN_PYTHON_ONLY <= names
    assert {"==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "-x", "and", "or", "not", "in", "not in", "case"} <= names
    assert {"count", "any", "all", "sum", "min", "max", "avg"} <= names


def _table(counted: Counter[tuple[str, str, str]]) -> str:
    lines: dict[tuple[str, str], list[str]] = {}
    for (name, kinds, category), times in sorted(counted.items()):
        lines.setdefault((name, kinds), []).append(f"{category} {times}")
    return "\n".join(f"{name:>18} | {kinds:<28} | {', '.join(cells)}" for (name, kinds), cells in lines.items())


@pytest.mark.parametrize("text", ["$old.m1 > 1", "changed(m1)"])
def test_writing_words_are_not_for_databases(probe: world.World, text: str) -> None:
    with pytest.raises(ValueError, match="SQL"):
        probe.answers([world.typed(text)])
