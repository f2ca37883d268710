"""Rows of entities as the write service reads and writes them: whole rows, locked, without access predicates.
Everything here is behind the one door (`engine.records.write`, `engine.records.system`); rights are judged before it is
called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.collation import collation_key
from engine.compiled import CompiledEntity, CompiledField
from engine.records.draft import Draft

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def read_row(session: WriteSession, entity: CompiledEntity, record: int) -> dict[str, object] | None:
    """The values of all stored fields of one record, the row locked until the end of the unit; None if there is
    none."""
    return _read_one(session, entity, record, locked=True)


def read_plain(session: WriteSession, entity: CompiledEntity, record: int) -> dict[str, object] | None:
    """As `read_row`, without locking: for rules that look at other records."""
    return _read_one(session, entity, record, locked=False)


def read_where(
    session: WriteSession, entity: CompiledEntity, condition: sa.ColumnElement[bool]
) -> list[dict[str, object]]:
    """The values of the records that meet `condition`, by id, not locked."""
    names = [field.name for field in entity.groups.stored]
    query = _select(entity).where(condition).order_by(entity.table.c.id)
    return [dict(zip(names, row, strict=True)) for row in session.connection.execute(query)]


def parent_of(session: WriteSession, entity: CompiledEntity, record: int) -> tuple[CompiledEntity, int] | None:
    """The record that a child row lies in."""
    table = entity.table
    query = sa.select(table.c.parent_field, table.c.parent_id).where(table.c.id == record)
    row = session.connection.execute(query).first() if entity.child else None
    for name, field in entity.parents:
        host = session.app.entities[name]
        if row is not None and host.fields[field].lineage == row.parent_field:
            return host, row.parent_id
    return None


def read_children(session: WriteSession, field: CompiledField, record: int) -> list[tuple[int, dict[str, object]]]:
    """The rows of a children field with their places, in their order; not locked, for whoever writes one has locked the
    parent."""
    child = child_of(session, field)
    place, columns = child.table.c, child.groups.stored
    query = _select(child, place.position).order_by(place.position, place.id)
    query = query.where(place.parent_id == record, place.parent_field == field.lineage)
    names = [column.name for column in columns]
    return [(row[-1], dict(zip(names, row[:-1], strict=True))) for row in session.connection.execute(query)]


def read_links(session: WriteSession, field: CompiledField, record: int) -> tuple[int, ...] | None:
    """The targets of a `links` field, sorted; None when there are none."""
    table = link_table(field)
    query = sa.select(table.c.target_id).where(table.c.host_id == record).order_by(table.c.target_id)
    return tuple(session.connection.execute(query).scalars()) or None


def insert_row(session: WriteSession, draft: Draft) -> int:
    """Write a new record's row and return its id; the system fields are filled here."""
    now, by = session.now, session.principal.user_id
    draft.values.update(revision=1, created_at=now, created_by=by, updated_at=now, updated_by=by)
    row = _columns(draft.entity, draft.values, stored_names(draft.entity) - {"id"}) | _place(session, draft)
    table = draft.entity.table
    insert = session.app.statements.get(("insert", draft.entity.name), lambda: table.insert().returning(table.c.id))
    draft.id = int(session.connection.execute(insert, row).scalar_one())
    draft.values["id"] = draft.id
    return draft.id


def insert_rows(session: WriteSession, drafts: Sequence[Draft]) -> None:
    """As `insert_row`, for many new records of one entity that lie in no other."""
    entity = drafts[0].entity
    table, now, by = entity.table, session.now, session.principal.user_id
    columns = [(field.name, field.column.key) for field in entity.groups.stored if field.column is not None]
    for draft, id in zip(drafts, _new_ids(session, table, len(drafts)), strict=True):
        draft.id = id
        draft.values.update(id=id, revision=1, created_at=now, created_by=by, updated_at=now, updated_by=by)
    rows = [{key: draft.values.get(name) for name, key in columns} | order_values(entity, draft.values) for draft in drafts]
    session.connection.execute(table.insert(), rows)


def _new_ids(session: WriteSession, table: sa.Table, count: int) -> Sequence[int]:
    """The ids of the next `count` rows of a table; nobody else gets them."""
    if session.connection.dialect.name == "postgresql":
        series = sa.func.nextval(sa.func.pg_get_serial_sequence(table.name, "id"))
        numbers = sa.func.generate_series(1, count).table_valued("n")
        return session.connection.execute(sa.select(series).select_from(numbers)).scalars().all()
    last = session.connection.execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    first = (last.scalar() or 0) + 1
    return range(first, first + count)


