"""Rows of a list as HTML: one function per column, put together once per page, called once per cell.

Nothing here looks anything up per cell: drawing, labels and addresses are bound when the renderer is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from engine.compiled import CompiledApp, CompiledField
from engine.records.queries import Column, Path
from forms.cells import DATES, NUMERIC, PICTURES, Show, show_of
from forms.compiled import ListColumn
from forms.formats import Formats
from forms.overdue import Overdue

Row = tuple[Any, ...]
Cell = Callable[[Row], str]

_FIRST_ON_PHONE = 4
"""Columns after these are left out of the cards on a phone, besides the title and the state."""
_CUT = frozenset({"text", "long", "rich", "email", "url", "link", "user", "dept", "any_link", "links", "file"})
"""Kinds whose cells give way where the columns need more room than there is; the end of the text is cut then."""
_NAMES = frozenset({"user"})
"""Of these, the names of people: short, and read whole."""


@dataclass(frozen=True, slots=True)
class RowTools:
    """What rows of a list that people work in have besides their values: the words for a box that selects ("" for none), for a star
    and for a look at the record, with their icons; which records have a star; which of their own fields are edited in their cells."""

    select: str
    star: str
    preview: str
    star_icon: str
    preview_icon: str
    starred: frozenset[int]
    editable: frozenset[str]


def draw_rows(
    columns: Sequence[tuple[ListColumn, Column]], rows: Sequence[Row], app: CompiledApp, formats: Formats, base: str,
    tools: RowTools | None = None, made: int | None = None, overdue: Overdue | None = None,
) -> Markup:
    """The `<tr>` of each row; the first column links to `base` + id. `columns` pair what a list shows with where the
    page of rows holds it. With `tools` rows begin with what is done to them. `made` is marked as the row that was just made;
    `overdue` tells which are marked as that."""
    editable = tools.editable if tools is not None else frozenset[str]()
    cells = [_cell(place, shown, found, app, formats, base, editable) for place, (shown, found) in enumerate(columns)]
    if overdue is not None and cells:
        shown = next((place for place, (column, _) in enumerate(columns) if place and column.path == overdue.path), 0)
        cells[shown] = _marked_cell(cells[shown], overdue.mark if shown else overdue.dated)
    if tools is not None:
        cells = [*([_box(tools.select)] if tools.select else []), _buttons(tools), *cells]
    parts: list[str] = []
    for row in rows:
        parts.append(f'<tr data-id="{row[0]}" class="is-made">' if row[0] == made else f'<tr data-id="{row[0]}">')
        parts.extend([cell(row) for cell in cells])
        parts.append("</tr>")
    return Markup("".join(parts))


def cell_class(place: int, field: CompiledField, state: bool) -> str:
    """The classes of a column's cells: what it holds, and its place on a phone."""
    names = ["c-title"] if place == 0 else []
    if field.stored in NUMERIC:
        names.append("c-num")
    elif field.stored in DATES:
        names.append("c-date")
    elif _is_cut(field):
        names.append("c-text c-name" if field.stored in _NAMES else "c-text")
    if state:
        names.append("c-state")
    elif place > _FIRST_ON_PHONE:
        names.append("c-extra")
    return " ".join(names)


def _is_cut(field: CompiledField) -> bool:
    return field.stored in _CUT and field.kind not in PICTURES


def paired(columns: Sequence[ListColumn], found: Sequence[Column]) -> list[tuple[ListColumn, Column]]:
    """The columns of a list that its reader may see, with their places in the rows."""
    by_path: Mapping[Path, Column] = {column.path: column for column in found}
    return [(column, by_path[column.path]) for column in columns if column.path in by_path]


def _cell(
    place: int, shown: ListColumn, found: Column, app: CompiledApp, formats: Formats, base: str, editable: frozenset[str]
) -> Cell:
    own = len(shown.path) == 1
    state = own and app.entities[shown.entity].state_field == shown.field.name
    name = cell_class(place, shown.field, state)
    if own and shown.field.name in editable:
        name = f"{name} c-edit".strip()
    label = f' data-l="{escape(shown.label[formats.language])}"' if place and not state else ""
    start = f'<td class="{name}"{label}>' if name else f"<td{label}>"
    blank = f"{start}</td>"
    end = "</td>"
    if _is_cut(shown.field):
        start, end = f'{start}<span class="cut">', "</span></td>"
    show = show_of(shown.field, app, formats)
    if place == 0:
        return _title_cell(start, end, show, found, base)
    if found.masked is not None:
        return _masked_cell(start, end, blank, show, found)
    return _plain_cell(start, end, blank, show, found)


def _box(select: str) -> Cell:
    """The cell with the box that selects the row; the script names it by the record's title."""
    start = '<td class="c-check"><input type="checkbox" name="_id" value="'
    end = f'" aria-label="{escape(select)} '
    return lambda row: f'{start}{row[0]}{end}{row[0]}"></td>'


def _buttons(tools: RowTools) -> Cell:
    """The cell with the star of the row, and the button that shows the record beside the list."""
    star, look, starred = escape(tools.star), escape(tools.preview), tools.starred
    start = '<td class="c-tools"><button type="button" class="row-tool star'
    end = (
        f' data-star aria-label="{star}" title="{star}">{tools.star_icon}</button>'
        f'<button type="button" class="row-tool" data-preview aria-label="{look}" title="{look}">{tools.preview_icon}</button></td>'
    )
    plain, marked = f'{start}" aria-pressed="false"{end}', f'{start} star--on" aria-pressed="true"{end}'
    return lambda row: marked if row[0] in starred else plain


def _plain_cell(start: str, end: str, blank: str, show: Show, found: Column) -> Cell:
    index, title = found.index, found.title
    if title is None:

        def cell(row: Row) -> str:
            value = row[index]
            return blank if value is None else f"{start}{show(value, None)}{end}"

    else:

        def cell(row: Row) -> str:
            value = row[index]
            return blank if value is None else f"{start}{show(value, row[title])}{end}"

    return cell


def _masked_cell(start: str, end: str, blank: str, show: Show, found: Column) -> Cell:
    index, title, masked = found.index, found.title, found.masked
    assert masked is not None

    def cell(row: Row) -> str:
        value = row[index]
        if value is not None:
            return f"{start}{show(value, None if title is None else row[title])}{end}"
        hidden = row[masked]
        return f'{start}<span class="muted">{escape(hidden)}</span>{end}' if hidden else blank

    return cell


def _marked_cell(cell: Cell, mark: Callable[[Row], str]) -> Cell:
    """The cell with a mark behind what it holds: the day that is due, or the title where that does not stand in the row. A marked
    one is seen on a phone too."""

    def marked(row: Row) -> str:
        told, drawn = mark(row), cell(row)
        late = drawn.replace(" c-extra", "", 1).replace('class="', 'class="c-late ', 1).removesuffix("</td>")
        return f"{late} {told}</td>" if told else drawn

    return marked


def _title_cell(start: str, end: str, show: Show, found: Column, base: str) -> Cell:
    """The cell that opens the record. A linked value shows as its title: a link inside a link would not do."""
    index, title, masked = found.index, found.caption, found.masked
    opening = f'{start}<a href="{base}'

    def cell(row: Row) -> str:
        value = row[index]
        if title is not None:
            text = str(escape(row[title] or "—"))
        elif value is not None:
            text = show(value, None)
        else:
            text = str(escape((row[masked] if masked is not None else None) or "—"))
        return f'{opening}{row[0]}">{text}</a>{end}'

    return cell
