"""Kinds that hold numbers, and bool."""

from __future__ import annotations

import re
from decimal import Decimal

from metadata.field_kinds.base import STORED_FIELD, FieldKind, LiteralContext, NotALiteral
from metadata.shapes.model import COUNT, TEXT, VALUE, WHOLE, props

_INT = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
_DIGITS = 18
FEWEST_STARS, USUAL_STARS, MOST_STARS = 3, 5, 10
"""What the `max` of a rating may be, and what it is unless said."""


def _bool(text: str, context: LiteralContext) -> object:
    if text in ("true", "false"):
        return text == "true"
    raise NotALiteral("应为 true 或 false", "expected true or false")


def _int(text: str, context: LiteralContext) -> object:
    if _INT.fullmatch(text):
        return int(text)
    raise NotALiteral("应为整数，例如 12", "expected a whole number such as 12")


def _rating(text: str, context: LiteralContext) -> object:
    """The least and the most of any rating; the `max` of a field is judged with its values."""
    if _INT.fullmatch(text) and 1 <= int(text) <= MOST_STARS:
        return int(text)
    raise NotALiteral(f"应为 1 到 {MOST_STARS} 的整数", f"expected a whole number from 1 to {MOST_STARS}")


def _decimal(text: str, context: LiteralContext) -> object:
    if not _DECIMAL.fullmatch(text):
        raise NotALiteral("应为数字，例如 12.5", "expected a number such as 12.5")
    return _bounded(Decimal(text), context)


def _percent(text: str, context: LiteralContext) -> object:
    """`25%` is 0.25; a bare number is the fraction itself."""
    if not _DECIMAL.fullmatch(text.removesuffix("%").rstrip()):
        raise NotALiteral("应为百分数，例如 25%", "expected a percentage such as 25%")
    number = Decimal(text.removesuffix("%").rstrip())
    return _bounded(number.scaleb(-2) if text.endswith("%") else number, context)


def _bounded(number: Decimal, context: LiteralContext) -> Decimal:
    _, digits, exponent = number.as_tuple()
    places = -int(exponent) if int(exponent) < 0 else 0
    if len(digits) > _DIGITS:
        raise NotALiteral(f"最多 {_DIGITS} 位数字", f"expected at most {_DIGITS} digits")
    if context.scale is not None and places > context.scale and number != round(number, context.scale):
        raise NotALiteral(f"最多 {context.scale} 位小数", f"expected at most {context.scale} digits after the point")
    return number


_BOUNDS = props(min=(VALUE, "Smallest value: a literal, or `=` and an expression."),
                max=(VALUE, "Largest value: a literal, or `=` and an expression."))
_SCALE = props(scale=(WHOLE, "Digits after the point."))
_STARS = props(max=(COUNT, f"How many stars there are, {FEWEST_STARS} to {MOST_STARS} ({USUAL_STARS} unless said)."))
_CURRENCY = props(currency=(TEXT, "A code such as CNY, or `=` and a path to one (the application's unless said)."))

NUMBER_KINDS = (
    FieldKind("bool", "bool", "Yes or no; never blank.", _bool,
              {n: p for n, p in STORED_FIELD.items() if n not in ("unique",)}),
    FieldKind("int", "int", "A whole number.", _int, {**STORED_FIELD, **_BOUNDS}),
    FieldKind("decimal", "decimal", "An exact number with digits after the point.", _decimal,
              {**STORED_FIELD, **_BOUNDS, **_SCALE}, scale=2),
    FieldKind("money", "money", "An exact amount with its currency.", _decimal,
              {**STORED_FIELD, **_BOUNDS, **_SCALE, **_CURRENCY}, scale=2),
    FieldKind("percent", "percent", "A fraction, shown and read as `25%`.", _percent,
              {**STORED_FIELD, **_BOUNDS, **_SCALE}, scale=4),
    FieldKind("rating", "rating", "Stars from 1 up; a whole number in expressions, blank while nobody has rated.", _rating,
              {**{n: p for n, p in STORED_FIELD.items() if n != "unique"}, **_STARS}),
)
