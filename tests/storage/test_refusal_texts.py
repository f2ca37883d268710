"""What `apply` says of changes that would lose or convert data, word by word in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.storage import obstacles
from engine.storage.database import Database
from engine.storage.obstacles import ChangeRefused
from engine.storage.reference import TARGET, reference
from metadata.problems import Code
from tests.storage.applications import CUSTOMER, ORDER, ORDER_LINE, publish, shop

TEXTS = Path(__file__).with_suffix(".txt")
"""Lines `CODE language text`, one for each code and language, from the cases below."""
TAGGED = CUSTOMER + "  tags: {type: choices, options: {red: {zh: 红, en: Red}, blue: {zh: 蓝, en: Blue}}}\n"
CASES: Mapping[str, tuple[Mapping[str, str | None], Mapping[str, str | None]]] = {
    "LC101": ({}, {"customer": None, "order": ORDER.replace("  customer: {type: link, to: customer, back: orders}\n", "")}),
    "LC102": ({}, {"customer": CUSTOMER.replace("  code: {type: text}\n", "")}),
    "LC103": ({}, {"customer": CUSTOMER.replace("code: {type: text}", "code: {type: int}")}),
    "LC104": ({}, {"order": ORDER.replace("{type: money}", "{type: money, scale: 4}")}),
    "LC105": ({}, {"order": ORDER.replace("to: customer", "to: department")}),
    "LC106": ({}, {"order": ORDER.replace(", agency: {zh: 代理, en: Agency}", "")}),
    "LC107": (
        {"customer": TAGGED},
        {"customer": TAGGED.replace("red: {zh: 红, en: Red}", "rose: {label: {zh: 红, en: Red}, was: [red]}")},
    ),
    "LC108": ({}, {"customer": CUSTOMER.replace("code: {type: text}", "code: {type: text, formula: name}")}),
    "LC109": (
        {},
        {"order_line": ORDER_LINE.replace("child: true\n", ""),
         "order": ORDER.replace("  lines: {type: children, of: order_line}\n", "")},
    ),
}
ELSEWHERE = {
    "LC110": "test_apply", "LC111": "workflows/test_release", "LC112": "workflows/test_release", "LC113": "test_apply",
    "LC114": "test_apply", "LC115": "test_apply",
}
"""Codes whose words other tests hold."""


@pytest.mark.parametrize("code", CASES)
def test_the_refusal_is_told_word_by_word(database: Database, code: str) -> None:
    before, after = CASES[code]
    publish(database, shop(**before))
    with pytest.raises(ChangeRefused) as refused:
        publish(database, shop(**after))
    problem = next(one for one in refused.value.problems if one.code.code == code)
    wanted = [line for line in TEXTS.read_text("utf-8").splitlines() if line.startswith(f"{code} ")]
    assert [f"{code} {language} {problem.line(language)}" for language in ("en", "zh")] == wanted


def test_every_code_is_explained_in_the_committed_page() -> None:
    page = TARGET.read_text("utf-8")
    assert page == reference()
    assert all(f"| {code} | error | " in page for code in CASES.keys() | ELSEWHERE.keys())


def test_the_words_of_every_refusal_are_held() -> None:
    known = {code.code for code in vars(obstacles).values() if isinstance(code, Code)}
    assert known == CASES.keys() | ELSEWHERE.keys()
