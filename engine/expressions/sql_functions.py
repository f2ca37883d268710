"""Text functions in SQL, alike on both databases: characters not bytes, no wildcards, ASCII letters only change case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.expressions.sql_named import Ends, Left, Right

Clause = sa.ColumnElement[Any]
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


def _left(dialect: str, given: Sequence[Clause]) -> Clause:
    return sa.func.lw_left(*given, type_=sa.Text()) if dialect == "sqlite" else Left(*given)


def _right(dialect: str, given: Sequence[Clause]) -> Clause:
    return sa.func.lw_right(*given, type_=sa.Text()) if dialect == "sqlite" else Right(*given)


def _position(dialect: str, text: Clause, part: Clause) -> Clause:
    return sa.func.instr(text, part) if dialect == "sqlite" else sa.func.strpos(text, part)


def _contains(dialect: str, given: Sequence[Clause]) -> Clause:
    return _position(dialect, given[0], given[1]) > 0


def _starts(dialect: str, given: Sequence[Clause]) -> Clause:
    name = sa.func.lw_starts if dialect == "sqlite" else sa.func.starts_with
    return name(*given, type_=sa.Boolean())


def _ends(dialect: str, given: Sequence[Clause]) -> Clause:
    return sa.func.lw_ends(*given, type_=sa.Boolean()) if dialect == "sqlite" else Ends(*given)


def _concat(dialect: str, given: Sequence[Clause]) -> Clause:
    joined: Clause = sa.literal("")
    for clause in given:
        joined = joined + sa.func.coalesce(sa.cast(clause, sa.Text), "")
    return _blank_if_empty(joined)


TEXT_FUNCTIONS: Mapping[str, Callable[[str, Sequence[Clause]], Clause]] = {
    "upper": _upper, "lower": _lower, "trim": _trim, "left": _left, "right": _right, "contains": _contains,
    "starts": _starts, "ends": _ends, "concat": _concat,
}
