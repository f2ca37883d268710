"""Reading a table from a CSV or Excel file: a header and rows of texts, within limits (T50-T52)."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from pathlib import Path

from metadata.clock_texts import duration_text
from reports.exchange.marks import FORMULA, PERCENT, NoSheet, Sheet, TooLarge, read_marks

MAX_BYTES = 200_000_000
MAX_COLUMNS = 1_000
MAX_CELL = 100_000
MAX_CELLS = 10_000_000
MAX_UNPACKED = 100_000_000
MAX_RATIO = 100
ENCODINGS = ("utf-8-sig", "gb18030")


Row = tuple[int, tuple[str, ...]]
"""Line of the file on which the row begins, cells as texts."""


class SheetError(str):
    """The text of a cell that holds no value but an error (`#N/A`)."""


class SheetFormula(str):
    """The text of a cell that holds no value but a formula (`=B1*2`): whoever wrote the file did not compute it."""


@dataclass
class TableRefused(Exception):
    """The file cannot be read as a table, or not beyond `line`; the texts say why."""

    zh: str
    en: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`header` names of columns; `rows` are read from the file as they are asked for, each time from the first."""

    header: tuple[str, ...]
    rows: Iterable[Row]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows below the header of the file at `path`."""

    path: Path
    read: Callable[[Path], Iterator[Row]]

    def __iter__(self) -> Iterator[Row]:
        return islice(self.read(self.path), 1, None)


def open_table(path: Path) -> Table:
    """The table in `path`, by its ending `.csv` or `.xlsx`. Raises `TableRefused`."""
    if not path.is_file():
        raise TableRefused(f"找不到文件 {path}。", f"There is no file {path}.")
    if path.stat().st_size > MAX_BYTES:
        raise _too_large("文件", "The file", f"超过 {_megabytes(MAX_BYTES)}", f"it has more than {_megabytes(MAX_BYTES)}")
    if path.suffix.lower() == ".xlsx":
        return _header_first(path, partial(_sheet_rows, marked=_look_over(path)))
    if path.suffix.lower() == ".csv":
        return _header_first(path, _csv_rows)
    raise TableRefused("只支持 .csv 和 .xlsx 文件。", "Only .csv and .xlsx files can be read.")


def _header_first(path: Path, read: Callable[[Path], Iterator[Row]]) -> Table:
    first = next(read(path), None)
    if first is None:
        raise TableRefused("文件是空的：第一行应为列名。", "The file is empty: its first row should name the columns.")
    header = tuple(cell.strip() for cell in first[1])
    if len(header) > MAX_COLUMNS:
        raise TableRefused(f"列数超过 {MAX_COLUMNS}。", f"There are more than {MAX_COLUMNS} columns.")
    return Table(header, _Rows(path, read))


def _csv_rows(path: Path) -> Iterator[Row]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        csv.field_size_limit(MAX_CELL)
        reader = csv.reader(stream, strict=True)
        while True:
            begins = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise TableRefused(
                    f"第 {begins} 行不是有效的 CSV（引号未闭合或单元格过长）。",
                    f"Line {begins} is not valid CSV (an unclosed quote, or a cell that is too long).",
                    begins,
                ) from error
            if cells is None:
                return
            if any(cell.strip() for cell in cells):
                yield begins, tuple(cells)


def _encoding(path: Path) -> str:
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding) as stream:
                while stream.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise TableRefused("文件编码应为 UTF-8 或 GB18030。", "The file should be in UTF-8 or GB18030.")


def _sheet_rows(path: Path, marked: Sheet) -> Iterator[Row]:
    from python_calamine import CalamineError, CalamineWorkbook  # heavy, and needed for Excel only

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    except CalamineError as error:
        raise _no_workbook() from error
    first = sheet.start[1] + 1 if sheet.start is not None else 1
    # The reader of values takes no notice of formulas without a result: they may stand beyond its last column and row.
    ends = sheet.end[0] + 1 if sheet.end is not None else 0
    beyond = ((number, []) for number in range(ends + 1, marked.rows + 1))
    for number, row in chain(enumerate(sheet.iter_rows(), start=1), beyond):
        marks = {column - first: mark for column, mark in marked.marks.get(number, ())}
        if marks and max(marks) >= len(row):
            row = [*row, *[""] * (max(marks) + 1 - len(row))]
        cells = tuple(_marked_text(cell, marks.get(place)) for place, cell in enumerate(row))
        if any(cells):
            yield number, cells


def _look_over(path: Path) -> Sheet:
    """What `read_marks` tells of a workbook that is not too large. The reader of values holds a sheet as a whole, blank cells
    too, so its extent is known before."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            packed = sum(entry.compress_size for entry in archive.infolist()) or 1
            if unpacked > MAX_UNPACKED:
                limit = _megabytes(MAX_UNPACKED)
                raise _large_workbook(f"解压后超过 {limit}", f"it has more than {limit} when unpacked")
            if unpacked / packed > MAX_RATIO:
                zh = f"解压后超过原来的 {MAX_RATIO} 倍"
                raise _large_workbook(zh, f"it swells to more than {MAX_RATIO} times its size when unpacked")
            sheet = read_marks(archive)
    except TooLarge as error:
        raise _large_workbook(
            f"其中一个部件含有超过 {error.limit:,} 个元素（行、单元格、值）",
            f"a part of it holds more than {error.limit:,} elements (rows, cells, values)",
        ) from error
    except (zipfile.BadZipFile, NoSheet) as error:
        raise _no_workbook() from error
    if sheet.columns > MAX_COLUMNS:
        raise TableRefused(f"列数超过 {MAX_COLUMNS}。", f"There are more than {MAX_COLUMNS} columns.")
    if sheet.rows * sheet.columns > MAX_CELLS:
        raise _large_workbook(
            f"工作表一直到第 {sheet.rows:,} 行、第 {sheet.columns:,} 列，超过 {MAX_CELLS:,} 个单元格",
            f"its sheet reaches to row {sheet.rows:,} and column {sheet.columns:,}, which is more than {MAX_CELLS:,} cells",
        )
    return sheet


def _large_workbook(zh: str, en: str) -> TableRefused:
    return _too_large("Excel 文件", "The Excel file", zh, en)


def _too_large(file_zh: str, file_en: str, zh: str, en: str) -> TableRefused:
    """What is too large, which limit it passes, and how to go on."""
    return TableRefused(
        f"{file_zh}过大：{zh}。请拆成几个文件，每个都带列名行，并删去空的行和列。",
        f"{file_en} is too large: {en}. "
        "Split it into several files, each with the row of column names, and delete rows and columns that are empty.",
    )


def _megabytes(count: int) -> str:
    return f"{count // 1_000_000} MB"


def _no_workbook() -> TableRefused:
    return TableRefused("这不是有效的 Excel 文件。", "This is not a valid Excel file.")


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{_digits(cell):f}"
    if isinstance(cell, timedelta):
        return duration_text(round(cell.total_seconds()))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _marked_text(cell: object, mark: str | None) -> str:
    """The text of a cell: what is shown in percent is a text in percent, not rounded."""
    if mark is None:
        return _text(cell)
    if mark != PERCENT:
        return SheetFormula(mark) if mark.startswith(FORMULA) else SheetError(mark)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return _text(cell)
    return f"{_digits(cell).scaleb(2).normalize():f}%"


def _digits(number: float) -> Decimal:
    """The number to the fifteen digits that a spreadsheet holds: what is computed there ends in noise (`=1-0.9`)."""
    return Decimal(f"{number:.15g}").normalize()
