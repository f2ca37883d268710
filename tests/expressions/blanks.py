"""The table of blank of docs/expressions.md, one expression a row: (what it says, expression, fields of the row, answer)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Blank = tuple[str, str, dict[str, Any], Any]

ROWS: Sequence[Blank] = [
    ("blank equals blank", "t1 == t2", {}, True),
    ("blank equals nothing else", "t1 == 'draft'", {}, False),
    ("blank differs from every value", "t1 != 'draft'", {}, True),
    ("blank does not differ from blank", "t1 != blank", {}, False),
    ("blank is in a list only when the list says blank", "t1 in ['draft', blank]", {}, True),
    ("blank is in no other list", "t1 in ['draft']", {}, False),
    ("blank is not in a list without blank", "t1 not in ['draft']", {}, True),
    ("empty text is blank", "trim(t1) == blank", {"t1": "  "}, True),
    ("an order with blank is unknown", "n1 < 1", {}, None),
    ("arithmetic with blank is unknown", "n1 + 1", {}, None),
    ("a text function of blank is unknown", "contains(t1, 'a')", {}, None),
    ("a date function of blank is unknown", "year(a1)", {}, None),
    ("what lies behind a blank link is blank", "l1.name", {}, None),
    ("not unknown is unknown", "not (n1 < 1)", {}, None),
    ("unknown and true is unknown", "n1 < 1 and 1 < 2", {}, None),
    ("unknown and false is false", "n1 < 1 and 2 < 1", {}, False),
    ("unknown or true is true", "n1 < 1 or 1 < 2", {}, True),
    ("unknown or false is unknown", "n1 < 1 or 2 < 1", {}, None),
    ("an unknown case is passed over", "case(n1 < 1, 'a', 'b')", {}, "b"),
    ("a case without an else is blank", "case(2 < 1, 'a')", {}, None),
    ("coalesce gives the first value that is not blank", "coalesce(n1, n2, 0)", {"n2": 4}, 4),
    ("concat leaves blanks out", "concat(t1, 'x', t2)", {}, "x"),
    ("division by zero is blank", "m1 / n1 == blank", {"m1": 1, "n1": 0}, True),
    ("count of nothing is 0", "count(lines)", {}, 0),
    ("sum of nothing is 0", "sum(lines, price)", {}, 0),
    ("min, max and avg of nothing are blank", "max(lines, price)", {}, None),
    ("any of nothing is false", "any(lines, qty > 0)", {}, False),
    ("all of nothing is true", "all(lines, qty > 0)", {}, True),
    ("a blank person holds no role", "u1 in role(finance)", {}, False),
    ("a bool that nobody set is false", "not b1", {"b1": False}, True),
]

NOBODY: Sequence[Blank] = [
    ("nobody signed in equals nobody, a blank field included", "u1 == $user", {}, False),
    ("nobody signed in differs from everybody", "u1 != $user", {}, True),
    ("nobody signed in is in no list", "$user in [u1, blank]", {}, False),
    ("nobody signed in is not blank", "is_blank($user)", {}, False),
    ("nobody signed in holds no role", "$user in role(finance)", {}, False),
]
"""Rows that are asked while nobody is signed in."""
