"""One record as its principal may see it, its child rows, and titles of records by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.access.fields import readable_fields as readable_rights
from engine.access.rights import told_verbs
from engine.access.views import Statement, View, context_values, open_view
from engine.compiled import CompiledEntity
from engine.records.paging import page_columns
from engine.records.queries import Column, Record, RecordRef
from engine.records.select import Selection
from engine.records.starred import starred_clause
from engine.refusals import NotFound

if TYPE_CHECKING:
    from engine.runtime import ReadSession

MOST_CHILDREN = 1000
MOST_TITLES = 2000


@dataclass(frozen=True, slots=True, eq=False)
class PreparedRecord:
    """A statement whose rows are records: first what every record has, then what `page_columns` selects.

    `conditions` gives the index at which a row tells whether a field is readable on it, for fields where rows differ: a
    blank value is not an unreadable one. `verbs` gives that at which it tells whether one may be done to it; the last one tells
    of a record (not of a child row) whether it has a star.
    """

    statement: Statement
    columns: tuple[Column, ...]
    conditions: Mapping[str, int]
    verbs: Mapping[str, int]


_ID, _REVISION, _TITLE, _ARCHIVED, _PARENT, _PARENT_FIELD = range(6)
_LEADING = 6


def get(s: ReadSession, entity: str, id: int, verbs: tuple[str, ...] = ()) -> Record:
    """The record `id`, trashed or not, with its child rows, its star, and those of `verbs` that the principal may do to it
    (as `access.allowed` would say of each). Raises `NotFound`."""
    view = open_view(s)
    prepared, row = _read_one(s, view, entity, id, verbs)
    granted = frozenset(verb for verb, at in prepared.verbs.items() if row[at])
    record = _record(entity, prepared, row)
    return replace(record, children=_children(s, view, record), granted=granted, starred=bool(row[-1]))


def title(s: ReadSession, entity: str, id: int) -> str | None:
    """The title of a record, None when it may not be read or does not exist."""
    return titles(s, entity, (id,)).get(id)


def titles(s: ReadSession, entity: str, ids: Iterable[int]) -> dict[int, str]:
    """The titles of those records of `ids` that may be read."""
    wanted = list(dict.fromkeys(ids))[:MOST_TITLES]
    if not wanted:
        return {}
    view = open_view(s)
    statement = s.app.statements.get(("titles", view.key, entity), lambda: _prepare_titles(view, entity))
    if statement is None:
        return {}
    rows = s.connection.execute(statement, {**context_values(s), "records": wanted})
    return {id: shown_title(text, id) for id, text in map(tuple, rows)}


def named(s: ReadSession, refs: Iterable[RecordRef]) -> list[tuple[RecordRef, str]]:
    """Records of any entities with their titles, in their order, without those that may not be read: a statement for each entity."""
    wanted: dict[str, list[int]] = {}
    kept = list(dict.fromkeys(refs))
    for ref in kept:
        wanted.setdefault(ref.entity, []).append(ref.id)
    found = {RecordRef(entity, id): text for entity, ids in wanted.items() for id, text in titles(s, entity, ids).items()}
    return [(ref, found[ref]) for ref in kept if ref in found]


def refs_of(s: ReadSession, rows: Iterable[tuple[int, int]]) -> list[RecordRef]:
    """The records that pairs of entity lineage and id name, without those of entities that are no more or only lie in others."""
    entities = ((s.app.by_lineage.get(lineage), id) for lineage, id in rows)
    return [RecordRef(entity.name, id) for entity, id in entities if entity is not None and not entity.child]


def readable_fields(s: ReadSession, entity: str) -> frozenset[str]:
    """The fields of which the principal may see something on some row. Raises `NotFound` for an unreadable entity."""
    view = open_view(s)
    key = ("readable", view.key, entity)
    return s.app.statements.get(key, lambda: _shown_fields(Selection(view, entity)))


def valued_fields(s: ReadSession, entity: str) -> frozenset[str]:
    """The fields whose value the principal may read on some row, and not only what a mask leaves of it: what rows are filtered,
    ordered and grouped by. Raises `NotFound` for an unreadable entity."""
    view = open_view(s)

    def find() -> frozenset[str]:
        return frozenset(name for name, reading in Selection(view, entity).root.reads.items() if reading.state != "never")

    return s.app.statements.get(("valued", view.key, entity), find)


def exists(s: ReadSession, entity: str, id: int) -> None:
    """Raises `NotFound` unless the principal may read the record."""
    if id not in titles(s, entity, (id,)):
        raise NotFound("not_found")


def always_readable(s: ReadSession, entity: str) -> frozenset[str]:
    """The fields that the principal may read on every row of `entity`; none when it may read no row."""
    view = open_view(s)

    def find() -> frozenset[str]:
        reads = readable_rights(view, entity, view.app.entities[entity].table.alias())
        return frozenset(name for name, reading in reads.items() if reading.state == "always")

    return s.app.statements.get(("always", view.key, entity), find)


def shown_title(text: object, id: int) -> str:
    """The title that people see: the number where none is left to be read."""
    return str(text) if text else f"#{id}"


def _shown_fields(selection: Selection) -> frozenset[str]:
    return frozenset(name for name, reading in selection.root.reads.items() if reading.shown)


def _read_one(
    s: ReadSession, view: View, entity: str, id: int, verbs: tuple[str, ...]
) -> tuple[PreparedRecord, tuple[Any, ...]]:
    key = ("record", view.key, entity, verbs)
    prepared: PreparedRecord = s.app.statements.get(key, lambda: _prepare_one(view, entity, verbs))
    row = s.connection.execute(prepared.statement, {**context_values(s), "record": id}).first()
    if row is None:
        raise NotFound("not_found")
    return prepared, tuple(row)


def _prepare_one(view: View, entity: str, verbs: tuple[str, ...]) -> PreparedRecord:
    selection = Selection(view, entity)
    row = selection.root.row
    selection.where(row.c.id == sa.bindparam("record", type_=sa.BigInteger(), required=True))
    prepared = _prepare(selection)
    before = len(prepared.statement.selected_columns)
    at = {verb: before + place for place, verb in enumerate(verbs)}
    told = (*told_verbs(view, entity, verbs, row), starred_clause(selection).label("starred"))
    return replace(prepared, statement=prepared.statement.add_columns(*told), verbs=at)


def _prepare_children(view: View, entity: str) -> PreparedRecord:
    selection = Selection(view, entity)
    row = selection.root.row
    selection.where(
        row.c.parent_id == sa.bindparam("parent", type_=sa.BigInteger(), required=True),
        row.c.parent_field.in_(sa.bindparam("fields", type_=sa.BigInteger(), required=True, expanding=True)),
        row.c.archived_at.is_(None),
    )
    prepared = _prepare(selection)
    ordered = prepared.statement.order_by(row.c.parent_field, row.c.position, row.c.id).limit(MOST_CHILDREN)
    return replace(prepared, statement=ordered)


def _prepare(selection: Selection) -> PreparedRecord:
    entity, node, row = selection.root.entity, selection.root, selection.root.row
    seen = [name for name in entity.fields if node.reads[name].shown]
    shown = [(name,) for name in seen if not entity.fields[name].children]
    values, columns = page_columns(selection, shown)
    parent = [row.c.parent_id, row.c.parent_field] if entity.child else [sa.null(), sa.null()]
    leading = [*values[:2], selection.title_of(node).label("t"), row.c.archived_at, *parent]
    moved = tuple(_moved(column, _LEADING - 2) for column in columns)
    rest = values[2:]
    conditions: dict[str, int] = {}
    for name in seen:
        condition = node.reads[name].condition
        if condition is not None:
            conditions[name] = _LEADING + len(rest)
            rest.append(sa.func.coalesce(condition, sa.false()).label(f"x{len(rest)}"))
    return PreparedRecord(selection.select([*leading, *rest]), moved, conditions, {})


def _moved(column: Column, by: int) -> Column:
    title = None if column.title is None else column.title + by
    masked = None if column.masked is None else column.masked + by
    return Column(column.path, column.kind, column.index + by, title, masked)


def _record(entity: str, prepared: PreparedRecord, row: tuple[Any, ...]) -> Record:
    values: dict[str, object] = {}
    shown: dict[str, str] = {}
    masked: dict[str, str] = {}
    for column in prepared.columns:
        name = column.path[0]
        cover = row[column.masked] if column.masked is not None else None
        if cover is not None:
            masked[name] = cover
        if _unreadable(prepared, column, row):
            continue
        values[name] = row[column.index]
        if column.title is not None and row[column.index] is not None:
            beside = row[column.title]
            shown[name] = (beside or "") if column.kind == "money" else shown_title(beside, _number(row[column.index]))
    archived = row[_ARCHIVED] is not None
    return Record(
        entity, row[_ID], row[_REVISION], shown_title(row[_TITLE], row[_ID]), values, shown, masked, {}, archived
    )


def _unreadable(prepared: PreparedRecord, column: Column, row: tuple[Any, ...]) -> bool:
    at = prepared.conditions.get(column.path[0])
    if at is not None:
        return not row[at]
    return column.masked is not None


def _number(value: object) -> int:
    return value if isinstance(value, int) else getattr(value, "id", 0)


def _prepare_titles(view: View, entity: str) -> Statement | None:
    """None where no row may be read."""
    try:
        selection = Selection(view, entity)
    except NotFound:
        return None
    row = selection.root.row
    selection.where(row.c.id.in_(sa.bindparam("records", type_=sa.BigInteger(), required=True, expanding=True)))
    return selection.select([row.c.id, selection.title_of(selection.root)])


def _children(s: ReadSession, view: View, record: Record) -> dict[str, tuple[Record, ...]]:
    """The child rows by field: one statement per child entity."""
    compiled = s.app.entities[record.entity]
    found: dict[str, tuple[Record, ...]] = {}
    for target, names in _child_fields(compiled, readable_fields(s, record.entity)).items():
        found |= _child_rows(s, view, record, target, {compiled.fields[name].lineage: name for name in names})
    return found


def _child_fields(entity: CompiledEntity, shown: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, field in entity.fields.items():
        if field.children and name in shown:
            found.setdefault(field.children, []).append(name)
    return found


def _child_rows(
    s: ReadSession, view: View, record: Record, target: str, names: Mapping[int, str]
) -> dict[str, tuple[Record, ...]]:
    prepared: PreparedRecord = s.app.statements.get(
        ("children", view.key, target), lambda: _prepare_children(view, target)
    )
    values = {**context_values(s), "parent": record.id, "fields": list(names)}
    rows: dict[str, list[Record]] = {name: [] for name in names.values()}
    for row in s.connection.execute(prepared.statement, values):
        rows[names[row[_PARENT_FIELD]]].append(_record(target, prepared, tuple(row)))
    return {name: tuple(found) for name, found in rows.items()}
