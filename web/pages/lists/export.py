"""A list as a file: the rows that its address asks for, or those of them that are ticked, if they may be exported. Few are sent at
once, many are left to the worker."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from starlette.responses import Response

from engine import access, bulk
from engine.bulk.exporting import FORMATS, Format
from engine.compiled import CompiledEntity
from engine.field_types.base import TextContext
from engine.records import read
from engine.records.queries import Filter, Query
from engine.refusals import Denied, Message, NotFound, Refused
from engine.runtime import ReadSession
from forms.lists import ListRequest
from reports.exchange.exporting import PAGE, export_rows, exportable, write_csv, write_xlsx
from web.context import Context
from web.pages.bulk.forms import numbers_of
from web.pages.lists.request import asked, known, request_of

T = TypeVar("T")
DIRECT = 500
"""Rows sent within the request; more are left to the worker."""
BOM = "\ufeff"
"""So that spreadsheets know the text for UTF-8."""
_MEDIA: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def act(context: Context) -> Response:
    """The dialog, and what it asks for. Who exported how many rows of which list is kept either way."""
    with context.read():
        context.check_token()
        entity = context.entity()
        if not access.may(context.session, entity.name, "export"):
            raise Denied(Message("denied"))
        request, ids = _meant(context, entity)
        query = query_of(context.session, request, ids)
        count = read.count(context.session, replace(query, columns=()), bulk.MOST_EXPORTED)
        if count.capped:
            raise Refused(Message("export_too_many", {"limit": bulk.MOST_EXPORTED}))
        if context.text("_step") != "run":
            return _dialog(context, entity, count.value, len(query.columns), _masked(context.session, query))
        form = _format(context)
        made = _content(context.session, query, form) if count.value <= DIRECT else None
        name, parameters, key = file_name(context.session, entity, form), _parameters(request), context.text("_key")
    if made is None:
        run = context.write(lambda s: bulk.start_export(s, entity.name, form, parameters, ids, count.value), key)
        return context.go(f"/runs/{run}", "work.began")
    content, total = made
    context.write(lambda s: bulk.keep_done(s, entity.name, form, parameters, ids, total), key)
    return file_response(content, name, _MEDIA[form])


def write_file(
    session: ReadSession, entity: str, parameters: Sequence[tuple[str, str]], ids: Sequence[int], form: Format, path: Path,
    progress: Callable[[int], None],
) -> str:
    """Write the list of these parameters to `path`, page after page, so that what is held of a long one is one of them; `progress`
    is told how many rows are written. Returns what the file is called. Raises `NotFound` for a list that is not there (any more)."""
    compiled = session.app.entities[entity]
    request = request_of(session, compiled, parameters, TextContext(session.app.zone, session.language))
    if request.errors:
        raise NotFound()
    _write(path, export_rows(session, query_of(session, request, ids)), form, progress)
    return file_name(session, compiled, form)


def query_of(session: ReadSession, request: ListRequest, ids: Sequence[int]) -> Query:
    """What is exported: the list's own columns first, then what else of the entity can be; of `ids` only, where there are some."""
    knows = known(session)
    shown = [column.path for column in request.columns if knows(column)]
    columns = tuple(dict.fromkeys([*shown, *exportable(session, request.view.entity)]))
    query = replace(request.query(), columns=columns, after=None, before=None, verb="export")
    return replace(query, filters=(*query.filters, Filter(("id",), "in", tuple(ids)))) if ids else query


def file_name(session: ReadSession, entity: CompiledEntity, form: Format) -> str:
    """What the file is called: what is in it, and of which day."""
    return f"{entity.plural[session.language]}-{session.today.isoformat()}.{form}"


def csv_response(text: str, name: str) -> Response:
    """The text as a file to keep."""
    return file_response((BOM + text).encode(), f"{name}.csv", _MEDIA["csv"])


def file_response(content: bytes, name: str, media_type: str) -> Response:
    """The content as a file to keep."""
    return Response(content, media_type=media_type, headers=kept_as(name))


def kept_as(name: str) -> dict[str, str]:
    """The headers of a file that is kept under that name, and shown in no page of ours."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }


def _meant(context: Context, entity: CompiledEntity) -> tuple[ListRequest, list[int]]:
    """The list, and the records that were ticked in it; none where all of it is meant. Raises `Refused` and `BadRequest`."""
    request = asked(context, entity)
    if request.errors:
        raise Refused(Message("bulk_bad_filter"))
    if context.text("_all"):
        return request, []
    ids = numbers_of(context.typed.getlist("_id"))
    if not ids:
        raise Refused(Message("bulk_none"))
    if len(ids) > bulk.LONGEST_SELECTION:
        raise Refused(Message("bulk_too_many", {"limit": bulk.LONGEST_SELECTION}))
    return request, ids


def _parameters(request: ListRequest) -> list[tuple[str, str]]:
    """The address of the list as it is kept: what narrows, orders and shows."""
    scope = [(request.scope.name, request.scope.value)] if request.scope is not None else []
    kept = [pair for pair in request.kept if pair[0] in ("q", "starred", "shared", "cols", "sort", "f")]
    return [("list", request.view.name), *scope, *kept]


def _format(context: Context) -> Format:
    form = FORMATS.get(context.text("_form"))
    if form is None:
        raise NotFound()
    return form


def _dialog(context: Context, entity: CompiledEntity, count: int, columns: int, masked: int) -> Response:
    number, query = context.formats.number, context.request.url.query
    key = "work.for_one" if count == 1 else "work.for"
    name = (entity.label if count == 1 else entity.plural)[context.language]
    return context.piece(
        "pieces/export.html",
        action=f"/e/{entity.name}/bulk/export" + (f"?{query}" if query else ""),
        key=context.new_key(),
        selection=[("_all", "1")] if context.text("_all") else [("_id", id) for id in context.typed.getlist("_id")],
        meant=context.texts(key, count=number(count), entity=name),
        columns=context.texts("work.export_columns_one" if columns == 1 else "work.export_columns", count=number(columns)),
        masked=context.texts("work.export_masked_one" if masked == 1 else "work.export_masked", count=number(masked)) if masked else "",
        limit=context.texts("work.export_limit", count=number(bulk.MOST_EXPORTED)),
        behind=count > DIRECT,
        formats=FORMATS,
    )


def _masked(session: ReadSession, query: Query) -> int:
    """How many of the columns hold values of which the reader sees a mask at most."""
    page = read.page(session, replace(query, limit=1))
    return sum(column.masked is not None for column in page.columns)


def _content(session: ReadSession, query: Query, form: Format) -> tuple[bytes, int]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        total = _write(path, export_rows(session, query), form, lambda _: None)
        return path.read_bytes(), total


def _write(path: Path, rows: Iterator[tuple[str, ...]], form: Format, progress: Callable[[int], None]) -> int:
    """How many rows are in the file, without its head; `progress` is told after each page."""
    told = _telling(rows, progress)
    if form == "xlsx":
        total = write_xlsx(path, told)
    else:
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.write(BOM)
            total = write_csv(stream, told)
    progress(total)
    return total


def _telling(rows: Iterable[T], progress: Callable[[int], None]) -> Iterator[T]:
    for count, row in enumerate(rows):
        yield row
        if count and count % PAGE == 0:
            progress(count)
