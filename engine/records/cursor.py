"""Cursors of keyset paging: the sort values and the id of a row, as text for a URL.

A cursor tells nothing its reader has not seen, and claims nothing: it only says where to go on, under the same access
predicate. So it needs no signature, only strict reading.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import orjson

from engine.numerals import LARGEST
from engine.outside import comparable, parse_json
from engine.refusals import BadRequest, Message

LONGEST = 4000
"""Characters of a cursor that are looked at."""

_READERS = {
    "t": str, "i": int, "b": bool, "n": Decimal, "d": date.fromisoformat, "s": datetime.fromisoformat,
}


def fingerprint(*parts: object) -> str:
    """A short mark of the order that a cursor belongs to, so that it is refused under another one."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def encode(mark: str, values: Sequence[object], id: int) -> str:
    """The cursor of a row with these sort `values` in the order marked `mark`."""
    body = orjson.dumps([mark, id, [_written(value) for value in values]])
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def decode(mark: str, cursor: str, count: int) -> tuple[tuple[object, ...], int]:
    """The `count` sort values and the id in `cursor`. Raises `BadRequest("bad_cursor")` unless `encode` made it for the
    same order."""
    try:
        if len(cursor) > LONGEST:
            raise ValueError
        body = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found, id, values = parse_json(body)  # type: ignore[misc]
        if found != mark or not _is_id(id) or not isinstance(values, list) or len(values) != count:
            raise ValueError
        return tuple(_read(value) for value in values), id
    except (ValueError, TypeError, KeyError, binascii.Error, ArithmeticError):
        raise BadRequest(Message("bad_cursor")) from None


def _written(value: object) -> list[object] | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return ["b", value]
    if isinstance(value, int):
        return ["i", value]
    if isinstance(value, Decimal):
        return ["n", str(value)]
    if isinstance(value, datetime):
        return ["s", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    return ["t", str(value)]


def _read(written: object) -> object:
    if written is None:
        return None
    if not isinstance(written, list) or len(written) != 2:
        raise ValueError
    kind, value = written
    if kind in ("t", "n", "d", "s") and not isinstance(value, str):
        raise ValueError
    if kind in ("b", "i") and not (isinstance(value, bool) if kind == "b" else type(value) is int):
        raise ValueError
    read = _READERS[kind](value)
    if not comparable(read):
        raise ValueError
    return read


def _is_id(found: object) -> bool:
    return type(found) is int and 0 < found <= LARGEST
