"""Patterns of fields: common ones pass, those that can hang do not."""

from __future__ import annotations

import pytest

from metadata.patterns import is_safe


@pytest.mark.parametrize("pattern", [
    "[0-9]{11}", "1[3-9][0-9]{9}", r"\+?[0-9 ()-]+", "(SH|SZ)[0-9]{6}", "([A-Z]{2}-)?[0-9]+", "[(+*)]+", r"(\d{4}-){3}\d+",
    "(?:ab)*c", "",
])
def test_common_patterns_are_safe(pattern: str) -> None:
    assert is_safe(pattern)


@pytest.mark.parametrize("pattern", [
    "(a+)+$", "((a)+)+", "(a|a)*$", "(a*)*", "((ab)*c)+", "(?:a+){2,}", "(", "[", "a" * 201, "(" * 90 + "a" + ")+" * 90,
    "(?P<x>(b|c)+)*",
])
def test_patterns_that_can_hang_or_cannot_be_read_are_not(pattern: str) -> None:
    assert not is_safe(pattern)
