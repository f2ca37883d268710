"""List pages: three statements whatever is shown — who asks, the page of rows, the capped count (R9, R18)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from starlette.responses import Response

from engine import access
from engine.compiled import CompiledEntity
from engine.field_types import FIELD_TYPES
from engine.records import read
from engine.records.queries import Count, Page, Query, RecordRef, Sort
from engine.refusals import NotFound
from forms import lists
from forms.cells import DATES
from forms.compiled import ListColumn
from forms.conditions import Judged
from forms.lists import Condition, ListRequest, ListScope
from forms.rows import cell_class, draw_rows, paired
from forms.widgets import Content, Drawing, draw
from reports.compiled import CompiledReport
from reports.run import find
from web.composition import reports_of
from web.context import Context
from web.icons import icon_name

CAP = 1000
_QUICK = ("choice", "bool")
_BARE = ("blank", "not_blank")
_TECHNICAL = frozenset({"revision", "archived_at"})
"""Fields that say nothing to people; a list shows nothing that is in the trash."""
_HOLE = "__value__"
"""Stands for a value in an address that is made once for many; no name of an option or field looks like it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A label that leads somewhere."""

    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """One column's head: `href` sorts by it, `sort` says how the list is sorted now."""

    label: str
    kind: str
    href: str
    sort: str


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force."""

    label: str
    operator: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Quick:
    """A filter offered as a menu of its values."""

    label: str
    options: tuple[Link, ...]


def show(context: Context) -> Response:
    """The list of an entity, as the address asks for it."""
    entity = context.entity()
    if not access.may(context.session, entity.name, "read"):
        raise NotFound()
    request = asked(context, entity)
    columns = seen(context, request.view.columns)
    query = replace(request.query(), columns=tuple(c.path for c in columns))
    found = read.page(context.session, query)
    rows = draw_rows(paired(columns, found.columns), found.rows, context.app, context.formats, f"/e/{entity.name}/")
    count = _count(context, query, found)
    language = context.language
    return context.page(
        "pages/list.html",
        title=request.view.label[language] if request.named else entity.plural[language],
        entity_label=entity.label[language],
        entity_plural=entity.plural[language],
        entity_icon=icon_name(entity.icon),
        base=f"/e/{entity.name}",
        count=count_text(context, count),
        views=_views(context, entity, request),
        view_label=request.view.label[language],
        create=f"/e/{entity.name}/new" if access.may(context.session, entity.name, "create") else "",
        export=_export(context, entity, request),
        search=request.search,
        kept=[(name, value) for name, value in request.parameters() if name not in ("q", "after", "before")],
        quicks=_quicks(context, request),
        chips=list(_chips(context, request)),
        errors=[error.message.text(language) for error in request.errors],
        add_filter=f"/e/{entity.name}/filter{request.address()[len(entity.name) + 3:]}",
        cleared=request.address(conditions=(), search="", scope=None),
        columns=_heads(context, entity, request, columns),
        rows=rows,
        empty=not found.rows,
        before=request.address(before=found.before) if found.before else "",
        after=request.address(after=found.after) if found.after else "",
    )


def _count(context: Context, query: Query, found: Page) -> Count:
    """How many there are; a page that shows all of them has counted them already."""
    if found.after is None and query.after is None and query.before is None:
        return Count(len(found.rows), False)
    return read.count(context.session, query, CAP)


def filter_form(context: Context) -> Response:
    """The dialog that adds a filter: first the field, then its condition."""
    entity = context.entity()
    request = asked(context, entity)
    offered = seen(context, (*request.view.filters, *context.forms.filters[entity.name]))
    columns = {
        ".".join(c.path): c for c in offered
        if lists.operand_class(c.field) != "any_link" and not (c.field.system and c.field.name in _TECHNICAL)
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
    )


def asked(context: Context, entity: CompiledEntity) -> ListRequest:
    """The list request of the address; a filter just made in the dialog (`field`, `op`, `v`) is folded into it."""
    parameters = [pair for pair in context.parameters if pair[0] not in ("field", "op", "v", "v2", "me")]
    made = _made(context)
    if made:
        parameters.append(("f", made))
    request = lists.parse_list(context.forms, entity.name, context.principal.roles, parameters, context.reading, known(context))
    return replace(lists.resolve_me(request, context.principal.user_id), scope=_scope(context, entity))


def report_scope(report: CompiledReport) -> ListScope:
    """The records that a report counts, as a list shows them."""
    return ListScope("report", report.name, report.label, report.where)


def _scope(context: Context, entity: CompiledEntity) -> ListScope | None:
    """The report that the address names, where its reader may run it. Raises `NotFound` otherwise."""
    name = context.query("report")
    if not name:
        return None
    report = find(context.session, reports_of(context.session), name)
    if report.entity != entity.name:
        raise NotFound()
    return report_scope(report)


def seen(context: Context, columns: tuple[ListColumn, ...]) -> tuple[ListColumn, ...]:
    """The columns of which the reader may see something, each once; others do not exist for them (law 2)."""
    knows = known(context)
    found: dict[tuple[str, ...], ListColumn] = {}
    for column in columns:
        if column.path not in found and knows(column):
            found[column.path] = column
    return tuple(found.values())


def known(context: Context) -> Callable[[ListColumn], bool]:
    """Whether the reader may see something of a column."""
    session = context.session
    readable: dict[str, frozenset[str]] = {}

    def may_see(entity: str, name: str) -> bool:
        if entity not in readable:
            try:
                readable[entity] = read.readable_fields(session, entity)
            except NotFound:
                readable[entity] = frozenset()
        return name in readable[entity]

    return lambda column: all(may_see(owner, name) for owner, name in column.hops)


def count_text(context: Context, count: Count) -> str:
    """The count as people read it: exact up to the cap."""
    shown = context.formats.number(count.value)
    if count.capped:
        return context.texts("lists.count_capped", count=shown)
    return context.texts("lists.count_one" if count.value == 1 else "lists.count", count=shown)


def _made(context: Context) -> str:
    """The filter of the dialog as the address holds it."""
    field, operator = context.query("field"), context.query("op")
    if not field or not operator:
        return ""
    values = [value for value in context.request.query_params.getlist("v") if value]
    if context.query("me"):
        values = [lists.ME]
    if operator == "between":
        values = [*values[:1], context.query("v2")]
    if operator in _BARE:
        return f"{field}:{operator}"
    return f"{field}:{operator}:{','.join(values)}" if values else ""


def _views(context: Context, entity: CompiledEntity, request: ListRequest) -> list[Link]:
    offered = context.forms.offered(entity.name, context.principal.roles)
    return [
        Link(view.label[context.language], f"/e/{entity.name}" + ("" if view is offered[0] else f"?list={view.name}"),
             view is request.view)
        for view in offered
    ]


def _export(context: Context, entity: CompiledEntity, request: ListRequest) -> str:
    if not access.may(context.session, entity.name, "export"):
        return ""
    return f"/e/{entity.name}/export" + request.address()[len(entity.name) + 3 :]


def _heads(
    context: Context, entity: CompiledEntity, request: ListRequest, columns: Sequence[ListColumn]
) -> list[Head]:
    """The heads of the columns; the address that sorts is made once and the column put into it."""
    address = request.address(sort=(Sort((_HOLE,)),), sorted=True)
    current = request.sort[0] if request.sort else Sort(())
    heads: list[Head] = []
    for place, column in enumerate(columns):
        here = current.path == column.path
        sort = ("descending" if current.descending else "ascending") if here else ""
        wanted = ("-" if sort == "ascending" else "") + ".".join(column.path)
        kind = cell_class(place, column.field, column.path == (entity.state_field,))
        href = address.replace(_HOLE, wanted) if column.sortable else ""
        heads.append(Head(column.label[context.language], kind, href, sort))
    return heads


def _quicks(context: Context, request: ListRequest) -> list[Quick]:
    """The list's own filters that have few values, as menus."""
    found: list[Quick] = []
    for column in seen(context, request.view.filters):
        kind = lists.operand_class(column.field)
        if kind not in _QUICK or any(c.column.path == column.path for c in request.conditions):
            continue
        found.append(Quick(column.label[context.language], tuple(_quick_options(context, request, column, kind))))
    return found


