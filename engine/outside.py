"""What comes from outside besides the values of fields: JSON, revisions, things people say, values to compare with. Read
strictly: what neither database can hold is refused in words before a statement is made (T70)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import orjson

from engine.field_types.base import InvalidValue
from engine.field_types.characters import check_characters
from engine.numerals import LARGEST, number_of
from engine.records.queries import RecordRef
from engine.refusals import FieldError, Invalid, Message

_LARGEST_NUMBER = Decimal(10) ** 40


def parse_json(text: str | bytes) -> object:
    """The JSON value in `text`. Raises `ValueError` for everything else, however deep or long."""
    return orjson.loads(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)


def revision_of(given: object) -> int | None:
    """The revision that a writer saw, a number or its digits; None when nothing is `given`. Raises `Invalid`."""
    if given is None or given == "":
        return None
    if isinstance(given, int) and not isinstance(given, bool) and 0 < given <= LARGEST:
        return given
    number = number_of(given) if isinstance(given, str) else None
    if number is None:
        raise Invalid([FieldError("revision", Message("bad_revision"))])
    return number


def said(text: str, path: str, limit: int, lines: bool = True) -> str:
    """What somebody says at the input `path`, without outer blanks; "" for nothing. Raises `Invalid` for characters that
    cannot be stored, and for more than `limit` of them."""
    tidy = text.replace("\r\n", "\n").strip()
    try:
        check_characters(tidy, lines)
    except InvalidValue as invalid:
        raise Invalid([FieldError(path, invalid.message)]) from None
    if len(tidy) > limit:
        raise Invalid([FieldError(path, Message("too_long", {"limit": limit, "length": len(tidy)}))])
    return tidy


def comparable(value: object) -> bool:
    """Whether both databases can compare a column with `value`."""
    if isinstance(value, str):
        return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, tuple | list | set | frozenset):
        return all(comparable(item) for item in value)
    if isinstance(value, RecordRef):
        return comparable(value.entity) and comparable(value.id)
    if isinstance(value, int):
        return -LARGEST <= value <= LARGEST
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value) < _LARGEST_NUMBER
    if isinstance(value, datetime):
        return value.tzinfo is not None and 1 < value.year < 9999
    return value is None or isinstance(value, date)
