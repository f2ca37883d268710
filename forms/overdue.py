"""What is overdue: a record whose day has passed, as long as its flow has not ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from engine.records.queries import Column, Path
from forms.compiled import ListColumn
from forms.formats import Formats

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Due:
    """The day by which records should be done. `state` holds where each is in its flow (None: there is no flow), which ends in
    the states `ended`."""

    column: ListColumn
    state: ListColumn | None
    ended: frozenset[str]

    @property
    def paths(self) -> tuple[Path, ...]:
        """What rows must hold to tell."""
        return (self.column.path, *([self.state.path] if self.state is not None else []))


@dataclass(frozen=True, slots=True)
class Overdue:
    """Tells of rows whether they are overdue; `word` says so."""

    path: Path
    label: str
    word: str
    day: Callable[[Row], str]

    def mark(self, row: Row) -> Markup:
        """The mark beside the day of an overdue row; blank for others."""
        return self._tag(self.word) if self.day(row) else Markup("")

    def dated(self, row: Row) -> Markup:
        """As `mark`, with the day, for where that does not stand."""
        day = self.day(row)
        return self._tag(f"{self.word} {day}") if day else Markup("")

    def _tag(self, text: str) -> Markup:
        return Markup('<span class="tag tag--red">%s</span>') % escape(text)


def overdue_of(due: Due, found: Sequence[Column], formats: Formats, now: datetime, today: date, word: str) -> Overdue:
    """How rows that hold `due.paths` where `found` says are told apart; a value that the reader may not read in a row, of the day or
    of the state, tells nothing."""
    places = {column.path: column.index for column in found}
    index = places.get(due.column.path)
    at = places.get(due.state.path) if due.state is not None else None
    written = formats.datetime if due.column.field.stored == "datetime" else formats.date

    def day(row: Row) -> str:
        value = row[index] if index is not None else None
        if value is None or not is_over(value, now, today):
            return ""
        if due.state is not None and (at is None or row[at] is None or row[at] in due.ended):
            return ""
        return written(value)

    return Overdue(due.column.path, due.column.label[formats.language], word, day)


def is_over(day: object, now: datetime, today: date) -> bool:
    """Whether a day, or a moment, has passed."""
    if isinstance(day, datetime):
        return day < now
    return isinstance(day, date) and day < today
