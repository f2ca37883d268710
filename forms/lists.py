"""What a list page was asked for: the address in, a query out, and addresses for every change one may make.

The address holds the whole view: `?list=lead_hot&q=…&cols=name,amount&sort=-amount&f=status:in:new&f=amount:ge:1000&group=stage&after=…`.
Names and operators are closed sets (T10); a value that cannot be read is reported and not silently left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from engine.compiled import CompiledField, Texts
from engine.field_types.base import InvalidValue, TextContext
from engine.field_types.characters import check_characters, shorten
from engine.numerals import number_of
from engine.records.queries import Filter, Query, Sort
from engine.refusals import FieldError, NotFound
from forms.compiled import CompiledForms, CompiledList, ListColumn
from forms.grouping import GroupBy, parse_group
from forms.periods import PERIODS, instants
from forms.ways import TABLE, Offered, Shown, known_ways, parse_way, unread_day, usual_way
from metadata.expressions.typed import TypedExpression

PAGE = 50
MOST_FILTERS = 12
OF_GROUP = 2
"""Filters that the list of one group adds to those of the list it is a group of."""
MOST_COLUMNS = 40
LONGEST_SEARCH = 100
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "text": ("contains", "eq", "blank", "not_blank"),
    "number": ("eq", "ge", "le", "between", "blank", "not_blank"),
    "date": ("within", "ge", "le", "between", "eq", "blank", "not_blank"),
    "choice": ("in", "not_in", "blank", "not_blank"),
    "choices": ("contains", "blank", "not_blank"),
    "tags": ("contains", "blank", "not_blank"),
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
    "geo": "file",
}
_ORDERED = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "between", "blank", "not_blank"})
_NAMED = frozenset({"eq", "ne", "in", "not_in", "blank", "not_blank"})
_TAKEN: Mapping[str, frozenset[str]] = {
    "text": _NAMED | {"contains"}, "number": _ORDERED, "date": _ORDERED | {"within"}, "choice": _NAMED, "link": _NAMED,
    "choices": frozenset({"contains", "blank", "not_blank"}), "tags": frozenset({"contains", "blank", "not_blank"}),
    "bool": frozenset({"eq", "ne", "blank", "not_blank"}),
    "links": frozenset({"eq", "ne", "blank", "not_blank"}), "any_link": frozenset({"eq", "ne", "blank", "not_blank"}),
    "file": frozenset({"blank", "not_blank"}),
}
"""The operators that an address may say for each class: a closed set (T10)."""
BARE = frozenset({"blank", "not_blank"})
_LISTS = frozenset({"in", "not_in", "between"})
WITHIN = "within"
"""The operator whose value is a period that moves with the calendar (`this_week`)."""
ME = "me"
"""The value that stands for whoever looks, so that a view with it can be shared."""


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
        if self.operator == "contains" and isinstance(self.value, tuple):
            return tuple(Filter(self.column.path, "contains", tag) for tag in self.value)
        if self.operator != WITHIN:
            return (Filter(self.column.path, self.operator, self.value),)
        assert isinstance(self.value, tuple), "periods are resolved before anything is asked of records"
        return tuple(
            Filter(self.column.path, operator, bound)
            for operator, bound in zip(("ge", "lt"), self.value, strict=True) if bound is not None
        )


@dataclass(frozen=True, slots=True)
class ListScope:
    """Rows named from outside the list, such as those that a report counts: `name=value` in the address."""

    name: str
    value: str
    label: Texts
    where: TypedExpression | None


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A parsed address of a list page; `chosen` are the columns it names, none for those of the view, `saved` is the
    number of the saved view it began with, `starred` leaves the records that the reader has marked, `errors` name filters whose
    value could not be read; `group` is what the rows of a table are grouped by. `way` is the way of showing that it names
    (None: that of the view), `shown` the one that follows, `ways` what there is for its reader."""

    view: CompiledList
    search: str = ""
    sort: tuple[Sort, ...] = ()
    conditions: tuple[Condition, ...] = ()
    after: str | None = None
    before: str | None = None
    errors: tuple[FieldError, ...] = ()
    named: bool = False
    sorted: bool = False
    scope: ListScope | None = None
    chosen: tuple[ListColumn, ...] = ()
    saved: int | None = None
    starred: bool = False
    group: GroupBy | None = None
    way: Shown | None = None
    shown: Shown = TABLE
    ways: Offered = field(default_factory=dict)

    @property
    def columns(self) -> tuple[ListColumn, ...]:
        """What is shown, in its order."""
        return self.chosen or self.view.columns

    def query(self, limit: int = PAGE) -> Query:
        """The page of rows asked for; a column whose path the reader may not see is the engine's to leave out."""
        filters = tuple(one for condition in self.conditions for one in condition.filters)
        within = (self.view.where, self.scope.where if self.scope else None)
        where = tuple(clause for clause in within if clause is not None)
        return Query(
            self.view.entity, tuple(c.path for c in self.columns), filters, where, self.sort, self.search,
            limit=limit, after=self.after, before=self.before, starred=self.starred,
        )

    def address(self, **changes: object) -> str:
        """The address of this view with something changed; paging starts anew unless `after` or `before` is given."""
        fresh = {"after": None, "before": None, **changes}
        changed = replace(self, **fresh)  # type: ignore[arg-type]
        query = urlencode(changed.parameters())
        return f"/e/{self.view.entity}" + (f"?{query}" if query else "")

    def within(self, part: str) -> str:
        """The address of a part of the list (`filter`, `columns`, `export`) as it stands."""
        return f"/e/{self.view.entity}/{part}" + self.address().removeprefix(f"/e/{self.view.entity}")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a saved view holds of the address: not where one is in it, nor what it is called."""
        kept = ("list", "as", "by", "span", "q", "starred", "cols", "sort", "group", "f")
        return [pair for pair in self.parameters() if pair[0] in kept]

    def parameters(self) -> list[tuple[str, str]]:
        """The address as name and value pairs."""
        pairs = [("view", str(self.saved))] if self.saved is not None else []
        pairs += [("list", self.view.name)] if self.named else []
        pairs += [(self.scope.name, self.scope.value)] if self.scope else []
        pairs += self.way.parameters() if self.way is not None else []
        pairs += [("q", self.search)] if self.search else []
        pairs += [("starred", "1")] if self.starred else []
        pairs += [("cols", ",".join(".".join(column.path) for column in self.chosen))] if self.chosen else []
        pairs += [("sort", sort_text(self.sort))] if self.sorted else []
        pairs += [("group", self.group.code)] if self.group is not None else []
        pairs += [("f", condition.code) for condition in self.conditions]
        pairs += [(name, value) for name, value in (("after", self.after), ("before", self.before)) if value]
        return pairs

    def without(self, condition: Condition) -> str:
        """The address when that filter is taken away."""
        return self.address(conditions=tuple(c for c in self.conditions if c is not condition))

    def with_condition(self, code_or: Condition) -> str:
        """The address when that filter is added, in place of one on the same field and operator."""
        kept = tuple(c for c in self.conditions if (c.column.path, c.operator) != (code_or.column.path, code_or.operator))
        return self.address(conditions=(*kept, code_or))


def parse_list(
    forms: CompiledForms, entity: str, roles: frozenset[str], parameters: Sequence[tuple[str, str]], context: TextContext,
    known: Callable[[ListColumn], bool], valued: Callable[[ListColumn], bool],
) -> ListRequest:
    """The request that an address means. Raises `NotFound` for a list, field or operator that does not exist, and for a
    field that its reader does not know of (`known`): before anything else is read, so that both answer alike (law 2)."""
    offered = forms.offered(entity, roles)
    first = dict(reversed(parameters))
    view = offered[0]
    if "list" in first:
        view = next((item for item in offered if item.name == first["list"]), None) or _unknown("not_found")
    columns = _Columns({".".join(c.path): c for c in (*view.columns, *view.filters, *forms.filters[entity])}, known)
    conditions, errors = _conditions(columns, [v for n, v in parameters if n == "f"][: MOST_FILTERS + OF_GROUP], context)
    sort = _sort(columns, first.get("sort", ""))
    named = [path for name, text in parameters if name == "cols" for path in text.split(",") if path]
    chosen = tuple(columns.named(path) for path in dict.fromkeys(named[:MOST_COLUMNS]))
    search, unsearched = _search(first.get("q", ""))
    ways = known_ways(forms.ways.get(entity, {}), valued)
    way = parse_way(first, ways)
    return ListRequest(
        view, search, sort or view.sort, conditions, first.get("after") or None, first.get("before") or None,
        (*unsearched, *errors, *unread_day(first)), "list" in first, bool(sort), chosen=chosen,
        saved=number_of(first.get("view", "")), starred=first.get("starred") == "1",
        group=parse_group(first.get("group", ""), columns.named), way=way, shown=way or usual_way(view, ways), ways=ways,
    )


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns that an address may name."""

    every: Mapping[str, ListColumn]
    known: Callable[[ListColumn], bool]

    def named(self, path: str) -> ListColumn:
        """Raises `NotFound` for a path that does not exist, or that the reader does not know of."""
        column = self.every.get(path)
        if column is None or not self.known(column):
            raise NotFound("unknown_field")
        return column


