"""Exact numbers in SQL. PostgreSQL has numeric. On SQLite a number is a 64-bit integer with a known scale as long as its
greatest possible value fits, and beyond that a decimal text worked on by registered functions: never a float.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from engine.expressions.sql_named import Fitted, Greatest, Least
from engine.expressions.sqlite_functions import SUM_SPLIT
from engine.storage.types import Exact
from metadata.expressions.check import DIVISION_SCALE

LIMIT = 2**63 - 1
COLUMN_BOUND = 10**18 - 1
"""The greatest value of a stored number, in units of its scale."""

_GUARD_SCALE = 200

Clause = sa.ColumnElement[Any]


class DecimalText(TypeDecorator[Decimal]):
    """A decimal that SQLite hands over as text."""

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class WholeText(TypeDecorator[int]):
    """A whole number that SQLite hands over as decimal text, because it may not fit 64 bits."""

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value)


class Whole(TypeDecorator[int]):
    """A numeric of PostgreSQL that is a whole number."""

    impl = sa.Numeric
    cache_ok = True

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value)


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric clause. On SQLite `scale` is that of the integer (None: decimal text) and `bound` its greatest absolute
    value. On PostgreSQL the clause is numeric, and `scale` only tells ints (0 and `whole`) from decimals."""

    clause: Clause
    scale: int | None
    bound: int
    whole: bool = False