def _quick_options(context: Context, request: ListRequest, column: ListColumn, kind: str) -> list[Link]:
    """The values as links; the address is made once and the value put into it."""
    operator = "eq" if kind == "bool" else "in"
    address = request.with_condition(Condition(column, operator, _HOLE))
    if kind == "bool":
        values = [("true", context.texts("lists.yes")), ("false", context.texts("lists.no"))]
    else:
        options = column.field.options.values()
        values = [(option.name, option.label[context.language]) for option in options if not option.retired]
    return [Link(label, address.replace(_HOLE, quote(value))) for value, label in values]


def _chips(context: Context, request: ListRequest) -> Iterable[Chip]:
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
    if condition.operator in _BARE:
        return ""
    if condition.text == lists.ME and lists.operand_class(field) == "link":
        return context.texts("lists.me")
    if field.options:
        names = condition.text.split(",")
        return "、".join(field.options[n].label[context.language] if n in field.options else n for n in names)
    if lists.operand_class(field) in ("link", "links") and isinstance(condition.value, int):
        target = field.link.to[0] if field.link else "user"
        return read.title(context.session, target, condition.value) or "—"
    if isinstance(condition.value, RecordRef):
        return read.title(context.session, condition.value.entity, condition.value.id) or "—"
    if field.stored == "bool":
        return context.formats.yes_no(bool(condition.value))
    if condition.operator == "between":
        return " – ".join(condition.text.split(","))
    return condition.text


def _operand(context: Context, entity: CompiledEntity, column: ListColumn) -> object:
    """The input for the value of a filter on the column."""
    drawing = Drawing(context.app, context.language, context.reading, f"/e/{column.entity}/pick")
    field = column.field
    if field.stored == "links":  # one of the many is asked for
        field = replace(field, kind="link", stored="link", type=FIELD_TYPES["link"])
    drawn = draw(field, Judged(), Content(), drawing)
    return drawn.as_operand("v")
