"""A list as a calendar: the records of a month or a week by a date, each over the days that it lasts. Two statements at most
for the records, of the days that are seen alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from markupsafe import Markup

from engine import access
from engine.compiled import CompiledEntity, CompiledField
from engine.records import read
from engine.records.queries import Column, Count, Filter, Path, Query, Sort
from forms.calendars import WEEK, Laid, days_of, lay, stepped
from forms.cards import title_of
from forms.compiled import ListColumn
from forms.lists import ListRequest
from forms.periods import instants
from forms.ways import FIRST_YEAR, LAST_YEAR, Span
from web.context import Context
from web.pages.lists.coloring import color_of, coloring
from web.pages.lists.request import known, seen
from web.view_models.shell import Link
from web.view_models.ways import Calendar, CalendarDay, CalendarEntry

MOST = 500
"""Records that a calendar shows at once."""
LINES = 4
"""Records of a day that a month has room for."""
_DAY = timedelta(days=1)
_MORNING = "T09:00"
"""When what is made on a day begins, where an instant is asked for."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A record with the days it lasts; `time` is when it begins, of a day ("" for a whole one)."""

    id: int
    revision: int
    title: Markup
    first: date
    last: date
    time: str
    color: str
    moves: bool


@dataclass(frozen=True, slots=True)
class _Page:
    """What all days of a calendar share."""

    context: Context
    entity: CompiledEntity
    request: ListRequest
    by: ListColumn
    until: ListColumn | None
    chosen: date
    month: int


def calendar_of(context: Context, entity: CompiledEntity, request: ListRequest) -> tuple[Calendar, Count]:
    """The list as a calendar, and how many of its records are seen."""
    shown, today = request.shown, context.session.today
    assert shown.by is not None
    on = shown.on or today
    days = days_of(on, shown.span, context.formats.locale.first_week_day)
    until = request.view.until if shown.by.field.name == request.view.by else None
    until = until if until is not None and known(context.session)(until) else None
    page = _Page(context, entity, request, shown.by, until, on, on.month if shown.span == "month" else 0)
    items, more = _items(page, days)
    laid = lay(days, items)
    cells = [_day(page, one, days[at - at % WEEK]) for at, one in enumerate(laid)]
    calendar = Calendar(
        title=_title(context, on, shown.span, days),
        weekdays=tuple(context.texts(f"modes.weekday_{day.weekday()}") for day in days[:WEEK]),
        weeks=tuple(tuple(cells[at : at + WEEK]) for at in range(0, len(cells), WEEK)),
        chosen=next(cell for cell in cells if cell.date == on.isoformat()),
        before=_stepped(request, on, -1),
        after=_stepped(request, on, 1),
        today=request.address(way=replace(shown, on=today)),
        spans=tuple(
            Link(context.texts(f"modes.span_{span}"), request.address(way=replace(shown, on=on, span=span)), span == shown.span)
            for span in ("month", "week")
        ),
        span=shown.span,
        cut=context.texts("modes.cut", most=context.formats.number(MOST)) if more else "",
    )
    return calendar, Count(len(items), more)


def _stepped(request: ListRequest, on: date, steps: int) -> str:
    """The address of the span before or after; "" where calendars end."""
    there = stepped(on, request.shown.span, steps)
    if not FIRST_YEAR <= there.year <= LAST_YEAR:
        return ""
    return request.address(way=replace(request.shown, on=there))


def _title(context: Context, on: date, span: Span, days: Sequence[date]) -> str:
    if span == "month":
        return context.texts("modes.month", year=on.year, month=context.texts(f"modes.month_{on.month}"))
    return f"{context.formats.date(days[0])} – {context.formats.date(days[-1])}"


def _items(page: _Page, days: Sequence[date]) -> tuple[list[_Item], bool]:
    """The records of these days, and whether there are more than are shown: those that begin then, and those that have begun
    before and last until then."""
    field, session = page.by.field, page.context.session
    low, high = days[0], days[-1] + _DAY
    first, after = instants((low, high), session.app.zone) if field.stored == "datetime" else (low, high)
    begun = [Filter(page.by.path, "ge", first), Filter(page.by.path, "lt", after)]
    rows, columns = _rows(page, begun)
    if page.until is not None and len(rows) <= MOST:
        rows = [*_rows(page, [Filter(page.by.path, "lt", first), Filter(page.until.path, "ge", first)])[0], *rows]
    more = len(rows) > MOST
    rows = rows[:MOST]
    movable = _movable(page, [int(str(row[0])) for row in rows])
    return [_item(page, row, columns, movable) for row in rows], more


