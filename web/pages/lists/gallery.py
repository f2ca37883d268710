"""A list as a gallery: a page of records as cards, each with its picture."""

from __future__ import annotations

from dataclasses import replace

from engine.compiled import CompiledEntity
from engine.records import read
from engine.records.queries import Page, Query
from forms.cards import card_columns, draw_cards
from forms.lists import ListRequest
from forms.rows import paired
from web.context import Context
from web.pages.lists.due import due_of, overdue_among, paths_with
from web.pages.lists.request import seen
from web.view_models.ways import PictureCard


def gallery_of(context: Context, entity: CompiledEntity, request: ListRequest) -> tuple[tuple[PictureCard, ...], Query, Page]:
    """The cards of the page that the address asks for, with what was asked and found: one statement, whatever it shows."""
    by = request.shown.by
    assert by is not None
    columns = card_columns(seen(context, request.columns), {by.path})
    paths = [*(column.path for column in columns), by.path]
    due = due_of(context, entity, request.view.due)
    query = replace(request.query(), columns=paths_with(due, paths))
    found = read.page(context.session, query)
    picture = next((column.index for column in found.columns if column.path == by.path), None)
    overdue = overdue_among(context, due, found.columns)
    texts = draw_cards(paired(columns, found.columns), found.rows, context.app, context.formats, overdue=overdue)
    cards = tuple(
        PictureCard(
            f"/e/{entity.name}/{text.id}",
            f"/files/{row[picture]}/picture" if picture is not None and row[picture] is not None else "",
            text.title,
            text.facts,
        )
        for text, row in zip(texts, found.rows, strict=True)
    )
    return cards, query, found
