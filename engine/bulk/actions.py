"""What may be done to many records, and the doing of it to one: through the same services as alone, so that every rule and
right holds for each (law 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from engine.access import allowed
from engine.access import editable as rights_on
from engine.compiled import CompiledApp, CompiledEntity, CompiledField
from engine.field_types.base import InvalidValue
from engine.records import write
from engine.records.prepare import entity_of, stored_draft
from engine.records.stored import read_links
from engine.refusals import FieldError, Invalid, Message, NotFound, Refused

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession

Kind = Literal["edit", "move", "assign", "trash", "undo", "export"]
Mode = Literal["set", "add", "remove"]
MANY = frozenset({"choices", "tags", "links"})
"""Kinds whose values are added to and taken from, besides being set."""
_NOT_EDITED = frozenset({"children", "file", "files", "serial", "rich"})
"""Kinds of which records do not share values."""
_REVISION = "revision"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do to each record. `content` is JSON, with fields by lineage: of `edit` field, mode and value; of `move` the
    move and its answers; of `assign` the owner; of `export` the form of the file, and the records where they were named."""

    kind: Kind
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Before:
    """What taking it back needs of one record: fields as they were by lineage, its owner, its state, and the revision that the
    action left."""

    fields: Mapping[str, object]
    owner: int | None
    state: str | None
    revision: int

    def json(self) -> dict[str, object]:
        """As it is kept."""
        return {"fields": dict(self.fields), "owner": self.owner, "state": self.state, "revision": self.revision}


class BulkPort(Protocol):
    """What is asked of the packages above the engine."""

    def move(self, session: WriteSession, entity: str, id: int, name: str, answers: Mapping[str, object]) -> None:
        """Make a move as the session's principal. Raises as moves do."""
        ...

    def move_back(self, session: WriteSession, entity: str, id: int, state: str) -> None:
        """Make the move that leads back to `state`. Raises `Refused` where the flow has none."""
        ...

    def fits(self, session: ReadSession, entity: str, id: int, parameters: list[tuple[str, str]]) -> bool:
        """Whether the list of these parameters shows the record. Raises `NotFound` for a list that is not there (any more)."""
        ...

    def done(self, session: WriteSession, run: int, person: int) -> None:
        """Tell the person that their run is done."""
        ...


def edit(field: CompiledField, mode: Mode, value: object) -> Action:
    """Set a field, or add to and take from one of many values."""
    return Action("edit", {"field": field.lineage, "mode": mode, "value": field.type.json(value)})


def editable(entity: CompiledEntity) -> list[CompiledField]:
    """The fields that can be edited in many records at once, rights apart."""
    return [
        field for field in entity.fields.values()
        if field.writable and field.computed is None and field.stored not in _NOT_EDITED and field.name != entity.state_field
    ]


def field_of(app: CompiledApp, entity: str, action: Action) -> CompiledField | None:
    """The field that an `edit` is about, if it is still there."""
    return next((f for f in app.entities[entity].fields.values() if f.lineage and f.lineage == action.content.get("field")), None)


def state_now(session: WriteSession, entity: CompiledEntity, id: int) -> dict[str, object]:
    """The stored values of a record, those of many-to-many links among them, held until the end of the unit; {} when there is
    none."""
    try:
        row = stored_draft(session, entity, id, free=True).stored
    except NotFound:
        return {}
    return {**row, **{field.name: read_links(session, field, id) for field in editable(entity) if field.kind == "links"}}


def before_of(entity: CompiledEntity, old: Mapping[str, object], new: Mapping[str, object]) -> Before:
    """What the action took away, for the way back."""
    fields = {
        str(field.lineage): field.type.json(old[field.name]) for field in editable(entity)
        if field.name in old and field.type.compare(old[field.name], new.get(field.name)) != 0
    }
    state = old.get(entity.state_field) if entity.state_field else None
    revision = new.get(_REVISION)
    assert isinstance(revision, int)
    return Before(fields, cast("int | None", old.get("owner")), cast("str | None", state), revision)


def perform(session: WriteSession, port: BulkPort, entity: str, id: int, action: Action) -> bool:
    """Do it to one record, with the rights of the session's principal; whether anything was written. Raises refusals."""
    content = action.content
    if action.kind == "edit":
        _edit(session, entity, id, action)
    elif action.kind == "move":
        port.move(session, entity, id, str(content["move"]), content["answers"])
    elif action.kind == "assign":
        write.assign(session, entity, id, int(content["owner"]))
    else:
        write.trash(session, entity, id)
    return bool(session.written)


def take_back(
    session: WriteSession, port: BulkPort, entity: str, id: int, undone: Mapping[str, Any], before: Mapping[str, Any]
) -> bool:
    """Take back what was done to one record, as the session's principal; whether anything was written. `undone` names the kind of
    action, and the field of an `edit`. Raises `Refused` when the record was changed since, and whatever the way back raises."""
    kind: Kind = undone["kind"]
    compiled = entity_of(session, entity)
    if not allowed(session, entity, "read", id):
        raise NotFound()
    if state_now(session, compiled, id).get(_REVISION) != before["revision"]:
        raise Refused(Message("bulk_changed_since"))
    if kind == "edit":
        write.update(session, entity, id, _fields_before(session, compiled, id, undone["field"], before), before["revision"])
    elif kind == "assign":
        write.assign(session, entity, id, int(before["owner"] or 0))
    elif kind == "trash":
        write.restore(session, entity, id)
    else:
        port.move_back(session, entity, id, str(before["state"]))
    return bool(session.written)


def _fields_before(
    session: WriteSession, entity: CompiledEntity, id: int, edited: int, before: Mapping[str, Any]
) -> dict[str, object]:
    """The edited field as it was, and those that followed it where the principal may write them. Raises `NotFound` for an edited
    field that is no more."""
    rights, known = rights_on(session, entity.name, id), {field.lineage: field for field in editable(entity)}
    if edited not in known:
        raise NotFound("unknown_field")
    old = [(known[int(key)], value) for key, value in before["fields"].items() if int(key) in known]
    return {field.name: field.type.from_json(value) for field, value in old if field.lineage == edited or field.name in rights}


def _edit(session: WriteSession, entity: str, id: int, action: Action) -> None:
    compiled, field = entity_of(session, entity), field_of(session.app, entity, action)
    if not allowed(session, entity, "read", id):
        raise NotFound()
    if field is None:
        raise NotFound("unknown_field")
    row = state_now(session, compiled, id)
    try:
        value = field.type.from_json(action.content["value"])
        if action.content["mode"] != "set":
            value = _joined(field, row.get(field.name), value, action.content["mode"] == "add")
    except InvalidValue as fault:
        raise Invalid([FieldError(field.name, fault.message)]) from None
    revision = row.get(_REVISION)
    write.update(session, entity, id, {field.name: value}, revision if isinstance(revision, int) else None)


def _joined(field: CompiledField, present: object, given: object, adding: bool) -> tuple[object, ...]:
    """Many values with some added, or taken away; those there are keep their order."""
    old = present if isinstance(present, tuple) else ()
    new = given if isinstance(given, tuple) else ()
    key = field.type.item_key
    if adding:
        return tuple({key(one): one for one in (*new[::-1], *old[::-1])}.values())[::-1]
    gone = {key(one) for one in new}
    return tuple(one for one in old if key(one) not in gone)
