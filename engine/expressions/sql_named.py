"""PostgreSQL expressions that need an argument more than once. Each names its arguments in a small subselect, so that the
text of a nested expression grows with its depth and not with its power."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from engine.storage.types import Day, Instant

_WORKDAY_SHIFT = (
    "lw_d - (extract(isodow FROM lw_d)::integer - 1) + floor(({done} + {count}) / 5.0)::integer * 7"
    " + ({done} + {count} - floor(({done} + {count}) / 5.0)::integer * 5)"
)


class Named(FunctionElement[Any]):
    """`template` is filled with the compiled arguments."""

    inherit_cache = True
    template: str = ""


class InCalendar(Named):
    """A date, or blank when it lies outside of the calendar of expressions."""

    inherit_cache = True
    type = Day()
    template = (
        "(SELECT CASE WHEN lw_d BETWEEN date '0001-01-01' AND date '9999-12-31' THEN lw_d END"
        " FROM (SELECT CAST({0} AS date) AS lw_d) AS lw_n)"
    )


class InstantInCalendar(Named):
    """An instant, or blank when it lies outside of the calendar of expressions."""

    inherit_cache = True
    type = Instant()
    template = (
        "(SELECT CASE WHEN lw_i BETWEEN timestamptz '0001-01-02 00:00:00+00' AND timestamptz '9999-12-31 00:00:00+00'"
        " THEN lw_i END FROM (SELECT {0} AS lw_i) AS lw_n)"
    )


class AddWorkdays(Named):
    """Working days added to a date: arguments are the date, the signed count, and the greatest index within a week."""

    inherit_cache = True
    type = Day()
    template = (
        "(SELECT " + _WORKDAY_SHIFT.format(done="lw_w", count="{1}") + " FROM (SELECT lw_d,"
        " least(extract(isodow FROM lw_d)::integer - 1, {2}) AS lw_w FROM (SELECT CAST({0} AS date) AS lw_d) AS lw_n) AS lw_m)"
    )


class AddWorkdaysToInstant(Named):
    """Working days added to an instant; its wall time stays. The fourth argument is the zone."""

    inherit_cache = True
    type = Instant()
    template = (
        "(SELECT timezone({3}, (" + _WORKDAY_SHIFT.format(done="lw_w", count="{1}") + ") + lw_t) FROM (SELECT lw_d, lw_t,"
        " least(extract(isodow FROM lw_d)::integer - 1, {2}) AS lw_w FROM (SELECT lw_l::date AS lw_d, lw_l::time AS lw_t"
        " FROM (SELECT timezone({3}, {0}) AS lw_l) AS lw_n) AS lw_m) AS lw_k)"
    )


class AddWorkHours(Named):
    """Working hours of the plain calendar (Monday to Friday, 9 to 18) added to an instant: the instant, the signed count,
    how a whole number of days is met (`ceil(x) - 1` forwards, `floor(x)` backwards), and the zone.

    Work is counted in microseconds since a Monday: 32,400 seconds a day, five days a week."""

    inherit_cache = True
    type = Instant()
    template = (
        "(SELECT timezone({4}, date '2000-01-03' + (floor(lw_q / 5.0)::integer * 7 + (lw_q - floor(lw_q / 5.0)::integer * 5))"
        " + time '09:00' + ((lw_s - lw_q::bigint * 32400000000) * interval '1 microsecond'))"
        " FROM (SELECT lw_s, ({2}(lw_s / 32400000000.0) - {3})::integer AS lw_q"
        " FROM (SELECT (lw_w::bigint * 5 + least(lw_r, 5)) * 32400000000 + {1}::bigint * 3600000000"
        " + CASE WHEN lw_r < 5 THEN least(greatest(lw_u - 32400000000, 0), 32400000000) ELSE 0 END AS lw_s"
        " FROM (SELECT lw_w, lw_n - lw_w * 7 AS lw_r, lw_u FROM (SELECT lw_n, floor(lw_n / 7.0)::integer AS lw_w, lw_u"
        " FROM (SELECT lw_l::date - date '2000-01-03' AS lw_n, (extract(epoch FROM lw_l::time) * 1000000)::bigint AS lw_u"
        " FROM (SELECT timezone({4}, {0}) AS lw_l) AS lw_a) AS lw_b) AS lw_c) AS lw_d) AS lw_e) AS lw_f)"
    )


class Workdays(Named):
    """Working days after the first date up to the second."""

    inherit_cache = True
    type = sa.Integer()
    template = (
        "(SELECT lw_y.w - lw_x.w FROM (SELECT floor(n / 7.0)::integer * 5 + least(n - floor(n / 7.0)::integer * 7 + 1, 5) AS w"
        " FROM (SELECT CAST({0} AS date) - date '2000-01-03' AS n) AS lw_n) AS lw_x,"
        " (SELECT floor(n / 7.0)::integer * 5 + least(n - floor(n / 7.0)::integer * 7 + 1, 5) AS w"
        " FROM (SELECT CAST({1} AS date) - date '2000-01-03' AS n) AS lw_n) AS lw_y)"
    )


class Fitted(Named):
    """A number rounded half-up to a scale; blank when its absolute value reaches the limit."""

    inherit_cache = True
    type = sa.Numeric()
    template = "(SELECT CASE WHEN abs(lw_v) < {2} THEN lw_v END FROM (SELECT round({0}, {1}) AS lw_v) AS lw_n)"


class Left(Named):
    """The first characters of a text; an empty result is blank. PostgreSQL counts in 32 bits, so the count is cut."""

    inherit_cache = True
    type = sa.Text()
    template = (
        "(SELECT nullif(left(lw_t, greatest(least(lw_c, 1073741824), 0)::integer), '')"
        " FROM (SELECT {0} AS lw_t, {1} AS lw_c) AS lw_n WHERE lw_c IS NOT NULL)"
    )


class Right(Named):
    """The last characters of a text."""

    inherit_cache = True
    type = sa.Text()
    template = Left.template.replace("left(", "right(")


class Ends(Named):
    """Whether the first text ends with the second."""

    inherit_cache = True
    type = sa.Boolean()
    template = "(SELECT right(lw_t, length(lw_p)) = lw_p FROM (SELECT {0} AS lw_t, {1} AS lw_p) AS lw_n)"


class Least(Named):
    """The least number; blank when one is blank (PostgreSQL's own function leaves blanks out)."""

    inherit_cache = True
    type = sa.Numeric()
    template = "(SELECT CASE WHEN count(lw_v) = count(*) THEN min(lw_v) END FROM (VALUES {values}) AS lw_n (lw_v))"


class Greatest(Named):
    """The greatest number; blank when one is blank."""

    inherit_cache = True
    type = sa.Numeric()
    template = Least.template.replace("min(", "max(")


@compiles(Named)
def _render(element: Named, compiler: Any, **options: Any) -> str:
    arguments = [compiler.process(clause, **options) for clause in element.clauses]
    return element.template.format(*arguments, values=", ".join(f"({argument})" for argument in arguments))
