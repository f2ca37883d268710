"""The numbers and lists that a pack declares for the home page of a role. Each is a list of the reader's: what they may not see
there is not here either, and one that they have none of is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine import access
from engine.records import read
from engine.refusals import NotFound
from forms.cards import card_columns, draw_cards
from forms.compiled import CompiledHome, CompiledList, HomeList, HomeNumber
from forms.lists import ListRequest
from forms.rows import paired
from web.context import Context
from web.icons import icon_name
from web.pages.lists.due import due_of, overdue_among, paths_with
from web.pages.lists.request import request_of, seen
from web.pages.lists.totals import readable_total, sums_in_words, sums_of
from web.view_models.home import ListedRecord, ListedRecords, Stat

SHOWN = 6
"""Lines of each block of the home page."""
CAP = 1000
"""Records counted, at most."""
_FACTS = 3
"""Values said below the title of a record, at most."""


def numbers_of(context: Context, home: CompiledHome) -> list[Stat]:
    """The numbers of the page that its reader may know, each leading to its list. One statement for each."""
    return [stat for number in home.numbers for stat in _number(context, number)]


def lists_of(context: Context, home: CompiledHome) -> list[ListedRecords]:
    """The first records of the lists of the page. One statement for each."""
    return [block for each in home.lists for block in _list(context, each)]


def _number(context: Context, number: HomeNumber) -> Iterator[Stat]:
    request = _request(context, number.list)
    if request is None:
        return
    label, href, icon = number.label[context.language], _address(number.list), icon_name(number.icon)
    query = replace(request.query(), columns=(), sort=())
    if number.total is None:
        count = read.count(context.session, query, CAP)
        yield Stat(label, context.formats.number(count.value) + ("+" if count.capped else ""), href, icon)
        return
    total = readable_total(context, number.total)
    if total is not None:
        sums = sums_of(context, query, total)
        shown, exact = (" + ".join(sums_in_words(context, total, sums, short)) for short in (True, False))
        yield Stat(label, shown or context.formats.number(0), href, icon, exact)


def _list(context: Context, each: HomeList) -> Iterator[ListedRecords]:
    request = _request(context, each.list)
    if request is None:
        return
    due = due_of(context, context.app.entities[each.list.entity], each.due)
    columns = card_columns(seen(context, request.columns), ())[: _FACTS + 1]
    paths = paths_with(due, (column.path for column in columns))
    found = read.page(context.session, replace(request.query(SHOWN), columns=paths))
    overdue = overdue_among(context, due, found.columns)
    texts = draw_cards(paired(columns, found.columns), found.rows, context.app, context.formats)
    records = tuple(
        ListedRecord(text.title, f"/e/{each.list.entity}/{text.id}", text.facts, overdue is not None and bool(overdue.day(row)))
        for text, row in zip(texts, found.rows, strict=True)
    )
    yield ListedRecords(each.list.label[context.language], records, _address(each.list), icon_name(each.icon))


def _request(context: Context, of: CompiledList) -> ListRequest | None:
    """What opening the list asks for; None where it is not for the reader."""
    if not access.may(context.session, of.entity, "read"):
        return None
    try:
        return request_of(context.session, context.app.entities[of.entity], [("list", of.name)], context.reading)
    except NotFound:
        return None


def _address(of: CompiledList) -> str:
    return f"/e/{of.entity}?list={of.name}"
