"""An expression read aloud, in Chinese and English."""

from __future__ import annotations

import pytest

from engine.expressions.sentence import to_sentence
from metadata.expressions.functions import FUNCTIONS
from tests.expressions import world
from tests.expressions.agreement import probes


class Words:
    """The labels of the probe application."""

    def __init__(self, language: str) -> None:
        self.language = language

    def field(self, entity: str, field: str) -> str:
        found = world.SPEC.entities[entity].fields.get(field)
        return found.label.text(self.language) if found else field

    def collection(self, entity: str, name: str) -> str:
        return name

    def option(self, entity: str, field: str, option: str) -> str:
        found = world.SPEC.entities[entity].fields[field].options.get(option)
        return found.label.text(self.language) if found else option

    def role(self, name: str) -> str:
        return world.SPEC.roles[name].label.text(self.language)

    def setting(self, name: str) -> str:
        return name


@pytest.mark.parametrize(("text", "zh", "en"), [
    ("m1 > 500000 and c1 != 'draft'", "金额 大于 500,000，且状态 不是 “草稿”", "Amount is more than 500,000 and Status is not “Draft”"),
    ("c1 in ['draft', 'review']", "状态 属于 “草稿”、“审批中”", "Status is one of “Draft”, “In review”"),
    ("a1 <= $today + 15d", "签订日 不晚于 今天 + 15 天", "Signed on is not after today + 15 days"),
    ("p1 == 25%", "折扣 等于 25%", "Discount equals 25%"),
    ("t1 == blank", "名称 为空", "Name is blank"),
    ("not (b1 or m1 < 1)", "并非（b1，或金额 小于 1）", "not (b1 or Amount is less than 1)"),
])
def test_sentences(text: str, zh: str, en: str) -> None:
    typed = world.typed(text)
    assert to_sentence(typed, "zh-CN", Words("zh")) == zh
    assert to_sentence(typed, "en", Words("en")) == en


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_can_be_read_aloud(language: str) -> None:
    for _, _, _, text in probes():
        assert to_sentence(world.typed(text), language, Words(language)).strip()
    assert len(FUNCTIONS) >= 30