def update_row(session: WriteSession, draft: Draft, names: frozenset[str]) -> None:
    """Write the fields `names` of a stored record, with its next revision."""
    revision = draft.stored["revision"]
    assert isinstance(revision, int)
    draft.values.update(revision=revision + 1, updated_at=session.now, updated_by=session.principal.user_id)
    written = (names & stored_names(draft.entity)) | {"revision", "updated_at", "updated_by"}
    row = _columns(draft.entity, draft.values, written) | _place(session, draft)
    assert draft.id is not None
    _update(session, draft.entity, draft.id, row)


def write_values(session: WriteSession, entity: CompiledEntity, record: int, values: Mapping[str, object]) -> None:
    """Write derived values: no revision, no time of change."""
    _update(session, entity, record, _columns(entity, values, frozenset(values)))


def delete_row(session: WriteSession, entity: CompiledEntity, record: int) -> None:
    """Delete a child row; its values stay in the parent's history."""
    session.connection.execute(entity.table.delete().where(entity.table.c.id == record))


def write_links(session: WriteSession, field: CompiledField, record: int, targets: Sequence[int]) -> None:
    """Make `targets` the targets of a `links` field."""
    table = link_table(field)
    before, after = set(read_links(session, field, record) or ()), set(targets)
    gone, added = before - after, sorted(after - before)
    if gone:
        session.connection.execute(table.delete().where(table.c.host_id == record, table.c.target_id.in_(gone)))
    if added:
        session.connection.execute(table.insert(), [{"host_id": record, "target_id": target} for target in added])


def child_of(session: WriteSession, field: CompiledField) -> CompiledEntity:
    """The entity of the rows of a children field."""
    assert field.children is not None
    return session.app.entities[field.children]


def link_table(field: CompiledField) -> sa.Table:
    """The table of a `links` field."""
    assert field.link is not None and field.link.table is not None
    return field.link.table


def stored_names(entity: CompiledEntity) -> frozenset[str]:
    """Names of the fields that have a column."""
    return frozenset(entity.groups.blank)


def column_of(entity: CompiledEntity, name: str) -> sa.Column[Any]:
    """The column of a field that has one."""
    column = entity.fields[name].column
    assert column is not None, f"{entity.name}.{name} has no column"
    return column


def order_values(entity: CompiledEntity, values: Mapping[str, object]) -> dict[str, object]:
    """What those of `values` (by field name) that are texts sort by, by the names of their columns."""
    found = ((key, values[name]) for name, key in entity.groups.ordered if name in values)
    return {key: collation_key(value) if isinstance(value, str) else None for key, value in found}


def _read_one(
    session: WriteSession, entity: CompiledEntity, record: int, locked: bool
) -> dict[str, object] | None:
    key = ("stored", entity.name, locked)
    names, query = session.app.statements.get(key, lambda: _reading_one(entity, locked))
    row = session.connection.execute(query, {"lw_record": record}).first()
    return None if row is None else dict(zip(names, row, strict=True))


def _reading_one(entity: CompiledEntity, locked: bool) -> tuple[tuple[str, ...], sa.Select[Any]]:
    """The names of all stored fields, and the statement that reads them."""
    wanted = sa.bindparam("lw_record", type_=sa.BigInteger(), required=True)
    query = _select(entity).where(entity.table.c.id == wanted)
    names = tuple(entity.groups.blank)
    return names, query.with_for_update(key_share=True) if locked else query


def _select(entity: CompiledEntity, *further: sa.ColumnElement[Any]) -> sa.Select[Any]:
    columns = [field.column for field in entity.groups.stored if field.column is not None]
    return sa.select(*columns, *further)


def _columns(entity: CompiledEntity, values: Mapping[str, object], names: frozenset[str]) -> dict[str, object]:
    written = {name: values.get(name) for name in names}
    return {column_of(entity, name).key: value for name, value in written.items()} | order_values(entity, written)


def _update(session: WriteSession, entity: CompiledEntity, record: int, row: Mapping[str, object]) -> None:
    """Values go beside the statement, not into it, so that a compiled one serves all writes of the same columns."""
    update = entity.table.update().where(entity.table.c.id == sa.bindparam("lw_record", type_=sa.BigInteger()))
    session.connection.execute(update, {**row, "lw_record": record})


def _place(session: WriteSession, draft: Draft) -> dict[str, object]:
    """Where a child row stands in its parent."""
    if draft.parent is None:
        return {}
    field = draft.parent.entity.fields[draft.parent_field]
    position = draft.parent.children[draft.parent_field].index(draft)
    return {"parent_id": draft.parent.id, "parent_field": field.lineage, "position": position}
