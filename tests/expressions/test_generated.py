"""Expressions made at random: all readers give one answer, and none of them falls over."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from metadata.expressions.check import check_expression
from metadata.problems import Place
from tests.expressions import generated, world
from tests.expressions.test_agreement import plain

ROWS = range(1, 193, 8)
"""Three rows of each category."""

EXAMPLES = 250


def test_generated_expressions_agree(probe: world.World, memory: world.Memory) -> None:
    asked: list[str] = []

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(generated.ANY)
    def agree(text: str) -> None:
        typed, problems = check_expression(text, Place("generated"), world.scope())
        if typed is None:
            assert problems
            return
        asked.append(text)
        found = probe.answers([typed], ROWS)
        for row in ROWS:
            expected = memory.answer(typed, memory.by_id["sample"][row])
            value, certain, denied = found[row][0]
            assert plain(value) == plain(expected), (text, row, value, expected)
            assert certain is None or (certain, denied) == (expected is True, expected is False), (text, row)

    agree()
    assert len(asked) > EXAMPLES // 2