def _condition(columns: _Columns, code: str, context: TextContext) -> Condition:
    """One filter of an address. Raises `NotFound` for an unknown field or operator, `InvalidValue` for the value."""
    path, _, rest = code.partition(":")
    operator, _, text = rest.partition(":")
    column = columns.named(path)
    if operator not in _TAKEN[_class(column.field)]:
        raise NotFound("unknown_field")
    return Condition(column, operator, text, _value(column.field, operator, text, context))


def resolve(request: ListRequest, user: int | None, today: date, zone: ZoneInfo) -> ListRequest:
    """The request with `me` as the person who asks, and periods as they lie around `today` in `zone`."""
    def resolved(condition: Condition) -> Condition:
        if condition.text == ME and _class(condition.column.field) == "link":
            return replace(condition, value=user)
        if condition.operator != WITHIN:
            return condition
        span = PERIODS[condition.text](today)
        return replace(condition, value=instants(span, zone) if condition.column.field.stored == "datetime" else span)

    return replace(request, conditions=tuple(map(resolved, request.conditions)))


def operators_of(field: CompiledField) -> tuple[str, ...]:
    """The operators offered for a field."""
    return OPERATORS.get(_class(field), ("blank", "not_blank"))


def operand_class(field: CompiledField) -> str:
    """Which kind of input a filter on the field takes: text number date choice choices tags link bool."""
    return _class(field)


