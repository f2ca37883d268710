"""The trash: records that can come back, entity by entity."""

from __future__ import annotations

from starlette.responses import Response

from engine import access
from engine.records import read
from engine.records.queries import Query, Sort
from engine.refusals import NotFound
from web.context import Context
from web.icons import icon_name
from web.view_models.shell import Row, Rows

SHOWN = 50


def show(context: Context) -> Response:
    """Everything in the trash that I may restore, newest first within each entity."""
    wanted = context.query("entity")
    names = [e.name for e in context.app.entities.values() if not e.child and access.may(context.session, e.name, "delete")]
    groups = [made for name in names if wanted in ("", name) if (made := _group(context, name)) is not None]
    return context.page("pages/trash.html", groups=groups)


def _group(context: Context, name: str) -> Rows | None:
    entity = context.app.entities[name]
    query = Query(name, (("archived_at",),), sort=(Sort(("archived_at",), True),), trashed=True, limit=SHOWN)
    try:
        found = read.page(context.session, query)
    except NotFound:
        return None
    if not found.rows:
        return None
    titles = read.titles(context.session, name, [row[0] for row in found.rows if isinstance(row[0], int)])
    index = found.columns[0].index
    rows = tuple(
        Row(titles.get(row[0], f"#{row[0]}"), f"/e/{name}/{row[0]}", when=context.ago(row[index]),  # type: ignore[arg-type]
            icon=icon_name(entity.icon))
        for row in found.rows
    )
    return Rows(entity.plural[context.language], rows, "", icon_name(entity.icon))
