"""Messages have both languages with the same places, and amounts are said right in words."""

from __future__ import annotations

import string
from decimal import Decimal

import pytest

from engine.messages import MESSAGES
from engine.money_words import amount_in_chinese, amount_in_english


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_a_message_says_the_same_in_both_languages(code: str) -> None:
    texts = MESSAGES[code]
    assert set(texts) == {"zh", "en"}
    chinese, english = (_places(texts[language]) for language in ("zh", "en"))
    assert chinese == english
    assert all(text.strip() for text in texts.values())


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


WORDS = [
    ("0", "零元整", "zero yuan only"),
    ("0.05", "伍分", "zero yuan and 05/100"),
    ("0.5", "伍角整", "zero yuan and 50/100"),
    ("10", "壹拾元整", "ten yuan only"),
    ("10.01", "壹拾元零壹分", "ten yuan and 01/100"),
    ("325.04", "叁佰贰拾伍元零肆分", "three hundred and twenty-five yuan and 04/100"),
    ("1005", "壹仟零伍元整", "one thousand and five yuan only"),
    ("1234.50", "壹仟贰佰叁拾肆元伍角整", "one thousand two hundred and thirty-four yuan and 50/100"),
    ("1680.32", "壹仟陆佰捌拾元叁角贰分", "one thousand six hundred and eighty yuan and 32/100"),
    ("10005", "壹万零伍元整", "ten thousand and five yuan only"),
    ("16409.02", "壹万陆仟肆佰零玖元零贰分", "sixteen thousand four hundred and nine yuan and 02/100"),
    ("1000000", "壹佰万元整", "one million yuan only"),
    ("10010001.20", "壹仟零壹万零壹元贰角整", "ten million ten thousand and one yuan and 20/100"),
    ("120000000", "壹亿贰仟万元整", "one hundred and twenty million yuan only"),
    ("1000000000000", "壹万亿元整", "one trillion yuan only"),
    ("1000100000000", "壹万零壹亿元整", "one trillion one hundred million yuan only"),
    ("-5.5", "负伍元伍角整", "minus five yuan and 50/100"),
    ("-0.004", "零元整", "zero yuan only"),
    ("0.995", "壹元整", "one yuan only"),
]


@pytest.mark.parametrize(("amount", "chinese", "english"), WORDS)
def test_amounts_in_words(amount: str, chinese: str, english: str) -> None:
    assert amount_in_chinese(Decimal(amount)) == chinese
    assert amount_in_english(Decimal(amount)) == english


def test_other_currencies_are_named() -> None:
    assert amount_in_chinese(Decimal(100), "USD") == "美元壹佰元整"
    assert amount_in_english(Decimal(100), "USD") == "one hundred US dollars only"
