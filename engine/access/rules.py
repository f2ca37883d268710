"""Conditions of grants and masks, and computed values, as SQL over a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.access.scopes import Clause, Row
from engine.access.views import View
from engine.compiled import CompiledField
from engine.expressions.sql import to_clause
from metadata.expressions.typed import TypedExpression


def rule_clause(view: View, rule: TypedExpression, row: Row) -> Clause:
    """`rule` over `row`; a rule reads all fields of the row, whatever its principal may read. May be unknown."""
    return to_clause(rule, row)


def rule_value(view: View, rule: TypedExpression, row: Row, field: CompiledField | None = None) -> sa.ColumnElement[Any]:
    """The value of `rule` over `row`, brought to the scale of `field`."""
    return to_clause(rule, row)


def filter_clause(
    view: View, rule: TypedExpression, row: Row, host: str, values: Mapping[str, object]
) -> Clause:
    """The filter of a link field over candidate `row`; `$this` are the `values` of the host entity's form."""
    return to_clause(rule, row)
