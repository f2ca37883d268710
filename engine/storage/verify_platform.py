"""Checks of `verify` on the platform's own rows: files, approvals and history name records that exist and agree."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from engine.compiled import CompiledApp, CompiledEntity
from engine.files import FileStore
from engine.storage.faults import Fault, fault
from engine.storage.platform import (
    approval_instance,
    approval_task,
    bulk,
    bulk_item,
    catalogue_entity,
    file,
    member,
)
from engine.storage.platform import (
    history as history_rows,
)

_OPEN = ("running", "returned")
_PENDING = "pending"


def files(connection: sa.Connection, app: CompiledApp, store: FileStore | None) -> Iterator[Fault]:
    """Files that fields name are known, the record of a file exists, and contents are there unchanged."""
    yield from _named_files(connection, app)
    columns = (file.c.id, file.c.storage, file.c.digest, file.c.entity_id, file.c.record_id)
    for number, storage, digest, lineage, record in connection.execute(sa.select(*columns)):
        if lineage in app.by_lineage and not _exists(connection, app.by_lineage[lineage], record):
            yield fault("fault_file_record", file=number, entity=app.by_lineage[lineage].name, record=record)
        if store is None:
            continue
        found = store.digest(storage)
        if found is None:
            yield fault("fault_file_missing", file=number)
        elif found != digest:
            yield fault("fault_file_changed", file=number)


def approvals(connection: sa.Connection, app: CompiledApp) -> Iterator[Fault]:
    """Instances are about records that exist, at most one is open per record, an ended one has no open task, and the
    record's own word agrees."""
    columns = approval_instance.c
    query = sa.select(columns.id, columns.entity_id, columns.record_id, columns.state, columns.ended_at)
    opened: dict[tuple[int, int], int] = {}
    for number, lineage, record, state, ended in connection.execute(query):
        entity = app.by_lineage.get(lineage)
        if entity is not None and not _exists(connection, entity, record):
            yield fault("fault_approval_record", instance=number, entity=entity.name, record=record)
        if (ended is None) != (state in _OPEN):
            yield fault("fault_approval_state", instance=number, state=state)
        if state in _OPEN and (other := opened.setdefault((lineage, record), number)) != number:
            yield fault("fault_approval_twice", instance=number, other=other)
    yield from _open_tasks(connection)
    for entity in app.entities.values():
        if entity.approvable:
            yield from _pending_records(connection, entity)


def history(connection: sa.Connection) -> Iterator[Fault]:
    """History is about entities that the catalogue knows."""
    known = sa.exists().where(catalogue_entity.c.id == history_rows.c.entity_id)
    query = sa.select(history_rows.c.entity_id, sa.func.count()).where(~known).group_by(history_rows.c.entity_id)
    for lineage, count in connection.execute(query):
        yield fault("fault_history", lineage=lineage, count=count)


def bulks(connection: sa.Connection, app: CompiledApp) -> Iterator[Fault]:
    """What was done to a record at once with others was done to one that exists; what was asked for in vain need not be."""
    done = bulk_item.c.state.in_(("changed", "unchanged"))
    for entity in app.entities.values():
        missing = ~sa.exists().where(entity.table.c.id == bulk_item.c.record_id)
        query = sa.select(bulk.c.id, bulk_item.c.record_id).join(bulk_item, bulk_item.c.bulk_id == bulk.c.id)
        for number, record in connection.execute(query.where(bulk.c.entity_id == entity.lineage, done, missing)):
            yield fault("fault_bulk_record", bulk=number, entity=entity.name, record=record)


def members(connection: sa.Connection, app: CompiledApp) -> Iterator[Fault]:
    """Members are of records that exist."""
    for entity in app.entities.values():
        missing = ~sa.exists().where(entity.table.c.id == member.c.record_id)
        query = sa.select(member.c.user_id, member.c.record_id).where(member.c.entity_id == entity.lineage, missing)
        for user, record in connection.execute(query):
            yield fault("fault_member_record", user=user, entity=entity.name, record=record)


def _named_files(connection: sa.Connection, app: CompiledApp) -> Iterator[Fault]:
    known = set(connection.execute(sa.select(file.c.id)).scalars())
    for entity in app.entities.values():
        for field in entity.fields.values():
            if field.stored not in ("file", "files") or field.column is None:
                continue
            query = sa.select(entity.table.c.id, field.column).where(field.column.is_not(None))
            for record, value in connection.execute(query):
                for number in {*(value if isinstance(value, tuple) else (value,))} - known:
                    where = {"entity": entity.name, "field": field.name, "record": record}
                    yield fault("fault_link", **where, target="file", id=number)


def _exists(connection: sa.Connection, entity: CompiledEntity, record: int | None) -> bool:
    query = sa.select(entity.table.c.id).where(entity.table.c.id == record)
    return connection.execute(query).first() is not None


def _open_tasks(connection: sa.Connection) -> Iterator[Fault]:
    task, instance = approval_task.c, approval_instance.c
    ended = task.ended_at.is_(None) & instance.state.not_in(_OPEN) & (task.kind != "cc")
    query = sa.select(task.id, task.instance_id).join(approval_instance, instance.id == task.instance_id).where(ended)
    for number, of in connection.execute(query):
        yield fault("fault_approval_task", task=number, instance=of)


def _pending_records(connection: sa.Connection, entity: CompiledEntity) -> Iterator[Fault]:
    """A record is pending exactly while an instance of it runs."""
    instance, row = approval_instance.c, entity.table.c
    running = sa.exists().where(
        instance.entity_id == entity.lineage, instance.record_id == row.id, instance.state == "running"
    )
    query = sa.select(row.id, row.approval).where((row.approval == _PENDING) != running)
    for record, state in connection.execute(query):
        yield fault("fault_approval_field", entity=entity.name, record=record, state=state)
