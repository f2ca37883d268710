"""One filter of a list: what an address says of it (`amount:ge:1000`, `customer.industry:in:it`), and what it asks of records.

Names and operators are closed sets (T10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from engine.compiled import CompiledField
from engine.field_types.base import InvalidValue, TextContext
from engine.field_types.characters import check_characters, shorten
from engine.records.queries import Filter
from engine.refusals import NotFound
from forms.columns import Columns
from forms.compiled import ListColumn
from forms.periods import PERIODS, instants

OPERATORS: Mapping[str, tuple[str, ...]] = {
    "text": ("contains", "eq", "blank", "not_blank"),
    "number": ("eq", "ge", "le", "between", "blank", "not_blank"),
    "date": ("within", "ge", "le", "between", "eq", "blank", "not_blank"),
    "choice": ("in", "not_in", "blank", "not_blank"),
    "choices": ("contains", "blank", "not_blank"),
    "tags": ("contains", "blank", "not_blank"),
    "rich": ("contains", "blank", "not_blank"),
    "link": ("eq", "ne", "blank", "not_blank"),
    "links": ("eq", "ne", "blank", "not_blank"),
    "bool": ("eq",),
}
"""The operators offered for each class of kinds, the usual one first."""
_CLASSES = {
    "int": "number", "decimal": "number", "money": "number", "percent": "number", "rating": "number", "time": "number",
    "duration": "number", "id": "number", "date": "date",
    "datetime": "date", "choice": "choice", "choices": "choices", "tags": "tags", "link": "link", "user": "link", "dept": "link",
    "bool": "bool", "links": "links", "any_link": "any_link", "file": "file", "files": "file", "children": "file",
    "geo": "file", "rich": "rich",
}
_ORDERED = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "between", "blank", "not_blank"})
_NAMED = frozenset({"eq", "ne", "in", "not_in", "blank", "not_blank"})
_TAKEN: Mapping[str, frozenset[str]] = {
    "text": _NAMED | {"contains"}, "number": _ORDERED, "date": _ORDERED | {"within"}, "choice": _NAMED, "link": _NAMED,
    "choices": frozenset({"contains", "blank", "not_blank"}), "tags": frozenset({"contains", "blank", "not_blank"}),
    "bool": frozenset({"eq", "ne", "blank", "not_blank"}),
    "links": frozenset({"eq", "ne", "blank", "not_blank"}), "any_link": frozenset({"eq", "ne", "blank", "not_blank"}),
    "file": frozenset({"blank", "not_blank"}), "rich": frozenset({"contains", "blank", "not_blank"}),
}
"""The operators that an address may say for each class: a closed set (T10)."""
BARE = frozenset({"blank", "not_blank"})
_LISTS = frozenset({"in", "not_in", "between"})
WITHIN = "within"
"""The operator whose value is a period that moves with the calendar (`this_week`)."""
ME = "me"
"""The value that stands for whoever looks, so that a view with it can be shared."""
TEAM = "my_team"
"""The value that stands for the team of whoever looks (`engine.records.team`)."""
OF_TEAM = {"eq": "in_team", "ne": "not_in_team"}
"""What these operators ask of people when their value is the team."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter of the address: `text` as typed, `value` as read (None for blank and not_blank; of `within` the first moment,
    and the one after the last)."""

    column: ListColumn
    operator: str
    text: str
    value: object = None

    @property
    def code(self) -> str:
        """The filter as the address holds it."""
        return f"{'.'.join(self.column.path)}:{self.operator}:{self.text}".rstrip(":")

    @property
    def filters(self) -> tuple[Filter, ...]:
        """What it asks of records."""
        if _of_team(self.column.field, self.operator, self.text):
            return (Filter(self.column.path, OF_TEAM[self.operator]),)
        if self.operator == "contains" and isinstance(self.value, tuple):
            return tuple(Filter(self.column.path, "contains", tag) for tag in self.value)
        if self.operator != WITHIN:
            return (Filter(self.column.path, self.operator, self.value),)
        assert isinstance(self.value, tuple), "periods are resolved before anything is asked of records"
        return tuple(
            Filter(self.column.path, operator, bound)
            for operator, bound in zip(("ge", "lt"), self.value, strict=True) if bound is not None
        )


def parse_condition(columns: Columns, code: str, context: TextContext) -> Condition:
    """One filter of an address, `field:operator:value`. Raises `NotFound` for an unknown field or operator, `InvalidValue` for
    the value."""
    path, _, rest = code.partition(":")
    operator, _, text = rest.partition(":")
    column = columns.filtered(path)
    if operator not in _TAKEN[_class(column.field)]:
        raise NotFound("unknown_field")
    return Condition(column, operator, text, _value(column.field, operator, text, context))


def resolved(condition: Condition, user: int | None, today: date, zone: ZoneInfo) -> Condition:
    """The condition with `me` as the person who asks, and a period as it lies around `today` in `zone`."""
    if condition.text == ME and _class(condition.column.field) == "link":
        return replace(condition, value=user)
    if condition.operator != WITHIN:
        return condition
    span = PERIODS[condition.text](today)
    return replace(condition, value=instants(span, zone) if condition.column.field.stored == "datetime" else span)


def operators_of(field: CompiledField) -> tuple[str, ...]:
    """The operators offered for a field."""
    return OPERATORS.get(_class(field), ("blank", "not_blank"))


def operand_class(field: CompiledField) -> str:
    """Which kind of input a filter on the field takes: text number date choice choices tags link bool."""
    return _class(field)


def _value(field: CompiledField, operator: str, text: str, context: TextContext) -> object:
    if operator in BARE:
        return None
    if text == ME and _class(field) == "link":
        return None
    if _of_team(field, operator, text):
        return None
    if operator == WITHIN:
        if text not in PERIODS:
            raise InvalidValue("unknown_period", {"value": shorten(text)})
        return None
    if _class(field) == "tags":
        found = field.type.parse(text, field, context)
        if found is None:
            raise InvalidValue("invalid")
        return found
    if operator == "contains":
        check_characters(text, lines=False)
        return text.strip()
    if _class(field) == "links":
        return _one(field, text, context)
    if operator in _LISTS:
        return tuple(field.type.parse(part, field, context) for part in text.split(","))
    return field.type.parse(text, field, context)


def _of_team(field: CompiledField, operator: str, text: str) -> bool:
    return text == TEAM and field.stored == "user" and operator in OF_TEAM


def _one(field: CompiledField, text: str, context: TextContext) -> object:
    """The one record that a field of many is to hold."""
    found = field.type.parse([text], field, context)
    if not isinstance(found, tuple) or len(found) != 1:
        raise InvalidValue("invalid")
    return found[0]


def _class(field: CompiledField) -> str:
    return _CLASSES.get(field.stored, "text")
