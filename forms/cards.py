"""Records of a list as cards: the first column is the title, the next ones that have a value are said below it."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from engine.compiled import CompiledApp
from engine.records.queries import Column, Path
from forms.cells import show_of
from forms.compiled import ListColumn
from forms.formats import Formats
from forms.overdue import Overdue

Row = Sequence[Any]
Text = Callable[[Row], str]
SAID = 4
"""Values that a card says below its title, at most."""


@dataclass(frozen=True, slots=True)
class CardText:
    """What a card says: `facts` are (label, value as HTML), blank ones left out."""

    id: int
    revision: int
    title: Markup
    facts: tuple[tuple[str, Markup], ...]
    owner: str = ""


def card_columns(columns: Sequence[ListColumn], apart: Container[Path]) -> tuple[ListColumn, ...]:
    """The columns of a list that its cards say; those of `apart` are said otherwise."""
    return (*columns[:1], *[column for column in columns[1:] if column.path not in apart][:SAID])


def draw_cards(
    columns: Sequence[tuple[ListColumn, Column]], rows: Sequence[Row], app: CompiledApp, formats: Formats,
    owner: Column | None = None, overdue: Overdue | None = None,
) -> list[CardText]:
    """The cards of `rows`. `columns` pair what a card says with where the rows hold it; `owner` is where they hold who the
    record belongs to, `overdue` tells what is marked."""
    title = title_of(*columns[0], app, formats) if columns else lambda row: f"#{row[0]}"
    values = [
        (shown.label[formats.language], _marked(shown, value_of(shown, found, app, formats), overdue)) for shown, found in columns[1:]
    ]
    if overdue is not None and all(shown.path != overdue.path for shown, _ in columns[1:]):
        values.insert(0, (overdue.label, overdue.dated))

    def card(row: Row) -> CardText:
        facts = ((label, value(row)) for label, value in values)
        whose = row[owner.title] if owner is not None and owner.title is not None else None
        said = tuple((label, Markup(text)) for label, text in facts if text)
        return CardText(row[0], row[1], Markup(title(row)), said, whose or "")

    return [card(row) for row in rows]


def _marked(shown: ListColumn, value: Text, overdue: Overdue | None) -> Text:
    """The value of the day that is due with its mark; any other as it is."""
    if overdue is None or shown.path != overdue.path:
        return value
    return lambda row: f"{value(row)} {overdue.mark(row)}".strip()


def title_of(shown: ListColumn, found: Column, app: CompiledApp, formats: Formats) -> Text:
    """The column as the text of a link, so that it holds no link itself: a linked record shows as its title."""
    value = value_of(shown, found, app, formats)
    if found.caption is None:
        return lambda row: value(row) or "—"
    caption = found.caption
    return lambda row: str(escape(row[caption] or "—"))


def value_of(shown: ListColumn, found: Column, app: CompiledApp, formats: Formats) -> Text:
    """The column as HTML: the value, else what a mask leaves of it, else nothing."""
    show = show_of(shown.field, app, formats)
    index, title, masked = found.index, found.title, found.masked

    def text(row: Row) -> str:
        if row[index] is not None:
            return show(row[index], None if title is None else row[title])
        hidden = row[masked] if masked is not None else None
        return f'<span class="muted">{escape(hidden)}</span>' if hidden else ""

    return text
