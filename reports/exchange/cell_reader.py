"""Cells of a table as values of the fields that their columns mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from engine.compiled import CompiledField
from engine.field_types import FIELD_TYPES
from engine.field_types.base import InvalidValue, TextContext
from engine.refusals import FieldError, Invalid, Message, Unread
from engine.runtime import ReadSession
from reports.exchange.cells import unguarded
from reports.exchange.linking import Linking
from reports.exchange.tables import SheetError, SheetFormula

MOST_KEPT = 512
"""Texts of a column whose values are kept: what a column holds often is read once."""


class CellReader:
    """Reads rows of one table. `columns` are the fields that its columns mean, in their order, None for those without meaning."""

    def __init__(self, session: ReadSession, entity: str, columns: Sequence[CompiledField | None]) -> None:
        context = TextContext(session.app.zone, session.language)
        self._entity = entity
        self._width = len(columns)
        numbered = [(number, column, _reading(column, context)) for number, column in enumerate(columns) if column is not None]
        # A link with a filter is read by the values beside it, so after them.
        self._columns = sorted(numbered, key=lambda one: one[1].link is not None and one[1].link.filter is not None)

    def values(self, session: ReadSession, cells: tuple[str, ...]) -> dict[str, object]:
        """What the cells of a row hold by field, `Unread` for those that could not be read. Raises `Invalid` for cells beyond
        the columns."""
        width = self._width
        if len(cells) != width:
            if any(cell.strip() for cell in cells[width:]):
                raise Invalid([FieldError("", Message("import_many_cells", {"cells": len(cells), "columns": width}))])
            cells = (*cells, *("",) * (width - len(cells)))
        values: dict[str, object] = {}
        linking = Linking(session, self._entity, values)
        for number, column, reading in self._columns:
            cell = cells[number]
            try:
                if isinstance(cell, SheetError):
                    raise InvalidValue("import_error_cell", {"shown": cell})
                if isinstance(cell, SheetFormula):
                    raise InvalidValue("import_formula_cell", {"shown": cell})
                if column.link is None or not unguarded(cell).strip():
                    values[column.name] = reading(cell)
                else:
                    values[column.name] = linking.linked(column, unguarded(cell).strip())
            except InvalidValue as invalid:
                values[column.name] = Unread(invalid.message)
        return values


def _reading(column: CompiledField, context: TextContext) -> Callable[[str], object]:
    """What reads a cell of a column whose value follows from its text alone."""
    return lru_cache(MOST_KEPT)(partial(_read, column, context))


def _read(column: CompiledField, context: TextContext, cell: str) -> object:
    return FIELD_TYPES[column.stored].read_import(unguarded(cell), column, context)
