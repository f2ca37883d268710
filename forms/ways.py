"""How a list is shown, as an address asks for it: `as=board&by=stage`, `as=calendar&by=due&on=2026-11&span=week`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.field_types.characters import shorten
from engine.refusals import FieldError, Message, NotFound
from forms.compiled import CompiledList, ListColumn
from metadata.specs.screens import WAY_NAMES, Way

Span = Literal["month", "week"]
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years that a calendar shows."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The way a list is shown, and the field that it is shown by (None: a table is shown by none). A calendar shows the `span`
    around the day `on` (None: today)."""

    way: Way = "table"
    by: ListColumn | None = None
    on: date | None = None
    span: Span = "month"

    def parameters(self) -> list[tuple[str, str]]:
        """What the address says of it."""
        pairs = [("as", self.way), *([("by", self.by.field.name)] if self.by is not None else [])]
        if self.way == "calendar":
            pairs += [("on", self.on.isoformat())] if self.on is not None else []
            pairs += [("span", self.span)] if self.span != "month" else []
        return pairs


TABLE = Shown()
Offered = Mapping[Way, Sequence[ListColumn]]


def known_ways(offered: Offered, known: Callable[[ListColumn], bool]) -> Offered:
    """The ways with the fields that the reader knows of; a way that none is left for is not there (law 2)."""
    kept: dict[Way, Sequence[ListColumn]] = {way: list(filter(known, columns)) for way, columns in offered.items()}
    return {way: columns for way, columns in kept.items() if columns}


def parse_way(first: Mapping[str, str], offered: Offered) -> Shown | None:
    """The way that the address names; None where it names none. Raises `NotFound` for one that is not there for its reader."""
    if "as" not in first:
        return None
    way = WAY_NAMES.get(first["as"])
    if way is None or (way != "table" and way not in offered):
        raise NotFound("unknown_field")
    if way == "table":
        return TABLE
    by = next((column for column in offered[way] if column.field.name == first.get("by")), None)
    if by is None and "by" in first:
        raise NotFound("unknown_field")
    return Shown(way, by or offered[way][0], _day(first.get("on", "")), "week" if first.get("span") == "week" else "month")


def unread_day(first: Mapping[str, str]) -> tuple[FieldError, ...]:
    """What is wrong with the day that the address names; a calendar shows today then."""
    text = first.get("on", "")
    return (FieldError("on", Message("bad_date", {"value": shorten(text)})),) if text and _day(text) is None else ()


def _day(text: str) -> date | None:
    """A day, or the first of a month; None for anything else."""
    try:
        day = date.fromisoformat(f"{text}-01" if len(text) == len("2026-11") else text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def usual_way(view: CompiledList, offered: Offered) -> Shown:
    """The way that the list itself is shown in; a table where the reader knows of nothing that it could be shown by."""
    columns = offered.get(view.show, ())
    by = next((column for column in columns if view.by in (None, column.field.name)), None)
    return Shown(view.show, by) if by is not None else TABLE
