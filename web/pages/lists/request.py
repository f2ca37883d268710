"""What the address of a list asks for, and what of it its reader may know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from engine.compiled import CompiledEntity
from engine.field_types.base import TextContext
from engine.filter_codes import CodeGroup, UnreadGroup, parse_codes
from engine.records import read
from engine.refusals import NotFound
from engine.runtime import ReadSession
from forms import filters, lists
from forms.columns import Columns
from forms.compiled import ListColumn
from forms.filter_groups import parse_place, put
from forms.lists import ListRequest, ListScope
from reports.compiled import CompiledReport
from reports.run import find
from web.composition import forms_of, reports_of
from web.context import Context

TECHNICAL = frozenset({"revision", "archived_at"})
"""Fields that say nothing to people; a list shows nothing that is in the trash."""


def asked(context: Context, entity: CompiledEntity) -> ListRequest:
    """The list request of the address; a filter just made in a dialog (`field`, `op`, `v`, or several joined in `joined`) is folded
    into it."""
    made = _joined(context) if "joined" in context.request.query_params else filter_made(context)
    parameters = [*_plain(context), *([("f", made)] if made else [])]
    return request_of(context.session, entity, parameters, context.reading)


def asked_beside(context: Context, entity: CompiledEntity) -> ListRequest:
    """As `asked`, without what a dialog is making."""
    return request_of(context.session, entity, _plain(context), context.reading)


def _plain(context: Context) -> list[tuple[str, str]]:
    """The pairs of the address that no dialog sends."""
    return [pair for pair in context.parameters if pair[0] not in ("field", "op", "v", "v2", "me", "team", "period", "joined", "at")]


def request_of(
    session: ReadSession, entity: CompiledEntity, parameters: Sequence[tuple[str, str]], reading: TextContext
) -> ListRequest:
    """The list request of an address given by its pairs, as the session's principal may make it. Raises `NotFound`."""
    request = parsed(session, entity.name, parameters, reading)
    resolved = lists.resolve(request, session.principal.user_id, session.today, session.app.zone)
    return replace(resolved, scope=_scope(session, entity, dict(reversed(parameters)).get("report", "")))


def parsed(session: ReadSession, entity: str, parameters: Sequence[tuple[str, str]], reading: TextContext) -> ListRequest:
    """As `request_of`, with what moves (me, periods) as the address says it, and without the rows that a report names."""
    roles = session.principal.roles
    return lists.parse_list(forms_of(session), entity, roles, parameters, reading, known(session), known(session, True))


def report_scope(report: CompiledReport) -> ListScope:
    """The records that a report counts, as a list shows them."""
    return ListScope("report", report.name, report.label, report.where)


def _scope(session: ReadSession, entity: CompiledEntity, name: str) -> ListScope | None:
    """The report that the address names, where its reader may run it. Raises `NotFound` otherwise."""
    if not name:
        return None
    report = find(session, reports_of(session), name)
    if report.entity != entity.name:
        raise NotFound()
    return report_scope(report)


def columns_of(session: ReadSession, request: ListRequest) -> Columns:
    """The columns that filters of the list may be about, as far as the session's principal knows of them."""
    return lists.columns_of(forms_of(session), request.view, known(session))


def seen(context: Context, columns: tuple[ListColumn, ...]) -> tuple[ListColumn, ...]:
    """The columns of which the reader may see something, each once; others do not exist for them (law 2)."""
    knows = known(context.session)
    found: dict[tuple[str, ...], ListColumn] = {}
    for column in columns:
        if column.path not in found and knows(column):
            found[column.path] = column
    return tuple(found.values())


def valued(context: Context, columns: Iterable[ListColumn]) -> tuple[ListColumn, ...]:
    """Those of `seen` whose values the reader may read: what a list is filtered and ordered by."""
    return tuple(filter(known(context.session, True), seen(context, tuple(columns))))


def known(session: ReadSession, values: bool = False) -> Callable[[ListColumn], bool]:
    """Whether the reader may see something of a column; with `values` its values, not only what a mask leaves of them."""
    fields = read.valued_fields if values else read.readable_fields
    readable: dict[str, frozenset[str]] = {}

    def may_see(entity: str, name: str) -> bool:
        if entity not in readable:
            try:
                readable[entity] = fields(session, entity)
            except NotFound:
                readable[entity] = frozenset()
        return name in readable[entity]

    return lambda column: all(may_see(owner, name) for owner, name in column.hops)


def fields_chosen(context: Context) -> list[str]:
    """The field that the dialog of filters speaks of, link by link: each path goes on from the one before."""
    found: list[str] = []
    for path in context.request.query_params.getlist("field"):
        if path and (not found or path.startswith(f"{found[-1]}.")):
            found.append(path)
    return found


def _joined(context: Context) -> str:
    """The joined filters of the dialog as the address holds them, with the one that is being added."""
    text, made, place = context.query("joined"), filter_made(context), parse_place(context.query("at"))
    try:
        group: CodeGroup | None = parse_codes(text)
    except UnreadGroup:
        return text
    if made and place is not None:
        group = put(group, place, made)
    group = group.mapped(lambda code: code)
    return group.text if group is not None else ""


def filter_made(context: Context) -> str:
    """The one condition of the dialog as the address holds it; "" as long as there is none."""
    field, operator = next(reversed(fields_chosen(context)), ""), context.query("op")
    if not field or not operator:
        return ""
    values = [value for value in context.request.query_params.getlist("v") if value]
    if context.query("me"):
        values = [filters.ME]
    elif context.query("team"):
        values = [filters.TEAM]
    if operator == filters.WITHIN:
        values = [context.query("period")] if context.query("period") else []
    if operator == "between":
        values = [*values[:1], context.query("v2")]
    if operator in filters.BARE:
        return f"{field}:{operator}"
    return f"{field}:{operator}:{','.join(values)}" if values else ""
