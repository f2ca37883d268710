"""Colours as people and style sheets write them."""

from __future__ import annotations

import re

_COLOR = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.ASCII | re.IGNORECASE)


def read_color(text: str) -> str | None:
    """`#2f54c8` for `2F54C8`, `#aabbcc` for `#abc`; None for what is no colour."""
    match = _COLOR.fullmatch(text)
    if match is None:
        return None
    digits = match[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))
