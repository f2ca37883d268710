"""The rows of a list under heads: one statement for the heads, one for the totals of the whole list, and one for the rows of each
of the first groups; the rows of others are fetched when they are unfolded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal
from urllib.parse import urlencode

from markupsafe import Markup, escape
from starlette.responses import Response

from engine import access
from engine.compiled import CompiledEntity
from engine.records import read
from engine.records.queries import Count, Grouping, GroupQuery, GroupRow, Measure, Page, Path
from engine.refusals import NotFound
from forms.cells import tag
from forms.compiled import ListColumn, Total
from forms.filters import Condition
from forms.grouping import BUCKETS, USUAL, GroupBy, dated, groupable
from forms.lists import ListRequest
from forms.periods import instants
from forms.rows import cell_class
from reports.run import bucket_end
from web.context import Context
from web.pages.bulk.actions import bar
from web.pages.lists.request import TECHNICAL, asked, known, seen
from web.pages.lists.rows import drawn, paths_of, rows_html, tools_of
from web.pages.reports import bucket_text
from web.view_models.lists import GroupedRows, GroupMenu, RowGroup
from web.view_models.shell import Link

ROWS = 20
"""Rows of a group that are shown before one asks for all of them."""
OPEN = 12
"""Groups whose rows are there at once."""
MOST = 200
"""Groups of a list; of more the first are shown."""
_LINES = 2000
Sums = dict[Path, dict[str, Decimal]]
"""By column, then by currency ("" where all amounts are in one)."""


@dataclass(slots=True)
class _Head:
    """One group as it is counted."""

    key: object
    title: str | None
    count: int
    sums: Sums


def menu(context: Context) -> Response:
    """By what the reader may group the list, as lines of a menu."""
    entity = context.entity()
    if not access.may(context.session, entity.name, "read"):
        raise NotFound()
    return context.piece("pieces/group_menu.html", menu=_menu(context, entity, asked(context, entity)))


def _menu(context: Context, entity: CompiledEntity, request: ListRequest) -> GroupMenu:
    language, group = context.language, request.group
    offered = seen(context, (*request.view.columns, *request.view.filters, *context.forms.filters[entity.name]))
    columns = [c for c in offered if _may_group(context, entity, c) and not (c.field.system and c.field.name in TECHNICAL)]
    here = group.column.path if group is not None else ()
    links = [Link(context.texts("lists.group_none"), request.address(group=None), group is None)]
    for column in columns:
        by = GroupBy(column, USUAL if dated(column.field) else None)
        links.append(Link(column.label[language], request.address(group=by), column.path == here))
    spans = [
        Link(context.texts(f"lists.group_{bucket}"), request.address(group=replace(group, bucket=bucket)), bucket == group.bucket)
        for bucket in BUCKETS.values()
    ] if group is not None and group.bucket is not None else []
    return GroupMenu(tuple(links), tuple(spans))


def grouped(
    context: Context, entity: CompiledEntity, request: ListRequest, columns: Sequence[ListColumn], selecting: bool
) -> tuple[GroupedRows, Count]:
    """The rows of the request under their heads, and how many there are. Raises `NotFound` for a field that the reader may not
    group by."""
    by = request.group
    assert by is not None
    totals = _totals(context, entity, columns)
    rows = read.group(context.session, _query(request, by, totals, _LINES))
    heads = _ordered(by, _heads(rows, totals))
    whole = next(iter(_heads(read.group(context.session, _query(request, None, totals, _LINES)), totals, keyed=False)), None)
    shown = heads[:MOST]
    pages = [_page(context, entity, _narrowed(context, request, by, head), columns) for head in shown[:OPEN]]
    tools = tools_of(context, entity, pages, selecting)
    span = next((place for place, column in enumerate(columns) if place and column.path in totals), len(columns))
    groups = []
    for place, head in enumerate(shown):
        narrowed = _narrowed(context, request, by, head)
        group = RowGroup(
            _label(context, by, head), context.formats.number(head.count), _told(context, columns, span, totals, head.sums), Markup(""),
        )
        if place < len(pages):
            rows_of = drawn(context, entity, request, columns, pages[place], tools)
            groups.append(replace(group, rows=rows_of, all=narrowed.address() if head.count > ROWS else ""))
        else:
            groups.append(replace(group, more=f"/e/{entity.name}/grouped?{urlencode(narrowed.parameters())}"))
    cut = context.texts("lists.group_cut", count=context.formats.number(MOST)) if len(heads) > MOST or len(rows) == _LINES else ""
    lead = 2 if selecting else 1
    count = whole.count if whole is not None else 0
    told = _told(context, columns, span, totals, whole.sums if whole is not None else {})
    return GroupedRows(tuple(groups), lead + span, lead + len(columns), told, cut), Count(count, False)


def rows(context: Context) -> Response:
    """The first rows of a group that is unfolded: those that the address narrows the list to."""
    entity = context.entity()
    if not access.may(context.session, entity.name, "read"):
        raise NotFound()
    request = asked(context, entity)
    columns = seen(context, request.columns)
    found = _page(context, entity, request, columns)
    selecting = bar(context, entity, request, "") is not None
    return context.piece(
        "pieces/group_rows.html",
        rows=rows_html(context, entity, request, columns, found, selecting),
        all=request.address() if found.after else "",
        width=(2 if selecting else 1) + len(columns),
    )


def _may_group(context: Context, entity: CompiledEntity, column: ListColumn) -> bool:
    if not groupable(column.field):
        return False
    return read.groupable(context.session, GroupQuery(entity.name, (Grouping("group", column.path),), (Measure("count", "count"),)))


def _totals(context: Context, entity: CompiledEntity, columns: Sequence[ListColumn]) -> dict[Path, Total]:
    """What of the columns is summed: amounts and numbers that the reader may read."""
    offered, knows = context.forms.totals[entity.name], known(context.session)
    found = {c.path: offered[c.path] for c in columns if c.path in offered and knows(c)}

    def may(total: Total) -> bool:
        groupings = (Grouping("currency", total.currency),) if total.currency is not None else ()
        return read.groupable(context.session, GroupQuery(entity.name, groupings, (Measure("total", "sum", total.value),)))

    return {path: total for path, total in found.items() if may(total)}


def _currencies(totals: Mapping[Path, Total]) -> list[Path]:
    return list(dict.fromkeys(total.currency for total in totals.values() if total.currency is not None))


def _query(request: ListRequest, by: GroupBy | None, totals: Mapping[Path, Total], limit: int) -> GroupQuery:
    query = request.query()
    groupings = [Grouping("group", by.column.path, by.bucket)] if by is not None else []
    groupings += [Grouping(f"currency{number}", path) for number, path in enumerate(_currencies(totals))]
    measures = [Measure("count", "count"), *(Measure(".".join(path), "sum", total.value) for path, total in totals.items())]
    return GroupQuery(
        query.entity, tuple(groupings), tuple(measures), query.filters, query.where, limit, query.search, query.starred, query.shared,
    )


def _heads(rows: Iterable[GroupRow], totals: Mapping[Path, Total], keyed: bool = True) -> list[_Head]:
    """The groups of the rows, which are apart by currency as well."""
    currencies, heads = _currencies(totals), dict[object, _Head]()
    for row in rows:
        key, title = (row.keys[0], row.titles[0]) if keyed else (None, None)
        head = heads.setdefault(key, _Head(key, title, 0, {}))
        count, *sums = row.measures
        head.count += count if isinstance(count, int) else 0
        for (path, total), value in zip(totals.items(), sums, strict=True):
            at = 1 if keyed else 0
            currency = str(row.keys[at + currencies.index(total.currency)] or "") if total.currency is not None else ""
            summed = head.sums.setdefault(path, {})
            summed[currency] = summed.get(currency, Decimal(0)) + Decimal(str(value or 0))
    return list(heads.values())


def _ordered(by: GroupBy, heads: list[_Head]) -> list[_Head]:
    """Options as they are declared, the latest dates first, records by their titles; blank last."""
    options = list(by.column.field.options)

    def place(head: _Head) -> tuple[object, ...]:
        if isinstance(head.key, bool):
            return (not head.key,)
        if isinstance(head.key, date):
            return (-head.key.toordinal(),)
        if options:
            return (options.index(str(head.key)) if str(head.key) in options else len(options), str(head.key))
        return (head.title or "", str(head.key))

    return sorted([head for head in heads if head.key is not None], key=place) + [head for head in heads if head.key is None]


def _narrowed(context: Context, request: ListRequest, by: GroupBy, head: _Head) -> ListRequest:
    """The list of the records of one group alone, as filters that people know."""
    return replace(
        request, conditions=(*request.conditions, *_conditions(context, by, head.key)), group=None, after=None, before=None,
    )


def _conditions(context: Context, by: GroupBy, key: object) -> tuple[Condition, ...]:
    column = by.column
    if key is None:
        return (Condition(column, "blank", ""),)
    if by.bucket is not None and isinstance(key, date):
        return _between(context, column, key, bucket_end(key, by.bucket))
    if isinstance(key, bool):
        return (Condition(column, "eq", "true" if key else "false", key),)
    operator: Literal["in", "eq"] = "in" if column.field.options else "eq"
    return (Condition(column, operator, str(key), (key,) if operator == "in" else key),)


def _between(context: Context, column: ListColumn, first: date, after: date) -> tuple[Condition, ...]:
    """From the first day on, and before the one after the last."""
    if column.field.stored == "date":
        return (Condition(column, "ge", first.isoformat(), first), Condition(column, "lt", after.isoformat(), after))
    begin, end = instants((first, after), context.app.zone)
    return (Condition(column, "ge", f"{first.isoformat()}T00:00", begin), Condition(column, "lt", f"{after.isoformat()}T00:00", end))


def _page(context: Context, entity: CompiledEntity, request: ListRequest, columns: Sequence[ListColumn]) -> Page:
    query = replace(request.query(ROWS), columns=paths_of(context, entity, request, columns), after=None, before=None)
    return read.page(context.session, query)


def _label(context: Context, by: GroupBy, head: _Head) -> Markup:
    """What the records of the group have in common."""
    field, key = by.column.field, head.key
    if key is None:
        return escape(context.texts("lists.group_blank"))
    if by.bucket is not None and isinstance(key, date):
        if by.bucket == "week":
            return escape(context.texts("lists.group_week_of", day=context.formats.date(key)))
        return escape(context.formats.date(key) if by.bucket == "day" else bucket_text(key, by.bucket, context.language))
    if isinstance(key, bool):
        return escape(context.formats.yes_no(key))
    if str(key) in field.options:
        return Markup(tag(field.options[str(key)], context.language))
    return escape(head.title or f"#{key}")


def _told(
    context: Context, columns: Sequence[ListColumn], span: int, totals: Mapping[Path, Total], sums: Sums
) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """The sums below each column from the first on that has any; class and name of the column beside them."""
    return tuple(
        (cell_class(place, column.field, False), column.label[context.language],
         tuple(_amounts(context, totals[column.path], sums.get(column.path, {}))) if column.path in totals else ())
        for place, column in enumerate(columns) if place >= span
    )


def _amounts(context: Context, total: Total, sums: Mapping[str, Decimal]) -> Iterable[str]:
    """A sum for each currency; a currency of which there is nothing is not told beside others."""
    field = total.column.field
    for currency, value in sums.items():
        if not value and len(sums) > 1:
            continue
        if field.stored != "money":
            yield context.formats.number(value, field.scale or 0)
        else:
            fixed = None if total.currency is not None else field.currency or context.app.currency
            yield context.formats.money(value, field.scale if field.scale is not None else 2, currency or fixed)
