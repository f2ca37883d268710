"""Records of data that come as a CSV file beside their declaration: the first row names the fields."""

from __future__ import annotations

import csv
import io
import posixpath
from collections.abc import Iterator

from metadata.codes import stored as codes
from metadata.folders import TABLE_ENDING
from metadata.near import shortened
from metadata.problems import Place
from metadata.read.reading import Reading
from metadata.specs.screens import DataFileSpec
from metadata.yaml.nodes import TextNode

MOST_ROWS = 10_000
MOST_BYTES = 1_000_000
"""Of UTF-8, as for a file of YAML."""
Rows = tuple[dict[str, object], ...]


def read_rows(said: TextNode, reading: Reading) -> tuple[DataFileSpec, Rows]:
    """The file that `said` names and its records; a cell that is empty says nothing of its field. What cannot be read is
    told, and the records are those before it."""
    path = posixpath.join(posixpath.dirname(said.place.file), said.text)
    if "/" in said.text or "\\" in said.text or not said.text.endswith(TABLE_ENDING):
        reading.note(codes.DATA_FILE_PLACE, said.place, text=shortened(said.text))
        return DataFileSpec(path), ()
    if path not in reading.files:
        reading.note(codes.DATA_FILE_MISSING, said.place, file=path)
        return DataFileSpec(path), ()
    text = reading.files[path].removeprefix("\ufeff")
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        _large(reading, Place(path))
        return DataFileSpec(path), ()
    lines = _lines(text, path, reading)
    columns = tuple(cell.strip() for cell in next(lines, (1, [""]))[1])
    if not _named(columns, path, reading):
        return DataFileSpec(path), ()
    rows = list(_rows(lines, columns, path, reading))
    return DataFileSpec(path, columns, tuple(line for line, _ in rows)), tuple(row for _, row in rows)


def _lines(text: str, path: str, reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line on which each begins, those without a value left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        reading.note(codes.DATA_FILE_UNREADABLE, Place(path, begins))


def _named(columns: tuple[str, ...], path: str, reading: Reading) -> bool:
    for number, name in enumerate(columns, 1):
        if not name:
            reading.note(codes.DATA_FILE_HEADER, Place(path), number=str(number))
            return False
        if name in columns[: number - 1]:
            reading.note(codes.DATA_FILE_TWICE, Place(path), name=shortened(name))
            return False
    return True


def _rows(
    lines: Iterator[tuple[int, list[str]]], columns: tuple[str, ...], path: str, reading: Reading
) -> Iterator[tuple[int, dict[str, object]]]:
    for count, (line, cells) in enumerate(lines):
        if count == MOST_ROWS:
            _large(reading, Place(path, line))
            return
        if any(cell.strip() for cell in cells[len(columns):]):
            reading.note(codes.DATA_FILE_CELLS, Place(path, line), found=str(len(cells)), columns=str(len(columns)))
        yield line, {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if cell.strip()}


def _large(reading: Reading, place: Place) -> None:
    reading.note(codes.DATA_FILE_LARGE, place, rows=f"{MOST_ROWS:,}", size=f"{MOST_BYTES:,}")
