"""Cells of a spreadsheet pasted into a child grid: they fill it from the cell at hand, to the right and down, in rows that are
there and in new ones, read as an import reads them (R17). Nothing is written; what cannot be read is told at its cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.compiled import CompiledEntity, CompiledField
from engine.languages import names_in
from engine.refusals import BadRequest, FieldError, Message, NotFound, Unread
from forms.binding import UNREAD, Bound, Posted, row_keys
from forms.compiled import CompiledForm, CompiledSection
from forms.conditions import is_formula
from forms.widgets import text_of
from reports.exchange.cell_reader import CellReader
from web.context import Context
from web.pages.forms.views import shown_columns

MOST_ROWS = 200
LONGEST = 200_000
"""Characters of what is pasted at once."""


class Pasted:
    """A posted form with cells over it: `texts` by the names of inputs."""

    def __init__(self, posted: Posted, texts: Mapping[str, str]) -> None:
        self._posted = posted
        self._texts = texts

    def getlist(self, key: str, /) -> list[str]:
        return [self._texts[key]] if key in self._texts else self._posted.getlist(key)

    def keys(self) -> Iterable[str]:
        return [*self._posted.keys(), *(name for name in self._texts if name not in self._posted.keys())]  # noqa: SIM118


@dataclass(frozen=True, slots=True)
class Left:
    """What of pasted cells no input could take: the `texts` by the names of those inputs, and what is wrong with each of them,
    at paths like `lines.3.price`."""

    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    faults: tuple[FieldError, ...] = ()


def pasted(context: Context, entity: CompiledEntity, layout: CompiledForm) -> tuple[Pasted, Left, int]:
    """The posted form with the pasted cells in it, what of them could not be read, and how many rows they fill. Raises
    `NotFound` for a grid, row or column that is not there, `BadRequest` for too much."""
    section = next((one for one in layout.sections if one.children and one.name == context.part("section")), None)
    if section is None:
        raise NotFound()
    name, child, columns = _grid(context, entity, section)
    lines = _lines(context, _cells(context.text("_paste.text")), columns)
    present, first = row_keys(context.typed, name), _place(context, columns)
    if context.text("_paste.row") not in present:
        raise NotFound()
    below = present[present.index(context.text("_paste.row")):]
    below += _new_keys(context.text("_paste.key"), len(lines) - len(below))
    return _over(context, child, columns[first:], name, dict(zip(below, lines, strict=False)))


def left_of_pastes(context: Context, entity: CompiledEntity, layout: CompiledForm, bound: Bound) -> Left:
    """What earlier pastes left and nobody has mended: the input is still empty in the `bound` form."""
    texts: dict[str, str] = {}
    faults: list[FieldError] = []
    for section in layout.sections:
        if section.children is None or section.children not in entity.fields:
            continue
        name, child, columns = _grid(context, entity, section)
        for place, row in enumerate(bound.rows.get(name, ())):
            for column in columns:
                at = f"{name}.{row.key}.{column.name}"
                text = context.text(f"{UNREAD}{at}")
                if not text or row.texts.get(column.name) or not column.writable:
                    continue
                value = CellReader(context.session, child.name, [column]).values(context.session, (text,))[column.name]
                if isinstance(value, Unread):
                    texts[at] = text
                    faults.append(FieldError(f"{name}.{place}.{column.name}", value.message))
    return Left(texts, tuple(faults))


def _grid(
    context: Context, entity: CompiledEntity, section: CompiledSection
) -> tuple[str, CompiledEntity, Sequence[CompiledField]]:
    """The field, the entity and the columns of a grid."""
    name = str(section.children)
    child = context.app.entities[str(entity.fields[name].children)]
    return name, child, shown_columns(context, child, section)


def _over(
    context: Context, child: CompiledEntity, columns: Sequence[CompiledField], name: str, rows: Mapping[str, tuple[str, ...]]
) -> tuple[Pasted, Left, int]:
    taken = [None if is_formula(column) or not column.writable else column for column in columns]
    reader = CellReader(context.session, child.name, taken)
    texts: dict[str, str] = {}
    unread: dict[str, str] = {}
    errors: list[FieldError] = []
    order = {key: place for place, key in enumerate(dict.fromkeys((*row_keys(context.typed, name), *rows)))}
    for key, cells in rows.items():
        width = min(len(cells), len(taken))
        values = reader.values(context.session, (*cells[:width], *("",) * (len(taken) - width)))
        for column in filter(None, taken[:width]):
            value = values[column.name]
            if isinstance(value, Unread):
                errors.append(FieldError(f"{name}.{order[key]}.{column.name}", value.message))
                text = cells[taken.index(column)].strip()
                texts[f"{name}.{key}.{column.name}"] = "" if column.link or column.options else text
                if column.link or column.options:
                    unread[f"{name}.{key}.{column.name}"] = text
            else:
                texts[f"{name}.{key}.{column.name}"] = text_of(column, value, context.reading)
    return Pasted(context.typed, texts), Left(unread, tuple(errors)), len(rows)


def _cells(text: str) -> list[tuple[str, ...]]:
    """The cells of what spreadsheets put on the clipboard: tabs between them, quotes around line ends."""
    if len(text) > LONGEST:
        raise BadRequest(Message("paste_large", {"rows": MOST_ROWS}))
    table = csv.reader(io.StringIO(text.replace("\r\n", "\n").rstrip("\n")), delimiter="\t")
    try:
        lines = [tuple(line) for line in table]
    except csv.Error:
        lines = [tuple(line.split("\t")) for line in text.splitlines()]
    if len(lines) > MOST_ROWS:
        raise BadRequest(Message("paste_large", {"rows": MOST_ROWS}))
    return lines


def _lines(context: Context, lines: list[tuple[str, ...]], columns: Sequence[CompiledField]) -> list[tuple[str, ...]]:
    """Without a first line that only names columns."""
    labels = {label for column in columns for label in names_in(column.label, context.language)}
    heads = lines and len(lines) > 1 and all(cell.strip() in labels for cell in lines[0])
    return lines[1:] if heads else lines


def _place(context: Context, columns: Sequence[CompiledField]) -> int:
    """Where among the columns the cell at hand stands."""
    wanted = context.text("_paste.column")
    place = next((place for place, column in enumerate(columns) if column.name == wanted), None)
    if place is None:
        raise NotFound("unknown_field")
    return place


def _new_keys(start: str, count: int) -> list[str]:
    """Keys of new rows after that of the last one that the browser gave, which numbers them."""
    if not (start.isascii() and start.isdigit() and len(start) < 12):
        raise NotFound()
    return [f"new{int(start) + number}" for number in range(count)]
