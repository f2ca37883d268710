"""Lists of records that point to a record, drawn into its page when they come into view."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from engine import access
from engine.numerals import number_of
from engine.records import read
from engine.records.queries import Count, Filter, Query, RecordRef
from engine.refusals import NotFound
from forms.rows import cell_class, draw_rows, paired
from web.context import Context
from web.pages.lists.request import seen
from web.pages.lists.table import count_text

SHOWN = 10
MADE = "made"
"""Names the record that was just made: it is marked, and shown first where it would stand further down."""
_COLUMNS = 6


def show(context: Context) -> Response:
    """The first rows of one related list."""
    entity = context.entity()
    back = entity.backs.get(context.part("name"))
    session = context.session
    if back is None or not access.may(session, back.entity, "read"):
        raise NotFound()
    if read.title(session, entity.name, context.number()) is None:
        raise NotFound()
    target = context.app.entities[back.entity]
    host: int | RecordRef = context.number()
    view = context.forms.offered(back.entity, context.principal.roles)[0]
    columns = [c for c in seen(context, view.columns) if c.path != (back.field,)][:_COLUMNS]
    if target.fields[back.field].stored == "any_link":
        host = RecordRef(entity.name, context.number())
    query = Query(
        back.entity, tuple(c.path for c in columns), sort=view.sort, within=(back.field, host), limit=SHOWN,
    )
    found = read.page(session, query)
    made = number_of(context.query(MADE))
    if made is not None and all(row[0] != made for row in found.rows):
        one = read.page(session, replace(query, filters=(Filter(("id",), "eq", made),), limit=1))
        found = replace(found, rows=(*one.rows, *found.rows))
    rows = draw_rows(paired(columns, found.columns), found.rows, context.app, context.formats, f"/e/{back.entity}/", made=made)
    heads = [
        (c.label[context.language], cell_class(place, c.field, c.path == (target.state_field,)))
        for place, c in enumerate(columns)
    ]
    count = read.count(session, query) if found.after else None
    return context.piece(
        "pieces/related.html",
        heads=heads,
        rows=rows,
        empty=not found.rows,
        more=f"/e/{back.entity}?f={back.field}:eq:{_text(host)}" if found.after else "",
        count=count_text(context, count) if count else "",
        number=_number(context, count or Count(len(found.rows))) if found.rows else "",
        name=context.part("name"),
    )


def _number(context: Context, count: Count) -> str:
    return context.formats.number(count.value) + ("+" if count.capped else "")


def _text(host: object) -> str:
    return f"{host.entity}:{host.id}" if isinstance(host, RecordRef) else str(host)
