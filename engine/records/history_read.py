"""The history of a record as its reader may see it: filtered by today's rights, field by field (T24).

Links come as `Choice` with the title of what they name; one that may not be read comes as None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from engine.access import readable_on
from engine.access.views import open_view
from engine.compiled import CompiledEntity, CompiledField
from engine.languages import platform_block
from engine.records.about import rows_about
from engine.records.detail import always_readable, titles
from engine.records.queries import Change, Choice, FieldChange, RecordRef
from engine.refusals import NotFound
from engine.storage.platform import history as history_table

if TYPE_CHECKING:
    from engine.runtime import ReadSession

MOST_CHANGES = 500
ACTORS = platform_block("actor", {
    "system": {"zh": "系统", "en": "System"}, "operator": {"zh": "管理员命令", "en": "Operator"},
    "anonymous": {"zh": "访客", "en": "Visitor"}, "automatic": {"zh": "{name}（自动）", "en": "{name} (automatic)"},
})
"""Who acted where it was nobody, and how a person is named in whose name the platform did."""


def history(s: ReadSession, entity: str, id: int, limit: int = MOST_CHANGES) -> list[Change]:
    """The latest `limit` change sets of the record, newest first. Raises `NotFound` when the record may not be read.

    A change of child rows comes as one `FieldChange` of the children field: `before` the removed and earlier rows,
    `after` the added and later ones, each a tuple of mappings by field name, of child fields that are readable on
    every row.
    """
    if entity not in s.app.entities:
        raise NotFound("not_found")
    seen = readable_on(s, entity, id)
    if seen is None:
        raise NotFound("not_found")
    rows = rows_about(s, entity, id, history_table, min(limit, MOST_CHANGES), "actor_id")
    keyed, hidden = _by_key(s.app.entities[entity], seen), s.app.entities[entity].fields.keys() - seen
    decoded = [_decoded(s, keyed, row.changes) for row in rows]
    named, language = _named(s, decoded), open_view(s).language
    return [
        Change(row.at, _actor(row, language), row.kind, tuple(_titled(change, named) for change in changes),
               _detail(row.detail, hidden))
        for row, changes in zip(rows, decoded, strict=True)
    ]


def _actor(row: Any, language: str) -> str:
    """Who did it: the person, also where the platform acted in their name, or what acted when nobody did."""
    if row.person and row.actor_kind == "system":
        return ACTORS["automatic"][language].format(name=row.person)
    return row.person or (ACTORS[row.actor_kind][language] if row.actor_kind in ACTORS else "")


def _decoded(s: ReadSession, keyed: Mapping[str, CompiledField], changes: Mapping[str, Any]) -> list[FieldChange]:
    found = []
    for key, change in changes.items():
        field = keyed.get(key)
        if field is None:
            continue
        found.append(_rows(s, field, change) if field.children else _value(field, change))
    return found


def _by_key(entity: CompiledEntity, seen: frozenset[str]) -> dict[str, CompiledField]:
    """The readable fields by what they are called in the stored changes."""
    return {str(field.lineage or name): field for name, field in entity.fields.items() if name in seen}


def _value(field: CompiledField, change: Sequence[Any]) -> FieldChange:
    before, after = (_linked(field, _plain(field, value)) for value in change)
    return FieldChange(field.name, before, after)


def _rows(s: ReadSession, field: CompiledField, change: Mapping[str, Any]) -> FieldChange:
    child = s.app.entities[field.children or ""]
    keyed = _by_key(child, always_readable(s, child.name))
    before = [_row(keyed, row) for row in change.get("removed", {}).values()]
    after = [_row(keyed, row) for row in change.get("added", {}).values()]
    for row in change.get("changed", {}).values():
        before.append(_row(keyed, {key: values[0] for key, values in row.items()}))
        after.append(_row(keyed, {key: values[1] for key, values in row.items()}))
    return FieldChange(field.name, tuple(before), tuple(after))


def _row(keyed: Mapping[str, CompiledField], row: Mapping[str, Any]) -> Mapping[str, object]:
    return {keyed[key].name: _linked(keyed[key], _plain(keyed[key], value)) for key, value in row.items() if key in keyed}


def _plain(field: CompiledField, value: Any) -> object:
    return None if value is None else field.type.from_json(value)


def _linked(field: CompiledField, value: object) -> object:
    """A link's value as references, so that their titles can be looked up together."""
    if field.stored in ("link", "user", "dept") and isinstance(value, int) and field.link is not None:
        return RecordRef(field.link.to[0], value)
    if field.stored == "links" and isinstance(value, tuple) and field.link is not None:
        return tuple(RecordRef(field.link.to[0], id) for id in value)
    return value


def _named(s: ReadSession, decoded: Sequence[Sequence[FieldChange]]) -> dict[RecordRef, str]:
    """The titles of all records that the changes name and their reader may read."""
    wanted: dict[str, list[int]] = {}
    for reference in _references([(change.before, change.after) for changes in decoded for change in changes]):
        wanted.setdefault(reference.entity, []).append(reference.id)
    return {
        RecordRef(entity, id): text for entity, ids in wanted.items() if entity in s.app.entities
        for id, text in titles(s, entity, ids).items()
    }


def _references(value: object) -> Iterator[RecordRef]:
    if isinstance(value, RecordRef):
        yield value
    elif isinstance(value, Mapping):
        yield from _references(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _references(item)


def _titled(change: FieldChange, names: Mapping[RecordRef, str]) -> FieldChange:
    return FieldChange(change.field, _shown(change.before, names), _shown(change.after, names))


def _shown(value: object, names: Mapping[RecordRef, str]) -> object:
    if isinstance(value, RecordRef):
        return Choice(value.id, names[value], entity=value.entity) if value in names else None
    if isinstance(value, Mapping):
        return {name: _shown(item, names) for name, item in value.items()}
    if isinstance(value, tuple):
        shown = tuple(_shown(item, names) for item in value)
        return tuple(item for item in shown if item is not None)
    return value


def _detail(detail: Mapping[str, Any] | None, hidden: Set[str]) -> Mapping[str, object]:
    """What else is known of a change, without values of fields that may not be read."""
    found: dict[str, object] = {}
    for name, value in (detail or {}).items():
        found[name] = {k: v for k, v in value.items() if k not in hidden} if isinstance(value, Mapping) else value
    return found