def sort_text(sort: Sequence[Sort]) -> str:
    """The sort as the address holds it."""
    return ",".join(("-" if item.descending else "") + ".".join(item.path) for item in sort)


def _search(text: str) -> tuple[str, tuple[FieldError, ...]]:
    """The text searched for, and what is wrong with it; a wrong one is not searched for."""
    wanted = text.strip()[:LONGEST_SEARCH]
    try:
        check_characters(wanted, lines=False)
    except InvalidValue as fault:
        return "", (FieldError("q", fault.message),)
    return wanted, ()


def _conditions(
    columns: _Columns, codes: Sequence[str], context: TextContext
) -> tuple[tuple[Condition, ...], tuple[FieldError, ...]]:
    found: list[Condition] = []
    errors: list[FieldError] = []
    for code in codes:
        try:
            found.append(_condition(columns, code, context))
        except InvalidValue as fault:
            errors.append(FieldError(code.partition(":")[0], fault.message))
    return tuple(found), tuple(errors)


def _value(field: CompiledField, operator: str, text: str, context: TextContext) -> object:
    if operator in BARE:
        return None
    if text == ME and _class(field) == "link":
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


def _one(field: CompiledField, text: str, context: TextContext) -> object:
    """The one record that a field of many is to hold."""
    found = field.type.parse([text], field, context)
    if not isinstance(found, tuple) or len(found) != 1:
        raise InvalidValue("invalid")
    return found[0]


def _class(field: CompiledField) -> str:
    return _CLASSES.get(field.stored, "text")


def _sort(columns: _Columns, text: str) -> tuple[Sort, ...]:
    if not text:
        return ()
    path = text.removeprefix("-")
    column = columns.named(path)
    if not column.sortable:
        raise NotFound("unknown_field")
    return (Sort(column.path, text.startswith("-")),)


def _unknown(code: str) -> CompiledList:
    raise NotFound(code)
