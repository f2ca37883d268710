"""What happened to a record, written in the transaction that did it: one row per change set.

`changes` of the row: field lineage number (as text; system fields have none and go by their names) -> [before, after]
in the JSON form of the field's type. Child rows
stand under the children field's number as `{"added": {row id: {field: value}}, "changed": {row id: {field: [before,
after]}}, "removed": {row id: {field: value}}}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

from engine.compiled import CompiledEntity, CompiledField
from engine.records.draft import Draft
from engine.storage.platform import history

if TYPE_CHECKING:
    from engine.runtime import WriteSession

_INSERT = history.insert()


def key(field: CompiledField) -> str:
    """What a field is called in `changes`."""
    return str(field.lineage) if field.lineage else field.name


def write(
    session: WriteSession, entity: CompiledEntity, record: int, kind: str,
    changes: Mapping[str, object], detail: Mapping[str, object] | None = None,
) -> None:
    """Add the history row of one change set to `record`. Entities that keep no history get one for a deletion, which tells
    what restoring has to put back, and for a comment, which tells that there is one."""
    write_all(session, entity, kind, {record: changes}, detail)


def write_all(
    session: WriteSession, entity: CompiledEntity, kind: str, changes: Mapping[int, Mapping[str, object]],
    detail: Mapping[str, object] | None = None,
) -> None:
    """As `write`, for many records; `changes` by their ids."""
    if not entity.history and kind not in ("delete", "comment"):
        return
    shared = {
        "entity_id": entity.lineage, "at": session.now, "actor_id": session.principal.user_id,
        "actor_kind": session.principal.kind, "kind": kind, "detail": dict(detail or {}),
    }
    session.connection.execute(_INSERT, [{**shared, "record_id": id, "changes": dict(own)} for id, own in changes.items()])


def changes_of(draft: Draft, changed: Set[str]) -> dict[str, object]:
    """What writing `draft` changes, child rows included; `changed` are the fields of its own that differed before it was
    written. Derived values are left out: they follow from the rest."""
    found = _own_changes(draft, changed)
    for name in {*draft.children, *draft.removed}:
        rows = _row_changes(draft, name)
        if rows:
            found[key(draft.entity.fields[name])] = rows
    return found


def _own_changes(draft: Draft, changed: Set[str]) -> dict[str, object]:
    """A new record's numbers were given while it was written."""
    return {
        key(field): [field.type.json(draft.stored.get(field.name)), field.type.json(draft.values[field.name])]
        for field in draft.entity.groups.told
        if field.name in draft.values and (field.name in changed or (field.serial is not None and draft.new))
    }


def _row_changes(draft: Draft, name: str) -> dict[str, object]:
    rows = draft.children.get(name, [])
    parts = {
        "added": {str(row.id): _content(row, row.values) for row in rows if not row.stored},
        "changed": {str(row.id): found for row in rows if row.stored and (found := _own_changes(row, row.changed))},
        "removed": {str(row.id): _content(row, row.stored) for row in draft.removed.get(name, [])},
    }
    return {part: content for part, content in parts.items() if content}


def _content(row: Draft, values: Mapping[str, object]) -> dict[str, object]:
    return {
        key(field): field.type.json(values[field.name])
        for field in row.entity.groups.told if values.get(field.name) not in (None, False, ())
    }
