"""Kinds that tell time without a day: time (of day, minutes since midnight) and duration (seconds)."""

from __future__ import annotations

from datetime import time, timedelta

from engine.compiled import CompiledField
from engine.field_types.base import PLAIN, InvalidValue, TextContext
from engine.field_types.characters import LONGEST_NUMBER, narrow, shorten
from engine.field_types.numbers import IntType
from engine.languages import short
from engine.messages import MESSAGES
from metadata.clock_texts import DAY, duration_text, read_duration, read_time, time_text


class TimeType(IntType):
    """A time of day, to the minute: `09:30`. No zone: it is what the clock on the wall shows."""

    kind = "time"

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        if isinstance(raw, time) and not (raw.second or raw.microsecond or raw.tzinfo):
            return raw.hour * 60 + raw.minute
        text = narrow(raw).strip() if isinstance(raw, str) else ""
        found = read_time(text) if len(text) <= LONGEST_NUMBER else None
        if found is None:
            raise InvalidValue("not_time", {"value": shorten(str(raw))})
        return found

    def check(self, value: object, field: CompiledField) -> None:
        super().check(value, field)
        if not isinstance(value, int) or not 0 <= value < DAY:
            raise InvalidValue("not_time", {"value": shorten(str(value))})

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        return time_text(value) if isinstance(value, int) else ""


class DurationType(IntType):
    """How long something takes: entered as `2:15` or `90m`, never less than nothing."""

    kind = "duration"

    def read(self, raw: object, field: CompiledField, context: TextContext) -> object:
        if isinstance(raw, timedelta) and raw >= timedelta() and not raw.microseconds:
            return raw // timedelta(seconds=1)
        text = narrow(raw).strip() if isinstance(raw, str) else ""
        found = read_duration(text) if len(text) <= LONGEST_NUMBER else None
        if found is None:
            raise InvalidValue("not_duration", {"value": shorten(str(raw))})
        return found

    def form_text(self, value: object, context: TextContext = PLAIN) -> str:
        return duration_text(int(value)) if isinstance(value, int) else ""


def said_duration(seconds: int, language: str) -> str:
    """`2 h 15 min`, `2 小时 15 分`: as people read it, without parts that are nothing."""
    rest = abs(seconds)
    parts = (rest // 3600, rest // 60 % 60, rest % 60)
    hour, minute, second = (MESSAGES[word][short(language)] for word in ("hours", "minutes", "seconds"))
    said = [f"{part}{word}" for part, word in zip(parts, (hour, minute, second), strict=True) if part]
    return ("-" if seconds < 0 else "") + (" ".join(said) or f"0{minute}")
