"""The team of whoever asks: the people of their own department, and of the departments that they manage and those below; as far
as they may read who belongs where (law 2). They are of it themselves."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.access.views import View
from engine.records.select import Selection
from engine.refusals import NotFound


def team(view: View) -> sa.Select[Any]:
    """SELECT of the ids of the people."""
    me = view.bind("lw_user")
    try:
        people = Selection(view, "user")
        dept = people.value(("dept",))
    except NotFound:
        return sa.select(me)
    managed = _managed(view)
    units = [dept == view.bind("lw_dept"), *([dept.in_(managed)] if managed is not None else [])]
    people.where(sa.or_(people.root.row.c.id == me, *units))
    return people.select([people.root.row.c.id])


def _managed(view: View) -> sa.Select[Any] | None:
    """SELECT of the departments that the principal manages and of all below; None where they may not know who manages any."""
    try:
        top, below = Selection(view, "department"), Selection(view, "department")
        top.where(top.value(("manager",)) == view.bind("lw_user"))
        parent = below.value(("parent",))
    except NotFound:
        return None
    units = top.select([top.root.row.c.id.label("id")]).cte(recursive=True)
    return sa.select(units.union(below.select([below.root.row.c.id]).where(parent == units.c.id)).c.id)
