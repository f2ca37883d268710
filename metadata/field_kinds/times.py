"""Kinds that hold days and instants."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from metadata.field_kinds.base import STORED_FIELD, FieldKind, LiteralContext, NotALiteral
from metadata.shapes.model import VALUE, props

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?")


def _date(text: str, context: LiteralContext) -> object:
    fault = NotALiteral("应为日期，例如 2026-03-31", "expected a date such as 2026-03-31")
    if not _DATE.fullmatch(text):
        raise fault
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fault from None


def _datetime(text: str, context: LiteralContext) -> object:
    """Without an offset the application's zone counts; the value is UTC."""
    fault = NotALiteral("应为日期时间，例如 2026-03-31 12:30", "expected a date and time such as 2026-03-31 12:30")
    if not _INSTANT.fullmatch(text):
        raise fault
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=context.zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise fault from None


_BOUNDS = props(min=(VALUE, "Earliest value: a literal, or `=` and an expression."),
                max=(VALUE, "Latest value: a literal, or `=` and an expression."))

TIME_KINDS = (
    FieldKind("date", "date", "A day; no time of day, no zone.", _date, {**STORED_FIELD, **_BOUNDS}),
    FieldKind("datetime", "datetime", "An instant, stored in UTC, shown in the reader's zone.", _datetime,
              {**STORED_FIELD, **_BOUNDS}),
)
