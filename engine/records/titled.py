"""Records by the titles that people see: what a link in a file means (R17)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access.rules import filter_holds
from engine.access.views import Statement, context_values, fixed_view, open_view
from engine.compiled import CompiledField
from engine.outside import comparable
from engine.records.filters import contains
from engine.records.picker import linking_field, seen_values
from engine.records.select import Selection
from engine.records.several import SEPARATOR
from engine.refusals import NotFound

if TYPE_CHECKING:
    from engine.runtime import ReadSession

Titled = Mapping[str, tuple[int, ...]]
"""Ids by title; two where several records have it."""


def titled(
    s: ReadSession, entity: str, field: str, target: str, titles: Collection[str], joined: str = "",
    values: Mapping[str, object] | None = None, trashed: bool = False,
) -> Titled:
    """The live records (or, `trashed`, those of the trash) of `target`, one of those that the link `field` of `entity` leads
    to, whose title is one of `titles`, in one statement. Titles that hold the separator of several records are looked for
    within `joined`, the text of them all, which is less than every way to join its parts.

    With `values`, those of a record so far, only what the filter of the link admits there. Raises `NotFound` unless the
    principal may read or write the field.
    """
    link = linking_field(s, entity, field)
    wanted = [title for title in titles if title and comparable(title)]
    if not wanted:
        return {}
    try:
        if values is None:
            view = open_view(s)
            key = ("titled", view.key, target, trashed)
            statement = s.app.statements.get(key, lambda: _statement(Selection(view, target), trashed))
            context = context_values(s)
        else:
            statement, context = _admitted(s, entity, link, target, values), {}
    except NotFound:
        return {}
    inside = joined if comparable(joined) else ""
    rows = s.connection.execute(statement, {**context, "titles": wanted, "joined": inside})
    return {title: (first,) if first == last else (first, last) for title, first, last in map(tuple, rows)}


def _admitted(
    s: ReadSession, entity: str, link: CompiledField, target: str, values: Mapping[str, object]
) -> Statement:
    view = fixed_view(s)
    selection = Selection(view, target)
    if link.link is not None and link.link.filter is not None:
        seen = seen_values(s, entity, link, values)
        selection.where(filter_holds(view, target, link.link.filter.typed, selection.root.row, seen))
    return _statement(selection)


def _statement(selection: Selection, trashed: bool = False) -> Statement:
    row, dialect = selection.root.row, selection.view.dialect
    selection.where(row.c.archived_at.is_not(None) if trashed else row.c.archived_at.is_(None))
    inner = selection.select([row.c.id.label("id"), selection.title_of(selection.root).label("title")]).subquery("titled")
    title, joined = inner.c.title, sa.bindparam("joined", type_=sa.Text(), required=True)
    one = title.in_(sa.bindparam("titles", type_=sa.Text(), required=True, expanding=True))
    part = sa.and_(contains(title, sa.literal(SEPARATOR), dialect), contains(joined, title, dialect))
    return sa.select(title, sa.func.min(inner.c.id), sa.func.max(inner.c.id)).where(sa.or_(one, part)).group_by(title)
