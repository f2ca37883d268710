"""Values that lie in a table of their own: many-to-many links. Only linked records that may be read are seen."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from engine.access.fields import readable_fields
from engine.access.predicates import row_predicate
from engine.access.scopes import Clause
from engine.compiled import CompiledField
from engine.field_types.columns import Several
from engine.records.select import Node, Reached, Selection, Value
from engine.refusals import NotFound

SEPARATOR = "、"


def is_many(field: CompiledField) -> bool:
    """Whether the field is a many-to-many link."""
    return field.stored == "links"


def linked_ids(selection: Selection, reached: Reached) -> Value:
    """The ids of the linked records in their order, NULL when there is none to be seen."""
    node, source, conditions = _targets(selection, reached)
    text = sa.func.aggregate_strings(sa.cast(node.row.c.id, sa.Text()), ",").aggregate_order_by(node.row.c.id)
    inner = sa.select(sa.literal(",").concat(text).concat(",")).select_from(source).where(*conditions)
    return sa.type_coerce(_guard(reached, inner.correlate(reached.node.row).scalar_subquery()), Several(numbers=True))


def linked_titles(selection: Selection, reached: Reached) -> Value:
    """The titles of the linked records in the order of their ids, joined in one text."""
    node, source, conditions = _targets(selection, reached)
    titles = sa.func.aggregate_strings(selection.shown_title(node), SEPARATOR).aggregate_order_by(node.row.c.id)
    inner = sa.select(titles).select_from(source).where(*conditions)
    return sa.type_coerce(_guard(reached, inner.correlate(reached.node.row).scalar_subquery()), sa.Text())


def any_linked(selection: Selection, reached: Reached, test: Callable[[Value], Clause] | None) -> Clause:
    """Whether a linked record that may be read passes `test` on its id."""
    if reached.reading.state == "never":
        raise NotFound("unknown_field")
    node, source, conditions = _targets(selection, reached)
    tests = [test(node.row.c.id)] if test else []
    found = sa.exists().select_from(source).where(*conditions, *tests).correlate(reached.node.row)
    return found if reached.reading.condition is None else sa.and_(sa.func.coalesce(reached.reading.condition, sa.false()), found)


def _targets(selection: Selection, reached: Reached) -> tuple[Node, sa.FromClause, list[Clause]]:
    link = reached.field.link
    if link is None or link.table is None:
        raise NotFound("unknown_field")
    entity = selection.view.app.entities[link.to[0]]
    row, pairs = entity.table.alias(), link.table.alias()
    node = Node(entity, row, readable_fields(selection.view, entity.name, row))
    source = pairs.join(row, row.c.id == pairs.c.target_id)
    conditions = [pairs.c.host_id == reached.node.row.c.id, row_predicate(selection.view, entity.name, "read", row)]
    return node, source, conditions


def _guard(reached: Reached, value: Value) -> Value:
    if reached.reading.state == "never":
        raise NotFound("unknown_field")
    if reached.reading.condition is None:
        return value
    return sa.case((reached.reading.condition, value), else_=sa.null())
