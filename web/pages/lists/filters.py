"""Filters of a list: those in force as chips, the usual ones as menus, any other in a dialog."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote

from starlette.responses import Response

from engine.compiled import CompiledEntity
from engine.field_types import FIELD_TYPES
from engine.records import read
from engine.records.queries import RecordRef
from forms import lists
from forms.cells import DATES
from forms.compiled import ListColumn
from forms.conditions import Judged
from forms.lists import Condition, ListRequest
from forms.periods import PERIODS, USUAL
from forms.widgets import Content, Drawing, draw
from web.context import Context
from web.pages.lists.request import TECHNICAL, asked, valued
from web.view_models.lists import Chip, Quick
from web.view_models.shell import Link

_QUICK = ("choice", "bool", "date")
_HOLE = "__value__"
"""Stands for a value in an address that is made once for all of them; no name of an option looks like it."""


def dialog(context: Context) -> Response:
    """The dialog that adds a filter: first the field, then its condition."""
    entity = context.entity()
    request = asked(context, entity)
    offered = valued(context, (*request.view.filters, *context.forms.filters[entity.name]))
    columns = {
        ".".join(c.path): c for c in offered
        if lists.operand_class(c.field) != "any_link" and not (c.field.system and c.field.name in TECHNICAL)
    }
    chosen = columns.get(context.query("field"))
    operand = None
    operators: list[Link] = []
    if chosen is not None:
        operators = [Link(_operator(context, chosen, name), name) for name in lists.operators_of(chosen.field)]
        operand = _operand(context, entity, chosen)
    return context.piece(
        "pieces/filter.html",
        base=f"/e/{entity.name}",
        here=f"/e/{entity.name}/filter",
        kept=[pair for pair in request.parameters() if pair[0] not in ("after", "before")],
        fields=[Link(column.label[context.language], path) for path, column in columns.items()],
        chosen=context.query("field") if chosen is not None else "",
        operators=operators,
        operand=operand,
        ranged=bool(chosen) and "between" in lists.operators_of(chosen.field),
        mine=chosen is not None and chosen.field.stored == "user",
        periods=_periods(context, PERIODS) if chosen is not None and lists.operand_class(chosen.field) == "date" else [],
    )


def quicks_of(context: Context, request: ListRequest) -> list[Quick]:
    """The list's own filters that have few values, as menus."""
    found: list[Quick] = []
    for column in valued(context, request.view.filters):
        kind = lists.operand_class(column.field)
        if kind not in _QUICK or any(c.column.path == column.path for c in request.conditions):
            continue
        found.append(Quick(column.label[context.language], tuple(_quick_options(context, request, column, kind))))
    return found


def _quick_options(context: Context, request: ListRequest, column: ListColumn, kind: str) -> list[Link]:
    """The values as links; the address is made once and the value put into it."""
    operator = {"bool": "eq", "date": lists.WITHIN}.get(kind, "in")
    address = request.with_condition(Condition(column, operator, _HOLE))
    if kind == "bool":
        values = [("true", context.texts("lists.yes")), ("false", context.texts("lists.no"))]
    elif kind == "date":
        values = _periods(context, USUAL)
    else:
        options = column.field.options.values()
        values = [(option.name, option.label[context.language]) for option in options if not option.retired]
    return [Link(label, address.replace(_HOLE, quote(value))) for value, label in values]


def _periods(context: Context, names: Iterable[str]) -> list[tuple[str, str]]:
    """Periods with what they are called, as lines of a menu; elsewhere they stand in a sentence."""
    called = [(name, context.texts(f"lists.period_{name}")) for name in names]
    return [(name, text[:1].upper() + text[1:]) for name, text in called]


def chips_of(context: Context, request: ListRequest) -> Iterable[Chip]:
    """What narrows the list, each with the address without it."""
    if request.scope is not None:
        label = context.texts("lists.scope_report")
        yield Chip(label, "", request.scope.label[context.language], request.address(scope=None))
    for condition in request.conditions:
        yield _chip(context, request, condition)


def _chip(context: Context, request: ListRequest, condition: Condition) -> Chip:
    return Chip(
        condition.column.label[context.language],
        _operator(context, condition.column, condition.operator),
        _spoken(context, condition),
        request.without(condition),
    )


def _operator(context: Context, column: ListColumn, name: str) -> str:
    """The operator in words; dates have words of their own."""
    if column.field.stored in DATES:
        name = {"ge": "from", "le": "until", "lt": "before", "gt": "after"}.get(name, name)
    if name == "not_in":
        name = "ne"
    return context.texts(f"lists.op_{name}")


def _spoken(context: Context, condition: Condition) -> str:
    """The filter's value as people read it."""
    field = condition.column.field
    if condition.operator in lists.BARE:
        return ""
    if condition.operator == lists.WITHIN:
        return context.texts(f"lists.period_{condition.text}")
    if condition.text == lists.ME and lists.operand_class(field) == "link":
        return context.texts("lists.me")
    if field.options:
        names = condition.text.split(",")
        return "、".join(field.options[n].label[context.language] if n in field.options else n for n in names)
    if lists.operand_class(field) in ("link", "links") and isinstance(condition.value, int):
        target = field.link.to[0] if field.link else "user"
        return _record(context, target, condition.value)
    if isinstance(condition.value, RecordRef):
        return _record(context, condition.value.entity, condition.value.id)
    if field.stored == "bool":
        return context.formats.yes_no(bool(condition.value))
    if condition.operator == "between":
        return " – ".join(condition.text.split(","))
    return condition.text


def _record(context: Context, entity: str, id: int) -> str:
    """The record's title; its number, which the address says, where there is none that the reader may know."""
    return read.title(context.session, entity, id) or f"#{id}"


def _operand(context: Context, entity: CompiledEntity, column: ListColumn) -> object:
    """The input for the value of a filter on the column."""
    drawing = Drawing(context.app, context.language, context.reading, f"/e/{column.entity}/pick")
    field = column.field
    if field.stored == "links":  # one of the many is asked for
        field = replace(field, kind="link", stored="link", type=FIELD_TYPES["link"])
    drawn = draw(field, Judged(), Content(), drawing)
    return drawn.as_operand("v")