def _rows(page: _Page, filters: Sequence[Filter]) -> tuple[list[tuple[object, ...]], Mapping[Path, Column]]:
    paths = [*(column.path for column in _columns(page)), page.by.path]
    paths += [page.until.path] if page.until is not None else []
    query: Query = page.request.query(MOST + 1)
    query = replace(
        query, columns=tuple(dict.fromkeys(paths)), filters=(*query.filters, *filters), sort=(Sort(page.by.path),),
        after=None, before=None,
    )
    found = read.page(page.context.session, query)
    return list(found.rows), {column.path: column for column in found.columns}


def _columns(page: _Page) -> list[ListColumn]:
    """The title of an entry, and what gives it its colour."""
    shown = seen(page.context, page.request.columns)[:1]
    return [*shown, *([color] if (color := coloring(page.request)) is not None else [])]


def _movable(page: _Page, ids: Sequence[int]) -> frozenset[int]:
    """The records whose dates the reader may change, as far as that can be said before."""
    session, name = page.context.session, page.entity.name
    fields = [page.by.field, *([page.until.field] if page.until is not None else [])]
    if not ids or not all(field.writable for field in fields) or not access.may(session, name, "update"):
        return frozenset()
    return access.allowed_among(session, name, "update", ids)


def _item(page: _Page, row: tuple[object, ...], columns: Mapping[Path, Column], movable: frozenset[int]) -> _Item:
    context, id = page.context, int(str(row[0]))
    begun = row[columns[page.by.path].index]
    ended = row[columns[page.until.path].index] if page.until is not None else None
    first = _local(context, begun)
    last = max(first, _local(context, ended)) if ended is not None else first
    time = f"{begun.astimezone(context.app.zone):%H:%M}" if isinstance(begun, datetime) else ""
    shown = seen(context, page.request.columns)[:1]
    title = title_of(shown[0], columns[shown[0].path], context.app, context.formats)(row) if shown else f"#{id}"
    return _Item(id, int(str(row[1])), Markup(title), first, last, time, _color(page, row, columns), id in movable)


def _color(page: _Page, row: tuple[object, ...], columns: Mapping[Path, Column]) -> str:
    column = coloring(page.request)
    return color_of(column, row[columns[column.path].index] if column is not None else None)


def _local(context: Context, value: object) -> date:
    """The day of a stored date or instant, in the application's zone."""
    if isinstance(value, datetime):
        return value.astimezone(context.app.zone).date()
    assert isinstance(value, date)
    return value


def _day(page: _Page, laid: Laid[_Item], monday: date) -> CalendarDay:
    context, day = page.context, laid.day
    entries = [_entry(page, item, day, monday) if item is not None else None for item in laid.lines]
    every = tuple(entry for entry in entries if entry is not None)
    room = LINES if page.request.shown.span == "month" else len(entries)
    if len(every) and len(entries) > room:
        entries = entries[: room - 1]
    while entries and entries[-1] is None:
        entries.pop()
    return CalendarDay(
        date=day.isoformat(),
        number=str(day.day),
        weekday=context.texts(f"modes.weekday_{day.weekday()}"),
        label=context.formats.date(day),
        lines=tuple(entries),
        every=every,
        more=len(every) - sum(entry is not None for entry in entries),
        today=day == context.session.today,
        outside=page.month not in (0, day.month),
        chosen=day == page.chosen,
        choose=page.request.address(way=replace(page.request.shown, on=day)),
        create=_create(page, day),
    )


def _create(page: _Page, day: date) -> str:
    """The form of a new record on that day."""
    field: CompiledField = page.by.field
    if not field.writable or not access.may(page.context.session, page.entity.name, "create"):
        return ""
    value = day.isoformat() + (_MORNING if field.stored == "datetime" else "")
    return f"/e/{page.entity.name}/new?{urlencode([(field.name, value), ('_next', page.request.address())])}"


def _entry(page: _Page, item: _Item, day: date, monday: date) -> CalendarEntry:
    href = f"/e/{page.entity.name}/{item.id}"
    query = [("by", page.by.field.name), *([("until", page.until.field.name)] if page.until is not None else [])]
    return CalendarEntry(
        item.id, item.revision, href, item.title, item.time if day == item.first else "", item.color,
        begins=day == item.first, ends=day == item.last, named=day in (item.first, monday),
        place=f"{href}/day?{urlencode(query)}" if item.moves else "",
    )
