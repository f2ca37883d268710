"""Which language fits a tag or what a browser asks for (RFC 9110 12.5.4)."""

from __future__ import annotations

import pytest

from engine.languages import LANGUAGES, Language, short, understood

FRENCH, BRAZILIAN = Language.of("fr", "en", "fr", "Français"), Language.of("pt_br", "en", "pt-BR", "Português")


@pytest.mark.parametrize(("tags", "expected"), [
    ("zh-CN", "zh"), ("zh", "zh"), ("zh-TW", "zh"), ("en-GB", "en"), ("fr", "fr"), ("FR-ca", "fr"), ("pt", "pt_br"), ("pt-PT", "pt_br"),
    ("de", "en"), ("", "en"), ("*", "en"), ("de, fr;q=0.5", "fr"), ("en;q=0.4, zh;q=0.6", "zh"), ("fr;q=0, zh;q=0.1", "zh"),
    ("fr;q=x, zh", "zh"), ("fr;q=nan, zh", "zh"), ("," * 90_000, "en"), ("²;q=²", "en"),
])
def test_the_most_wanted_language_that_is_spoken(tags: str, expected: str) -> None:
    assert understood(tags, (*LANGUAGES, FRENCH, BRAZILIAN)) == expected


def test_a_language_is_itself() -> None:
    assert short(FRENCH) is FRENCH and short("fr") == "en" and short("zh-HK") == "zh"
