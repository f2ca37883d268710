"""Every code has an example, and its exact text in Chinese and English is held."""

from __future__ import annotations

import string

import pytest

from metadata.codes import CODES
from metadata.loader import load_files
from tests.metadata.problem_files import LANGUAGES, Example, examples

EXAMPLES = {example.code: example for example in examples()}
WITHOUT_EXAMPLE = {
    "LW103": "a megabyte of text; held in test_hostile",
    "LW105": "twenty thousand values; held in test_hostile",
    "LW529": "five hundred fields; held in test_loader",
    "LW683": "ten thousand rows; held in test_data_files",
    "LW818": "five thousand files; held in test_loader",
}


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_example_gives_exactly_these_texts(code: str) -> None:
    example = EXAMPLES[code]
    for language in LANGUAGES:
        assert example.found(language) == example.expected[language]
    assert any(f" {code} " in line for line in example.expected["en"])


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_an_example(code: str) -> None:
    assert code in EXAMPLES or code in WITHOUT_EXAMPLE


def values_of(text: str, ending: str) -> set[str]:
    """Names of the values a text is filled with."""
    return {name.removesuffix(ending) for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", CODES)
def test_texts_are_in_both_languages_and_name_the_same_values(code: str) -> None:
    found = CODES[code]
    for texts in (found.message, found.expected, found.fix):
        assert bool(texts["zh"]) == bool(texts["en"])
        assert values_of(texts["zh"], "_zh") == values_of(texts["en"], "_en")


def test_problems_in_json_are_the_same_ones() -> None:
    example: Example = EXAMPLES["LW302"]
    problem = load_files(example.files).problems[0]
    assert problem.as_json() == {
        "code": "LW302", "severity": "error", "file": "thing.entity.yaml", "line": 5, "column": 10,
        "message": {"zh": problem.message("zh"), "en": problem.message("en")},
        "expected": {"zh": problem.expected("zh"), "en": problem.expected("en")},
        "fix": {"zh": problem.fix("zh"), "en": problem.fix("en")},
    }
