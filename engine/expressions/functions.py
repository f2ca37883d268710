"""The functions of the registry on Python values. `PLAIN` ones are blank when any argument is; `BLANK_AWARE` ones see blanks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine.expressions import values


def _left(text: str, count: int) -> str | None:
    return values.text_or_blank(text[: max(0, count)])


def _right(text: str, count: int) -> str | None:
    return values.text_or_blank(text[-count:] if count > 0 else "")


def _round(value: values.Number, digits: int = 0) -> Decimal:
    return values.round_half_up(value, digits)


def _first_set(found: Sequence[Any]) -> Any:
    return next((value for value in found if value is not None), None)


def _is_blank(found: Sequence[Any]) -> bool:
    return found[0] is None or found[0] == ()


def _concat(found: Sequence[Any]) -> str | None:
    return values.text_or_blank("".join(value for value in found if value is not None))


PLAIN: Mapping[str, Callable[..., Any]] = {
    "len": len,
    "upper": values.ascii_upper,
    "lower": values.ascii_lower,
    "trim": lambda text: values.text_or_blank(text.strip(" ")),
    "left": _left,
    "right": _right,
    "contains": lambda text, part: part in text,
    "starts": lambda text, part: text.startswith(part),
    "ends": lambda text, part: text.endswith(part),
    "abs": values.absolute,
    "round": _round,
    "floor": values.floor,
    "ceil": values.ceiling,
    "least": lambda *found: min(found),
    "greatest": lambda *found: max(found),
    "year": lambda day: day.year,
    "month": lambda day: day.month,
    "day": lambda day: day.day,
    "weekday": lambda day: day.isoweekday(),
    "days_between": lambda first, last: (last - first).days,
    "month_start": lambda day: day.replace(day=1),
    "month_end": values.month_end,
    "workdays_between": values.working_days_between,
}

BLANK_AWARE: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "coalesce": _first_set,
    "is_blank": _is_blank,
    "is_set": lambda found: not _is_blank(found),
    "concat": _concat,
}
