"""The sums below the columns of child rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup, escape

from engine.compiled import CompiledField
from forms.compiled import CompiledSection
from web.context import Context
from web.pages.values import value_html

_SUMMED = frozenset({"money", "decimal", "int", "duration"})


def totals_of(
    context: Context, columns: Sequence[CompiledField], section: CompiledSection, rows: Sequence[Mapping[str, object]]
) -> tuple[Markup, ...]:
    """A cell for each of `columns`: the sum over `rows` where the section asks for one; none at all where it asks for none, or
    there is nothing to sum. What is no number (not yet entered, or not readable) counts as nothing."""
    if not section.totals or not rows:
        return ()
    cells: list[Markup] = []
    for place, column in enumerate(columns):
        if column.name in section.totals and column.stored in _SUMMED:
            values = [row.get(column.name) for row in rows]
            total = sum((v for v in values if isinstance(v, Decimal | int)), Decimal(0))
            cells.append(value_html(context, column, total))
        else:
            cells.append(escape(context.texts("records.total")) if place == 0 else Markup(""))
    return tuple(cells)
