"""Which declared name is which lineage."""

from __future__ import annotations

import pytest

from metadata.lineage import match


@pytest.mark.parametrize(
    ("declared", "known", "expected"),
    [
        ({"a": ()}, {}, {}),
        ({"a": ()}, {"a": ("a",)}, {"a": "a"}),
        ({"b": ("a",)}, {"a": ("a",)}, {"b": "a"}),
        ({"b": ("a",)}, {"b": ("a", "b")}, {"b": "b"}),
        ({"c": ("a", "b")}, {"a": ("a",)}, {"c": "a"}),
        ({"c": ("a", "b")}, {"b": ("a", "b")}, {"c": "b"}),
        ({"a": ("b",), "b": ("a",)}, {"a": ("a",), "b": ("b",)}, {"a": "b", "b": "a"}),
        ({"a": ("b",), "b": ("a",)}, {"a": ("b", "a"), "b": ("a", "b")}, {"a": "a", "b": "b"}),
        ({"b": ("a",), "a": ()}, {"a": ("a",)}, {"b": "a"}),
        ({"b": ("a",), "a": ()}, {"b": ("a", "b"), "a": ("a",)}, {"b": "b", "a": "a"}),
        ({"a": ("x",)}, {"a": ("a",)}, {"a": "a"}),
        ({"c": ("a",), "d": ("b",)}, {"a": ("a",), "b": ("b",), "c": ("c",)}, {"c": "a", "d": "b"}),
    ],
    ids=[
        "new", "same", "renamed", "renamed before", "a version skipped", "a version not skipped", "swapped",
        "swapped before", "renamed, and the old name anew", "the same, later", "an old name nobody had",
        "two renames, one onto a name that goes",
    ],
)
def test_match(
    declared: dict[str, tuple[str, ...]], known: dict[str, tuple[str, ...]], expected: dict[str, str]
) -> None:
    assert match(declared, known) == expected
