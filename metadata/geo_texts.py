"""Positions as people and maps write them: latitude, then longitude, in degrees."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

PLACES = 6
"""Decimals that are kept: a tenth of a metre."""
_POSITION = re.compile(r"([+-]?[0-9]{1,3}(?:\.[0-9]{1,18})?)(?: *, *| +)([+-]?[0-9]{1,3}(?:\.[0-9]{1,18})?)", re.ASCII)


def read_position(text: str) -> str | None:
    """`31.230400,121.473700` for `31.2304, 121.4737`; None for what is no position on the earth."""
    match = _POSITION.fullmatch(text)
    if match is None:
        return None
    latitude, longitude = Decimal(match[1]), Decimal(match[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return f"{_degrees(latitude)},{_degrees(longitude)}"


def _degrees(number: Decimal) -> Decimal:
    rounded = number.quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded
