"""Importing records from a table through the same door as every other write: every rule of the entity holds (R16, R25)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Literal

from engine import access
from engine.languages import short
from engine.principal import Principal
from engine.records import read, write
from engine.records.queries import Filter, Query
from engine.records.together import create_all
from engine.refusals import Denied, FieldError, Invalid, Message, Refusal, Unread
from engine.runtime import ReadSession, Runtime, WriteSession
from reports.exchange.cell_reader import CellReader
from reports.exchange.cells import guarded
from reports.exchange.headings import NOTES, Headings, read_headings
from reports.exchange.tables import Row, Table, TableRefused

Mode = Literal["insert", "update", "upsert"]
Outcome = Literal["created", "updated", "unchanged"]
BATCH = 1000


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """`mapping` names the field of each column that is not named like its field; `match` is the key of update and upsert."""

    entity: str
    mode: Mode = "insert"
    match: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class RowError:
    """A refused row: its line in the file, its cells, and why."""

    line: int
    cells: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass
class ImportResult:
    """Counts by outcome; `errors` in file order."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)

    def add(self, other: ImportResult) -> None:
        """Count the outcome of further rows in."""
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.errors.extend(other.errors)


def import_table(runtime: Runtime, who: Principal, table: Table, request: ImportRequest) -> ImportResult:
    """Writes the rows of `table`, each row whole or not at all; a line that cannot be read ends it, as the last of the
    errors. A dry run does all of it in one unit that is undone, so it counts what the import would. Raises `TableRefused`
    when columns do not fit, `Denied` when `who` may not import here."""
    with runtime.reading(who) as session:
        headings = _headings(session, table.header, request)
        if not access.may(session, request.entity, "import"):
            raise Denied(Message("import_denied"))
    if request.dry_run:
        return _rehearse(runtime, who, request, headings, table)
    result = ImportResult()
    for batch in _batches(table.rows):
        result.add(runtime.writing(who, lambda session, batch=batch: _write_rows(session, request, headings, batch)))
    return result


def _headings(session: ReadSession, header: Sequence[str], request: ImportRequest) -> Headings:
    entity = session.app.entities.get(request.entity)
    if entity is None:
        raise TableRefused(f"没有名为“{request.entity}”的实体。", f"There is no entity '{request.entity}'.")
    headings = read_headings(entity, header, request.mapping, session.language)
    if request.mode != "insert" and request.match not in headings.names:
        raise TableRefused("更新需要用 --match 指定文件中的一列作为键。", "Updating needs --match with a column of the file as key.")
    return headings


def _batches(rows: Iterable[Row]) -> Iterator[list[Row | TableRefused]]:
    batch: list[Row | TableRefused] = []
    for row in _until_unreadable(rows):
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _until_unreadable(rows: Iterable[Row]) -> Iterator[Row | TableRefused]:
    """`rows`, and last the fault that ended them."""
    try:
        yield from rows
    except TableRefused as refused:
        yield refused


def _rehearse(
    runtime: Runtime, who: Principal, request: ImportRequest, headings: Headings, table: Table
) -> ImportResult:
    def unit(session: WriteSession) -> None:
        result = ImportResult()
        for batch in _batches(table.rows):
            result.add(_write_rows(session, request, headings, batch))
        raise _Rehearsed(result)

    try:
        runtime.writing(who, unit)
    except _Rehearsed as rehearsed:
        return rehearsed.result
    raise AssertionError("a rehearsal ends in its result")


class _Rehearsed(Exception):
    """Carries the outcome of a dry run out of a write unit that is rolled back."""

    def __init__(self, result: ImportResult) -> None:
        super().__init__()
        self.result = result


def _write_rows(
    session: WriteSession, request: ImportRequest, headings: Headings, batch: Sequence[Row | TableRefused]
) -> ImportResult:
    write_rows = _insert_rows if request.mode == "insert" and not _leads_back(request, headings) else _store_rows
    done = write_rows(session, request, headings, [row for row in batch if not isinstance(row, TableRefused)])
    done.errors += [_unreadable(row, request.language) for row in batch if isinstance(row, TableRefused)]
    return done


def _leads_back(request: ImportRequest, headings: Headings) -> bool:
    """Whether a row may name one that stands above it: the record must be there when its cells are read."""
    return any(column and column.link and request.entity in column.link.to for column in headings.fields)


def _insert_rows(
    session: WriteSession, request: ImportRequest, headings: Headings, rows: Sequence[Row]
) -> ImportResult:
    """Makes a record of each row; those that can be are written together."""
    reader = CellReader(session, request.entity, headings.fields)
    readable: list[Mapping[str, object]] = []
    refused: dict[int, Refusal] = {}
    for number, (_, cells) in enumerate(rows):
        try:
            values = reader.values(session, cells)
        except Refusal as refusal:
            refused[number] = refusal
        else:
            values.pop("id", None)
            readable.append(values)
    made = iter(create_all(session, request.entity, readable, read=True))
    outcomes = [refused[number] if number in refused else next(made) for number in range(len(rows))]
    done = ImportResult()
    for (line, cells), outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, Refusal):
            done.errors.append(RowError(line, cells, _reasons(outcome, request.language, headings)))
        else:
            done.created += 1
    return done


def _store_rows(
    session: WriteSession, request: ImportRequest, headings: Headings, rows: Sequence[Row]
) -> ImportResult:
    """Changes the record that each row means, or makes it; one after the other, for rows may mean the same record."""
    reader = CellReader(session, request.entity, headings.fields)
    done = ImportResult()
    for line, cells in rows:
        try:
            # A refused row must leave nothing behind while the others go on.
            outcome = session.runtime.part(session, lambda part, cells=cells: _store_row(part, request, reader, cells))
        except Refusal as refusal:
            done.errors.append(RowError(line, cells, _reasons(refusal, request.language, headings)))
        else:
            setattr(done, outcome, getattr(done, outcome) + 1)
    return done


def _unreadable(refused: TableRefused, language: str) -> RowError:
    told = f"{refused.zh}此行及之后的内容未读取。" if short(language).base == "zh" else f"{refused.en} Nothing from there on was read."
    return RowError(refused.line or 0, (), (told,))


def _reasons(refusal: Refusal, language: str, headings: Headings) -> tuple[str, ...]:
    """What is wrong with a row; each column by the heading that the file gives it."""
    if isinstance(refusal, Invalid):
        told = ((headings.names.get(e.path, e.path), e.message.text(language)) for e in refusal.errors)
        return tuple(f"{heading}: {text}" if heading else text for heading, text in told)
    return (refusal.message.text(language),)


def _store_row(session: WriteSession, request: ImportRequest, reader: CellReader, cells: tuple[str, ...]) -> Outcome:
    values = reader.values(session, cells)
    found = _match(session, request, values)
    if found is None and request.mode == "update":
        raise Invalid([FieldError(request.match or "", Message("import_no_match"))])
    values.pop("id", None)
    if found is None:
        write.create(session, request.entity, values)
        return "created"
    record = read.get(session, request.entity, found)
    changed = {name: value for name, value in values.items() if record.values.get(name) != value}
    if not changed:
        return "unchanged"
    write.update(session, request.entity, found, changed, revision=record.revision)
    return "updated"


def _match(session: WriteSession, request: ImportRequest, values: Mapping[str, object]) -> int | None:
    if request.mode == "insert" or request.match is None or values.get(request.match) is None:
        return None
    if isinstance(values[request.match], Unread):
        raise Invalid(_unread(session, request, values))
    key = Filter((request.match,), "eq", values[request.match])
    page = read.page(session, Query(request.entity, (("id",),), filters=(key,), limit=2))
    if len(page.rows) > 1:
        raise Invalid([FieldError(request.match, Message("import_many_match"))])
    return int(str(page.rows[0][0])) if page.rows else None


def _unread(session: WriteSession, request: ImportRequest, values: Mapping[str, object]) -> list[FieldError]:
    """What could not be read in a row whose key is among it; a field that may not be read is unknown (law 2)."""
    readable = read.readable_fields(session, request.entity)
    return [
        FieldError(name, one.message if name in readable else Message("unknown_input", {"name": name}))
        for name, one in values.items() if isinstance(one, Unread)
    ]


def write_errors(path: FilePath, table_header: Sequence[str], errors: Sequence[RowError]) -> None:
    """The refused rows in the same columns, with line and reasons after them, ready to be mended and imported again."""
    kept = [place for place, name in enumerate(table_header) if name not in NOTES]
    width = len(table_header)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*(table_header[place] for place in kept), *NOTES])
        for error in errors:
            cells = [guarded(cell) for cell in error.cells]
            own = [cells[place] if place < len(cells) else "" for place in kept]
            writer.writerow([*own, str(error.line), "；".join(error.reasons), *cells[width:]])
