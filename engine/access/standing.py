"""Standing in for people who are away, as SQL: the seats in approvals that the principal decides for somebody else now.

While an absence is in force, its stand-in may decide what the absent person is asked to. Who submitted a record never decides about
it for somebody else: where that is the stand-in, the absent person's first active superior may. It goes one level only: nobody stands
in for whoever stands in (approvals.md 9b).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access.views import View, fixed_view
from engine.storage.platform import absence, approval_instance, approval_task

if TYPE_CHECKING:
    from engine.runtime import ReadSession

Clause = sa.ColumnElement[bool]


def seats(view: View, state: str | None = "active") -> sa.CompoundSelect[int, int, int, int]:
    """The approval tasks (id, entity_id, record_id, assignee_id) of others that the principal of `view` may decide for them; in
    any state where `state` is None."""
    return sa.union_all(_as_stand_in(view, state), _as_superior(view, state))


def seats_of(s: ReadSession, state: str | None = "active") -> sa.CompoundSelect[int, int, int, int]:
    """As `seats`, for the session's principal; values are bound."""
    return seats(fixed_view(s), state)


def in_force(away: sa.FromClause, now: object) -> Clause:
    """Whether the person of a row of `absence` is away at `now`."""
    return away.c.ended_at.is_(None) & (away.c.from_at <= now) & (away.c.until_at > now)


def submitted(dialect: str, instance: sa.FromClause, user: sa.ColumnElement[int]) -> Clause:
    """Whether the user submitted a row of `approval_instance`, be it first or again."""
    if dialect == "postgresql":
        each = sa.func.json_array_elements_text(instance.c.snapshot["submitters"]).table_valued("value")
    else:
        each = sa.func.json_each(instance.c.snapshot, "$.submitters").table_valued("value")
    listed = sa.exists().select_from(each).where(sa.cast(each.c.value, sa.BigInteger) == user)
    return sa.or_(sa.func.coalesce(instance.c.initiator_id == user, sa.false()), listed)


def _as_stand_in(view: View, state: str | None) -> sa.Select[int, int, int, int]:
    away, instance = absence.alias(), approval_instance.alias()
    return _held(view, away, instance, state).where(away.c.stand_in_id == view.bind("lw_user"))


def _as_superior(view: View, state: str | None) -> sa.Select[int, int, int, int]:
    away, instance = absence.alias(), approval_instance.alias()
    excluded = submitted(view.dialect, instance, away.c.stand_in_id)
    return _held(view, away, instance, state).where(away.c.user_id.in_(view.bind("lw_deputies")), excluded)


def _held(view: View, away: sa.FromClause, instance: sa.FromClause, state: str | None) -> sa.Select[int, int, int, int]:
    """The tasks of absent people on what the principal did not submit."""
    task = approval_task.alias()
    source = sa.join(away, task, task.c.assignee_id == away.c.user_id).join(instance, instance.c.id == task.c.instance_id)
    query = sa.select(task.c.id, task.c.entity_id, task.c.record_id, task.c.assignee_id).select_from(source)
    asked = (task.c.kind == "approve") & (sa.true() if state is None else task.c.state == state)
    mine = submitted(view.dialect, instance, view.bind("lw_user"))
    return query.where(in_force(away, view.bind("lw_now")), asked, sa.not_(mine))
