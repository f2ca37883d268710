"""A list as a board: a column for each state or option, with how many records there are, what they sum up to, and the first
of them. One statement for all heads and one for each column that holds anything, whatever the number of records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode

from starlette.responses import Response

from engine import access
from engine.compiled import CompiledEntity, CompiledField
from engine.records import read
from engine.records.queries import Count, Filter, Grouping, GroupQuery, GroupRow, Measure
from engine.refusals import NotFound
from forms.cards import CardText, card_columns, draw_cards
from forms.compiled import ListColumn
from forms.lists import ListRequest
from forms.overdue import Due
from forms.rows import paired
from metadata.specs.common import COLORS
from web.composition import flows_of
from web.context import Context
from web.pages.lists.due import due_of, overdue_among, paths_with
from web.pages.lists.request import asked, known, seen
from web.pages.lists.totals import readable_total, sums_in_words
from web.view_models.ways import Board, BoardColumn, Card, Cards
from workflows.compiled import CompiledFlow

CARDS = 20
"""Cards of a column at once."""
BLANK = "-"
"""What the column of records without a value is called in addresses; no option has that name."""


@dataclass(frozen=True, slots=True)
class _Head:
    """How many records a column holds, and what they sum up to, by currency ("" where there is no other)."""

    count: int
    totals: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class _Deck:
    """What all columns of a board share."""

    context: Context
    entity: CompiledEntity
    request: ListRequest
    columns: tuple[ListColumn, ...]
    owner: ListColumn | None
    by: CompiledField
    due: Due | None


def board_of(context: Context, entity: CompiledEntity, request: ListRequest) -> tuple[Board, Count]:
    """The list as a board, and how many records are on it."""
    deck = _deck(context, entity, request)
    heads = _heads(context, request, deck.by)
    routes = routes_of(context, entity, deck.by)
    columns = tuple(_column(deck, name, heads.get(name), routes) for name in _names(deck, heads))
    return Board(columns), Count(sum(head.count for head in heads.values()), False)


def more(context: Context) -> Response:
    """The cards of a column that follow those already there."""
    entity = context.entity()
    request = asked(context, entity)
    if request.shown.way != "board":
        raise NotFound()
    deck = _deck(context, entity, request)
    name = context.query("column")
    if name != BLANK and name not in deck.by.options:
        raise NotFound()
    cards = _cards(deck, name, routes_of(context, entity, deck.by).get(name, ()))
    return context.piece("pieces/cards.html", cards=cards)


def routes_of(context: Context, entity: CompiledEntity, by: CompiledField) -> dict[str, tuple[str, ...]]:
    """From each column, those to which the reader may take records as far as roles say; what a record itself forbids is told
    when it is tried."""
    flow = flow_by(context, entity, by)
    if flow is not None:
        held = [
            move for move in flow.moves.values()
            if not move.system and access.may(context.session, entity.name, f"move.{move.name}")
        ]
        return {state: tuple(dict.fromkeys(m.target for m in held if state in m.sources)) for state in flow.states}
    if not by.writable or not access.may(context.session, entity.name, "update"):
        return {}
    live = [option.name for option in by.options.values() if not option.retired]
    live += [] if by.required else [BLANK]
    return {name: tuple(other for other in live if other != name) for name in (*by.options, BLANK)}


def flow_by(context: Context, entity: CompiledEntity, by: CompiledField) -> CompiledFlow | None:
    """The flow whose state the field is."""
    flow = flows_of(context.session).flows.get(entity.name)
    return flow if flow is not None and flow.field == by.name else None


def _deck(context: Context, entity: CompiledEntity, request: ListRequest) -> _Deck:
    by = request.shown.by
    assert by is not None
    owner = next((c for c in context.forms.filters[entity.name] if entity.owned and c.path == ("owner",)), None)
    owner = owner if owner is not None and known(context.session)(owner) else None
    columns = card_columns(seen(context, request.columns), {by.path, ("owner",)})
    return _Deck(context, entity, request, columns, owner, by.field, due_of(context, entity, request.view.due))


def _names(deck: _Deck, heads: Iterable[str]) -> list[str]:
    """The columns in declared order, those that records end in last; retired ones, and that of blanks, only where there are
    records in them."""
    held, by, request = set(heads), deck.by, deck.request
    names = [option.name for option in by.options.values() if not option.retired or option.name in held]
    asked_for = [c.value for c in request.conditions if c.column.path == (by.name,) and c.operator == "in"]
    if asked_for and isinstance(asked_for[0], tuple):
        names = [name for name in names if name in asked_for[0]]
    flow = flow_by(deck.context, deck.entity, by)
    if flow is not None:
        names.sort(key=lambda name: name in flow.states and flow.states[name].end)
    return ([BLANK] if BLANK in held else []) + names


def _column(deck: _Deck, name: str, head: _Head | None, routes: dict[str, tuple[str, ...]]) -> BoardColumn:
    context, option = deck.context, deck.by.options.get(name)
    flow = flow_by(context, deck.entity, deck.by)
    targets = routes.get(name, ())
    color = option.color if option is not None and option.color in COLORS else "gray"
    total = readable_total(context, deck.request.view.total)
    return BoardColumn(
        name=name,
        label=option.label[context.language] if option is not None else context.texts("modes.without"),
        color=color or "gray",
        count=context.formats.number(head.count if head is not None else 0),
        totals=tuple(sums_in_words(context, total, head.totals)) if total is not None and head is not None else (),
        cards=_cards(deck, name, targets) if head is not None else Cards(()),
        targets=targets,
        folded=flow is not None and name in flow.states and flow.states[name].end,
    )


def _heads(context: Context, request: ListRequest, by: CompiledField) -> dict[str, _Head]:
    """What the columns hold that hold anything."""
    total = readable_total(context, request.view.total)
    groupings = [Grouping("column", (by.name,))]
    measures = [Measure("count", "count")]
    if total is not None:
        measures.append(Measure("total", "sum", total.value))
        groupings += [Grouping("currency", total.currency)] if total.currency is not None else []
    query = request.query()
    grouped = GroupQuery(
        query.entity, tuple(groupings), tuple(measures), query.filters, query.where, search=query.search,
        starred=query.starred, shared=query.shared,
    )
    if total is not None and not read.groupable(context.session, grouped):
        return _heads(context, replace(request, view=replace(request.view, total=None)), by)
    found: dict[str, list[GroupRow]] = {}
    for row in read.group(context.session, grouped):
        found.setdefault(BLANK if row.keys[0] is None else str(row.keys[0]), []).append(row)
    return {name: _head(rows, total is not None) for name, rows in found.items()}


def _head(rows: Sequence[GroupRow], summed: bool) -> _Head:
    totals = [(str(row.keys[1] or "") if len(row.keys) > 1 else "", row.measures[1]) for row in rows] if summed else []
    count = sum(value for row in rows if isinstance(value := row.measures[0], int))
    return _Head(count, tuple((currency, Decimal(str(value))) for currency, value in totals))


def _cards(deck: _Deck, name: str, targets: Sequence[str]) -> Cards:
    """The first cards of a column, or those that the address says (`after`)."""
    context, request, entity = deck.context, deck.request, deck.entity
    path = (deck.by.name,)
    within = Filter(path, "blank") if name == BLANK else Filter(path, "eq", name)
    query = request.query(CARDS)
    paths = [*(c.path for c in deck.columns), *([deck.owner.path] if deck.owner is not None else [])]
    found = read.page(context.session, replace(query, columns=paths_with(deck.due, paths), filters=(*query.filters, within), before=None))
    places = {column.path: column for column in found.columns}
    owner = places[deck.owner.path] if deck.owner is not None else None
    overdue = overdue_among(context, deck.due, found.columns)
    texts = draw_cards(paired(deck.columns, found.columns), found.rows, context.app, context.formats, owner, overdue)
    movable = _movable(deck, [text.id for text in texts]) if targets else frozenset[int]()
    cards = tuple(_card(entity, text, text.id in movable) for text in texts)
    following = [*request.parameters(), *_named(request), ("column", name)]
    rest = [pair for pair in following if pair[0] not in ("after", "before")]
    more = f"/e/{entity.name}/cards?{urlencode([*rest, ('after', found.after)])}" if found.after else ""
    return Cards(cards, more, f"place?{urlencode([('by', deck.by.name)])}")


def _movable(deck: _Deck, ids: Sequence[int]) -> frozenset[int]:
    """Those of the records that the reader may take elsewhere, as far as rights say; whether a move is possible is judged when
    it is tried."""
    context, name = deck.context, deck.entity.name
    if flow_by(context, deck.entity, deck.by) is not None:
        return frozenset(ids)
    return access.allowed_among(context.session, name, "update", ids) if ids else frozenset()


def _named(request: ListRequest) -> list[tuple[str, str]]:
    """The way of the list itself, where the address leaves it to the list."""
    return [] if request.way is not None else request.shown.parameters()


def _card(entity: CompiledEntity, text: CardText, moves: bool) -> Card:
    return Card(text.id, text.revision, f"/e/{entity.name}/{text.id}", text.title, text.facts, text.owner, moves)
