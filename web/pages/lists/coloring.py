"""What gives the records of calendars and maps their colour."""

from __future__ import annotations

from forms.compiled import ListColumn
from forms.lists import ListRequest
from metadata.specs.common import COLORS

USUAL = "gray"


def coloring(request: ListRequest) -> ListColumn | None:
    """The state, else the first choice of which the reader knows."""
    return next(iter(request.ways.get("board", ())), None)


def color_of(column: ListColumn | None, value: object) -> str:
    """The colour that a value of the column has."""
    option = column.field.options.get(str(value)) if column is not None else None
    return option.color if option is not None and option.color in COLORS else USUAL
