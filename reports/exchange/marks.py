"""What a sheet of an `.xlsx` file says of its cells besides their values: which are shown in percent, which hold an error or a
formula without its result, how far the sheet reaches. The reader of values tells none of it. The file is read as a stream: nobody
vouches for it (T51)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pyexpat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

PERCENT = "%"
FORMULA = "="
Marks = tuple[tuple[int, str], ...]
"""Columns of a row, from 1, each with `PERCENT`, the error that stands there (`#N/A`), or the beginning of a formula
whose result the file does not hold, after `FORMULA` (`=B1*2`)."""

MOST_ELEMENTS = 8_000_000
"""Elements of one part: more than a sheet of real cells has that is within the limit of its size."""
_CHUNK = 1 << 16
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|[\\_*].')
"""Parts of a number format that stand for themselves."""
_BUILT_IN = frozenset({"9", "10"})
"""Number formats in percent that every workbook has without declaring them."""
_LONGEST_MARK = 20
_LONGEST_NUMBER = 7
_COLUMN = re.compile("[A-Z]{1,3}")

_Hear = Callable[[str], None]
_Start = Callable[[str, Mapping[str, str]], _Hear | None]
"""Told of each element that begins, by its name without namespace; returns who hears the text that follows."""


class TooLarge(Exception):
    """A part of the archive holds more elements than are looked at: `limit`."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class NoSheet(Exception):
    """The archive holds no sheet that could be read."""


@dataclass
class Sheet:
    """`rows` and `columns` are the last that hold a value; `marks` stand by the number of their row, from 1."""

    rows: int = 0
    columns: int = 0
    marks: dict[int, Marks] = field(default_factory=dict)


def read_marks(archive: ZipFile) -> Sheet:
    """The marks of the first sheet of a workbook. Raises `NoSheet` and `TooLarge`."""
    names = {name.lower(): name for name in archive.namelist()}
    if len(names) < len(archive.namelist()):
        raise NoSheet  # of two parts of one name, readers differ about which to take
    try:
        styles, place = _parts(archive, names)
        scan = _Scan(_percent_styles(archive, names[styles]) if styles in names else frozenset())
        _parse(archive, names[place], scan.start)
    except (KeyError, ValueError, ExpatError, BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError) as error:
        raise NoSheet from error
    scan.close_row()
    return scan.sheet


def _parts(archive: ZipFile, names: Mapping[str, str]) -> tuple[str, str]:
    """The places of the styles ("" without any) and of the first sheet in the archive. Raises `KeyError` without a sheet."""
    sheets: list[str] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet":
            sheets.extend(value for name, value in attributes.items() if name.endswith("relationships id"))

    book = next((one.target for one in _relations(archive, names, "") if one.kind == "officedocument"), "")
    _parse(archive, names[book], start)
    related = _relations(archive, names, book)
    places = {one.id: one.target for one in related}
    return next((one.target for one in related if one.kind == "styles"), ""), places[next(iter(sheets), "")]


@dataclass(frozen=True, slots=True)
class _Relation:
    """A part that another one names: by `id`, as its `kind`, at the place `target`; both in lower case."""

    id: str
    kind: str
    target: str


def _relations(archive: ZipFile, names: Mapping[str, str], part: str) -> list[_Relation]:
    """What `part` names; "" stands for the whole. Raises `KeyError` where that is not told."""
    folder, _, name = part.rpartition("/")
    found: list[_Relation] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship":
            target, kind = attributes["Target"].lower(), attributes.get("Type", "").lower().rpartition("/")[2]
            place = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found.append(_Relation(attributes["Id"], kind, place))

    _parse(archive, names[posixpath.join(folder, "_rels", f"{name}.rels")], start)
    return found


def _percent_styles(archive: ZipFile, name: str) -> frozenset[str]:
    """The numbers of the cell styles that show a number in percent."""
    formats = set(_BUILT_IN)
    styles: list[str] = []
    group = ""

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal group
        if tag == "numFmt" and _is_percent(attributes.get("formatCode", "")):
            formats.add(attributes.get("numFmtId", ""))
        elif tag in ("cellStyleXfs", "cellXfs"):
            group = tag
        elif tag == "xf" and group == "cellXfs":
            styles.append(attributes.get("numFmtId", ""))

    _parse(archive, name, start)
    return frozenset(str(number) for number, code in enumerate(styles) if code in formats)


