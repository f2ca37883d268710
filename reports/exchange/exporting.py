"""Exporting the records a principal may read and export, streamed page by page (R51)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path as FilePath
from typing import TextIO

from engine.compiled import CompiledField
from engine.field_types import FIELD_TYPES
from engine.field_types.base import TextContext
from engine.records import read
from engine.records.paths import field_at
from engine.records.queries import Column, Path, Query, RecordRef, Sort
from engine.runtime import ReadSession
from reports.exchange.cells import guarded
from reports.exchange.linking import reference_text

PAGE = 500


def export_rows(session: ReadSession, query: Query) -> Iterator[tuple[str, ...]]:
    """The header and the rows of all pages of `query`, as texts, in its order (by number unless it says). Raises
    `NotFound` for an unknown or unreadable column."""
    fields = [field_at(session.app, query.entity, path) for path in query.columns]
    yield tuple(".".join(path) for path in query.columns)
    context = TextContext(session.app.zone, session.language)
    sort = query.sort or (Sort(("id",)),)
    after: str | None = None
    while True:
        page = read.page(session, replace(query, sort=sort, limit=PAGE, after=after, before=None, verb="export"))
        for row in page.rows:
            yield tuple(
                _text(session, field, column, row, context) for field, column in zip(fields, page.columns, strict=True)
            )
        after = page.after
        if after is None:
            return


def exportable(session: ReadSession, entity: str) -> tuple[Path, ...]:
    """The columns exported when none are chosen: the entity's own readable fields with a value of their own."""
    compiled = session.app.entities[entity]
    readable = read.readable_fields(session, entity)
    return tuple(
        (name,) for name, field in compiled.fields.items()
        if name in readable and not field.children and (not field.system or name in ("id", "owner"))
    )


def _text(
    session: ReadSession, field: CompiledField, column: Column, row: tuple[object, ...], context: TextContext
) -> str:
    value = row[column.index]
    if value is None:
        masked = row[column.masked] if column.masked is not None else None
        return str(masked) if masked is not None else ""
    if column.caption is not None:
        title = str(row[column.caption] or "")
        if isinstance(value, RecordRef):
            return reference_text(session.app.entities[value.entity], title, session.language)
        return title
    return FIELD_TYPES[field.stored].export_text(value, field, context)


def write_csv(stream: TextIO, rows: Iterator[tuple[str, ...]]) -> int:
    """Writes `rows` with formula signs made harmless; returns the count of rows without the header."""
    writer = csv.writer(stream)
    count = -1
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
        count += 1
    return max(count, 0)


def write_xlsx(path: FilePath, rows: Iterator[tuple[str, ...]]) -> int:
    """Writes `rows` as typed text cells, so nothing is run as a formula; returns the count without the header. Raises
    `OSError` where `path` cannot be written."""
    import xlsxwriter  # heavy, and needed for Excel only

    path.touch()  # the library does not say it as everybody else does, and only when it is done
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        count = -1
        for count, row in enumerate(rows):
            for index, cell in enumerate(row):
                sheet.write_string(count, index, cell[:32_767])
    return max(count, 0)
