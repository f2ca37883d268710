"""Kinds that are numbers: int, decimal, money, percent; and bool.

Numbers are exact and have at most 18 digits. What people type may not have more decimals than the field keeps (it would
change under their hands); a value that a formula or an effect assigns is rounded half-up once.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa

from engine.compiled import CompiledField
from engine.field_types.base import PLAIN, FieldType, InvalidValue, TextContext
from engine.field_types.characters import LONGEST_NUMBER, narrow, shorten
from engine.field_types.currency_marks import bare_number
from engine.languages import short
from engine.storage.types import Exact
from metadata.field_kinds.numbers import MOST_STARS

DIGITS = 18
_NUMBER = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+|(?=\.[0-9]))(?:\.([0-9]+))?", re.ASCII)


def read_number(raw: object) -> Decimal:
    """The exact number written as `raw`: an int, a Decimal, text such as `1,234.50`, or a float that says no more than
    15 digits (JSON and spreadsheets have no other number; more digits are no longer what was typed). Raises
    `InvalidValue`."""
    if isinstance(raw, bool):
        raise InvalidValue("not_number", {"value": str(raw).lower()})
    if isinstance(raw, Decimal) and raw.is_finite():
        return raw
    if isinstance(raw, int):
        return Decimal(_bounded(raw))
    if isinstance(raw, float):
        return _read_float(raw)
    if isinstance(raw, str):
        return _read_text(raw)
    raise InvalidValue("not_number", {"value": shorten(str(raw))})


def _bounded(raw: int) -> int:
    if abs(raw) >= 10**DIGITS:
        raise InvalidValue("too_many_digits", {"digits": DIGITS})
    return raw


def _read_float(raw: float) -> Decimal:
    if not math.isfinite(raw):
        raise InvalidValue("not_number", {"value": str(raw)})
    number = Decimal(repr(raw))
    if len(number.normalize().as_tuple().digits) > 15:
        raise InvalidValue("inexact_number", {"value": repr(raw)})
    return number


def _read_text(raw: str) -> Decimal:
    text = narrow(raw).strip()
    match = _NUMBER.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
    if match is None:
        raise InvalidValue("not_number", {"value": shorten(raw.strip())})
    sign, whole, fraction = match.groups()
    return Decimal(f"{sign}{whole.replace(',', '') or '0'}.{fraction or '0'}")


def decimals_of(number: Decimal) -> int:
    """How many decimals `number` has, trailing zeros not counted."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def plain(number: Decimal) -> str:
    """`number` in digits without an exponent."""
    return format(number, "f")


class IntType(FieldType):
    """A whole number."""

    kind = "int"

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any]:
        return sa.BigInteger()

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        number = read_number(raw)
        if decimals_of(number):
            raise InvalidValue("not_whole", {"value": plain(number)})
        if abs(number) >= 10**DIGITS:
            raise InvalidValue("too_many_digits", {"digits": DIGITS})
        return int(number)

    def check(self, value: object, field: CompiledField) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidValue("not_whole", {"value": shorten(str(value))})
        _bounded(value)

    def assign(self, value: object, field: CompiledField) -> object:
        """A Decimal without decimals is the whole number it says; formulas give such."""
        if isinstance(value, Decimal) and value.is_finite():
            value = int(value.quantize(Decimal(1), ROUND_HALF_UP)) if abs(value) < 10**DIGITS else 10**DIGITS
        return super().assign(value, field)


class RatingType(IntType):
    """Stars: 1 up to the field's `max`. Nothing rated is blank, never 0, so that averages leave it out."""

    kind = "rating"

    def check(self, value: object, field: CompiledField) -> None:
        super().check(value, field)
        most = field.maximum if isinstance(field.maximum, int) and field.computed is None else MOST_STARS
        if not isinstance(value, int) or not 1 <= value <= most:
            raise InvalidValue("not_stars", {"value": shorten(str(value)), "most": most})


