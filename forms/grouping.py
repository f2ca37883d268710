"""How the rows of a list are grouped, as an address asks for it: `group=stage`, `group=created_at:month`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine.compiled import CompiledField
from engine.refusals import NotFound
from forms.compiled import ListColumn

Bucket = Literal["day", "week", "month", "quarter", "year"]
BUCKETS: dict[str, Bucket] = {"day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year"}
"""The spans that dates are grouped by: a closed set (T10)."""
USUAL: Bucket = "month"
_KINDS = frozenset({"choice", "bool", "link", "user", "dept"})
_DATES = frozenset({"date", "datetime"})


@dataclass(frozen=True, slots=True)
class GroupBy:
    """What the rows of a list are grouped by; dates by a span."""

    column: ListColumn
    bucket: Bucket | None = None

    @property
    def code(self) -> str:
        """As the address holds it."""
        return ".".join(self.column.path) + (f":{self.bucket}" if self.bucket else "")


def groupable(field: CompiledField) -> bool:
    """Whether rows can be grouped by a field: its values are few, or fall into spans."""
    return field.stored in _KINDS or dated(field)


def dated(field: CompiledField) -> bool:
    """Whether the field is grouped by spans."""
    return field.stored in _DATES


def parse_group(text: str, named: Callable[[str], ListColumn]) -> GroupBy | None:
    """What the address says; None where it says nothing. Raises `NotFound` for a field that there is none of for the reader
    (`named` does), that no rows can be grouped by, or a span that is none."""
    if not text:
        return None
    path, mark, span = text.partition(":")
    column = named(path)
    if not groupable(column.field) or bool(mark) != dated(column.field) or (mark and span not in BUCKETS):
        raise NotFound("unknown_field")
    return GroupBy(column, BUCKETS[span] if mark else None)
