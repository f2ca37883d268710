"""Times of day and durations as people write them. A time of day is its minutes since midnight, a duration its seconds."""

from __future__ import annotations

import re
from decimal import Decimal

DAY = 24 * 60
"""Minutes of a day."""
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::00)?", re.ASCII)
_CLOCK = re.compile(r"([0-9]{1,6}):([0-5][0-9])(?::([0-5][0-9]))?", re.ASCII)
_UNITS = re.compile(
    r"(?:([0-9]{1,6}(?:\.[0-9]{1,4})?) ?(?:hours?|hrs?|h|小时|时))?"
    r" ?(?:([0-9]{1,8}(?:\.[0-9]{1,2})?) ?(?:minutes?|mins?|m|分钟|分))?"
    r" ?(?:([0-9]{1,9}) ?(?:seconds?|secs?|s|秒))?",
    re.ASCII | re.IGNORECASE,
)


def read_time(text: str) -> int | None:
    """The minutes of `9:30` or `09:30:00`; None for what is no time of day to the minute."""
    match = _TIME.fullmatch(text)
    return int(match[1]) * 60 + int(match[2]) if match else None


def time_text(minutes: int) -> str:
    """`09:30`, which `read_time` reads back."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def read_duration(text: str) -> int | None:
    """The seconds of `2:15` (hours and minutes), `2:15:30`, `90m`, `1h 30min`, `1.5h`, `2小时15分`; None for anything else. A
    number alone is none: it does not say of what."""
    match = _CLOCK.fullmatch(text)
    if match:
        return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
    match = _UNITS.fullmatch(text)
    if match is None or not text:
        return None
    hours, minutes, seconds = (Decimal(part or 0) for part in match.groups())
    whole = hours * 3600 + minutes * 60 + seconds
    return int(whole) if whole == whole.to_integral_value() else None


def duration_text(seconds: int) -> str:
    """`2:15`, or `2:15:30` where there are seconds, which `read_duration` reads back."""
    sign, rest = ("-", -seconds) if seconds < 0 else ("", seconds)
    shown = f"{sign}{rest // 3600}:{rest // 60 % 60:02}"
    return f"{shown}:{rest % 60:02}" if rest % 60 else shown
