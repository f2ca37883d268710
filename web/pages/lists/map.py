"""A list as a map: its records where they are, as far as they have a position. Three statements at most: the records, how many
there are when they are not all shown, and how many have no position."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from engine.compiled import CompiledEntity
from engine.records import read
from engine.records.queries import Count, Filter, Query
from forms.cards import card_columns, draw_cards
from forms.compiled import ListColumn
from forms.filters import Condition
from forms.lists import ListRequest
from forms.rows import paired
from forms.ways import TABLE
from web.context import Context
from web.pages.lists.coloring import color_of, coloring
from web.pages.lists.due import due_of, overdue_among, paths_with
from web.pages.lists.request import seen
from web.view_models.shell import Link
from web.view_models.ways import Map, MapPoint

MOST = 500
"""Records that a map shows at once."""
COUNTED = 10_000
"""How far those are counted that it does not show."""


def map_of(context: Context, entity: CompiledEntity, request: ListRequest) -> tuple[Map, Count]:
    """The list as a map, and how many records there are, with and without a position."""
    by = request.shown.by
    assert by is not None
    query = replace(request.query(MOST), columns=(), after=None, before=None)
    placed, bare = (replace(query, filters=(*query.filters, Filter(by.path, operator))) for operator in ("not_blank", "blank"))
    points, more = _points(context, entity, request, placed)
    there = read.count(context.session, placed, COUNTED) if more else Count(len(points), False)
    without = read.count(context.session, bare, COUNTED)
    tiles = context.site.settings.map_tiles
    drawn = Map(
        label=by.label[context.language],
        points=points,
        cut=context.texts("modes.map_cut", most=context.formats.number(MOST), count=_said(context, there, MOST)) if more else "",
        bare=_bare(context, request, by, without),
        tiles=tiles,
        credit=(context.site.settings.map_credit or urlsplit(tiles).hostname or "") if tiles else "",
    )
    return drawn, Count(there.value + without.value, there.capped or without.capped)


def _points(
    context: Context, entity: CompiledEntity, request: ListRequest, placed: Query
) -> tuple[tuple[MapPoint, ...], bool]:
    """The first records that have a position, and whether there are more."""
    by, color = request.shown.by, coloring(request)
    assert by is not None
    columns = card_columns(seen(context, request.columns), {by.path})
    paths = [*(column.path for column in columns), by.path, *([color.path] if color is not None else [])]
    due = due_of(context, entity, request.view.due)
    found = read.page(context.session, replace(placed, columns=paths_with(due, paths)))
    places = {column.path: column.index for column in found.columns}
    overdue = overdue_among(context, due, found.columns)
    texts = draw_cards(paired(columns, found.columns), found.rows, context.app, context.formats, overdue=overdue)
    points: list[MapPoint] = []
    for text, row in zip(texts, found.rows, strict=True):
        latitude, longitude = str(row[places[by.path]]).split(",")
        value = row[places[color.path]] if color is not None else None
        href = f"/e/{entity.name}/{text.id}"
        points.append(MapPoint(text.id, href, latitude, longitude, text.title, text.facts, color_of(color, value)))
    return tuple(points), found.after is not None


def _bare(context: Context, request: ListRequest, by: ListColumn, without: Count) -> Link | None:
    """The way to the records that have no position, as a table."""
    if not without.value:
        return None
    href = request.address(way=TABLE, conditions=(*request.conditions, Condition(by, "blank", "")))
    return Link(context.texts("modes.map_bare_one") if without.value == 1 else
                context.texts("modes.map_bare", count=_said(context, without)), href)


def _said(context: Context, count: Count, apart: int = 0) -> str:
    """How many there are besides those `apart`."""
    return context.formats.number(count.value - apart) + ("+" if count.capped else "")