class DecimalType(FieldType):
    """An exact decimal with the field's count of decimals."""

    kind = "decimal"
    scale = 2

    def scale_of(self, field: CompiledField) -> int:
        """The count of decimals `field` keeps."""
        return self.scale if field.scale is None else field.scale

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any]:
        return Exact(self.scale if scale is None else scale)

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        number = read_number(raw)
        scale = self.scale_of(field)
        if decimals_of(number) > scale:
            raise InvalidValue("too_many_decimals", {"decimals": scale})
        return number

    def check(self, value: object, field: CompiledField) -> None:
        if not isinstance(value, Decimal) or not value.is_finite():
            raise InvalidValue("not_number", {"value": shorten(str(value))})
        whole = DIGITS - self.scale_of(field)
        if abs(value) >= Decimal(10) ** whole:
            raise InvalidValue("too_many_digits", {"digits": whole})

    def assign(self, value: object, field: CompiledField) -> object:
        """Rounded half-up to the field's scale; whole numbers are taken as decimals."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value)
        if value is None:
            return None
        self.check(value, field)
        assert isinstance(value, Decimal)
        rounded = value.quantize(Decimal(1).scaleb(-self.scale_of(field)), ROUND_HALF_UP)
        self.check(rounded, field)
        return rounded + 0 if rounded == 0 else rounded

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        return plain(value) if isinstance(value, Decimal) else ""

    def json(self, value: Any) -> object:
        return None if value is None else plain(value)

    def from_json(self, value: Any) -> object:
        return None if value is None else Decimal(value)


class MoneyType(DecimalType):
    """An amount; its currency is the field's business. Marks of that currency may stand beside the number."""

    kind = "money"

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        if not isinstance(raw, str):
            return super().read(raw, field, context)
        example = f"{1000:,.{self.scale_of(field)}f}"
        number = bare_number(raw, field.currency, example)
        try:
            return super().read(number, field, context)
        except InvalidValue as fault:
            if fault.code != "not_number":
                raise
            raise InvalidValue("not_amount", {"value": shorten(raw.strip()), "example": example}) from None


class PercentType(DecimalType):
    """A fraction, shown and typed in percent: `25%` and `25` both mean 0.25. A number that is not text (JSON) is the fraction
    itself."""

    kind = "percent"
    scale = 4

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        if isinstance(raw, str):
            text = narrow(raw).strip().removesuffix("%")
            raw = read_number(text).scaleb(-2)
        number = read_number(raw)
        if decimals_of(number) > self.scale_of(field):
            raise InvalidValue("too_many_decimals", {"decimals": max(0, self.scale_of(field) - 2)})
        return number

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        if not isinstance(value, Decimal):
            return ""
        points = value.scaleb(2)
        kept = max(0, decimals_of(points))
        return f"{points:.{kept}f}%"


_TRUE = frozenset({"true", "yes", "on", "1", "y", "t", "是", "真", "√"})
_FALSE = frozenset({"false", "no", "off", "0", "n", "f", "否", "假", "×"})


class BoolType(FieldType):
    """Yes or no; never blank."""

    kind = "bool"

    @property
    def blank(self) -> object:
        return False

    def column_type(self, scale: int | None = None) -> sa.types.TypeEngine[Any]:
        return sa.Boolean()

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        if isinstance(raw, str):
            word = narrow(raw).strip().lower()
            if word in _TRUE or word in _FALSE:
                return word in _TRUE
        if isinstance(raw, bool):
            return raw
        raise InvalidValue("not_bool", {"value": shorten(str(raw))})

    def read_import(self, raw: object, field: CompiledField, context: TextContext = PLAIN) -> object:
        """Spreadsheets write 1 and 0."""
        if isinstance(raw, int | float) and raw in (0, 1):
            return bool(raw)
        return self.parse(raw, field, context)

    def check(self, value: object, field: CompiledField) -> None:
        if not isinstance(value, bool):
            raise InvalidValue("not_bool", {"value": shorten(str(value))})

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        return "true" if value else "false"

    def export_text(self, value: object, field: CompiledField, context: TextContext = PLAIN) -> str:
        if short(context.language).base == "zh":
            return "是" if value else "否"
        return "yes" if value else "no"
