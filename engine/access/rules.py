"""Conditions of grants, masks and link filters, and computed fields, as SQL over a row.

A rule reads all fields of its row, whatever its principal may read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.access.scopes import Clause, Row
from engine.access.views import View
from engine.compiled import CompiledField
from engine.expressions.sql import falsity, to_clause, truth
from engine.expressions.sql_context import Bound, SqlContext
from engine.expressions.sql_numbers import DecimalText
from engine.storage.types import Exact
from metadata.expressions.typed import FieldRef, TypedExpression, TypeName, ValueType

_TYPES: Mapping[str, TypeName] = {
    "int": "int", "rating": "int", "time": "int", "duration": "int",
    "decimal": "decimal", "money": "decimal", "percent": "decimal", "date": "date", "datetime": "datetime",
    "bool": "bool", "choice": "choice", "choices": "choices", "tags": "choices", "rich": "rich",
    "link": "link", "user": "user", "dept": "dept",
}


def rule_holds(view: View, entity: str, rule: TypedExpression, row: Row) -> Clause:
    """Where `rule` over `row` of `entity` is certainly true."""
    return truth(rule, SqlContext.of(view, entity, row))


def rule_fails(view: View, entity: str, rule: TypedExpression, row: Row) -> Clause:
    """Where `rule` over `row` of `entity` is certainly false."""
    return falsity(rule, SqlContext.of(view, entity, row))


def rule_value(view: View, entity: str, rule: TypedExpression, row: Row) -> sa.ColumnElement[Any]:
    """The value of `rule` over `row`, of a type that decodes it."""
    return to_clause(rule, SqlContext.of(view, entity, row))


def filter_holds(
    view: View, target: str, rule: TypedExpression, row: Row, values: Mapping[str, object]
) -> Clause:
    """Which candidates `row` of `target` the filter of a link field admits; `$this` and `$parent` are the `values` of a
    form, by `form_path`."""
    return truth(rule, SqlContext(view, Bound(target, row), form_values=values))


def computed_value(view: View, entity: str, field: CompiledField, row: Row) -> sa.ColumnElement[Any]:
    """A formula computed in the SELECT, in the form in which a column of the field would hold it, so that it filters and
    sorts like one."""
    reference = FieldRef("row", (), entity, field.name, ValueType(_TYPES.get(field.stored, "text")))
    value = to_clause(reference, SqlContext.of(view, entity, row))
    kind = field.type.column_type(field.scale)
    if isinstance(kind, Exact) and view.dialect == "sqlite":
        return sa.type_coerce(_units(value, kind.scale), kind)
    return value if kind is None else sa.type_coerce(value, kind)


def _units(value: sa.ColumnElement[Any], scale: int) -> sa.ColumnElement[Any]:
    """On SQLite: a number of any form as a whole number of units of `scale`."""
    if isinstance(value.type, DecimalText):
        return sa.cast(sa.func.lw_mul(value, str(10**scale)), sa.BigInteger())
    known = value.type.scale if isinstance(value.type, Exact) else 0
    return sa.type_coerce(value, sa.BigInteger()).op("*")(sa.literal_column(str(10 ** (scale - known))))
