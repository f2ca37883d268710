"""Expressions whose answers were worked out by hand: (expression, fields of the row, answer). Fields not named are blank.

Today is Monday 2026-03-02, 9:30 in Shanghai; `$user` is 1, who holds finance; user 2 holds chief, which includes finance;
3 is a clerk. Partner 1 is 甲公司 (boss 2, worth 100.25, since the leap day 2024, region 华东 with rate 6 %), partner 2 Beta
(no boss, no worth, a region without name and rate), partner 3 has no name (boss 1, worth -1, no region).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

Golden = tuple[str, dict[str, Any], Any]


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


NUMBERS: Sequence[Golden] = [
    ("n1 + n2", {"n1": 7, "n2": -9}, -2),
    ("n1 - n2", {"n1": 7, "n2": -9}, 16),
    ("n1 * n2", {"n1": 7, "n2": -9}, -63),
    ("n1 / n2", {"n1": 7, "n2": 2}, D("3.5")),
    ("n1 / n2", {"n1": 2, "n2": 3}, D("0.6666666667")),
    ("n1 / n2", {"n1": -2, "n2": 3}, D("-0.6666666667")),
    ("n1 / n2", {"n1": 1, "n2": 3}, D("0.3333333333")),
    ("n1 / n2", {"n1": 5, "n2": 0}, None),
    ("n1 / n2", {"n1": 0, "n2": 0}, None),
    ("n1 / n2", {"n1": 0, "n2": 5}, 0),
    ("1 / n1", {"n1": 20_000_000_000}, D("0.0000000001")),  # 0.00000000005 is a half: up
    ("-1 / n1", {"n1": 20_000_000_000}, D("-0.0000000001")),  # and away from zero
    ("1 / n1", {"n1": 20_000_000_001}, 0),
    ("n1 + n2 * 2", {"n1": 1, "n2": 3}, 7),
    ("(n1 + n2) * 2", {"n1": 1, "n2": 3}, 8),
    ("n1 - n2 - 1", {"n1": 10, "n2": 3}, 6),
    ("n1 / n2 / 2", {"n1": 12, "n2": 3}, 2),
    ("-n1 * n2", {"n1": 2, "n2": 3}, -6),
    ("-(n1 - n2)", {"n1": 2, "n2": 3}, 1),
    ("m1 * p1", {"m1": D("1000.10"), "p1": D("0.125")}, D("125.0125")),
    ("m1 * (1 - p1)", {"m1": D("200"), "p1": D("0.25")}, D("150")),
    ("m1 * (1 - coalesce(p1, 0%))", {"m1": D("200")}, D("200")),
    ("m1 * m2", {"m1": D("9999999999999999.99"), "m2": D("9999999999999999.99")}, D("999999999999999998" "00000000000000" ".0001")),
    ("m1 + m2", {"m1": D("9999999999999999.99"), "m2": D("0.01")}, D("10000000000000000.00")),
    ("m1 * m1 - m1 * m1", {"m1": D("9999999999999999.99")}, 0),
    ("m1 / m2", {"m1": D("1"), "m2": D("7")}, D("0.1428571429")),
    ("d1 * d2", {"d1": D("0.000001"), "d2": D("0.000001")}, D("0.000000000001")),
    ("d1 + 0.0000005", {"d1": D("0.000001")}, D("0.0000015")),
    ("m1 == 0.125", {"m1": D("0.13")}, False),  # comparisons are unrounded
    ("m1 / 8 == 0.125", {"m1": D("1")}, True),
    ("m1 / 3 * 3 == m1", {"m1": D("1")}, False),
    ("n1 == d1", {"n1": 3, "d1": D("3.000000")}, True),
    ("m1 > 99.99", {"m1": D("100")}, True),
    ("m1 >= 100", {"m1": D("100.00")}, True),
    ("p1 == 25%", {"p1": D("0.2500")}, True),
    ("p1 < 0.3", {"p1": D("0.2999")}, True),
    ("n1 > 999999999999999999", {"n1": 5}, False),
    ("round(d1)", {"d1": D("2.5")}, 3),
    ("round(d1)", {"d1": D("-2.5")}, -3),
    ("round(d1, 1)", {"d1": D("0.25")}, D("0.3")),
    ("round(d1, 2)", {"d1": D("0.125")}, D("0.13")),
    ("round(d1, 2)", {"d1": D("1.005")}, D("1.01")),
    ("round(n1, -2)", {"n1": 150}, 200),
    ("round(n1, -2)", {"n1": -149}, -100),
    ("floor(d1)", {"d1": D("-0.5")}, -1),
    ("floor(d1)", {"d1": D("3.999999")}, 3),
    ("ceil(d1)", {"d1": D("-0.5")}, 0),
    ("ceil(d1)", {"d1": D("3.000001")}, 4),
    ("abs(m1)", {"m1": D("-250.55")}, D("250.55")),
    ("least(n1, n2, 4)", {"n1": 9, "n2": 6}, 4),
    ("greatest(n1, m1)", {"n1": 3, "m1": D("3.01")}, D("3.01")),
    ("case(m1 > 100, 3, m1 > 10, 2, 1)", {"m1": D("50")}, 2),
    ("case(m1 > 100, 3, m1 > 10, 2, 1)", {}, 1),
    ("m1 * $setting.rate", {"m1": D("80")}, D("10")),
    ("m1 > $setting.cap", {"m1": D("1000")}, False),
]

TEXTS: Sequence[Golden] = [
    ("t1 == t2", {"t1": "中文", "t2": "中文"}, True),
    ("t1 == t2", {"t1": "a", "t2": "A"}, False),
    ("t1 != 'draft'", {"t1": "draft"}, False),
    ("t1 == ''", {}, True),  # empty text is blank
    ("t1 == 'it''s'", {"t1": "it's"}, True),
    ("len(t1)", {"t1": "张三😀"}, 3),
    ("len(t1) > 2", {"t1": "中文"}, False),
    ("upper(t1)", {"t1": "aé中z"}, "Aé中Z"),
    ("lower(t1)", {"t1": "ABÉ"}, "abÉ"),
    ("trim(t1)", {"t1": "  a b  "}, "a b"),
    ("trim(t1)", {"t1": "   "}, None),
    ("left(t1, 2)", {"t1": "中文公司"}, "中文"),
    ("left(t1, 0)", {"t1": "中文公司"}, None),
    ("right(t1, 2)", {"t1": "中文公司"}, "公司"),
    ("right(t1, 9)", {"t1": "ab"}, "ab"),
    ("contains(t1, '科技')", {"t1": "北京科技公司"}, True),
    ("contains(t1, '%')", {"t1": "abc"}, False),
    ("contains(t1, '%')", {"t1": "5%"}, True),
    ("contains(t1, '_')", {"t1": "abc"}, False),
    ("contains(t1, 'A')", {"t1": "abc"}, False),
    ("starts(t1, '138')", {"t1": "13800000000"}, True),
    ("ends(t1, '.cn')", {"t1": "a.cn"}, True),
    ("ends(t1, 'abc')", {"t1": "bc"}, False),
    ("concat(t1, '-', t2)", {"t1": "甲", "t2": "乙"}, "甲-乙"),
    ("concat(t1, t2)", {"t2": "乙"}, "乙"),
    ("concat(t1, t2)", {}, None),
    ("coalesce(t1, t2, '无')", {"t2": "乙"}, "乙"),
    ("coalesce(t1, t2, '无')", {}, "无"),
    ("t1 in ['a', 'b']", {"t1": "b"}, True),
    ("t1 == $setting.word", {"t1": "公司"}, True),
]

CHOICES_AND_PEOPLE: Sequence[Golden] = [
    ("c1 == 'draft'", {"c1": "draft"}, True),
    ("c1 in ['draft', 'done']", {"c1": "review"}, False),
    ("c1 not in ['draft', 'done']", {"c1": "review"}, True),
    ("c1 != c2", {"c1": "draft", "c2": "review"}, True),
    ("'red' in s1", {"s1": ("red", "blue")}, True),
    ("'green' in s1", {"s1": ("red", "blue")}, False),
    ("'red' not in s1", {}, True),
    ("b1", {"b1": True}, True),
    ("not b1", {"b1": True}, False),
    ("b1 and not b2", {"b1": True, "b2": False}, True),
    ("b1 or b2 and b1", {"b1": False, "b2": True}, False),
    ("not b1 or b1", {"b1": True}, True),
    ("u1 == $user", {"u1": 1}, True),
    ("u1 == $user", {"u1": 2}, False),
    ("u1 in role(finance)", {"u1": 1}, True),
    ("u1 in role(finance)", {"u1": 2}, True),  # chief includes finance
    ("u1 in role(chief)", {"u1": 1}, False),
    ("u1 not in role(finance)", {"u1": 3}, True),
    ("$user in role(finance)", {}, True),
    ("$user in role(clerk)", {}, False),
    ("g1 == $user.dept", {"g1": 1}, True),
    ("$user.superior == u1", {"u1": 2}, True),
    ("l1.name", {"l1": 1}, "甲公司"),
    ("l1.worth * 2", {"l1": 1}, D("200.50")),
    ("l1.twice", {"l1": 1}, D("200.50")),
    ("l1.region.rate", {"l1": 1}, D("0.06")),
    ("l1.region.name == blank", {"l1": 2}, True),
    ("l1.boss in role(chief)", {"l1": 1}, True),
    ("l1 == l2", {"l1": 2, "l2": 2}, True),
    ("l1.since > a1", {"l1": 1, "a1": date(2024, 2, 28)}, True),
]

MOMENTS: Sequence[Golden] = [
    ("a1 + 1mo", {"a1": date(2024, 1, 31)}, date(2024, 2, 29)),
    ("a1 + 1mo", {"a1": date(2025, 1, 31)}, date(2025, 2, 28)),
    ("a1 + 12mo", {"a1": date(2024, 2, 29)}, date(2025, 2, 28)),
    ("a1 + 48mo", {"a1": date(2024, 2, 29)}, date(2028, 2, 29)),
    ("a1 - 1mo", {"a1": date(2026, 3, 31)}, date(2026, 2, 28)),
    ("a1 - 3mo", {"a1": date(2026, 1, 15)}, date(2025, 10, 15)),
    ("a1 + 15d", {"a1": date(2024, 2, 20)}, date(2024, 3, 6)),
    ("a1 - 1d", {"a1": date(2024, 3, 1)}, date(2024, 2, 29)),
    ("a1 + 1d", {"a1": date(9999, 12, 31)}, None),
    ("a1 - 60mo", {"a1": date(1, 1, 1)}, None),
    ("a1 + 2wd", {"a1": date(2026, 3, 5)}, date(2026, 3, 9)),  # Thursday, Friday, Monday
    ("a1 + 1wd", {"a1": date(2026, 3, 7)}, date(2026, 3, 9)),  # Saturday
    ("a1 - 1wd", {"a1": date(2026, 3, 8)}, date(2026, 3, 6)),  # Sunday
    ("a1 - 1wd", {"a1": date(2026, 3, 9)}, date(2026, 3, 6)),  # Monday
    ("a1 + 5wd", {"a1": date(2026, 3, 6)}, date(2026, 3, 13)),
    ("a1 - a2", {"a1": date(2024, 3, 1), "a2": date(2024, 2, 28)}, 2),
    ("a2 - a1", {"a1": date(2024, 3, 1), "a2": date(2024, 2, 28)}, -2),
    ("days_between(a1, a2)", {"a1": date(2025, 12, 31), "a2": date(2026, 3, 2)}, 61),
    ("workdays_between(a1, a2)", {"a1": date(2026, 3, 6), "a2": date(2026, 3, 9)}, 1),
    ("workdays_between(a1, a2)", {"a1": date(2026, 3, 2), "a2": date(2026, 3, 16)}, 10),
    ("workdays_between(a1, a2)", {"a1": date(2026, 3, 9), "a2": date(2026, 3, 6)}, -1),
    ("year(a1)", {"a1": date(2024, 2, 29)}, 2024),
    ("month(a1)", {"a1": date(2024, 2, 29)}, 2),
    ("day(a1)", {"a1": date(2024, 2, 29)}, 29),
    ("weekday(a1)", {"a1": date(2026, 3, 1)}, 7),
    ("weekday(a1)", {"a1": date(2026, 3, 2)}, 1),
    ("month_start(a1)", {"a1": date(2024, 2, 29)}, date(2024, 2, 1)),
    ("month_end(a1)", {"a1": date(2024, 2, 3)}, date(2024, 2, 29)),
    ("month_end(a1)", {"a1": date(2100, 2, 3)}, date(2100, 2, 28)),
    ("date(i1)", {"i1": at(2026, 3, 1, 16)}, date(2026, 3, 2)),  # midnight in Shanghai
    ("date(i1)", {"i1": at(2026, 3, 1, 15, 59, 59, 999999)}, date(2026, 3, 1)),
    ("date(i1) == $today", {"i1": at(2026, 3, 2, 15)}, True),
    ("a1 < $today", {"a1": date(2026, 3, 1)}, True),
    ("a1 <= $today + 7d", {"a1": date(2026, 3, 9)}, True),
    ("i1 < $now - 15d", {"i1": at(2026, 2, 15, 1, 29)}, True),
    ("i1 < $now - 15d", {"i1": at(2026, 2, 15, 1, 30)}, False),
    ("i1 + 360h", {"i1": at(2024, 2, 20, 6)}, at(2024, 3, 6, 6)),
    ("i1 + 1mo", {"i1": at(2026, 1, 30, 17)}, at(2026, 2, 27, 17)),  # 31 January 1:00 in Shanghai, 28 February 1:00
    ("i1 + 4wh", {"i1": at(2026, 3, 6, 8)}, at(2026, 3, 9, 3)),  # Friday 16:00, two hours left, Monday 11:00
    ("i1 + 2wh", {"i1": at(2026, 3, 6, 8)}, at(2026, 3, 6, 10)),  # Friday 18:00
    ("i1 + 1wh", {"i1": at(2026, 3, 7, 12)}, at(2026, 3, 9, 2)),  # Saturday evening: Monday 10:00
    ("i1 - 1wh", {"i1": at(2026, 3, 9, 1, 30)}, at(2026, 3, 6, 9, 30)),  # Monday 9:30: Friday 17:30
    ("i1 + 1wd", {"i1": at(2026, 3, 6, 8)}, at(2026, 3, 9, 8)),
]

COLLECTIONS: Sequence[Golden] = [
    ("count(lines)", {}, 3),
    ("count(lines, done)", {}, 2),
    ("count(lines, qty > 1)", {}, 2),
    ("sum(lines, qty)", {}, 7),
    ("sum(lines, price)", {}, D("30.55")),
    ("sum(lines, qty * price)", {}, D("20.10")),
    ("sum(lines, price, done)", {}, D("30.55")),
    ("min(lines, price)", {}, D("10.05")),
    ("max(lines, qty)", {}, 5),
    ("avg(lines, price)", {}, D("15.275")),
    ("avg(lines, qty)", {}, D("3.5")),
    ("any(lines, price > 20)", {}, True),
    ("all(lines, qty > 1)", {}, False),  # one quantity is blank: not certainly above 1
    ("all(lines, price != 0)", {}, True),
    ("sum(lines, price) == m1", {"m1": D("30.55")}, True),
    ("any(lines, price == $this.m1)", {"m1": D("20.50")}, True),
    ("any(lines, price > $parent.m1)", {"m1": D("20.50")}, False),
    ("max(lines, due)", {}, date(2024, 2, 29)),
    ("count(receipts)", {}, 2),  # the third one is in the trash
    ("sum(receipts, amount, state == 'done')", {}, D("5")),
    ("any(receipts, is_blank(state))", {}, False),
    ("count(friends)", {}, 2),
    ("l1 in friends", {"l1": 2}, False),
    ("l1 in friends", {"l1": 3}, True),
    ("sum(friends, worth)", {}, D("99.25")),
]

LINES = [
    {"qty": 2, "price": D("10.05"), "done": True, "due": date(2024, 2, 29), "note": "甲"},
    {"qty": 5, "price": None, "done": False, "due": None, "note": None},
    {"qty": None, "price": D("20.50"), "done": True, "due": date(2024, 1, 31), "note": "乙"},
]
"""The lines of every golden row: 2 x 10.05, 5 without a price, one of 20.50 without a quantity."""

RECEIPTS = [
    {"amount": D("5"), "state": "done"}, {"amount": D("7"), "state": "open"},
    {"amount": D("100"), "state": "done", "archived_at": at(2026, 1, 1)},
]
"""The receipts of every golden row; the last one is in the trash."""

FRIENDS = (1, 3)
"""The partners at the other end of its many-to-many link."""

ROWS: Sequence[Golden] = [*NUMBERS, *TEXTS, *CHOICES_AND_PEOPLE, *MOMENTS, *COLLECTIONS]
