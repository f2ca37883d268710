"""Conditions and measures of lists and reports: expressions of the metadata, judged by what their reader may read.

An expression over a field that is never readable is refused like any unknown field; where readability differs by row,
the expression is blank on the rows where one of its fields, or a linked record it crosses, may not be read (T18, T19).
Aggregates over collections count all rows, as derived fields do; the fields they look at must be readable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import sqlalchemy as sa

from engine.access.fields import readable_fields
from engine.access.predicates import all_of
from engine.access.rules import rule_holds, rule_value
from engine.access.scopes import Clause
from engine.records.select import Selection, Value
from engine.refusals import NotFound
from metadata.expressions.typed import Aggregate, FieldRef, Hop, TypedExpression


def where_clauses(selection: Selection, rules: Sequence[TypedExpression]) -> list[Clause]:
    """The conditions `rules`, each true only where all it reads may be read."""
    clauses: list[Clause] = []
    for rule in rules:
        clauses += [rule_holds(selection.view, selection.root.entity.name, rule, selection.root.row), *_readable_where(selection, rule)]
    return clauses


def measured(selection: Selection, expression: TypedExpression) -> Value:
    """The value of `expression`, NULL where something it reads may not be read."""
    value = rule_value(selection.view, selection.root.entity.name, expression, selection.root.row)
    conditions = _readable_where(selection, expression)
    return sa.type_coerce(sa.case((all_of(conditions), value), else_=sa.null()), value.type) if conditions else value


def _readable_where(selection: Selection, expression: TypedExpression) -> list[Clause]:
    conditions: list[Clause] = []
    for reference, inside in _references(expression, False):
        if inside:
            _require(selection, reference)
        elif reference.root == "row":
            conditions += _along(selection, reference)
    return conditions


def _along(selection: Selection, reference: FieldRef) -> list[Clause]:
    """Where the field and every link on the way to it may be read."""
    conditions: list[Clause] = []
    path = tuple(hop.field for hop in reference.hops)
    for depth in range(1, len(path) + 1):
        link, reached = selection.value(path[:depth]), selection.reach(path[:depth])
        conditions.append(sa.or_(selection.stored_link(reached).is_(None), link.is_not(None)))
        conditions += [reached.reading.condition] if reached.reading.condition is not None else []
    last = selection.reach((*path, reference.field))
    if last.reading.state == "never":
        raise NotFound("unknown_field")
    return [*conditions, *([last.reading.condition] if last.reading.condition is not None else [])]


def _require(selection: Selection, reference: FieldRef) -> None:
    """Refuses a field of another entity that is not readable throughout."""
    for entity, name in (*_steps(reference.hops), (reference.entity, reference.field)):
        row = selection.view.app.entities[entity].table.alias()
        reading = readable_fields(selection.view, entity, row).get(name)
        if reading is None or reading.state != "always":
            raise NotFound("unknown_field")


def _steps(hops: Sequence[Hop]) -> list[tuple[str, str]]:
    return [(hop.source, hop.field) for hop in hops]


def _references(node: Any, inside: bool) -> Iterator[tuple[FieldRef, bool]]:
    """The field references of a typed expression, and whether they stand inside an aggregate."""
    if isinstance(node, FieldRef):
        yield node, inside
    elif isinstance(node, tuple):
        for item in node:
            yield from _references(item, inside)
    elif is_dataclass(node) and not isinstance(node, type):
        for part in fields(node):
            yield from _references(getattr(node, part.name), inside or isinstance(node, Aggregate))
