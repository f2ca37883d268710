"""Checks of `verify` on the records: links and parents resolve, options are declared, stored formulas are what their row
says, numbers are behind their series, texts stand beside what they sort by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.collation import collation_key
from engine.compiled import CompiledApp, CompiledEntity, CompiledField
from engine.field_types.columns import Several
from engine.records.recomputed import recomputed
from engine.records.serials import period
from engine.search import table_name
from engine.storage.faults import Fault, fault
from engine.storage.platform import numbering

_ONE = ("link", "user", "dept")
_TOKEN = re.compile(r"\{([^{}]+)\}")


def references(connection: sa.Connection, app: CompiledApp) -> Iterator[Fault]:
    """What links name exists, in the trash or not."""
    for entity in app.entities.values():
        for field in entity.fields.values():
            if field.link is None:
                continue
            if field.stored in _ONE and field.column is not None:
                yield from _one(connection, app, entity, field)
            elif field.stored == "any_link" and field.column is not None:
                yield from _any(connection, app, entity, field)
            elif field.link.table is not None:
                yield from _many(connection, app, entity, field)


def children(connection: sa.Connection, app: CompiledApp) -> Iterator[Fault]:
    """Every child row lies in a record that exists, under a field that holds such rows."""
    for entity in app.entities.values():
        if not entity.child:
            continue
        row = entity.table
        held = [
            sa.exists().where(host.table.c.id == row.c.parent_id, row.c.parent_field == field.lineage)
            for host in app.entities.values() for field in host.fields.values() if field.children == entity.name
        ]
        query = sa.select(row.c.id).where(sa.not_(sa.or_(sa.false(), *held)) | row.c.parent_id.is_(None))
        for record in connection.execute(query).scalars():
            yield fault("fault_orphan", entity=entity.name, record=record)


def options(connection: sa.Connection, app: CompiledApp) -> Iterator[Fault]:
    """States and choices have values that are declared (retired ones count as declared)."""
    for entity in app.entities.values():
        for field in entity.fields.values():
            if field.column is None or not field.options:
                continue
            if isinstance(field.column.type, Several):
                yield from _unknown_in_sets(connection, entity, field, field.column)
            else:
                yield from _unknown_values(connection, entity, field, field.column)


def formulas(connection: sa.Connection, app: CompiledApp, days: Sequence[date]) -> Iterator[Fault]:
    """Stored formulas hold what they are over the row as it is; those that are kept by the day, as it is on one of `days`
    (today first)."""
    for entity in app.entities.values():
        for field in entity.fields.values():
            if field.computed == "row" and field.formula is not None and field.column is not None:
                yield from _formula(connection, app, entity, field, days if field.kept else days[:1])


def _formula(
    connection: sa.Connection, app: CompiledApp, entity: CompiledEntity, field: CompiledField, days: Sequence[date]
) -> Iterator[Fault]:
    for record, stored, values in recomputed(connection, app, entity, field, days):
        if all(field.type.compare(stored, value) != 0 for value in values):
            yield fault(
                "fault_formula", entity=entity.name, field=field.name, record=record, stored=stored, computed=values[0],
            )


def numbers(connection: sa.Connection, app: CompiledApp) -> Iterator[Fault]:
    """No series stands behind a number that it has given out."""
    for entity in app.entities.values():
        for field in entity.fields.values():
            if field.serial is not None and field.column is not None:
                yield from _series(connection, app, entity, field)


def orders(connection: sa.Connection, app: CompiledApp) -> Iterator[Fault]:
    """Texts stand beside what they sort by."""
    for entity in app.entities.values():
        for field in entity.fields.values():
            if field.order is None or field.column is None:
                continue
            filled = sa.or_(field.column.is_not(None), field.order.is_not(None))
            query = sa.select(entity.table.c.id, field.column, field.order).where(filled).order_by(entity.table.c.id)
            for record, text, order in connection.execute(query):
                if order != (None if text is None else collation_key(text)):
                    yield fault("fault_order", entity=entity.name, record=record, field=field.name)


def searches(connection: sa.Connection, app: CompiledApp) -> Iterator[Fault]:
    """The search index of an entity holds its records, those in the trash left out."""
    key = sa.literal_column("rowid" if connection.dialect.name == "sqlite" else "id")
    for entity in app.entities.values():
        if not entity.search or entity.child:
            continue
        indexed = set(connection.execute(sa.select(key).select_from(sa.table(table_name(entity.lineage)))).scalars())
        live = sa.select(entity.table.c.id).where(entity.table.c.archived_at.is_(None))
        for record in sorted(indexed ^ set(connection.execute(live).scalars())):
            yield fault("fault_search", entity=entity.name, record=record)


def _one(connection: sa.Connection, app: CompiledApp, entity: CompiledEntity, field: CompiledField) -> Iterator[Fault]:
    assert field.link is not None and field.column is not None
    target = app.entities.get(field.link.to[0])
    if target is None:
        return
    there = target.table.alias()
    found = sa.exists().where(there.c.id == field.column)
    query = sa.select(entity.table.c.id, field.column).where(field.column.is_not(None), ~found)
    for record, id_ in connection.execute(query):
        yield _dangling(entity, field, record, target.name, id_)


def _any(connection: sa.Connection, app: CompiledApp, entity: CompiledEntity, field: CompiledField) -> Iterator[Fault]:
    assert field.column is not None
    query = sa.select(entity.table.c.id, field.column).where(field.column.is_not(None))
    for record, ref in connection.execute(query):
        target = app.entities.get(ref.entity)
        there = target is not None and connection.execute(
            sa.select(target.table.c.id).where(target.table.c.id == ref.id)
        ).first()
        if not there:
            yield _dangling(entity, field, record, ref.entity, ref.id)


def _many(connection: sa.Connection, app: CompiledApp, entity: CompiledEntity, field: CompiledField) -> Iterator[Fault]:
    assert field.link is not None and field.link.table is not None
    pairs, target = field.link.table, app.entities[field.link.to[0]]
    host_there = sa.exists().where(entity.table.c.id == pairs.c.host_id)
    target_there = sa.exists().where(target.table.c.id == pairs.c.target_id)
    query = sa.select(pairs.c.host_id, pairs.c.target_id).where(~host_there | ~target_there)
    for record, id_ in connection.execute(query):
        yield _dangling(entity, field, record, target.name, id_)


def _dangling(entity: CompiledEntity, field: CompiledField, record: int, target: str, id_: int) -> Fault:
    return fault("fault_link", entity=entity.name, field=field.name, record=record, target=target, id=id_)


def _unknown_values(
    connection: sa.Connection, entity: CompiledEntity, field: CompiledField, column: sa.Column[Any]
) -> Iterator[Fault]:
    counted = sa.select(column, sa.func.count(), sa.func.min(entity.table.c.id))
    query = counted.where(column.not_in(list(field.options))).group_by(column)
    for value, count, record in connection.execute(query):
        yield _unknown(entity, field, value, count, record)


def _unknown_in_sets(
    connection: sa.Connection, entity: CompiledEntity, field: CompiledField, column: sa.Column[Any]
) -> Iterator[Fault]:
    counted = sa.select(column, sa.func.count(), sa.func.min(entity.table.c.id))
    query = counted.where(column.is_not(None)).group_by(column)
    for values, count, record in connection.execute(query):
        for value in set(values) - set(field.options):
            yield _unknown(entity, field, value, count, record)


def _unknown(entity: CompiledEntity, field: CompiledField, value: object, count: int, record: int) -> Fault:
    return fault("fault_option", entity=entity.name, field=field.name, value=value, count=count, record=record)


def _series(
    connection: sa.Connection, app: CompiledApp, entity: CompiledEntity, field: CompiledField
) -> Iterator[Fault]:
    assert field.serial is not None and field.column is not None
    pattern = _number_pattern(field.serial.pattern)
    given = sa.select(numbering.c.period, numbering.c.last).where(numbering.c.field_id == field.lineage)
    last = {row.period: row.last for row in connection.execute(given)}
    highest: dict[str, int] = {}
    query = sa.select(field.column, entity.table.c.created_at).where(field.column.is_not(None))
    for text, created in connection.execute(query):
        match = pattern.fullmatch(text)
        name = period(field.serial.reset, created.astimezone(app.zone).date())
        if match is not None and _of_series(field.serial.pattern, match["count"], last.get(name, 0)):
            highest[name] = max(highest.get(name, 0), int(match["count"]))
    for name, number in highest.items():
        if last.get(name, 0) < number and not _over(name, last):
            yield fault(
                "fault_numbering", entity=entity.name, field=field.name, period=name or "-", used=number,
                last=last.get(name, 0),
            )


def _of_series(pattern: str, count: str, last: int) -> bool:
    """Whether the series writes counts like that: with zeros up to its width, and no longer than its width or where it
    stands. What else reads as a number of the pattern was written by an earlier one (`HT20260007` is no 20260007th)."""
    width = next(len(part) for part in _TOKEN.findall(pattern) if part.isdigit())
    return str(int(count)).zfill(width) == count and len(count) <= max(width, len(str(last)))


def _over(name: str, counted: Mapping[str, int]) -> bool:
    """Whether no number of the period is given any more, so that it needs no counter: the series had another `reset` in it."""
    return name not in counted and any(len(other) == len(name) and other > name for other in counted)


def _number_pattern(pattern: str) -> re.Pattern[str]:
    """What numbers of the serial `pattern` look like, with the counter as group `count`."""
    parts: list[str] = []
    for index, part in enumerate(_TOKEN.split(pattern)):
        if index % 2 == 0:
            parts.append(re.escape(part))
        else:
            # A date part is as wide as its name, so that a counter right behind it is told apart.
            parts.append("(?P<count>[0-9]+)" if part.isdigit() else f"[0-9]{{{len(part)}}}")
    return re.compile("".join(parts), re.DOTALL)
