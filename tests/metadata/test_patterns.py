"""Patterns of fields: common ones pass, those that can hang do not."""

from __future__ import annotations

import pytest

from metadata.patterns import is_safe, matches, why_not_run


@pytest.mark.parametrize("pattern", [
    "[0-9]{11}", "1[3-9][0-9]{9}", r"\+?[0-9 ()-]+", "(SH|SZ)[0-9]{6}", "([A-Z]{2}-)?[0-9]+", "[(+*)]+", r"(\d{4}-){3}\d+",
    "(?:ab)*c", "", r"\p{Han}+", "(?<year>[0-9]{4})", "(?i)ab?", r"a\++", "[+*]+",
])
def test_common_patterns_are_safe_and_run(pattern: str) -> None:
    assert is_safe(pattern)
    assert why_not_run(pattern) is None


@pytest.mark.parametrize("pattern", [
    "(a+)+$", "((a)+)+", "(a|a)*$", "(a*)*", "((ab)*c)+", "(?:a+){2,}", "a" * 201, "(" * 90 + "a" + ")+" * 90,
    "(?P<x>(b|c)+)*", "(?<x>(b|c)+)*", "a++", "[ab]*+", "a{2}{3}", "a?+",
])
def test_patterns_that_can_hang_elsewhere_are_not(pattern: str) -> None:
    assert not is_safe(pattern)


@pytest.mark.parametrize(("pattern", "reason"), [
    ("(", "it cannot be read"), ("[", "it cannot be read"), (r"a\Z", "it cannot be read"), ("(?>a)b", "it cannot be read"),
    ("a)|(b", "it cannot be read"), ("(?x)a # b", "it cannot be read"), ("(?=a)b", "it looks around"),
    ("a(?!b).", "it looks around"), ("(?<=a)b", "it looks around"), ("(?<!a)b", "it looks around"),
    (r"(a)\1", "it refers back to a group"), ("(?P<x>a)(?P=x)", "it refers back to a group"),
    (r"(?<x>a)\k<x>", "it refers back to a group"),
])
def test_what_the_engine_cannot_run_is_told_beforehand(pattern: str, reason: str) -> None:
    assert (why_not_run(pattern) or ("", ""))[1] == reason


@pytest.mark.parametrize(("pattern", "text", "found"), [
    (r"\p{Han}{2,3}", "张小明", True), (r"\p{Han}{2,3}", "Amy", False), ("a|bc", "abc", False), ("a|bc", "bc", True),
    ("[0-9]+", "12\n", False), ("(?i)ab", "AB", True),
])
def test_the_whole_text_must_match(pattern: str, text: str, found: bool) -> None:
    assert matches(pattern, text) is found
