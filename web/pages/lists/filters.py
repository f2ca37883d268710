"""Filters of a list: those in force as chips, the usual ones as menus, any other in a dialog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

from starlette.responses import Response

from engine.compiled import CompiledEntity
from engine.field_types import FIELD_TYPES
from engine.languages import Base
from engine.records import read
from engine.records.queries import RecordRef
from forms import filters
from forms.cells import DATES
from forms.columns import across
from forms.compiled import ListColumn
from forms.conditions import Judged
from forms.filter_groups import ConditionGroup
from forms.filters import Condition
from forms.lists import MOST_JOINED, ListRequest
from forms.periods import PERIODS, USUAL
from forms.widgets import Content, Drawing, Input, draw
from web.context import Context
from web.pages.lists.request import TECHNICAL, asked, fields_chosen, valued
from web.texts import inside
from web.view_models.lists import Chip, FieldLevel, FilterQuestion, Quick
from web.view_models.shell import Link

_BETWEEN: Mapping[Base, str] = {"zh": "；", "en": "; "}
_WITHIN: Mapping[Base, str] = {"zh": "{}（{}）", "en": "{} ({})"}
_QUICK = ("choice", "bool", "date")
_HOLE = "__value__"
"""Stands for a value in an address that is made once for all of them; no name of an option looks like it."""


def dialog(context: Context) -> Response:
    """The dialog that adds a filter: first the field, then its condition."""
    entity = context.entity()
    request = asked(context, entity)
    return context.piece(
        "pieces/filter.html",
        base=f"/e/{entity.name}",
        here=f"/e/{entity.name}/filter",
        kept=[pair for pair in request.parameters() if pair[0] not in ("after", "before")],
        question=question_of(context, entity, request),
        joined=request.within("filter/joined") if len(request.joined) < MOST_JOINED else "",
    )


def question_of(context: Context, entity: CompiledEntity, request: ListRequest) -> FilterQuestion:
    """What the dialog asks for one condition, as far as its field is chosen."""
    levels, chosen = _levels(context, entity, request)
    if chosen is None:
        return FilterQuestion(levels)
    operators = filters.operators_of(chosen.field)
    kind = filters.operand_class(chosen.field)
    return FilterQuestion(
        levels,
        tuple(Link(_operator(context, chosen, name), name) for name in operators),
        _operand(context, chosen),
        ranged="between" in operators,
        mine=chosen.field.stored == "user",
        periods=tuple(_periods(context, PERIODS)) if kind == "date" else (),
    )


def _levels(context: Context, entity: CompiledEntity, request: ListRequest) -> tuple[tuple[FieldLevel, ...], ListColumn | None]:
    """The fields to choose from, below a link those of the records that it leads to, and the field that is chosen."""
    language, fields = context.language, context.forms.filters
    offered = _offered(context, (*request.view.filters, *fields[entity.name]))
    paths, chosen = fields_chosen(context), None
    levels = [FieldLevel(context.texts("lists.field"), "", _options(context, offered, False), paths[0] if paths else "")]
    for depth, path in enumerate(paths, 1):
        chosen = offered.get(path)
        if chosen is None:
            return (*levels[:-1], replace(levels[-1], chosen="")), None
        offered = _offered(context, across(fields, chosen))
        if offered:
            label = context.texts("lists.field_of", name=chosen.label[language])
            itself = context.texts("lists.field_itself", name=chosen.field.label[language])
            here = paths[depth] if depth < len(paths) else ""
            levels.append(FieldLevel(label, itself, _options(context, offered, True), here))
    return tuple(levels), chosen


def _offered(context: Context, columns: Iterable[ListColumn]) -> dict[str, ListColumn]:
    """Those of the columns that the reader may filter by, by path."""
    return {
        ".".join(c.path): c for c in valued(context, columns)
        if filters.operand_class(c.field) != "any_link" and not (c.field.system and c.field.name in TECHNICAL)
    }


def _options(context: Context, offered: Mapping[str, ListColumn], below: bool) -> tuple[Link, ...]:
    """The columns as options; `below` a link each is called by the name of its field alone."""
    language = context.language
    return tuple(Link((column.field.label if below else column.label)[language], path) for path, column in offered.items())


def quicks_of(context: Context, request: ListRequest) -> list[Quick]:
    """The list's own filters that have few values, as menus."""
    found: list[Quick] = []
    for column in valued(context, request.view.filters):
        kind = filters.operand_class(column.field)
        if kind not in _QUICK or any(c.column.path == column.path for c in request.conditions):
            continue
        found.append(Quick(column.label[context.language], tuple(_quick_options(context, request, column, kind))))
    return found


def _quick_options(context: Context, request: ListRequest, column: ListColumn, kind: str) -> list[Link]:
    """The values as links; the address is made once and the value put into it."""
    operator = {"bool": "eq", "date": filters.WITHIN}.get(kind, "in")
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
    for group in request.joined:
        label = context.texts(f"lists.joined_{group.joining}")
        yield Chip(label, "", listed(context, group), request.without(group), _edit(request, group))


def _edit(request: ListRequest, group: ConditionGroup) -> str:
    """The dialog that changes a group, in place of which another one comes."""
    rest = replace(request, joined=tuple(one for one in request.joined if one is not group)).within("filter/joined")
    return f"{rest}{'&' if '?' in rest else '?'}{urlencode({'joined': group.code})}"


def listed(context: Context, group: ConditionGroup) -> str:
    """The parts of a group in words, one after the other."""
    return _BETWEEN[context.language.base].join(_part(context, part) for part in group.parts)


def _part(context: Context, part: Condition | ConditionGroup) -> str:
    if isinstance(part, ConditionGroup):
        joining = context.texts(f"lists.joined_{part.joining}")
        return _WITHIN[context.language.base].format(inside(joining), listed(context, part))
    return said(context, part)


def said(context: Context, condition: Condition) -> str:
    """One condition in words."""
    words = (
        condition.column.label[context.language], _operator(context, condition.column, condition.operator), _spoken(context, condition),
    )
    return " ".join(word for word in words if word)


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
    if condition.operator in filters.BARE:
        return ""
    if condition.operator == filters.WITHIN:
        return context.texts(f"lists.period_{condition.text}")
    if condition.text == filters.ME and filters.operand_class(field) == "link":
        return context.texts("lists.me")
    if condition.operator in filters.OF_TEAM and condition.text == filters.TEAM:
        return context.texts("lists.team")
    if field.options:
        names = condition.text.split(",")
        return "、".join(field.options[n].label[context.language] if n in field.options else n for n in names)
    if filters.operand_class(field) in ("link", "links") and isinstance(condition.value, int):
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


def _operand(context: Context, column: ListColumn) -> Input:
    """The input for the value of a filter on the column."""
    drawing = Drawing(context.app, context.language, context.reading, f"/e/{column.entity}/pick")
    field = column.field
    if field.stored == "links":  # one of the many is asked for
        field = replace(field, kind="link", stored="link", type=FIELD_TYPES["link"])
    drawn = draw(field, Judged(), Content(), drawing)
    return drawn.as_operand("v")