def _is_percent(code: str) -> bool:
    """Whether the number format `code` shows numbers in percent."""
    return PERCENT in _LITERAL.sub("", code)


class _Scan:
    """Told of the elements of a sheet, it gathers the marks of `percent` styles, of errors and of formulas without a result."""

    def __init__(self, percent: frozenset[str]) -> None:
        self.sheet = Sheet()
        self._percent = percent
        self._number, self._row, self._column, self._kind, self._style, self._pending = "", 0, 0, "", "", False
        self._columns: dict[str, int] = {}
        self._marks: list[tuple[int, str]] = []
        self._known: dict[Marks, Marks] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> _Hear | None:
        """An element begins. Raises `ValueError` for what is nowhere in a sheet."""
        if tag == "c":
            self._open_cell(attributes)
        elif tag == "row":
            self._open_row(attributes.get("r") or str(self._row + 1))
        elif tag == "f":
            return self._formula()
        elif tag in ("v", "is"):
            return self._value()
        return None

    def close_row(self) -> None:
        """The row has ended. Rows are much alike, so equal marks are kept once."""
        if self._marks:
            marks = tuple((column, mark.strip()) for column, mark in self._marks)
            self.sheet.marks[self._row] = self._known.setdefault(marks, marks)
            self._marks = []

    def _open_row(self, number: str) -> None:
        self.close_row()
        if len(number) > _LONGEST_NUMBER:
            raise ValueError(number)
        self._number, self._row, self._column = number, int(number), 0

    def _open_cell(self, attributes: Mapping[str, str]) -> None:
        self._kind, self._style, self._pending = attributes.get("t", "n"), attributes.get("s", ""), False
        place = attributes.get("r")
        if place is None:
            self._column += 1
            return
        letters = place.rstrip("0123456789")
        if place[len(letters) :] != self._number:
            self._open_row(place[len(letters) :])
        if letters not in self._columns:
            self._columns[letters] = _column_number(letters)
        self._column = self._columns[letters]

    def _formula(self) -> _Hear:
        """Without a result until one is heard: programs that do not compute leave it out, or leave its element empty."""
        self._reach()
        self._marks.append((self._column, FORMULA))
        self._pending = True
        return self._hear_mark

    def _value(self) -> _Hear | None:
        self._reach()
        if self._pending and self._kind == "n":
            return self._hear_result
        if self._pending:  # a text or an error is there, be it the empty text
            self._resolve()
        if self._kind == "e":
            self._marks.append((self._column, ""))
            return self._hear_mark
        self._mark_percent()
        return None

    def _reach(self) -> None:
        self.sheet.rows = max(self.sheet.rows, self._row)
        self.sheet.columns = max(self.sheet.columns, self._column)

    def _mark_percent(self) -> None:
        if self._kind == "n" and self._style in self._percent:
            self._marks.append((self._column, PERCENT))

    def _resolve(self) -> None:
        self._marks.pop()
        self._pending = False

    def _hear_result(self, text: str) -> None:
        if self._pending and text.strip():
            self._resolve()
            self._mark_percent()

    def _hear_mark(self, text: str) -> None:
        column, heard = self._marks[-1]
        self._marks[-1] = column, (heard + text)[:_LONGEST_MARK]


def _column_number(letters: str) -> int:
    if not _COLUMN.fullmatch(letters):
        raise ValueError(letters)
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _parse(archive: ZipFile, name: str, start: _Start) -> None:
    """Tell `start` of the elements of a part of the archive. Raises `TooLarge`, `ExpatError`, and what reading it raises."""
    parser = ParserCreate(namespace_separator=" ")
    begun = 0

    def begin(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal begun
        begun += 1
        if begun > MOST_ELEMENTS:
            raise TooLarge(MOST_ELEMENTS)
        parser.CharacterDataHandler = start(tag.rpartition(" ")[2], attributes)

    def refuse(*declared: object) -> None:
        raise ValueError("a document type")

    parser.StartElementHandler, parser.StartDoctypeDeclHandler = begin, refuse
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)
