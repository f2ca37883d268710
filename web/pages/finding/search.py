"""Search over everything one may read, grouped by entity."""

from __future__ import annotations

from starlette.responses import Response

from engine.records import read
from web.context import Context
from web.icons import icon_name
from web.view_models.shell import Row, Rows

LIMIT = 60


def show(context: Context) -> Response:
    """The results, or an invitation to type."""
    text = context.query("q").strip()[:100]
    groups = _groups(context, text) if text else []
    return context.page("pages/search.html", text=text, groups=groups)


def _groups(context: Context, text: str) -> list[Rows]:
    found: dict[str, list[Row]] = {}
    for hit in read.search(context.session, text, limit=LIMIT):
        icon = icon_name(context.app.entities[hit.entity].icon)
        found.setdefault(hit.entity, []).append(Row(hit.title, f"/e/{hit.entity}/{hit.id}", icon=icon))
    entities = context.app.entities
    return [
        Rows(entities[name].plural[context.language], tuple(rows), f"/e/{name}", icon_name(entities[name].icon))
        for name, rows in found.items()
    ]
