"""Sums over the records of a list, in words: one for each currency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.records import read
from engine.records.queries import Grouping, GroupQuery, Measure, Query
from forms.compiled import Total
from web.context import Context
from web.pages.lists.request import known

Sums = Sequence[tuple[str, Decimal]]
"""Currency ("" where all are of the field's own) and sum."""


def readable_total(context: Context, total: Total | None) -> Total | None:
    """The total, if the reader may read the values that it sums."""
    return total if total is not None and known(context.session, True)(total.column) else None


def sums_of(context: Context, query: Query, total: Total) -> Sums:
    """What `total` comes to over the records of `query`; none where the reader may not read the currencies."""
    groupings = (Grouping("currency", total.currency),) if total.currency is not None else ()
    grouped = GroupQuery(query.entity, groupings, (Measure("total", "sum", total.value),), query.filters, query.where, search=query.search)
    if not read.groupable(context.session, grouped):
        return ()
    rows = read.group(context.session, grouped)
    return [(str(row.keys[0] or "") if row.keys else "", Decimal(str(row.measures[0] or 0))) for row in rows]


def sums_in_words(context: Context, total: Total, sums: Sums, short: bool = False) -> Sequence[str]:
    """Each sum, in whole units of its currency (`short`: in thousands or millions of them, as the language counts); those of
    nothing are left out where there are others."""
    return list(_worded(context, total, sums, short))


def _worded(context: Context, total: Total, sums: Sums, short: bool) -> Iterator[str]:
    field = total.column.field
    for currency, value in sums:
        if not value and len(sums) > 1:
            continue
        if field.stored != "money":
            yield context.formats.number(value, field.scale or 0)
        else:
            fixed = None if total.currency is not None else field.currency or context.app.currency
            formats = context.formats
            yield formats.short_money(value, currency or fixed) if short else formats.money(value, 0, currency or fixed)
