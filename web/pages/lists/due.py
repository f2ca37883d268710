"""What a list marks as overdue, as far as its reader may know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.compiled import CompiledEntity
from engine.records.queries import Column, Path
from forms.compiled import ListColumn
from forms.overdue import Due, Overdue, overdue_of
from web.composition import flows_of
from web.context import Context
from web.pages.lists.request import known


def due_of(context: Context, entity: CompiledEntity, column: ListColumn | None) -> Due | None:
    """The day that is declared as due; None where none is, or where the reader may not read it or the state that would end it."""
    if column is None:
        return None
    knows = known(context.session, True)
    if not knows(column):
        return None
    flow = flows_of(context.session).flows.get(entity.name)
    if flow is None:
        return Due(column, None, frozenset())
    state = next((one for one in context.forms.filters[entity.name] if one.path == (flow.field,)), None)
    if state is None or not knows(state):
        return None
    return Due(column, state, frozenset(name for name, one in flow.states.items() if one.end))


def paths_with(due: Due | None, paths: Iterable[Path]) -> tuple[Path, ...]:
    """The paths that rows are read by, with what tells whether they are overdue."""
    return tuple(dict.fromkeys((*paths, *(due.paths if due is not None else ()))))


def overdue_among(context: Context, due: Due | None, found: Sequence[Column]) -> Overdue | None:
    """Tells of rows whether they are overdue; None where nothing is due."""
    if due is None:
        return None
    session = context.session
    return overdue_of(due, found, context.formats, session.now, session.today, context.texts("pages.overdue"))
