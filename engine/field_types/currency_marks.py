"""Amounts as people paste them: with the sign, code or word of their currency before or behind the number."""

from __future__ import annotations

import re

from engine.field_types.base import InvalidValue
from engine.field_types.characters import LONGEST_NUMBER, narrow, shorten
from metadata import currencies

_AMOUNT = re.compile(r"([+-]?)\s*([^\d\s.,+-][^\d.,+-]*)?([+-]?)\s*([\d.,]+)\s*([^\d.,+-]*)", re.ASCII)


def bare_number(raw: str, currency: str | None, example: str) -> str:
    """The number in `raw` without the marks of `currency`; None takes no marks, for which one is meant is not known then.
    Raises `InvalidValue`, with `example` of what may be entered."""
    text = narrow(raw).strip()
    found = _AMOUNT.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
    if found is None or (found[1] and found[3]):
        raise InvalidValue("not_amount", {"value": shorten(raw.strip()), "example": example})
    for mark in filter(None, ((found[2] or "").strip(), found[5].strip())):
        meant = currencies.meant(mark)
        if meant is None or currency is None:
            raise InvalidValue("not_amount", {"value": shorten(raw.strip()), "example": example})
        if meant != currency:
            told = {"value": shorten(raw.strip()), "found": meant, "currency": currency, "example": example}
            raise InvalidValue("wrong_currency", told)
    return found[1] + found[3] + found[4]
