"""Text functions in SQL, alike on both databases: characters not bytes, no wildcards, ASCII letters only change case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

Clause = sa.ColumnElement[Any]
LONGEST = 2**30
"""No text has as many characters; a greater count is cut to it, because PostgreSQL counts in 32 bits."""

SMALL, CAPITAL = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _blank_if_empty(clause: Clause) -> Clause:
    return sa.func.nullif(clause, "", type_=sa.Text())


def _upper(dialect: str, given: Sequence[Clause]) -> Clause:
    if dialect == "sqlite":  # SQLite's upper() knows ASCII only
        return sa.func.upper(given[0], type_=sa.Text())
    return sa.func.translate(given[0], SMALL, CAPITAL, type_=sa.Text())


def _lower(dialect: str, given: Sequence[Clause]) -> Clause:
    if dialect == "sqlite":
        return sa.func.lower(given[0], type_=sa.Text())
    return sa.func.translate(given[0], CAPITAL, SMALL, type_=sa.Text())


def _trim(dialect: str, given: Sequence[Clause]) -> Clause:
    name = sa.func.trim if dialect == "sqlite" else sa.func.btrim
    return _blank_if_empty(name(given[0], " ", type_=sa.Text()))


def _count(dialect: str, clause: Clause) -> Clause:
    if dialect == "sqlite":
        return sa.func.max(sa.func.min(clause, LONGEST), 0)
    return sa.cast(sa.func.greatest(sa.func.least(clause, LONGEST), 0), sa.Integer())


def _left(dialect: str, given: Sequence[Clause]) -> Clause:
    cut = sa.func.substr(given[0], 1, _count(dialect, given[1]), type_=sa.Text())
    return sa.case((given[1].is_not(None), _blank_if_empty(cut)))


def _right(dialect: str, given: Sequence[Clause]) -> Clause:
    count = _count(dialect, given[1])
    length = sa.func.length(given[0])
    begin = sa.func.max(length - count, 0) if dialect == "sqlite" else sa.func.greatest(length - count, 0)
    cut = sa.func.substr(given[0], begin + 1, count, type_=sa.Text())
    return sa.case((given[1].is_not(None) & given[0].is_not(None), _blank_if_empty(cut)))


def _position(dialect: str, text: Clause, part: Clause) -> Clause:
    return sa.func.instr(text, part) if dialect == "sqlite" else sa.func.strpos(text, part)


def _contains(dialect: str, given: Sequence[Clause]) -> Clause:
    return _position(dialect, given[0], given[1]) > 0


def _starts(dialect: str, given: Sequence[Clause]) -> Clause:
    return sa.func.substr(given[0], 1, sa.func.length(given[1]), type_=sa.Text()) == given[1]


def _ends(dialect: str, given: Sequence[Clause]) -> Clause:
    begin = sa.func.length(given[0]) - sa.func.length(given[1]) + 1
    cut = sa.func.substr(given[0], sa.case((begin > 0, begin), else_=1), type_=sa.Text())
    return (begin > 0) & (cut == given[1])


def _concat(dialect: str, given: Sequence[Clause]) -> Clause:
    joined: Clause = sa.literal("")
    for clause in given:
        joined = joined + sa.func.coalesce(sa.cast(clause, sa.Text), "")
    return _blank_if_empty(joined)


TEXT_FUNCTIONS: Mapping[str, Callable[[str, Sequence[Clause]], Clause]] = {
    "upper": _upper, "lower": _lower, "trim": _trim, "left": _left, "right": _right, "contains": _contains,
    "starts": _starts, "ends": _ends, "concat": _concat,
}
