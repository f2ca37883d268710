"""What the address of a list asks for, and what of it its reader may know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from engine.compiled import CompiledEntity
from engine.field_types.base import TextContext
from engine.records import read
from engine.refusals import NotFound
from engine.runtime import ReadSession
from forms import lists
from forms.compiled import ListColumn
from forms.lists import ListRequest, ListScope
from reports.compiled import CompiledReport
from reports.run import find
from web.composition import forms_of, reports_of
from web.context import Context

TECHNICAL = frozenset({"revision", "archived_at"})
"""Fields that say nothing to people; a list shows nothing that is in the trash."""


def asked(context: Context, entity: CompiledEntity) -> ListRequest:
    """The list request of the address; a filter just made in the dialog (`field`, `op`, `v`) is folded into it."""
    parameters = [pair for pair in context.parameters if pair[0] not in ("field", "op", "v", "v2", "me", "period")]
    made = _made(context)
    if made:
        parameters.append(("f", made))
    return request_of(context.session, entity, parameters, context.reading)


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


def _made(context: Context) -> str:
    """The filter of the dialog as the address holds it."""
    field, operator = context.query("field"), context.query("op")
    if not field or not operator:
        return ""
    values = [value for value in context.request.query_params.getlist("v") if value]
    if context.query("me"):
        values = [lists.ME]
    if operator == lists.WITHIN:
        values = [context.query("period")] if context.query("period") else []
    if operator == "between":
        values = [*values[:1], context.query("v2")]
    if operator in lists.BARE:
        return f"{field}:{operator}"
    return f"{field}:{operator}:{','.join(values)}" if values else ""
