"""Candidates of a link field: records its writer may read, under the field's filter, found by a few characters (T20)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from engine.access import editable
from engine.access.rules import filter_holds
from engine.access.views import Statement, context_values, fixed_view, open_view
from engine.compiled import CompiledField
from engine.expressions.sql_context import form_path
from engine.records.detail import readable_fields, shown_title
from engine.records.draft import Draft
from engine.records.filters import contains
from engine.records.queries import Choice
from engine.records.references import find_astray
from engine.records.searching import search_clause, search_shape, search_values
from engine.records.seen import SeenEnvironment
from engine.records.select import Selection
from engine.refusals import NotFound
from metadata.expressions.dependencies import walk
from metadata.expressions.typed import FieldRef

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession

MOST_CHOICES = 100
Around = tuple[str, Mapping[str, object]]
"""The form around a row: its entity, and its values."""


def pick(
    s: ReadSession, entity: str, field: str, text: str, values: Mapping[str, object], limit: int = 20,
    parent: Around | None = None,
) -> list[Choice]:
    """Candidates for the link `field` of `entity` whose search fields or title hold `text` (blank: any), by title.

    `values` are the form's current ones, which the field's filter sees as `$this`; `parent` is the form around a row of a
    child grid. Raises `NotFound` unless the principal may read or write the field.
    """
    link = linking_field(s, entity, field)
    values = seen_values(s, entity, link, values, parent)
    limit = max(1, min(limit, MOST_CHOICES))
    found: list[Choice] = []
    for target in link.link.to if link.link else ():
        found += _candidates(s, link, target, text.strip(), values, limit - len(found))
        if len(found) >= limit:
            break
    return found


def linking_field(s: ReadSession, entity: str, name: str) -> CompiledField:
    """The link field `name` of `entity`. Raises `NotFound` unless the principal may read or write it."""
    compiled = s.app.entities.get(entity)
    field = compiled.fields.get(name) if compiled else None
    if field is None or field.link is None or not _concerns(s, entity, name):
        raise NotFound("unknown_field")
    return field


def seen_values(
    s: ReadSession, entity: str, link: CompiledField, values: Mapping[str, object], parent: Around | None = None
) -> Mapping[str, object]:
    """What the filter of the link reads of the form and the one around it, and over their links, as far as the principal
    may read it: a link to a record of others is blank, and so is a hidden field of one's own."""
    rule = link.link.filter if link.link else None
    if rule is None:
        return values
    writer = cast("WriteSession", s)
    draft = _filled_in(writer, entity, values)
    draft.parent = _filled_in(writer, *parent) if parent else None
    form = SeenEnvironment(writer, draft)
    refs = [node for node in walk(rule.typed) if isinstance(node, FieldRef) and node.root in ("this", "parent")]
    return {"id": values.get("id"), **{form_path(ref): form.field(ref) for ref in refs}}


def _filled_in(s: WriteSession, entity: str, values: Mapping[str, object]) -> Draft:
    compiled = s.app.entities[entity]
    known = {name: value for name, value in values.items() if name in compiled.fields}
    draft = Draft(compiled, None, {}, {**compiled.groups.blank, **known}, given=set(known))
    find_astray(s, draft)
    return draft


def _concerns(s: ReadSession, entity: str, name: str) -> bool:
    """Whether the field is any business of the principal: it may be written on a new record, or read."""
    if name in editable(s, entity, None):
        return True
    try:
        return name in readable_fields(s, entity)
    except NotFound:
        return False


def _candidates(
    s: ReadSession, field: CompiledField, target: str, text: str, values: Mapping[str, object], limit: int
) -> list[Choice]:
    if field.link is None or field.link.filter is None:
        return named_like(s, target, text, limit)
    selection = Selection(view := fixed_view(s), target)
    selection.where(filter_holds(view, target, field.link.filter.typed, selection.root.row, values))
    return _found(s, _statement(selection, text), target, text, limit, {})


def named_like(s: ReadSession, target: str, text: str, limit: int) -> list[Choice]:
    """The live records of `target` whose search fields or title hold `text` (blank: any), by title; none where the principal may
    read none."""
    text, view = text.strip(), open_view(s)
    key = ("pick", view.key, target, search_shape(text))
    try:
        statement = s.app.statements.get(key, lambda: _statement(Selection(view, target), text))
    except NotFound:
        return []
    return _found(s, statement, target, text, limit, context_values(s))


def _found(
    s: ReadSession, statement: Statement, target: str, text: str, limit: int, context: Mapping[str, object]
) -> list[Choice]:
    searched = search_values(s.connection, text) if text else {}
    rows = s.connection.execute(statement, {**context, **searched, "lw_limit": limit})
    return [Choice(row[0], shown_title(row[1], row[0]), entity=target) for row in rows]


def _statement(selection: Selection, text: str) -> Statement:
    row = selection.root.row
    title = selection.title_of(selection.root)
    selection.where(row.c.archived_at.is_(None))
    if text:
        wanted = sa.bindparam("q", type_=sa.Text(), required=True)
        selection.where(sa.or_(search_clause(selection, text), contains(title, wanted, selection.view.dialect)))
    order = selection.title_of(selection.root, order=True)
    statement = selection.select([row.c.id, title]).order_by(title.is_(None), order, row.c.id)
    return statement.limit(sa.bindparam("lw_limit", type_=sa.Integer(), required=True))
