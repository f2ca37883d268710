"""Scopes as SQL: which rows of a table a word such as `own` or `dept_tree` covers. A scope that has nothing to go by on
an entity (no owner, no department) covers no row: absence means deny.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine.access.standing import seats
from engine.access.views import View
from engine.compiled import CompiledEntity
from engine.storage.platform import approval_task, member
from metadata.specs.access import Scope

Row = sa.FromClause
Clause = sa.ColumnElement[bool]

READING_VERBS = frozenset({"read", "print", "export"})
"""Verbs for which a member of level `read` counts; all others need level `write`."""


def scope_clause(view: View, scope: Scope, entity: CompiledEntity, verb: str, row: Row) -> Clause:
    """Whether `scope` covers `row` of `entity` for the principal of `view`."""
    if scope == "all":
        return sa.true()
    if scope == "involved":
        return _involved(view, entity, row)
    if scope == "members":
        return _member(view, entity, verb, row)
    return _BY_OWNER[scope](view, entity, row)


def owner_column(entity: CompiledEntity, row: Row) -> sa.ColumnElement[Any] | None:
    """Whose a row is: its owner; the person itself for `user`; else, where nobody owns rows, who made it."""
    if entity.name == "user":
        return row.c.id
    name = "owner" if entity.owned else "created_by"
    field = entity.fields.get(name)
    return None if field is None or field.column is None else row.c[field.column.name]


def _own(view: View, entity: CompiledEntity, row: Row) -> Clause:
    owner = owner_column(entity, row)
    return sa.false() if owner is None else owner == view.bind("lw_user")


def _own_and_reports(view: View, entity: CompiledEntity, row: Row) -> Clause:
    owner = owner_column(entity, row)
    if owner is None:
        return sa.false()
    return sa.or_(owner == view.bind("lw_user"), owner.in_(view.bind("lw_reports")))


def _dept(view: View, entity: CompiledEntity, row: Row) -> Clause:
    dept = _dept_column(entity, row)
    return sa.false() if dept is None else dept == view.bind("lw_dept")


def _dept_tree(view: View, entity: CompiledEntity, row: Row) -> Clause:
    dept = _dept_column(entity, row)
    return sa.false() if dept is None else dept.in_(view.bind("lw_depts"))


def _pool(view: View, entity: CompiledEntity, row: Row) -> Clause:
    owner = owner_column(entity, row) if entity.owned else None
    return sa.false() if owner is None else owner.is_(None)


def _dept_column(entity: CompiledEntity, row: Row) -> sa.ColumnElement[Any] | None:
    if entity.name == "department":
        return row.c.id
    field = entity.fields.get("dept") if entity.owned or entity.name == "user" else None
    return None if field is None or field.column is None else row.c[field.column.name]


def _involved(view: View, entity: CompiledEntity, row: Row) -> Clause:
    """Those of one's own tasks, whatever became of them, and of the active ones of people for whom one stands in."""
    task, stood = approval_task.alias(), seats(view).subquery()
    mine = (task.c.assignee_id == view.bind("lw_user")) & (task.c.entity_id == entity.lineage)
    others = sa.select(stood.c.record_id).where(stood.c.entity_id == entity.lineage)
    return _among(view, row, sa.union_all(sa.select(task.c.record_id).where(mine), others))


def _member(view: View, entity: CompiledEntity, verb: str, row: Row) -> Clause:
    found = member.alias()
    conditions = [
        found.c.user_id == view.bind("lw_user"), found.c.entity_id == entity.lineage,
        sa.or_(found.c.expires_at.is_(None), found.c.expires_at > view.bind("lw_now")),
    ]
    if verb not in READING_VERBS:
        conditions.append(found.c.level == "write")
    return _among(view, row, sa.select(found.c.record_id).where(*conditions))


def _among(view: View, row: Row, ids: sa.SelectBase) -> Clause:
    """Whether the row is one of those whose `ids` are found beside it. They are few of many, and found once and looked up;
    asked of row after row, as EXISTS would be, a page of them costs a walk over all rows."""
    if view.dialect == "postgresql":
        return row.c.id == sa.any_(sa.func.array(ids.scalar_subquery()))
    return row.c.id.in_(ids)


_BY_OWNER: dict[str, Callable[[View, CompiledEntity, Row], Clause]] = {
    "own": _own, "own_and_reports": _own_and_reports, "dept": _dept, "dept_tree": _dept_tree, "pool": _pool,
}
