"""A list as CSV: the rows that its address asks for, or those of them that are ticked, if they may be exported."""

from __future__ import annotations

import io
from dataclasses import replace
from urllib.parse import quote

from starlette.responses import Response

from engine import access
from engine.records.queries import Filter
from engine.refusals import Denied, Message
from reports.exchange.exporting import export_rows, exportable, write_csv
from web.context import Context
from web.pages.bulk.forms import numbers_of
from web.pages.lists.request import asked, seen

BOM = "\ufeff"
"""So that spreadsheets know the text for UTF-8."""


def show(context: Context) -> Response:
    """The list's own columns first, then what else of the entity can be exported."""
    entity = context.entity()
    if not access.may(context.session, entity.name, "export"):
        raise Denied(Message("denied"))
    request = asked(context, entity)
    shown = [column.path for column in seen(context, request.columns)]
    columns = list(dict.fromkeys([*shown, *exportable(context.session, entity.name)]))
    query = replace(request.query(), columns=tuple(columns))
    ticked = numbers_of(context.request.query_params.getlist("_id"))
    if ticked:
        query = replace(query, filters=(*query.filters, Filter(("id",), "in", tuple(ticked))))
    text = io.StringIO(newline="")
    write_csv(text, export_rows(context.session, query))
    return csv_response(text.getvalue(), entity.label[context.language])


def csv_response(text: str, name: str) -> Response:
    """The text as a file to keep."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.csv"}
    return Response((BOM + text).encode(), media_type="text/csv; charset=utf-8", headers=headers)
