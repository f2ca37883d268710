"""Where saved views stand: those that somebody has pinned above a list, and the one that it opens with.

One's own choice goes before that of a role; of several roles held, the choice made last. A view that is there no more, or not for
the reader, stands nowhere.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.refusals import Denied, Message, NotFound
from engine.saved_views import SavedView, find, known_views, may_share, view_of
from engine.storage.platform import saved_view, view_default, view_pin

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession


@dataclass(frozen=True, slots=True)
class Placed:
    """A view, whether the reader has `pinned` it, and whether the list opens with it by their `own` choice; `of_role` is the
    higher the later a role of theirs was given it (0: by none)."""

    view: SavedView
    pinned: bool
    own: bool
    of_role: int


def places_of(s: ReadSession, entity: str) -> list[Placed]:
    """The views of the entity that stand somewhere for the reader, by name: one statement. Raises `NotFound` as `find`."""
    pin, own, given = view_pin.alias(), view_default.alias(), view_default.alias()
    me, here = s.principal.user_id, saved_view.c.id
    of_role = sa.select(sa.func.max(given.c.id)).where(given.c.view_id == here, given.c.role.in_(sorted(s.principal.roles)))
    latest = of_role.scalar_subquery()
    joined = saved_view.outerjoin(pin, sa.and_(pin.c.view_id == here, pin.c.user_id == me))
    joined = joined.outerjoin(own, sa.and_(own.c.view_id == here, own.c.user_id == me))
    query = known_views(s, entity).select_from(joined).add_columns(
        pin.c.id.label("pinned"), own.c.id.label("own"), latest.label("of_role"),
    ).where(sa.or_(pin.c.id.is_not(None), own.c.id.is_not(None), latest.is_not(None)))
    rows = s.connection.execute(query.order_by(saved_view.c.label, here))
    return [Placed(view_of(s, entity, row), row.pinned is not None, row.own is not None, row.of_role or 0) for row in rows]


def set_pin(s: WriteSession, entity: str, id: int, on: bool) -> None:
    """Pin a view for oneself, or no longer; twice is once. Raises `NotFound`."""
    find(s, entity, id)
    s.connection.execute(view_pin.delete().where(view_pin.c.user_id == _person(s), view_pin.c.view_id == id))
    if on:
        s.connection.execute(view_pin.insert().values(user_id=_person(s), view_id=id))


def set_opening(s: WriteSession, entity: str, id: int, on: bool) -> None:
    """Let the list open with a view for oneself, or no longer. Raises `NotFound`."""
    find(s, entity, id)
    lineage = s.app.entities[entity].lineage
    s.connection.execute(view_default.delete().where(view_default.c.entity_id == lineage, view_default.c.user_id == _person(s)))
    if on:
        s.connection.execute(view_default.insert().values(entity_id=lineage, user_id=_person(s), view_id=id))


def roles_of(s: ReadSession, id: int) -> frozenset[str]:
    """The roles for which a list opens with the view."""
    query = sa.select(view_default.c.role).where(view_default.c.view_id == id, view_default.c.role.is_not(None))
    return frozenset(s.connection.execute(query).scalars())


def set_roles(s: WriteSession, entity: str, id: int, roles: Collection[str]) -> None:
    """Let the list open with a view for whoever holds one of `roles`, and for no other role. Raises `NotFound` for the view or a
    role that there is not, `Denied` for a view that is not everybody's, and for whoever may not keep those."""
    if not may_share(s) or not find(s, entity, id).shared:
        raise Denied(Message("may_not_share"))
    if not set(roles) <= set(s.app.access.roles):
        raise NotFound()
    lineage, before = s.app.entities[entity].lineage, roles_of(s, id)
    new = sorted(set(roles) - before)
    ended = sa.or_(
        sa.and_(view_default.c.view_id == id, view_default.c.role.in_(sorted(before - set(roles)))),
        sa.and_(view_default.c.entity_id == lineage, view_default.c.role.in_(new)),
    )
    s.connection.execute(view_default.delete().where(ended))
    if new:
        s.connection.execute(view_default.insert(), [{"entity_id": lineage, "role": role, "view_id": id} for role in new])


def _person(s: ReadSession) -> int:
    if s.principal.user_id is None:
        raise Denied(Message("may_not_share"))
    return s.principal.user_id
