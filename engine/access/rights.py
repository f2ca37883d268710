"""What a session's principal may do: the questions that the rest of the engine and the packages above it ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access.fields import Readability, readable_fields
from engine.access.predicates import Cover, all_of, cover_clause, covers, field_absent, not_denied, row_predicate
from engine.access.scopes import Clause, Row
from engine.access.views import Statement, View, context_values, fixed_view, open_view
from engine.records.queries import Record

if TYPE_CHECKING:
    from engine.runtime import ReadSession


_Reading = tuple[Statement, frozenset[str], tuple[str, ...]]
"""A statement over `records`, the fields readable on every row, and those it tells of."""


def may(s: ReadSession, entity: str, verb: str) -> bool:
    """Whether the principal may do `verb` to some rows of `entity`, judged without looking at any."""
    view = open_view(s)
    return view.unrestricted or bool(covers(view, entity, verb))


def predicate(s: ReadSession, entity: str, verb: str, row: Row | None = None) -> Clause:
    """Which rows of `row` (default: the table of `entity`) the principal may do `verb` to; values are bound."""
    return row_predicate(fixed_view(s), entity, verb, s.app.entities[entity].table if row is None else row)


def readable(s: ReadSession, entity: str, row: Row | None = None) -> Mapping[str, Readability]:
    """How each field of `entity` may be read on the rows the principal may read."""
    return readable_fields(fixed_view(s), entity, s.app.entities[entity].table if row is None else row)


def allowed(s: ReadSession, entity: str, verb: str, id: int) -> bool:
    """Whether the principal may do `verb` to the record `id`, trashed or not. What one may not read one may not touch,
    so every verb but `create` asks for `read` as well."""
    view = open_view(s)
    if view.unrestricted:
        return True
    statement = s.app.statements.get(("allowed", view.key, entity, verb), lambda: _allowed(view, entity, verb))
    return s.connection.execute(statement, {**context_values(s), "record": id}).first() is not None


def everywhere(s: ReadSession, entity: str, verb: str) -> bool:
    """Whether the principal may do `verb` to every record of `entity`, so that none needs to be looked at."""
    view = open_view(s)

    def judge() -> bool:
        return isinstance(row_predicate(view, entity, verb, view.app.entities[entity].table.alias()), sa.True_)

    return view.unrestricted or bool(s.app.statements.get(("everywhere", view.key, entity, verb), judge))


def may_report(s: ReadSession, report: str) -> bool:
    """Whether a role of the principal names the report; its rows are judged by themselves."""
    if s.principal.unrestricted:
        return True
    held = (s.app.access.roles.get(role) for role in s.principal.roles)
    return any(report in role.reports for role in held if role is not None)


def readable_on(s: ReadSession, entity: str, id: int) -> frozenset[str] | None:
    """The fields that the principal may read in full on the record. None when it may not read the record, unless the
    answer is the same for all records: whether it may read this one is then left to the statement that reads it."""
    return readable_on_each(s, entity, (id,)).get(id)


def readable_on_each(s: ReadSession, entity: str, ids: Collection[int]) -> Mapping[int, frozenset[str]]:
    """As `readable_on`, of several records in one statement; without those of which it is None."""
    view = open_view(s)
    prepared: _Reading = s.app.statements.get(("readable on", view.key, entity), lambda: _reading(view, entity))
    statement, always, varying = prepared
    if not varying or not ids:
        return dict.fromkeys(ids, always)
    answers = s.connection.execute(statement, {**context_values(s), "records": list(ids)})
    return {
        id: always | {name for name, seen in zip(varying, told, strict=True) if seen} for id, *told in map(tuple, answers)
    }


def allowed_verbs(s: ReadSession, entity: str, verbs: tuple[str, ...], id: int) -> frozenset[str]:
    """Those of `verbs` that the principal may do to the record `id`, as `allowed` would say of each, in one statement."""
    view = open_view(s)
    if view.unrestricted:
        return frozenset(verbs)
    key = ("allowed verbs", view.key, entity, verbs)
    statement = s.app.statements.get(key, lambda: _allowed_verbs(view, entity, verbs))
    answer = s.connection.execute(statement, {**context_values(s), "record": id}).first()
    return frozenset() if answer is None else frozenset(v for v, may_do in zip(verbs, answer, strict=True) if may_do)


def editable(s: ReadSession, entity: str, record: Record | int | None) -> frozenset[str]:
    """The fields that the principal's rights let it write on `record` (None: on a new one).

    A field needs one grant to update (create) that covers the row and leaves the field neither hidden nor read-only,
    and it must be readable in full on the stored row: what one sees in part or not at all one does not overwrite.
    State locks and rules of the field itself come on top.
    """
    if record is not None:
        return editable_on(s, entity, record.id if isinstance(record, Record) else record) or frozenset()
    view = open_view(s)
    return frozenset(_writable(s, entity)) if view.unrestricted else frozenset[str]().union(*_opened(s, view, entity))


def editable_on(s: ReadSession, entity: str, id: int) -> frozenset[str] | None:
    """As `editable`, of a stored record; None where `allowed` would not let the principal update it at all."""
    view, writable = open_view(s), _writable(s, entity)
    if view.unrestricted:
        return frozenset(writable)
    found = covers(view, entity, "update")
    if not found:
        return None
    key = ("editable", view.key, entity)
    statement, varying = s.app.statements.get(key, lambda: _editing(view, entity, found, writable))
    answer = s.connection.execute(statement, {**context_values(s), "record": id}).first()
    applying = [cover for cover, covered in zip(found, answer, strict=False) if covered] if answer is not None else []
    if answer is None or not applying:
        return None
    seen = dict(zip(varying, answer[len(found):], strict=True))
    return frozenset(
        name for name in writable
        if seen.get(name, True) and any(_edits(view, cover, entity, name) for cover in applying)
    )


def editable_when_made(s: ReadSession, entity: str, ids: Collection[int]) -> Mapping[int, frozenset[str]]:
    """The fields that the grants to create which cover the new rows `ids` let the principal write, by row. No statement where
    every grant opens the same fields."""
    view = open_view(s)
    if view.unrestricted:
        return dict.fromkeys(ids, frozenset(_writable(s, entity)))
    opened = _opened(s, view, entity)
    if len(set(opened)) <= 1:
        return dict.fromkeys(ids, next(iter(opened), frozenset()))
    key = ("editable when made", view.key, entity)
    statement = s.app.statements.get(key, lambda: _covering(view, entity))
    answers = s.connection.execute(statement, {**context_values(s), "records": list(ids)})
    return {
        id: frozenset[str]().union(*(fields for fields, covered in zip(opened, told, strict=True) if covered))
        for id, *told in map(tuple, answers)
    }


def allowed_among(s: ReadSession, entity: str, verb: str, ids: Collection[int]) -> frozenset[int]:
    """Those of `ids` of which `allowed` would say yes, in one statement."""
    view = open_view(s)
    if view.unrestricted:
        return frozenset(ids)
    key = ("allowed among", view.key, entity, verb)
    statement = s.app.statements.get(key, lambda: _allowed(view, entity, verb, several=True))
    return frozenset(s.connection.execute(statement, {**context_values(s), "record": list(ids)}).scalars())


def _allowed(view: View, entity: str, verb: str, several: bool = False) -> Statement:
    """The ids of `record` (several: a list of ids) that the verb may be done to."""
    row = view.app.entities[entity].table.alias()
    verbs = dict.fromkeys((verb,) if verb == "create" else (verb, "read"))
    rights = [row_predicate(view, entity, name, row) for name in verbs]
    wanted = sa.bindparam("record", type_=sa.BigInteger(), required=True, expanding=several)
    chosen = row.c.id.in_(wanted) if several else row.c.id == wanted
    return sa.select(row.c.id).select_from(row).where(chosen, *rights)


def told_verbs(view: View, entity: str, verbs: Sequence[str], row: Row) -> list[sa.ColumnElement[bool]]:
    """Columns that tell of a row which verbs may be done to it."""
    return [sa.func.coalesce(row_predicate(view, entity, verb, row), sa.false()).label(f"may_{verb}") for verb in verbs]


def _allowed_verbs(view: View, entity: str, verbs: tuple[str, ...]) -> Statement:
    row = view.app.entities[entity].table.alias()
    columns = told_verbs(view, entity, verbs, row)
    wanted = sa.bindparam("record", type_=sa.BigInteger(), required=True)
    return sa.select(*columns).select_from(row).where(row.c.id == wanted, row_predicate(view, entity, "read", row))


def _edits(view: View, cover: Cover, entity: str, name: str) -> bool:
    """Whether the role of a grant to update or create lets the field be written."""
    if field_absent(view, cover.grant, entity, name):
        return False
    right = view.app.access.field_right(cover.grant.role, entity, name)
    return not right.readonly and (right.edit or not view.app.access.roles[cover.grant.role].outside)


def editable_somewhere(s: ReadSession, entity: str) -> frozenset[str]:
    """The fields that some grant to update lets the principal write, judged without looking at any row."""
    view = open_view(s)
    return frozenset(_writable(s, entity)) if view.unrestricted else frozenset[str]().union(*_opened(s, view, entity, "update"))


def _opened(s: ReadSession, view: View, entity: str, verb: str = "create") -> tuple[frozenset[str], ...]:
    """The fields that each grant to create (or update) opens."""
    def find() -> tuple[frozenset[str], ...]:
        writable = _writable(s, entity)
        return tuple(
            frozenset(name for name in writable if _edits(view, cover, entity, name)) for cover in covers(view, entity, verb)
        )

    return s.app.statements.get(("opened", view.key, entity, verb), find)


def _writable(s: ReadSession, entity: str) -> list[str]:
    """The fields that anybody could be let write."""
    compiled = s.app.entities[entity]
    return [name for name, field in compiled.fields.items() if field.writable and name != compiled.state_field]


def _editing(
    view: View, entity: str, found: tuple[Cover, ...], writable: list[str]
) -> tuple[Statement, tuple[str, ...]]:
    """A statement that tells which grants cover a row, then which of the fields returned beside it are readable."""
    row = view.app.entities[entity].table.alias()
    reads = readable_fields(view, entity, row)
    varying = tuple(name for name in writable if reads[name].state != "always")
    columns = _told_covers(view, found, row)
    columns += [sa.func.coalesce(_condition(reads[name]), sa.false()) for name in varying]
    wanted = sa.bindparam("record", type_=sa.BigInteger(), required=True)
    rights = all_of([row_predicate(view, entity, "read", row), not_denied(view, entity, "update", row)])
    return sa.select(*columns).select_from(row).where(row.c.id == wanted, rights), varying


def _told_covers(view: View, found: Sequence[Cover], row: Row) -> list[sa.ColumnElement[bool]]:
    """Columns that tell of a row which grants cover it."""
    return [sa.func.coalesce(cover_clause(view, [cover], row), sa.false()).label(f"cover{n}") for n, cover in enumerate(found)]


def _covering(view: View, entity: str) -> Statement:
    """A statement that tells of rows which grants to create cover them."""
    row = view.app.entities[entity].table.alias()
    columns = _told_covers(view, covers(view, entity, "create"), row)
    wanted = sa.bindparam("records", type_=sa.BigInteger(), required=True, expanding=True)
    return sa.select(row.c.id, *columns).select_from(row).where(row.c.id.in_(wanted))


def _reading(view: View, entity: str) -> _Reading:
    """A statement that tells of each field that is readable on some rows only whether it is on these."""
    row = view.app.entities[entity].table.alias()
    reads = readable_fields(view, entity, row)
    always = frozenset(name for name, right in reads.items() if right.state == "always")
    varying = tuple(name for name, right in reads.items() if right.state == "varying")
    columns = [sa.func.coalesce(_condition(reads[name]), sa.false()) for name in varying]
    wanted = sa.bindparam("records", type_=sa.BigInteger(), required=True, expanding=True)
    rights = row_predicate(view, entity, "read", row)
    return sa.select(row.c.id, *columns).select_from(row).where(row.c.id.in_(wanted), rights), always, varying


def _condition(right: Readability) -> Clause:
    return sa.false() if right.condition is None else right.condition
