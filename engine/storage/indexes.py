"""The indexes an entity needs, from its metadata alone: what row rules, lists, links and uniqueness ask for.

Names are made of the entity's lineage and a digest of the columns, so an index is the same one after a rename, and what
has to be made or dropped is the difference of two sets of names.

A unique rule holds among records that are not in the trash, and blank never equals blank; a serial is never given
twice, trash or not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.storage.catalogue import EntityEntry
from engine.storage.tables import ORDER_SUFFIX, fields_with_columns
from metadata.specs.app import AppSpec
from metadata.specs.entity import SYSTEM_FIELDS, EntitySpec

PREFIXES = ("ix", "ux")
_LINKS = ("link", "user", "dept", "any_link")


@dataclass(frozen=True, slots=True)
class WantedIndex:
    """An index over `columns` (physical names, a leading minus for descending); `fields` are their names for people.
    `live_only` leaves archived rows out; `declared` tells whether a file asked for it."""

    name: str
    columns: tuple[str, ...]
    fields: tuple[str, ...]
    unique: bool = False
    live_only: bool = False
    declared: bool = False

    def on(self, table: sa.Table, dialect: str) -> sa.Index:
        """The index, ready to be created, in the order of lists: blanks come first, and last where it descends. SQLite
        does so by itself."""
        parts = [_part(table.c[name.lstrip("-")], name.startswith("-"), dialect) for name in self.columns]
        where = table.c.archived_at.is_(None) if self.live_only else None
        return sa.Index(self.name, *parts, unique=self.unique, sqlite_where=where, postgresql_where=where)


def _part(column: sa.Column[Any], descending: bool, dialect: str) -> sa.ColumnElement[Any]:
    ordered = column.desc() if descending else column.asc()
    if dialect == "sqlite" or not column.nullable:
        return ordered
    return ordered.nulls_last() if descending else ordered.nulls_first()


def wanted_indexes(spec: AppSpec, entity: EntitySpec, entry: EntityEntry) -> list[WantedIndex]:
    """Every index of the entity's table, each set of columns once."""
    found: dict[str, WantedIndex] = {}
    for index in (*_uniques(entity, entry), *_declared(entity, entry), *_implied(spec, entity, entry)):
        found.setdefault(index.name, index)
    return list(found.values())


def unique_indexes(entity: EntitySpec, entry: EntityEntry) -> Mapping[str, tuple[str, ...]]:
    """Name of each unique index -> the fields it holds unique."""
    return {index.name: index.fields for index in _uniques(entity, entry)}


def _uniques(entity: EntitySpec, entry: EntityEntry) -> Iterator[WantedIndex]:
    for field in fields_with_columns(entity):
        if field.kind == "serial":
            yield _index(entry, (field.name,), unique=True)
        elif field.unique:
            yield _index(entry, (field.name,), unique=True, live_only=True)
    for rule in entity.unique.values():
        if not rule.retired:
            yield _index(entry, rule.fields, unique=True, live_only=True)


def _declared(entity: EntitySpec, entry: EntityEntry) -> Iterator[WantedIndex]:
    for names in entity.indexes:
        yield _index(entry, names, declared=True, covering=not entity.child)
    for field in fields_with_columns(entity):
        if field.index:
            yield _index(entry, (field.name,), declared=True)


def _implied(spec: AppSpec, entity: EntitySpec, entry: EntityEntry) -> Iterator[WantedIndex]:
    """What the platform itself asks: links both ways, children of a parent, row rules by owner and department, states,
    and the sort orders of the entity's lists."""
    columns = {field.name for field in fields_with_columns(entity)}
    if entity.child:
        yield _index(entry, ("parent_id", "parent_field", "position"))
        return
    yield _index(entry, ("-updated_at", "-id"))
    for field in fields_with_columns(entity):
        if field.stored in _LINKS:
            yield _index(entry, (field.name,))
    for flow in spec.flows.values():
        if flow.entity == entity.name:
            yield _index(entry, (flow.field, "-updated_at", "-id"))
    if entity.owned:
        yield _index(entry, ("owner", "-updated_at", "-id"))
        yield _index(entry, ("dept", "-updated_at", "-id"))
    texts = frozenset(field.name for field in fields_with_columns(entity) if field.stored == "text")
    for sort in _sorts(spec, entity, columns):
        order = (*sort, "-id" if sort[-1].startswith("-") else "id")
        for scope in _scope_columns(spec, entity):
            yield _index(entry, (*scope, *order), ordered=texts)


def _scope_columns(spec: AppSpec, entity: EntitySpec) -> list[tuple[str, ...]]:
    """What row rules narrow a list by: nothing, the owner, and the department where a role reads by it."""
    if not entity.owned:
        return [()]
    read = {scope for role in spec.roles.values() for grant in role.grants
            if grant.entity == entity.name and grant.verb == "read" for scope in grant.scopes}
    return [(), ("owner",), *([("dept",)] if read & {"dept", "dept_tree"} else [])]


def _sorts(spec: AppSpec, entity: EntitySpec, columns: set[str]) -> Iterator[tuple[str, ...]]:
    """Sort orders of the entity's lists that lie wholly in its own table."""
    for view in spec.lists.values():
        names = [key.lstrip("-") for key in view.sort]
        if view.entity == entity.name and names and all(name in columns or name in SYSTEM_FIELDS for name in names):
            yield view.sort


def _index(
    entry: EntityEntry, names: tuple[str, ...], *, unique: bool = False, live_only: bool = False, declared: bool = False,
    covering: bool = False, ordered: Container[str] = (),
) -> WantedIndex:
    """Of the fields `ordered` it is over what they sort by. `covering` adds the mark of the trash as last column: every read
    asks for it, so that an index over all else that a report reads is enough to answer it."""
    found = [(_column(entry, name), name.lstrip("-") in ordered) for name in (*names, *(("archived_at",) if covering else ()))]
    columns = tuple(f"{column}{ORDER_SUFFIX}" if sorts else column for column, sorts in found)
    shape = f"{unique}|{live_only}|{','.join(columns)}"
    digest = hashlib.sha256(shape.encode()).hexdigest()[:10]
    prefix = "ux" if unique else "ix"
    return WantedIndex(f"{prefix}{entry.id}_{digest}", columns, names, unique, live_only, declared)


def _column(entry: EntityEntry, name: str) -> str:
    """The physical name of a field's column, keeping a leading minus; system columns have plain names."""
    bare = name.lstrip("-")
    declared = entry.fields.get(bare)
    physical = declared.column if declared is not None and declared.column else bare
    return f"-{physical}" if name.startswith("-") else physical
