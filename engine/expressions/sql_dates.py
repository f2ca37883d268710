"""Dates and instants in SQL. SQLite keeps dates as ISO texts and instants as microseconds; PostgreSQL has types of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engine.storage.types import Day, Instant
from metadata.expressions.typed import Span

Clause = sa.ColumnElement[Any]
_MICRO_PER_HOUR = 3_600_000_000


class Dates:
    """Calendar arithmetic for one dialect, in the application's zone."""

    def __init__(self, dialect: str, zone: str) -> None:
        self.sqlite = dialect == "sqlite"
        self.zone = zone

    def add(self, moment: Clause, kind: str, span: Span, sign: int) -> Clause:
        """`moment` (a `date` or `datetime`) plus a duration; working time runs on the plain calendar."""
        amount = sign * span.amount
        if self.sqlite:
            return self._add_sqlite(moment, kind, span.unit, amount)
        return self._add_postgresql(moment, kind, span.unit, amount)

    def _add_sqlite(self, moment: Clause, kind: str, unit: str, amount: int) -> Clause:
        if kind == "date":
            raw = _raw(moment, sa.Text())
            return sa.type_coerce(sa.func.lw_day_span(raw, amount, unit), Day())
        raw = _raw(moment, sa.BigInteger())
        if unit == "h":
            return sa.type_coerce(raw + sa.literal(amount * _MICRO_PER_HOUR, sa.BigInteger), Instant())
        return sa.type_coerce(sa.func.lw_instant_span(raw, amount, unit, self.zone), Instant())

    def _add_postgresql(self, moment: Clause, kind: str, unit: str, amount: int) -> Clause:
        if unit in ("wd", "wh"):
            raise ValueError("working time is computed in Python")
        step = sa.text(f"interval '{amount} {_POSTGRES_UNITS[unit]}'")
        if kind == "date":
            return sa.type_coerce(sa.cast(_plus(moment, step), sa.Date), Day())
        if unit == "h":
            return sa.type_coerce(_plus(moment, step), Instant())
        local = sa.func.timezone(self.zone, moment)
        return sa.type_coerce(sa.func.timezone(self.zone, _plus(local, step)), Instant())

    def day(self, name: str, moment: Clause) -> Clause:
        """`date`, `month_start`, `month_end`."""
        if name == "date":
            if self.sqlite:
                raw = _raw(moment, sa.BigInteger())
                return sa.type_coerce(sa.func.lw_local_date(raw, self.zone), Day())
            return sa.type_coerce(sa.cast(sa.func.timezone(self.zone, moment), sa.Date), Day())
        if self.sqlite:
            raw = _raw(moment, sa.Text())
            found = sa.func.substr(raw, 1, 8) + "01" if name == "month_start" else sa.func.lw_month_end(raw)
            return sa.type_coerce(found, Day())
        start = sa.func.date_trunc("month", moment)
        if name == "month_end":
            start = _plus(_plus(start, sa.text("interval '1 month'")), sa.text("interval '-1 day'"))
        return sa.type_coerce(sa.cast(start, sa.Date), Day())

    def days_between(self, first: Clause, last: Clause) -> Clause:
        """Whole days from `first` to `last`."""
        if self.sqlite:
            days = [sa.func.julianday(_raw(d, sa.Text())) for d in (last, first)]
            return sa.cast(sa.func.round(days[0] - days[1]), sa.Integer)
        return sa.cast(last, sa.Date) - sa.cast(first, sa.Date)

    def number(self, name: str, days: Sequence[Clause]) -> Clause:
        """`year month day weekday days_between workdays_between`."""
        if name == "days_between":
            return self.days_between(days[0], days[1])
        if name == "workdays_between":
            return self._workdays(days[0], days[1])
        if self.sqlite:
            raw = _raw(days[0], sa.Text())
            if name == "weekday":
                return (sa.cast(sa.func.strftime("%w", raw), sa.Integer) + 6) % 7 + 1
            code = {"year": "%Y", "month": "%m", "day": "%d"}[name]
            return sa.cast(sa.func.strftime(code, raw), sa.Integer)
        part = "isodow" if name == "weekday" else name
        return sa.cast(sa.extract(part, sa.cast(days[0], sa.Date)), sa.Integer)

    def _workdays(self, first: Clause, last: Clause) -> Clause:
        if self.sqlite:
            return sa.func.lw_workdays(_raw(first, sa.Text()), _raw(last, sa.Text()), type_=sa.Integer())
        earlier, later = sa.func.least(first, last), sa.func.greatest(first, last)
        counted = _count_workdays(earlier, later)
        return sa.case((last < first, -counted), (last >= first, counted))


_POSTGRES_UNITS = {"d": "days", "mo": "months", "h": "hours"}


def _raw(moment: Clause, kind: sa.types.TypeEngine[Any]) -> Clause:
    """The bytes SQLite keeps for a date or instant. A parameter is cast, so that it is still sent as its own type says."""
    return sa.cast(moment, kind) if isinstance(moment, sa.BindParameter) else sa.type_coerce(moment, kind)


def _plus(moment: Clause, step: Any) -> Clause:
    return moment.op("+")(step)


def _count_workdays(first: Clause, last: Clause) -> Clause:
    """Working days after `first` up to `last`, by whole weeks and the rest."""
    start, end = sa.cast(first, sa.Date), sa.cast(last, sa.Date)
    epoch = sa.cast(sa.literal("2000-01-03"), sa.Date)  # a Monday

    def worked(day: Clause) -> Clause:
        days = (day - epoch) + 1
        weeks = sa.func.floor(days / sa.literal_column("7.0"))
        rest = days - weeks * 7
        return weeks * 5 + sa.func.least(rest, 5)

    return sa.cast(worked(end) - worked(start), sa.Integer)