class Numbers:
    """Arithmetic on `Number` for one dialect."""

    def __init__(self, dialect: str) -> None:
        self.exact = dialect == "postgresql"

    def column(self, clause: Clause, scale: int, whole: bool) -> Number:
        """A stored number: an int column, or an `Exact` one of that scale."""
        kind = sa.Numeric() if self.exact else sa.BigInteger()
        return Number(sa.type_coerce(clause, kind), scale, COLUMN_BOUND, whole)

    def literal(self, value: int | Decimal) -> Number:
        """A constant."""
        if isinstance(value, int):
            kind = sa.Numeric() if self.exact else sa.BigInteger()
            return Number(self._constant(Decimal(value) if self.exact else value, kind), 0, abs(value), True)
        exponent = value.as_tuple().exponent
        scale = max(0, -exponent) if isinstance(exponent, int) else 0
        whole_units = int(value.scaleb(scale))
        if self.exact:
            return Number(self._constant(value, sa.Numeric()), scale, abs(whole_units))
        return Number(self._constant(whole_units, sa.BigInteger()), scale, abs(whole_units))

    def _constant(self, value: Any, kind: sa.types.TypeEngine[Any]) -> Clause:
        # Cast on PostgreSQL: a bare parameter has no type there, and `- $1` is ambiguous.
        return sa.cast(sa.literal(value, kind), kind) if self.exact else sa.literal(value, kind)

    def blank(self) -> Number:
        return Number(sa.cast(sa.null(), sa.Numeric() if self.exact else sa.BigInteger()), 0, 0, True)

    def counted(self, clause: Clause) -> Number:
        """A count."""
        return Number(sa.cast(clause, sa.Numeric()) if self.exact else sa.type_coerce(clause, sa.BigInteger()), 0, 2**40, True)

    @staticmethod
    def _wide(number: Number) -> Clause:
        """A whole number of PostgreSQL as numeric: bigint would overflow where we promise exactness."""
        return sa.cast(number.clause, sa.Numeric()) if number.whole else number.clause

    def text(self, number: Number) -> Clause:
        """The decimal text of a number (SQLite)."""
        if number.scale is None:
            return number.clause
        return sa.func.lw_dec(number.clause, sa.literal_column(str(number.scale)), type_=sa.Text())

    def add(self, left: Number, right: Number, sign: int = 1) -> Number:
        whole = left.whole and right.whole
        if not self.exact:
            level = self.level([left, right])
            if level is not None and level[0].bound + level[1].bound <= LIMIT:
                first, second = level
                clause = first.clause + second.clause if sign > 0 else first.clause - second.clause
                return Number(clause, first.scale, first.bound + second.bound, whole)
            return self._function("lw_add" if sign > 0 else "lw_sub", left, right, whole)
        first, second = self._wide(left), self._wide(right)
        clause = first + second if sign > 0 else first - second
        return Number(clause, _most(left, right), 0, whole)

    def multiply(self, left: Number, right: Number) -> Number:
        whole = left.whole and right.whole
        if self.exact:
            return Number(self._wide(left) * self._wide(right), _sum(left, right), 0, whole)
        if left.scale is not None and right.scale is not None and left.bound * right.bound <= LIMIT:
            return Number(left.clause * right.clause, left.scale + right.scale, left.bound * right.bound, whole)
        return self._function("lw_mul", left, right, whole)

    def divide(self, left: Number, right: Number) -> Number:
        if not self.exact:
            return self._function("lw_div", left, right)
        # The dividend's digits are the quotient's: with so many, rounding it once more to ten rounds the exact quotient.
        dividend = sa.func.round(self._wide(left), _GUARD_SCALE, type_=sa.Numeric())
        divisor = sa.func.nullif(self._wide(right), 0, type_=sa.Numeric())
        quotient = sa.func.round(dividend / divisor, DIVISION_SCALE, type_=sa.Numeric())
        return Number(quotient, DIVISION_SCALE, 0)

    def negate(self, number: Number) -> Number:
        if number.scale is None and not self.exact:
            return self._function("lw_sub", self.literal(0), number, number.whole)
        return Number(-number.clause, number.scale, number.bound, number.whole)

    def _function(self, name: str, left: Number, right: Number, whole: bool = False) -> Number:
        function = getattr(sa.func, name)
        return Number(function(self.text(left), self.text(right), type_=sa.Text()), None, 0, whole)

    def chosen(self, name: str, numbers: Sequence[Number]) -> Clause:
        """`least` or `greatest` of numbers brought to one form; blank when one is blank."""
        clauses = [self._wide(number) if self.exact else number.clause for number in numbers]
        if self.exact:
            return Least(*clauses) if name == "least" else Greatest(*clauses)
        if numbers[0].scale is None:
            return getattr(sa.func, f"lw_{name}")(*clauses, type_=sa.Text())
        return getattr(sa.func, "min" if name == "least" else "max")(*clauses, type_=sa.BigInteger())

    def level(self, numbers: Sequence[Number]) -> list[Number] | None:
        """The numbers brought to one scale, or None when one would not fit (SQLite)."""
        if any(n.scale is None for n in numbers):
            return None
        scale = max(n.scale or 0 for n in numbers)
        leveled: list[Number] = []
        for number in numbers:
            factor = 10 ** (scale - (number.scale or 0))
            if number.bound * factor > LIMIT:
                return None
            clause = number.clause * sa.literal_column(str(factor)) if factor > 1 else number.clause
            leveled.append(Number(clause, scale, number.bound * factor, number.whole))
        return leveled

    def alike(self, numbers: Sequence[Number]) -> list[Number]:
        """The numbers in one form, so that they can be branches of one CASE or arguments of one function."""
        if self.exact:
            return list(numbers)
        return self.level(numbers) or [Number(self.text(n), None, 0, n.whole) for n in numbers]

    def compare(self, operator: str, left: Number, right: Number) -> Clause:
        """SQL of a comparison; unknown when one side is blank."""
        pair = [left, right] if self.exact else self.level([left, right])
        if pair is not None:
            return _OPERATORS[operator](pair[0].clause, pair[1].clause)
        compared = sa.func.lw_cmp(self.text(left), self.text(right), type_=sa.Integer())
        return _OPERATORS[operator](compared, sa.literal_column("0"))

    def rounded(self, number: Number, digits: Clause, known: int | None) -> Number:
        """`number` rounded half-up; `known` are the digits where they are a constant."""
        scale = known if known is not None else number.scale
        if self.exact:
            rounded = sa.func.round(self._wide(number), sa.cast(digits, sa.Integer()), type_=sa.Numeric())
            return Number(rounded, scale, 0)
        return Number(sa.func.lw_round(self.text(number), digits, type_=sa.Text()), None, 0)

    def fitted(self, number: Number, scale: int) -> Number:
        """`number` as a field of that scale holds it: rounded half-up; blank when it has more than 18 digits."""
        if self.exact:
            limit = sa.literal_column(str(10 ** (18 - scale)))
            return Number(Fitted(self._wide(number), sa.literal_column(str(scale)), limit), scale, 0)
        if number.scale == scale and number.bound <= COLUMN_BOUND:
            return number
        clause = sa.func.lw_fit(self.text(number), sa.literal_column(str(scale)), type_=sa.BigInteger())
        return Number(clause, scale, COLUMN_BOUND)

    def whole(self, name: str, number: Number) -> Number:
        """floor or ceil."""
        if self.exact:
            return Number(getattr(sa.func, name)(self._wide(number), type_=sa.Numeric()), 0, 0, True)
        function = sa.func.lw_floor if name == "floor" else sa.func.lw_ceil
        return Number(function(self.text(number), type_=sa.Text()), None, 0, True)

    def absolute(self, number: Number) -> Number:
        if self.exact or number.scale is not None:
            return Number(sa.func.abs(number.clause, type_=number.clause.type), number.scale, number.bound, number.whole)
        return Number(sa.func.lw_abs(number.clause, type_=sa.Text()), None, 0, number.whole)

    def total(self, number: Number) -> Number:
        """sum() of an aggregate; 0 for no rows."""
        if self.exact:
            summed = sa.func.sum(self._wide(number), type_=sa.Numeric())
            return Number(sa.func.coalesce(summed, sa.literal_column("0"), type_=sa.Numeric()), number.scale, 0, number.whole)
        if number.scale is None:
            return Number(sa.func.coalesce(sa.func.lw_sum(number.clause), "0", type_=sa.Text()), None, 0, number.whole)
        split = sa.literal_column(str(SUM_SPLIT))
        high = sa.func.coalesce(sa.func.sum(sa.type_coerce(number.clause, sa.BigInteger).op("/")(split)), 0)
        low = sa.func.coalesce(sa.func.sum(sa.type_coerce(number.clause, sa.BigInteger).op("%")(split)), 0)
        total = sa.func.lw_total(high, low, sa.literal_column(str(number.scale)), type_=sa.Text())
        return Number(total, None, 0, number.whole)

    def result(self, number: Number) -> Clause:
        """The clause with the type that decodes its value: int for whole numbers, else Decimal."""
        if number.whole:
            kind = Whole() if self.exact else WholeText() if number.scale is None else sa.BigInteger()
            return sa.type_coerce(number.clause, kind)
        if self.exact:
            return sa.type_coerce(number.clause, sa.Numeric())
        if number.scale is None:
            return sa.type_coerce(number.clause, DecimalText())
        # A parameter is cast, or it would be scaled a second time on its way in.
        bare = isinstance(number.clause, sa.BindParameter)
        clause = sa.cast(number.clause, sa.BigInteger()) if bare else number.clause
        return sa.type_coerce(clause, Exact(number.scale))


_OPERATORS = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}


def _most(left: Number, right: Number) -> int | None:
    return None if left.scale is None or right.scale is None else max(left.scale, right.scale)


def _sum(left: Number, right: Number) -> int | None:
    return None if left.scale is None or right.scale is None else left.scale + right.scale
