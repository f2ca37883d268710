"""List pages: five statements whatever a table shows — who asks, the views above it, the page of rows, their stars, the capped
count (R9, R18)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from engine import access
from engine.compiled import CompiledEntity
from engine.records import read
from engine.records.queries import Count, Page, Query, Sort
from engine.refusals import NotFound
from forms.compiled import ListColumn
from forms.lists import ListRequest
from forms.rows import cell_class
from metadata.specs.screens import Way
from web.context import Context
from web.icons import icon_name
from web.middleware.headers import policy
from web.pages.bulk import actions as bulk
from web.pages.lists.board import board_of
from web.pages.lists.calendar import calendar_of
from web.pages.lists.filters import chips_of, quicks_of
from web.pages.lists.gallery import gallery_of
from web.pages.lists.groups import grouped
from web.pages.lists.map import map_of
from web.pages.lists.modes import switch_of
from web.pages.lists.request import asked, known, seen
from web.pages.lists.rows import editable_fields, paths_of, rows_html
from web.pages.lists.saved_views import address, label_of, opens_with, places, tabs_of
from web.pages.lists.tree import tree_of
from web.settings import origin
from web.view_models.lists import Head
from web.view_models.shell import Link

CAP = 1000
Drawn = tuple[Mapping[str, object], Count]
"""What the template takes for the way that the list is shown in, and how many records there are."""
_OTHERWISE: Mapping[str, Any] = {
    "board": None, "calendar": None, "tree": None, "gallery": None, "map": None, "bulk": None, "cells": False, "groups": None,
}
"""What the template takes of ways that the list is not shown in."""
_HOLE = "__value__"
"""Stands for a column in an address that is made once for all of them; no name of a field looks like it."""


def show(context: Context) -> Response:
    """The list of an entity, as the address asks for it."""
    entity = context.entity()
    if not access.may(context.session, entity.name, "read"):
        raise NotFound()
    request, standing = asked(context, entity), places(context, entity.name)
    opening = opens_with(standing)
    if opening is not None and not context.parameters:
        return context.go(address(entity.name, opening.view.id, opening.view.parameters))
    request = replace(request, named=request.named or opening is not None)
    drawn, count = _DRAWN[request.shown.way](context, entity, request)
    language = context.language
    saved = label_of(context, entity.name, request)
    named = request.view.label[language]
    return context.page(
        "pages/list.html",
        headers=_headers(context, request),
        title=saved or (named if request.named else entity.plural[language]),
        entity_label=entity.label[language],
        entity_plural=entity.plural[language],
        entity_icon=icon_name(entity.icon),
        base=f"/e/{entity.name}",
        count=count_text(context, count),
        views=_views(context, entity, request),
        tabs=tabs_of(context, entity, request, standing),
        view_label=saved or named,
        saved_views=request.within("views"),
        narrowed=request.view.where is not None,
        create=f"/e/{entity.name}/new" if access.may(context.session, entity.name, "create") else "",
        export=_export(context, entity, request),
        search=request.search,
        kept=[(name, value) for name, value in request.parameters() if name not in ("q", "after", "before")],
        quicks=quicks_of(context, request),
        chips=list(chips_of(context, request)),
        errors=[error.message.text(language) for error in request.errors],
        add_filter=request.within("filter"),
        choose_columns=request.within("columns"),
        cleared=request.address(conditions=(), joined=(), search="", scope=None, starred=False, shared=False),
        starred=request.starred,
        shared=request.shared,
        share=request.address(shared=not request.shared) if entity.owned else "",
        star=request.address(starred=not request.starred),
        switch=switch_of(context, request),
        group_by=request.within("group-by") if request.shown.way == "table" else "",
        grouped=request.group.column.label[language] if request.group is not None else "",
        **{**_OTHERWISE, **drawn},
    )


def _headers(context: Context, request: ListRequest) -> Mapping[str, str]:
    """A map may show the pictures of the host that the installation names, and no other page may."""
    tiles = context.site.settings.map_tiles if request.shown.way == "map" else ""
    return {"Content-Security-Policy": policy(origin(tiles))} if tiles else {}


def _table(context: Context, entity: CompiledEntity, request: ListRequest) -> Drawn:
    columns = seen(context, request.columns)
    if request.group is not None:
        return _grouped(context, entity, request, columns)
    query = replace(request.query(), columns=paths_of(context, entity, request, columns))
    found = read.page(context.session, query)
    count = _count(context, query, found)
    bar = bulk.bar(context, entity, request, count_text(context, count))
    editable = editable_fields(context, entity)
    return {
        "columns": _heads(context, entity, request, columns, editable),
        "rows": rows_html(context, entity, request, columns, found, bar is not None),
        "cells": any(len(column.path) == 1 and column.field.name in editable for column in columns),
        "bulk": bar,
        "empty": not found.rows,
        "before": request.address(before=found.before) if found.before else "",
        "after": request.address(after=found.after) if found.after else "",
    }, count


def _grouped(context: Context, entity: CompiledEntity, request: ListRequest, columns: Sequence[ListColumn]) -> Drawn:
    selecting = bulk.bar(context, entity, request, "") is not None
    rows, count = grouped(context, entity, request, columns, selecting)
    editable = editable_fields(context, entity)
    return {
        "columns": _heads(context, entity, request, columns, editable),
        "groups": rows,
        "cells": any(len(column.path) == 1 and column.field.name in editable for column in columns),
        "bulk": bulk.bar(context, entity, request, count_text(context, count)),
        "empty": not rows.groups,
        "before": "",
        "after": "",
    }, count


def _board(context: Context, entity: CompiledEntity, request: ListRequest) -> Drawn:
    board, count = board_of(context, entity, request)
    return {"board": board}, count


def _calendar(context: Context, entity: CompiledEntity, request: ListRequest) -> Drawn:
    calendar, count = calendar_of(context, entity, request)
    return {"calendar": calendar}, count


def _tree(context: Context, entity: CompiledEntity, request: ListRequest) -> Drawn:
    tree, count = tree_of(context, entity, request)
    return {"tree": tree}, count


def _gallery(context: Context, entity: CompiledEntity, request: ListRequest) -> Drawn:
    cards, query, found = gallery_of(context, entity, request)
    return {
        "gallery": cards,
        "empty": not found.rows,
        "before": request.address(before=found.before) if found.before else "",
        "after": request.address(after=found.after) if found.after else "",
    }, _count(context, query, found)


def _map(context: Context, entity: CompiledEntity, request: ListRequest) -> Drawn:
    drawn, count = map_of(context, entity, request)
    return {"map": drawn, "empty": not drawn.points and drawn.bare is None, "before": "", "after": ""}, count


_DRAWN: Mapping[Way, Callable[[Context, CompiledEntity, ListRequest], Drawn]] = {
    "table": _table, "board": _board, "calendar": _calendar, "tree": _tree, "gallery": _gallery,
    "map": _map,
}
"""How each way of showing a list is drawn."""


def total(context: Context, request: ListRequest) -> str:
    """How many records the list shows now, in words."""
    query = replace(request.query(), columns=(), after=None, before=None)
    return count_text(context, read.count(context.session, query, CAP))


def _count(context: Context, query: Query, found: Page) -> Count:
    """How many there are; a page that shows all of them has counted them already."""
    if found.after is None and query.after is None and query.before is None:
        return Count(len(found.rows), False)
    return read.count(context.session, query, CAP)


def count_text(context: Context, count: Count) -> str:
    """The count as people read it: exact up to the cap."""
    shown = context.formats.number(count.value)
    if count.capped:
        return context.texts("lists.count_capped", count=shown)
    return context.texts("lists.count_one" if count.value == 1 else "lists.count", count=shown)


def _views(context: Context, entity: CompiledEntity, request: ListRequest) -> list[Link]:
    offered = context.forms.offered(entity.name, context.principal.roles)
    return [
        Link(view.label[context.language], f"/e/{entity.name}" + ("" if view is offered[0] and not request.named else f"?list={view.name}"),
             view is request.view and request.saved is None)
        for view in offered
    ]


def _export(context: Context, entity: CompiledEntity, request: ListRequest) -> str:
    if not access.may(context.session, entity.name, "export"):
        return ""
    return request.within("bulk/export")


def _heads(
    context: Context, entity: CompiledEntity, request: ListRequest, columns: Sequence[ListColumn], editable: frozenset[str]
) -> list[Head]:
    """The heads of the columns; the address that sorts is made once and the column put into it."""
    address = request.address(sort=(Sort((_HOLE,)),), sorted=True)
    current = request.sort[0] if request.sort else Sort(())
    heads: list[Head] = []
    ordering = known(context.session, True)
    for place, column in enumerate(columns):
        here = current.path == column.path
        sort = ("descending" if current.descending else "ascending") if here else ""
        wanted = ("-" if sort == "ascending" else "") + ".".join(column.path)
        kind = cell_class(place, column.field, column.path == (entity.state_field,))
        href = address.replace(_HOLE, wanted) if column.sortable and ordering(column) else ""
        edits = column.field.name if len(column.path) == 1 and column.field.name in editable else ""
        heads.append(Head(column.label[context.language], kind, href, sort, ".".join(column.path), edits))
    return heads
