"""Field kinds: the registry and the literals."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from metadata.field_kinds import FIELD_KINDS, LiteralContext, NotALiteral

CONTEXT = LiteralContext(options=("No", "a", "b"), scale=2, zone=ZoneInfo("Asia/Shanghai"))


def test_there_are_the_36_kinds_in_order() -> None:
    assert list(FIELD_KINDS) == [
        "text", "bool", "link", "choice", "int", "money", "long", "decimal", "date", "datetime", "children", "formula",
        "rollup", "fetch", "serial", "percent", "email", "phone", "url", "file", "files", "choices", "user", "dept",
        "any_link", "links", "rating", "time", "duration",
        "color", "geo", "tags", "image", "images", "signature",
        "rich",
    ]


@pytest.mark.parametrize(("kind", "text", "value"), [
    ("text", "No", "No"), ("phone", "0139", "0139"), ("text", "12:30", "12:30"), ("text", "", None),
    ("geo", "31.2304, 121.4737", "31.230400,121.473700"), ("color", "#ABC", "#aabbcc"), ("color", "2f54c8", "#2f54c8"),
    ("bool", "true", True), ("bool", "false", False), ("int", "-12", -12), ("int", "012", 12),
    ("rating", "4", 4), ("time", "09:30", 570), ("time", "9:05", 545), ("duration", "2:15", 8100), ("duration", "90m", 5400),
    ("decimal", "12.50", Decimal("12.50")), ("decimal", "1.100", Decimal("1.100")),
    ("money", "1000000", Decimal(1000000)),
    ("percent", "25%", Decimal("0.25")), ("percent", "0.25", Decimal("0.25")),
    ("date", "2024-02-29", date(2024, 2, 29)),
    ("datetime", "2026-03-02 09:00", datetime(2026, 3, 2, 1, 0, tzinfo=UTC)),
    ("datetime", "2026-03-02T09:00Z", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
    ("choice", "No", "No"), ("choices", "a, b", ("a", "b")),
])
def test_a_literal_is_read_as_its_kind_says(kind: str, text: str, value: object) -> None:
    assert FIELD_KINDS[kind].literal(text, CONTEXT) == value


@pytest.mark.parametrize(("kind", "text"), [
    ("geo", "31.2"), ("geo", "121.4, 31.2"), ("color", "red"), ("color", "#12"),
    ("bool", "yes"), ("bool", "True"), ("int", "1.0"), ("int", "１２"), ("int", "1e3"), ("int", "9" * 19),
    ("time", "24:00"), ("time", "9"), ("duration", "90"), ("duration", "1.00001h"), ("rating", "0"), ("rating", "11"), ("rating", "4.5"),
    ("decimal", "NaN"), ("decimal", "Infinity"), ("decimal", "1,000"), ("decimal", "0.005"), ("decimal", "9" * 19),
    ("percent", "a%"), ("date", "2023-02-29"), ("date", "2026-3-2"), ("date", "today"), ("datetime", "2026-03-02"),
    ("datetime", "2026-03-02 25:00"), ("datetime", "0001-01-01 00:00"), ("choice", "c"), ("choices", "a, c"),
    ("link", "acme"), ("user", "amy"), ("file", "x.pdf"), ("formula", "1"),
])
def test_what_is_no_literal_says_what_would_be(kind: str, text: str) -> None:
    with pytest.raises(NotALiteral) as fault:
        FIELD_KINDS[kind].literal(text, CONTEXT)
    assert set(fault.value.expected) == {"zh", "en"} and all(fault.value.expected.values())
