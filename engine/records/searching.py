"""The search box of a list, a picker and the whole application, over the columns that its principal may read."""

from __future__ import annotations

import sqlalchemy as sa

from engine.access.predicates import any_of
from engine.access.scopes import Clause
from engine.outside import said
from engine.records.filters import contains
from engine.records.select import Selection
from engine.search import match_clause, match_values, terms

LONGEST = 1000
"""Characters of a search text."""


def search_shape(text: str) -> object:
    """What of a search text makes a statement another one."""
    return len(terms(text)) if text.strip() else None


def search_values(connection: sa.Connection, text: str) -> dict[str, object]:
    """The parameters of `search_clause`. Raises `Invalid` for a text that no column could hold. PostgreSQL is told to plan
    for the words at hand: one plan for all words treats a rare one like a common one, and walks a whole list for it."""
    wanted = said(text, "q", LONGEST)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
    return {"q": wanted, **match_values(terms(text), connection.dialect.name)}


def search_clause(selection: Selection, text: str) -> Clause:
    """Rows in which every word of `text` is found in some search field that may be read on that row."""
    count = len(terms(text))
    if not count:
        return _literal(selection)
    return sa.and_(*(_term(selection, number) for number in range(count)))


def _term(selection: Selection, number: int) -> Clause:
    entity, node = selection.root.entity, selection.root
    always: list[int] = []
    found: list[Clause] = []
    for name in entity.search:
        reading, lineage = node.reads[name], entity.fields[name].lineage
        if reading.state == "always":
            always.append(lineage)
        elif reading.condition is not None:
            found.append(sa.and_(reading.condition, _match(selection, [lineage], number)))
    return any_of([*([_match(selection, always, number)] if always else []), *found])


def _match(selection: Selection, columns: list[int], number: int) -> Clause:
    return match_clause(selection.root.entity.lineage, columns, number, selection.view.dialect, selection.root.row.c.id)


def _literal(selection: Selection) -> Clause:
    """A text without any letter or digit, such as %: looked for as it stands."""
    wanted = sa.bindparam("q", type_=sa.Text(), required=True)
    node = selection.root
    names = [name for name in node.entity.search if node.reads[name].state != "never"]
    texts = [name for name in names if node.entity.fields[name].column is not None]
    return any_of([contains(selection.value((name,)), wanted, selection.view.dialect) for name in texts])
