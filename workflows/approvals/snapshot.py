"""The guarded values of a record, kept when it is submitted: a change of one starts the approval again (approvals.md
13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from engine.compiled import CompiledEntity
from engine.field_groups import BOOKKEEPING
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.stored import child_of, read_children
from engine.runtime import ReadSession, WriteSession
from workflows.evaluate import record_id


def take(s: ReadSession, row: Draft, guarded: Sequence[str]) -> dict[str, object]:
    """The guarded fields' values in JSON form, by the field's lineage (names may change meanwhile)."""
    fields = [row.entity.fields[name] for name in guarded if name in row.entity.fields]
    return {str(field.lineage or field.name): _value(cast(WriteSession, s), row, field.name) for field in fields}


def changed(before: Mapping[str, object], now: Mapping[str, object]) -> bool:
    """Whether a guarded value differs; a field that only one side knows does not count."""
    return any(before[name] != now[name] for name in before.keys() & now.keys())


def _value(s: WriteSession, row: Draft, name: str) -> object:
    field = row.entity.fields[name]
    if field.kind == "children":
        child = child_of(s, field)
        return [_line(child, values) for _, values in read_children(s, field, record_id(row))]
    return field.type.json(Environment(s, row).value(row, field))


def _line(child: CompiledEntity, values: Mapping[str, object]) -> dict[str, object]:
    told = {name: value for name, value in values.items() if name not in BOOKKEEPING}
    return {name: child.fields[name].type.json(value) for name, value in told.items()}
