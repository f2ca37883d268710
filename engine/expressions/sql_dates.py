"""Dates and instants in SQL. SQLite keeps dates as ISO texts and instants as microseconds; PostgreSQL has types of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engine.expressions.sql_named import (
    AddWorkdays,
    AddWorkdaysToInstant,
    AddWorkHours,
    InCalendar,
    InstantInCalendar,
    Workdays,
)
from engine.storage.types import Day, Instant
from metadata.expressions.typed import Span

Clause = sa.ColumnElement[Any]


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
        return sa.type_coerce(sa.func.lw_instant_span(raw, amount, unit, self.zone), Instant())

    def _add_postgresql(self, moment: Clause, kind: str, unit: str, amount: int) -> Clause:
        if unit in ("wd", "wh"):
            return self._add_working_time(moment, kind, unit, amount)
        step = sa.text(f"interval '{amount} {_POSTGRES_UNITS[unit]}'")
        if kind == "date":
            return InCalendar(_plus(moment, step))
        if unit == "h":
            return InstantInCalendar(_plus(moment, step))
        local = sa.func.timezone(self.zone, moment)
        return InstantInCalendar(sa.func.timezone(self.zone, _plus(local, step)))

    def _add_working_time(self, moment: Clause, kind: str, unit: str, amount: int) -> Clause:
        if amount == 0:
            return moment
        count, zone = sa.literal_column(f"({amount})"), sa.literal(self.zone)
        if unit == "wh":
            meets = ("ceil", "1") if amount > 0 else ("floor", "0")
            return InstantInCalendar(AddWorkHours(moment, count, *map(sa.literal_column, meets), zone))
        latest = sa.literal_column("4" if amount > 0 else "5")
        if kind == "date":
            return InCalendar(AddWorkdays(moment, count, latest))
        return InstantInCalendar(AddWorkdaysToInstant(moment, count, latest, zone))

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
        return Workdays(first, last)


_POSTGRES_UNITS = {"d": "days", "mo": "months", "h": "hours"}


def _raw(moment: Clause, kind: sa.types.TypeEngine[Any]) -> Clause:
    """The bytes SQLite keeps for a date or instant. A parameter is cast, so that it is still sent as its own type says."""
    return sa.cast(moment, kind) if isinstance(moment, sa.BindParameter) else sa.type_coerce(moment, kind)


def _plus(moment: Clause, step: Any) -> Clause:
    return moment.op("+")(step)
