"""Stored formulas as the database works them out anew over their rows, beside what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engine.compiled import CompiledApp, CompiledEntity, CompiledField
from engine.expressions.sql import to_clause
from engine.expressions.sql_context import PlainSurroundings, SqlContext
from engine.field_types.base import InvalidValue
from engine.storage.types import Day

Compared = tuple[int, object, tuple[object, ...]]
"""A record: its id, the stored value, and the values that its row has on each of the asked days."""


def recomputed(
    connection: sa.Connection, app: CompiledApp, entity: CompiledEntity, field: CompiledField, days: Sequence[date],
    where: sa.ColumnElement[bool] | None = None,
) -> Iterator[Compared]:
    """Every record (under `where`) with its stored formula `field`, by id."""
    assert field.formula is not None and field.column is not None
    computed: list[sa.ColumnElement[Any]] = []
    for day in days:
        around = PlainSurroundings(app, connection.dialect.name, {"lw_today": sa.literal(day, Day())})
        computed.append(to_clause(field.formula.typed, SqlContext.of(around, entity.name, entity.table)))
    query = sa.select(entity.table.c.id, field.column, *computed).order_by(entity.table.c.id)
    for row in connection.execute(query if where is None else query.where(where)):
        record, stored, *values = tuple(row)
        yield record, stored, tuple(held(field, value) for value in values)


def held(field: CompiledField, value: object) -> object:
    """The value as the field holds it; blank where it does not fit, as when it is written."""
    if isinstance(value, int) and not isinstance(value, bool) and field.stored in ("decimal", "money", "percent"):
        value = Decimal(value)
    try:
        return field.type.assign(value, field)
    except InvalidValue:
        return None
