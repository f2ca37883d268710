"""Anchors: what writers lock before they read for a rule over several rows (law 15).

On SQLite a write unit is alone from its first statement, so there is nothing to lock.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from engine.compiled import CompiledApp
from engine.storage.platform import anchor


def lock(connection: sa.Connection, app: CompiledApp, wanted: Sequence[tuple[int, int | str]]) -> None:
    """Lock each (entity lineage, key) in one order that all writers share: rows of records (int keys) first, then
    anchors of rules (text keys), each sorted."""
    if connection.dialect.name != "postgresql" or not wanted:
        return
    tables = {entity.lineage: entity.table for entity in app.entities.values()}
    records: dict[int, set[int]] = {}
    rules: set[tuple[int, str]] = set()
    for lineage, key in wanted:
        if isinstance(key, int):
            records.setdefault(lineage, set()).add(key)
        else:
            rules.add((lineage, key))
    for lineage in sorted(records):
        _lock_records(connection, tables[lineage], records[lineage])
    if rules:
        _lock_rules(connection, sorted(rules))


def _lock_records(connection: sa.Connection, table: sa.Table, ids: set[int]) -> None:
    query = sa.select(table.c.id).where(table.c.id.in_(sorted(ids))).order_by(table.c.id)
    connection.execute(query.with_for_update(key_share=True))


def _lock_rules(connection: sa.Connection, rules: list[tuple[int, str]]) -> None:
    """An upsert waits for whoever holds the row, and makes it where there is none yet."""
    rows = [{"entity_id": lineage, "key": key, "touched": 1} for lineage, key in rules]
    upsert = postgresql.insert(anchor).values(rows)
    keys = [anchor.c.entity_id, anchor.c.key]
    connection.execute(upsert.on_conflict_do_update(index_elements=keys, set_={"touched": anchor.c.touched + 1}))
