"""What a list page was asked for: the address in, a query out, and addresses for every change one may make.

The address holds the whole view: `?list=lead_hot&q=…&cols=name,amount&sort=-amount&f=status:in:new&f=amount:ge:1000&group=stage&after=…`.
A filter may be several ones joined: `f=any(status:in:new;all(amount:ge:1000;customer.industry:in:it))` (`engine.filter_codes`).
Names and operators are closed sets (T10); a value that cannot be read is reported and not silently left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from engine.compiled import Texts
from engine.field_types.base import InvalidValue, TextContext
from engine.field_types.characters import check_characters
from engine.filter_codes import is_group
from engine.numerals import number_of
from engine.records.queries import Query, Sort
from engine.refusals import FieldError, NotFound
from forms.columns import Columns
from forms.compiled import CompiledForms, CompiledList, ListColumn
from forms.filter_groups import ConditionGroup, parse_condition_group
from forms.filters import Condition, parse_condition, resolved
from forms.grouping import GroupBy, parse_group
from forms.ways import TABLE, Offered, Shown, known_ways, parse_way, unread_day, usual_way
from metadata.expressions.typed import TypedExpression

PAGE = 50
MOST_FILTERS = 12
MOST_JOINED = 2
"""Filters that are joined of several."""
OF_GROUP = 2
"""Filters that the list of one group adds to those of the list it is a group of."""
MOST_COLUMNS = 40
LONGEST_SEARCH = 100


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
    number of the saved view it began with, `starred` leaves the records that the reader has marked, `shared` those that they are
    a member of, `errors` name filters whose value could not be read; `joined` are filters of several conditions, `group` is what
    the rows of a table are grouped by. `way` is the way of showing that it names (None: that of the view), `shown` the one that
    follows, `ways` what there is for its reader."""

    view: CompiledList
    search: str = ""
    sort: tuple[Sort, ...] = ()
    conditions: tuple[Condition, ...] = ()
    joined: tuple[ConditionGroup, ...] = ()
    after: str | None = None
    before: str | None = None
    errors: tuple[FieldError, ...] = ()
    named: bool = False
    sorted: bool = False
    scope: ListScope | None = None
    chosen: tuple[ListColumn, ...] = ()
    saved: int | None = None
    starred: bool = False
    shared: bool = False
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
        filters = (*(one for condition in self.conditions for one in condition.filters), *(group.filter for group in self.joined))
        within = (self.view.where, self.scope.where if self.scope else None)
        where = tuple(clause for clause in within if clause is not None)
        return Query(
            self.view.entity, tuple(c.path for c in self.columns), filters, where, self.sort, self.search,
            limit=limit, after=self.after, before=self.before, starred=self.starred, shared=self.shared,
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
        kept = ("list", "as", "by", "span", "q", "starred", "shared", "cols", "sort", "group", "f")
        return [pair for pair in self.parameters() if pair[0] in kept]

    def parameters(self) -> list[tuple[str, str]]:
        """The address as name and value pairs."""
        pairs = [("view", str(self.saved))] if self.saved is not None else []
        pairs += [("list", self.view.name)] if self.named else []
        pairs += [(self.scope.name, self.scope.value)] if self.scope else []
        pairs += self.way.parameters() if self.way is not None else []
        pairs += [("q", self.search)] if self.search else []
        pairs += [("starred", "1")] if self.starred else []
        pairs += [("shared", "1")] if self.shared else []
        pairs += [("cols", ",".join(".".join(column.path) for column in self.chosen))] if self.chosen else []
        pairs += [("sort", sort_text(self.sort))] if self.sorted else []
        pairs += [("group", self.group.code)] if self.group is not None else []
        pairs += [("f", one.code) for one in (*self.conditions, *self.joined)]
        pairs += [(name, value) for name, value in (("after", self.after), ("before", self.before)) if value]
        return pairs

    def without(self, condition: Condition | ConditionGroup) -> str:
        """The address when that filter is taken away."""
        return self.address(
            conditions=tuple(c for c in self.conditions if c is not condition), joined=tuple(c for c in self.joined if c is not condition),
        )

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
    columns = columns_of(forms, view, known)
    codes = [value for name, value in parameters if name == "f"]
    conditions, errors = _conditions(columns, [code for code in codes if not is_group(code)][: MOST_FILTERS + OF_GROUP], context)
    joined, unjoined = _joined(columns, [code for code in codes if is_group(code)][:MOST_JOINED], context)
    sort = _sort(columns, first.get("sort", ""))
    named = [path for name, text in parameters if name == "cols" for path in text.split(",") if path]
    chosen = tuple(columns.named(path) for path in dict.fromkeys(named[:MOST_COLUMNS]))
    search, unsearched = _search(first.get("q", ""))
    ways = known_ways(forms.ways.get(entity, {}), valued)
    way = parse_way(first, ways)
    return ListRequest(
        view, search, sort or view.sort, conditions, joined, first.get("after") or None, first.get("before") or None,
        (*unsearched, *errors, *unjoined, *unread_day(first)), "list" in first, bool(sort), chosen=chosen,
        saved=number_of(first.get("view", "")), starred=first.get("starred") == "1", shared=first.get("shared") == "1",
        group=parse_group(first.get("group", ""), columns.named), way=way, shown=way or usual_way(view, ways), ways=ways,
    )


def columns_of(forms: CompiledForms, view: CompiledList, known: Callable[[ListColumn], bool]) -> Columns:
    """The columns that addresses of the list may name."""
    every = {".".join(c.path): c for c in (*view.columns, *view.filters, *forms.filters[view.entity])}
    return Columns(every, forms.filters, known)


def resolve(request: ListRequest, user: int | None, today: date, zone: ZoneInfo) -> ListRequest:
    """The request with `me` as the person who asks, and periods as they lie around `today` in `zone`."""
    def now(condition: Condition) -> Condition:
        return resolved(condition, user, today, zone)

    return replace(request, conditions=tuple(map(now, request.conditions)), joined=tuple(one.mapped(now) for one in request.joined))


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
    columns: Columns, codes: Sequence[str], context: TextContext
) -> tuple[tuple[Condition, ...], tuple[FieldError, ...]]:
    found: list[Condition] = []
    errors: list[FieldError] = []
    for code in codes:
        try:
            found.append(parse_condition(columns, code, context))
        except InvalidValue as fault:
            errors.append(FieldError(code.partition(":")[0], fault.message))
    return tuple(found), tuple(errors)


def _joined(
    columns: Columns, codes: Sequence[str], context: TextContext
) -> tuple[tuple[ConditionGroup, ...], tuple[FieldError, ...]]:
    read = [parse_condition_group(columns, code, context) for code in codes]
    return tuple(group for group, _ in read if group is not None), tuple(error for _, errors in read for error in errors)


def _sort(columns: Columns, text: str) -> tuple[Sort, ...]:
    if not text:
        return ()
    path = text.removeprefix("-")
    column = columns.named(path)
    if not column.sortable:
        raise NotFound("unknown_field")
    return (Sort(column.path, text.startswith("-")),)


def _unknown(code: str) -> CompiledList:
    raise NotFound(code)
