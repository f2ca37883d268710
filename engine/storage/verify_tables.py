"""Checks of `verify` on the database itself: its file, and tables, columns and indexes against the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from engine.storage.catalogue import Catalogue, EntityEntry
from engine.storage.ddl import read_live
from engine.storage.faults import Fault, fault
from engine.storage.indexes import wanted_indexes
from engine.storage.tables import LINK_PREFIX, SEARCH_PREFIX
from metadata.specs.app import AppSpec


def integrity(connection: sa.Connection) -> Iterator[Fault]:
    """The pages of an SQLite file (PostgreSQL guards its own)."""
    if connection.dialect.name == "sqlite":
        for (line,) in connection.execute(sa.text("PRAGMA integrity_check(20)")):
            if line != "ok":
                yield fault("fault_file", line=line)


def tables(connection: sa.Connection, spec: AppSpec, known: Catalogue) -> Iterator[Fault]:
    """Every table and column that the catalogue names is there, parked ones too; every declared entity is in it."""
    for name, entity in spec.entities.items():
        entry = known.entities.get(name)
        if not entity.retired and (entry is None or entry.parked):
            yield fault("fault_unknown_entity", entity=name)
    present = set(sa.inspect(connection).get_table_names())
    columns = read_live(connection, known, ()).columns
    for entry in known.entities.values():
        yield from _entity(entry, columns[entry.table], present)


def indexes(connection: sa.Connection, spec: AppSpec, known: Catalogue) -> Iterator[Fault]:
    """Every index that rules, lists and links need is there; a missing unique index is a rule nobody holds."""
    present = read_live(connection, known, ()).indexes
    for name, entity in spec.entities.items():
        if entity.retired:
            continue
        entry = known.entities[name]
        for index in wanted_indexes(spec, entity, entry):
            if index.name not in present[entry.table]:
                yield fault("fault_no_index", entity=name, fields=", ".join(index.fields), index=index.name)


def _entity(entry: EntityEntry, columns: frozenset[str], present: set[str]) -> Iterator[Fault]:
    if not columns:
        yield fault("fault_no_table", entity=entry.name, table=entry.table)
        return
    if entry.search and f"{SEARCH_PREFIX}{entry.id}" not in present:
        yield fault("fault_no_table", entity=entry.name, table=f"{SEARCH_PREFIX}{entry.id}")
    for field in entry.fields.values():
        if field.column is not None and field.column not in columns:
            yield fault("fault_no_column", entity=entry.name, field=field.name, column=field.column)
        if field.stored == "links" and f"{LINK_PREFIX}{field.id}" not in present:
            yield fault("fault_no_table", entity=entry.name, table=f"{LINK_PREFIX}{field.id}")
