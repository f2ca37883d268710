"""The generated reference equals the committed one and leaves nothing out."""

from __future__ import annotations

import pytest

from metadata.codes import CODES
from metadata.expressions.functions import FUNCTIONS
from metadata.field_kinds import FIELD_KINDS
from metadata.reference import TARGET, reference
from metadata.shapes.kinds import KINDS

PAGE = reference()


def test_the_committed_page_is_the_generated_one() -> None:
    assert TARGET.read_text("utf-8") == PAGE


@pytest.mark.parametrize("word", [*KINDS, *FIELD_KINDS, *CODES, *FUNCTIONS])
def test_every_word_is_explained(word: str) -> None:
    assert f"### {word}\n" in PAGE or f"| `{word}" in PAGE or f"| {word} |" in PAGE


def test_every_page_of_editors_and_docs_is_free_of_unfilled_braces() -> None:
    assert "{{" not in PAGE and "}}" not in PAGE
