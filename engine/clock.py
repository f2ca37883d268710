"""Time as an argument (law 11): nothing in the engine asks the machine for it directly."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """`now` is the current instant, aware and in UTC; `sleep` waits that many seconds."""

    def now(self) -> datetime: ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class FixedClock:
    """A clock that stands still until it is moved: by `advance`, by `set`, and by sleeping. For tests and scenarios."""

    def __init__(self, at: datetime) -> None:
        self._at = _utc(at)

    def now(self) -> datetime:
        return self._at

    def sleep(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)

    def advance(self, by: timedelta) -> None:
        """Move forward (never back: stored instants would lie in the future)."""
        if by < timedelta(0):
            raise ValueError("a clock does not go back")
        self._at += by

    def set(self, at: datetime) -> None:
        self._at = _utc(at)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return at.astimezone(UTC)
