"""Lists as people keep them: under a name, for themselves or for everybody who may open the list.

What is kept is the address of the list, as pairs of names and values; fields in it are stored by lineage, so that a view
outlasts renames. What of a view its reader may see is judged when it is opened, like any other address (law 2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.access import may
from engine.filter_codes import UnreadGroup, is_group, parse_codes
from engine.outside import said
from engine.records.paths import lasting, present
from engine.refusals import Denied, FieldError, Invalid, Message, NotFound, Refused
from engine.storage.platform import saved_view, view_default, view_pin

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession

LONGEST_LABEL = 60
MOST = 50
"""Views that somebody keeps of one entity."""
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SavedView:
    """`parameters` are pairs of the list's address, `mine` whether the reader keeps it, `changeable` whether they may change it."""

    id: int
    label: str
    shared: bool
    mine: bool
    changeable: bool
    parameters: Pairs


def may_share(s: ReadSession) -> bool:
    """Whether the principal may keep views for everybody: administrators may."""
    return s.principal.admin or s.principal.unrestricted


def views_of(s: ReadSession, entity: str) -> list[SavedView]:
    """The views of the entity that everybody has, then the reader's own, each by name. Raises `NotFound` for an entity that
    may not be read."""
    rows = s.connection.execute(known_views(s, entity).order_by(saved_view.c.shared.desc(), saved_view.c.label, saved_view.c.id))
    return [view_of(s, entity, row) for row in rows]


def find(s: ReadSession, entity: str, id: int) -> SavedView:
    """One of `views_of`. Raises `NotFound`."""
    row = s.connection.execute(known_views(s, entity).where(saved_view.c.id == id)).first()
    if row is None:
        raise NotFound()
    return view_of(s, entity, row)


def save(
    s: WriteSession, entity: str, label: str, parameters: Iterable[tuple[str, str]], shared: bool = False, id: int | None = None
) -> int:
    """Keep a list under a name, or change the view `id`; returns its id. Raises `Invalid` for the name, `Denied` for a view
    that is not the principal's to change or share, `Refused` for too many."""
    content = lasting_pairs(s, entity, parameters)
    label = said(label, "label", LONGEST_LABEL, lines=False)
    if not label:
        raise Invalid([FieldError("label", Message("required"))])
    if shared and not may_share(s):
        raise Denied(Message("may_not_share"))
    others = [view for view in views_of(s, entity) if view.id != id]
    if any(view.label == label and view.shared == shared for view in others):
        raise Invalid([FieldError("label", Message("taken"))])
    values = {"label": label, "shared": shared, "content": content, "at": s.now}
    if id is not None:
        _changeable(s, entity, id)
        s.connection.execute(saved_view.update().where(saved_view.c.id == id).values(values))
        return id
    if s.principal.user_id is None:
        raise Denied(Message("may_not_share"))
    if sum(view.mine for view in others) >= MOST:
        raise Refused(Message("too_many_views", {"limit": MOST}))
    row = {**values, "entity_id": s.app.entities[entity].lineage, "owner_id": s.principal.user_id}
    return int(s.connection.execute(saved_view.insert().values(row).returning(saved_view.c.id)).scalar_one())


def remove(s: WriteSession, entity: str, id: int) -> None:
    """Keep a view no longer. Raises `NotFound`, and `Denied` where it is not the principal's to change."""
    _changeable(s, entity, id)
    for table in (view_pin, view_default):
        s.connection.execute(table.delete().where(table.c.view_id == id))
    s.connection.execute(saved_view.delete().where(saved_view.c.id == id))


def _changeable(s: ReadSession, entity: str, id: int) -> None:
    if not find(s, entity, id).changeable:
        raise Denied(Message("may_not_share"))


def known_views(s: ReadSession, entity: str) -> sa.Select[Any]:
    """SELECT of the views that the principal may know of. Raises `NotFound` for an entity that may not be read."""
    compiled = s.app.entities.get(entity)
    if compiled is None or compiled.child or not may(s, entity, "read"):
        raise NotFound()
    own = saved_view.c.owner_id == s.principal.user_id
    return sa.select(saved_view).where(saved_view.c.entity_id == compiled.lineage, sa.or_(own, saved_view.c.shared))


def view_of(s: ReadSession, entity: str, row: Any) -> SavedView:
    """The view of a row of `known_views`."""
    mine = row.owner_id == s.principal.user_id
    changeable = may_share(s) if row.shared else mine
    return SavedView(row.id, row.label, row.shared, mine, changeable, present_pairs(s, entity, row.content))


def lasting_pairs(s: ReadSession, entity: str, parameters: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The pairs of a list's address with fields by lineage, as they are kept; those of fields that are none are left out."""
    return [list(pair) for pair in _turned(parameters, lambda path: _lasting(s, entity, path))]


def present_pairs(s: ReadSession, entity: str, content: Sequence[Sequence[str]]) -> Pairs:
    """The kept pairs by the present names; what speaks of a field that is no more is left out."""
    def named(stored: str) -> str | None:
        path = present(s.app, entity, stored)
        return None if path is None else ".".join(path)

    return _turned([(name, value) for name, value in content], named)


def _lasting(s: ReadSession, entity: str, path: str) -> str | None:
    try:
        return lasting(s.app, entity, tuple(path.split(".")))
    except NotFound:
        return None


def _turned(parameters: Iterable[tuple[str, str]], turn: Callable[[str], str | None]) -> Pairs:
    """The pairs with every field path in them turned; a filter, a column, a grouping or an order whose path cannot be is left
    out."""
    found: list[tuple[str, str]] = []
    for name, value in parameters:
        if name == "f":
            filtered = _turned_filter(value, turn)
            found += [(name, filtered)] if filtered is not None else []
        elif name in ("cols", "sort"):
            paths = [(path[:1] if path.startswith("-") else "", turn(path.removeprefix("-"))) for path in value.split(",") if path]
            told = [sign + path for sign, path in paths if path is not None]
            found += [(name, ",".join(told))] if told else []
        elif name in ("by", "group"):
            path, mark, rest = value.partition(":")
            turned = turn(path)
            found += [(name, turned + mark + rest)] if turned is not None else []
        else:
            found.append((name, value))
    return tuple(found)


def _turned_filter(text: str, turn: Callable[[str], str | None]) -> str | None:
    """A filter with every field path in it turned; None where nothing is left of it."""
    def condition(code: str) -> str | None:
        path, mark, rest = code.partition(":")
        turned = turn(path)
        return None if turned is None else turned + mark + rest

    if not is_group(text):
        return condition(text)
    try:
        group = parse_codes(text).mapped(condition)
    except UnreadGroup:
        return None
    return group.text if group is not None else None
