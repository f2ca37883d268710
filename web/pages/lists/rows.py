"""The rows of a list as they are drawn: all of a page, or one of them again after it was changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from markupsafe import Markup

from engine import stars
from engine.compiled import CompiledEntity
from engine.records import read
from engine.records.queries import Filter, Page, Path
from forms.compiled import ListColumn
from forms.lists import ListRequest
from forms.rows import RowTools, draw_rows, paired
from web.context import Context
from web.pages.bulk.forms import fields_of
from web.pages.lists.due import due_of, overdue_among, paths_with
from web.pages.lists.request import seen
from web.rendering import icon


def editable_fields(context: Context, entity: CompiledEntity) -> frozenset[str]:
    """The fields that the reader may edit in some rows of a list, where they stand. Asks no database."""
    return frozenset(fields_of(context, entity))


def paths_of(context: Context, entity: CompiledEntity, request: ListRequest, columns: Sequence[ListColumn]) -> tuple[Path, ...]:
    """What rows that show `columns` are read by."""
    return paths_with(due_of(context, entity, request.view.due), (column.path for column in columns))


def rows_html(
    context: Context, entity: CompiledEntity, request: ListRequest, columns: Sequence[ListColumn], found: Page, selecting: bool
) -> Markup:
    """The `<tr>` of each row of `found`, with its tools; a box to select it where `selecting`."""
    return drawn(context, entity, request, columns, found, tools_of(context, entity, [found], selecting))


def tools_of(context: Context, entity: CompiledEntity, pages: Iterable[Page], selecting: bool) -> RowTools:
    """What the rows of all `pages` begin with."""
    texts = context.texts
    return RowTools(
        texts("work.select") if selecting else "", texts("records.star"), texts("lists.preview"), icon("star", "sm"), icon("eye", "sm"),
        stars.among(context.session, entity.name, [_id(row) for page in pages for row in page.rows]), editable_fields(context, entity),
    )


def drawn(
    context: Context, entity: CompiledEntity, request: ListRequest, columns: Sequence[ListColumn], found: Page, tools: RowTools
) -> Markup:
    """The `<tr>` of each row of `found`."""
    overdue = overdue_among(context, due_of(context, entity, request.view.due), found.columns)
    base = f"/e/{entity.name}/"
    return draw_rows(paired(columns, found.columns), found.rows, context.app, context.formats, base, tools, overdue=overdue)


def row_html(context: Context, entity: CompiledEntity, request: ListRequest, id: int, selecting: bool) -> Markup:
    """One row as the list shows it, whether or not what narrows the list still lets it in; blank for a record that the
    reader may not read (any more)."""
    columns = seen(context, request.columns)
    query = replace(
        request.query(1), columns=paths_of(context, entity, request, columns), filters=(Filter(("id",), "eq", id),), where=(), search="",
        starred=False, shared=False, after=None, before=None,
    )
    return rows_html(context, entity, request, columns, read.page(context.session, query), selecting)


def _id(row: tuple[object, ...]) -> int:
    id = row[0]
    assert isinstance(id, int)
    return id
