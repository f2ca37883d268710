"""Filters of a list as SQL over readable values. A value one may not read is blank here as everywhere.

The values of filters are bind parameters by position, so that a statement is built once for its shape. `eq` and `ne`
treat blank as a value (blank != 'draft' is true); the other comparisons never hold for blank, so that "none of" lists it.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

import sqlalchemy as sa

from engine.access.predicates import all_of, any_of, not_true
from engine.access.scopes import Clause
from engine.field_types.columns import has_item
from engine.outside import comparable
from engine.records.queries import Filter, FilterGroup, Filters
from engine.records.select import Reached, Selection, Value, is_link
from engine.records.several import any_linked, is_many
from engine.records.team import team
from engine.refusals import Message, Refused

MOST_FILTERS = 64
"""Filters of one query (T71)."""
MOST_VALUES = 1000
"""Values of one `in` (T71)."""

OPERATORS = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "contains", "blank", "not_blank", "between"})
TEAM = frozenset({"in_team", "not_in_team"})
"""Operators of people that take no value."""


def filter_shape(filters: Filters) -> tuple[object, ...]:
    """What of the filters makes a statement another one; their values do not."""
    return tuple(
        (one.joining, filter_shape(one.parts)) if isinstance(one, FilterGroup) else (one.path, one.operator, one.value is None)
        for one in filters
    )


def filter_values(filters: Filters) -> dict[str, object]:
    """The parameters of the clauses of `filters`. Raises `Refused` for more than there may be, or of a wrong form."""
    single = list(_single(filters))
    if len(single) > MOST_FILTERS:
        raise Refused(Message("too_many_filters", {"limit": MOST_FILTERS}))
    values: dict[str, object] = {}
    for number, one in enumerate(single):
        values |= _values(f"f{number}", one)
    return values


def filter_clauses(selection: Selection, filters: Filters) -> list[Clause]:
    """The clauses of `filters`. Raises `NotFound("unknown_field")` as `Selection.value`."""
    numbers = count()
    return [_clause(selection, one, numbers) for one in filters]


def _single(filters: Filters) -> Iterator[Filter]:
    """The filters of which groups consist, in the order in which their clauses are made."""
    for one in filters:
        if isinstance(one, FilterGroup):
            yield from _single(one.parts)
        else:
            yield one


def _clause(selection: Selection, one: Filter | FilterGroup, numbers: Iterator[int]) -> Clause:
    if isinstance(one, Filter):
        return _filter_clause(selection, one, next(numbers))
    clauses = [_clause(selection, part, numbers) for part in one.parts]
    if one.joining == "all":
        return all_of(clauses)
    return any_of(clauses) if one.joining == "any" else not_true(any_of(clauses))


def _filter_clause(selection: Selection, one: Filter, number: int) -> Clause:
    if one.operator not in OPERATORS | TEAM:
        raise Refused(Message("bad_filter"))
    reached = selection.reach(one.path)
    name = f"f{number}"
    if is_many(reached.field):
        return _over_many(selection, reached, one, name)
    value = selection.value_of(reached, one.path)
    if one.operator in TEAM:
        return _among_team(selection, reached, value, one.operator)
    if is_link(reached.field) and one.operator in ("eq", "in") and one.value is not None:
        stored = _compare(selection.view.dialect, reached, selection.stored_link(reached), one, name)
        return sa.and_(stored, _compare(selection.view.dialect, reached, value, one, name))
    return _compare(selection.view.dialect, reached, value, one, name)


def _among_team(selection: Selection, reached: Reached, value: Value, operator: str) -> Clause:
    if reached.field.stored != "user":
        raise Refused(Message("bad_filter"))
    among = value.in_(team(selection.view))
    return among if operator == "in_team" else sa.or_(value.is_(None), sa.not_(among))


def contains(value: Value, wanted: Value, dialect: str) -> Clause:
    """Whether the text `value` holds the text `wanted` literally; ASCII letters match in either case, on both
    databases."""
    text = sa.type_coerce(value, sa.Text())
    if dialect == "sqlite":
        return sa.func.instr(sa.func.lower(text), sa.func.lower(wanted)) > 0
    return sa.func.strpos(_folded(text), _folded(wanted)) > 0


def _words(value: Value, dialect: str) -> Value:
    """The words of a formatted text, of which there is one form (`metadata.rich_texts`): its tags part lines, but for those within
    lines, and are left out."""
    text = sa.type_coerce(value, sa.Text())
    if dialect == "sqlite":
        return sa.func.lw_words(text, type_=sa.Text())
    for pattern, put in (("</?(a|b|i|u|s|code)( [^>]*)?>", ""), ("<[^>]*>", "\n")):
        text = sa.func.regexp_replace(text, pattern, put, "g", type_=sa.Text())
    for written, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = sa.func.replace(text, written, sign, type_=sa.Text())
    return text


def _folded(text: Value) -> Value:
    return sa.func.translate(text, string.ascii_uppercase, string.ascii_lowercase)


def _values(name: str, one: Filter) -> dict[str, object]:
    if one.value is None:
        return {}
    if not comparable(one.value):
        raise Refused(Message("bad_filter"))
    if one.operator in ("in", "not_in", "between"):
        items = list(one.value) if isinstance(one.value, tuple | list | set | frozenset) else [one.value]
        if len(items) > MOST_VALUES or (one.operator == "between" and len(items) != 2):
            raise Refused(Message("bad_filter"))
        return {f"{name}a": items[0], f"{name}b": items[1]} if one.operator == "between" else {name: items}
    return {name: one.value}


def _compare(dialect: str, reached: Reached, value: Value, one: Filter, name: str) -> Clause:
    if one.value is None or one.operator in ("blank", "not_blank"):
        return _blankness(value, one.operator)
    if one.operator == "contains" and reached.field.stored not in _WORDY:
        raise Refused(Message("bad_filter"))
    if reached.field.stored in _SETS:
        return _over_set(value, one.operator, name, dialect if reached.field.stored == "tags" else None)
    if reached.field.stored == "rich":
        value = _words(value, dialect)
    kind = sa.Text() if one.operator == "contains" else value.type
    if one.operator == "contains":
        return contains(value, sa.bindparam(name, type_=kind, required=True), dialect)
    if one.operator == "between":
        low, high = (sa.bindparam(f"{name}{end}", type_=kind, required=True) for end in "ab")
        return sa.and_(value >= low, value <= high)
    several = one.operator in ("in", "not_in")
    return _SIMPLE[one.operator](value, sa.bindparam(name, type_=kind, required=True, expanding=several))


def _blankness(value: Value, operator: str) -> Clause:
    if operator in ("blank", "eq"):
        return value.is_(None)
    if operator in ("not_blank", "ne"):
        return value.is_not(None)
    raise Refused(Message("bad_filter"))


def _over_set(value: Value, operator: str, name: str, folded_by: str | None) -> Clause:
    """A set field: `contains`, `eq` and `ne` ask for one item; of words that people type, in either case (in the way of the
    dialect `folded_by`)."""
    if operator not in ("contains", "eq", "ne"):
        raise Refused(Message("bad_filter"))
    wanted: Value = sa.bindparam(name, type_=sa.Text(), required=True)
    if folded_by is not None:
        fold = sa.func.lower if folded_by == "sqlite" else _folded
        value, wanted = fold(sa.type_coerce(value, sa.Text())), fold(wanted)
    held = has_item(value, wanted)
    return sa.not_(held) if operator == "ne" else held


def _over_many(selection: Selection, reached: Reached, one: Filter, name: str) -> Clause:
    if one.operator not in ("eq", "ne", "in", "not_in", "blank", "not_blank"):
        raise Refused(Message("bad_filter"))
    if one.operator in ("blank", "not_blank") or one.value is None:
        linked = any_linked(selection, reached, None)
        return linked if one.operator in ("not_blank", "ne") else sa.not_(linked)
    several = one.operator in ("in", "not_in")
    wanted = sa.bindparam(name, type_=sa.BigInteger(), required=True, expanding=several)
    linked = any_linked(selection, reached, lambda id: id.in_(wanted) if several else id == wanted)
    return sa.not_(linked) if one.operator in ("ne", "not_in") else linked


_WORDY = frozenset({"text", "long", "rich", "email", "phone", "url", "serial", "color", "choice", "choices", "tags", "files"})
"""Kinds that `contains` can be asked of."""
_SETS = frozenset({"choices", "tags", "files"})
_SIMPLE: Mapping[str, Callable[[Value, Any], Clause]] = {
    "eq": lambda value, bound: value == bound,
    "ne": lambda value, bound: value.is_distinct_from(bound),
    "lt": lambda value, bound: value < bound,
    "le": lambda value, bound: value <= bound,
    "gt": lambda value, bound: value > bound,
    "ge": lambda value, bound: value >= bound,
    "in": lambda value, bound: value.in_(bound),
    "not_in": lambda value, bound: sa.or_(value.is_(None), value.not_in(bound)),
}
