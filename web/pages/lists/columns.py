"""The dialog in which a reader chooses the columns of a list and their order."""

from __future__ import annotations

from starlette.responses import Response

from web.context import Context
from web.pages.lists.request import TECHNICAL, asked, seen
from web.view_models.lists import ColumnChoice


def dialog(context: Context) -> Response:
    """The columns shown, in their order, then those that could be; all of them the reader knows (law 2)."""
    entity = context.entity()
    request = asked(context, entity)
    shown = seen(context, request.columns)
    offered = seen(context, (*shown, *request.view.columns, *request.view.filters, *context.forms.filters[entity.name]))
    columns = [column for column in offered if not (column.field.system and column.field.name in TECHNICAL)]
    return context.piece(
        "pieces/columns.html",
        base=f"/e/{entity.name}",
        kept=[pair for pair in request.parameters() if pair[0] not in ("cols", "after", "before")],
        columns=[ColumnChoice(".".join(c.path), c.label[context.language], c in shown) for c in columns],
        usual=request.address(chosen=()) if request.chosen else "",
    )
