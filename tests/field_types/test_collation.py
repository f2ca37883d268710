"""The keys that texts sort by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collation import collation_key


@pytest.mark.parametrize("ordered", [
    ("安徽", "北京", "陈", "广州", "李", "上海", "王", "张"),
    ("妈", "麻", "马", "骂", "吗"),
    ("apple", "Ärger", "azure", "Bär", "beta", "Éclair", "fig", "中"),
    ("1", "A", "é", "Ω", "あ", "阿"),
    ("张三", "张三丰", "张伟", "赵"),
    ("龘", "龢"),
])
def test_texts_sort_as_people_expect(ordered: tuple[str, ...]) -> None:
    assert sorted(set(ordered), key=collation_key) == list(ordered)


@pytest.mark.parametrize(
    ("one", "other"), [("Zürich", "ZURICH"), ("ＡＢＣ", "abc"), ("Straße", "STRASSE"), ("e\u0301", "é"), ("ﬁn", "fin")],
)
def test_case_accents_and_width_do_not_tell(one: str, other: str) -> None:
    assert collation_key(one) == collation_key(other)


@given(st.text(), st.text())
def test_the_key_of_joined_texts_is_their_keys_joined(one: str, other: str) -> None:
    assert collation_key(one + other) == collation_key(one) + collation_key(other)
    collation_key(one).encode("utf-8", "surrogatepass")
