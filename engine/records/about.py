"""What is told about a record in a table of the platform (history, comments), for whoever may read the record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.access.views import Statement, View, context_values, open_view
from engine.records.select import Selection
from engine.refusals import NotFound

if TYPE_CHECKING:
    from engine.runtime import ReadSession


def rows_about(s: ReadSession, entity: str, id: int, table: sa.Table, limit: int, by: str) -> Sequence[sa.Row[Any]]:
    """The latest `limit` rows of `table` (with `id`, `entity_id` and `record_id`) about the record, newest first, each with
    the title of the person in its column `by` as `person` (None where it may not be read). Raises `NotFound` when the
    record may not be read."""
    view = open_view(s)
    statement = s.app.statements.get(("about", view.key, entity, table.name), lambda: _statement(view, entity, table, by))
    rows = s.connection.execute(statement, {**context_values(s), "record": id, "lw_limit": max(1, limit)}).all()
    if not rows:
        raise NotFound("not_found")
    return [row for row in rows if row.id is not None]


def _statement(view: View, entity: str, table: sa.Table, by: str) -> Statement:
    """The rows beside their record: one without any of them for a record that has none, no row at all for a record that
    may not be read."""
    selection = Selection(view, entity)
    row = selection.root.row
    told = (table.c.record_id == row.c.id) & (table.c.entity_id == selection.root.entity.lineage)
    selection.source = row.outerjoin(table, told)
    person: sa.ColumnElement[Any] = sa.null()
    if "user" in view.app.entities:
        selection.source, (_, person) = selection.beside(selection.source, "user", table.c[by], "by")
    selection.where(row.c.id == sa.bindparam("record", type_=sa.BigInteger(), required=True))
    limit = sa.bindparam("lw_limit", type_=sa.Integer(), required=True)
    return selection.select([*table.c, person.label("person")]).order_by(table.c.id.desc()).limit(limit)
