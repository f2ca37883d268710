"""Conditions of a list joined into one filter, `any(status:in:new;all(amount:ge:1000;owner:eq:me))`, and how a dialog changes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.field_types.base import InvalidValue, TextContext
from engine.field_types.characters import shorten
from engine.filter_codes import DEEPEST, MOST_PARTS, CodeGroup, Joining, UnreadGroup, parse_codes
from engine.records.queries import Filter, FilterGroup
from engine.refusals import FieldError, Message
from forms.columns import Columns
from forms.filters import Condition, parse_condition

Place = tuple[int, ...]
"""Where a part stands: its number in the group, in the group in that, and so on; () is the whole."""


@dataclass(frozen=True, slots=True)
class ConditionGroup:
    """All of the `parts` hold, any of them does, or none does."""

    joining: Joining
    parts: tuple[Condition | ConditionGroup, ...]

    @property
    def code(self) -> str:
        """The group as the address holds it."""
        return self._codes.text

    @property
    def _codes(self) -> CodeGroup:
        return CodeGroup(self.joining, tuple(part._codes if isinstance(part, ConditionGroup) else part.code for part in self.parts))

    @property
    def filter(self) -> FilterGroup:
        """What it asks of records."""
        return FilterGroup(self.joining, tuple(map(_filter, self.parts)))

    def mapped(self, turn: Callable[[Condition], Condition]) -> ConditionGroup:
        """The group with each condition turned."""
        return replace(self, parts=tuple(p.mapped(turn) if isinstance(p, ConditionGroup) else turn(p) for p in self.parts))


def parse_condition_group(
    columns: Columns, text: str, context: TextContext
) -> tuple[ConditionGroup | None, tuple[FieldError, ...]]:
    """The group that a filter of an address is, None where it says nothing or something in it could not be read, and what that is.
    Raises `NotFound` for an unknown field or operator in it."""
    try:
        codes = parse_codes(text)
    except UnreadGroup:
        told = {"value": shorten(text), "depth": DEEPEST, "limit": MOST_PARTS}
        return None, (FieldError("f", Message("bad_filter_group", told)),)
    errors: list[FieldError] = []
    group = _group(columns, codes, context, errors)
    return (None if errors else group), tuple(errors)


def _group(columns: Columns, codes: CodeGroup, context: TextContext, errors: list[FieldError]) -> ConditionGroup | None:
    parts: list[Condition | ConditionGroup] = []
    for code in codes.parts:
        if isinstance(code, CodeGroup):
            inner = _group(columns, code, context, errors)
            parts += [inner] if inner is not None else []
            continue
        try:
            parts.append(parse_condition(columns, code, context))
        except InvalidValue as fault:
            errors.append(FieldError(code.partition(":")[0], fault.message))
    return ConditionGroup(codes.joining, tuple(parts)) if parts else None


def _filter(part: Condition | ConditionGroup) -> Filter | FilterGroup:
    if isinstance(part, ConditionGroup):
        return part.filter
    return part.filters[0] if len(part.filters) == 1 else FilterGroup("all", part.filters)


def parse_place(text: str) -> Place | None:
    """A place as a dialog names it, `0.2`; None for anything else."""
    parts = [part for part in text.split(".") if part]
    return tuple(map(int, parts)) if len(parts) < DEEPEST + 1 and all(p.isascii() and p.isdigit() and len(p) < 3 for p in parts) else None


def put(group: CodeGroup, place: Place, part: str | CodeGroup) -> CodeGroup:
    """The group with `part` at the end of the group at `place`."""
    return _changed(group, place, lambda found: replace(found, parts=(*found.parts, part)))


def joined(group: CodeGroup, place: Place, joining: Joining) -> CodeGroup:
    """The group with the group at `place` joined in that way."""
    return _changed(group, place, lambda found: replace(found, joining=joining))


def dropped(group: CodeGroup, place: Place) -> CodeGroup:
    """The group without the part at `place`; of the whole nothing is left."""
    if not place:
        return replace(group, parts=())
    *above, number = place
    return _changed(group, tuple(above), lambda found: replace(found, parts=found.parts[:number] + found.parts[number + 1 :]))


def _changed(group: CodeGroup, place: Place, change: Callable[[CodeGroup], CodeGroup]) -> CodeGroup:
    """The group with that at `place` changed; as it is where there is none."""
    if not place:
        return change(group)
    number, *rest = place
    if number >= len(group.parts):
        return group
    inner = group.parts[number]
    if not isinstance(inner, CodeGroup):
        return group
    return replace(group, parts=(*group.parts[:number], _changed(inner, tuple(rest), change), *group.parts[number + 1 :]))
