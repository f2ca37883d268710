"""From what a writer asks to a draft that can be judged: names known, values of the right type, children told apart,
defaults and derived values filled in. Nothing is dropped in silence: an unknown name, an unreadable one and a value of
the wrong type are errors at their path (T29).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from engine.access import editable, may, readable, readable_on
from engine.compiled import CompiledEntity, CompiledField
from engine.field_groups import BOOKKEEPING
from engine.field_types.base import InvalidValue
from engine.records.children import bind_children
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.people import department_of
from engine.records.rule_anchors import anchors_beforehand
from engine.records.stored import child_of, read_links, read_row
from engine.refusals import FieldError, Message, NotFound, Unread

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession


def entity_of(session: ReadSession, name: str) -> CompiledEntity:
    """The entity of that name, if it has records of its own. Raises `NotFound`."""
    entity = session.app.entities.get(name)
    if entity is None or entity.child:
        raise NotFound()
    return entity


def new_draft(session: WriteSession, entity: CompiledEntity, free: bool) -> Draft:
    """A record that holds nothing yet. A free writer may write whatever is not computed."""
    return Draft(entity, None, {}, dict(entity.groups.blank), free, lambda: _editable(session, entity, None, free))


def stored_draft(session: WriteSession, entity: CompiledEntity, record: int, free: bool) -> Draft:
    """A stored record, its row locked, with the records that it bears on (law 15). Raises `NotFound`."""
    if session.connection.dialect.name == "postgresql":
        hosts = anchors_beforehand(session, entity.name, record)
        session.lock_anchors([(session.app.entities[name].lineage, id_) for name, id_ in hosts])
    row = read_row(session, entity, record)
    if row is None:
        raise NotFound()
    return Draft(entity, record, row, dict(row), free, lambda: _editable(session, entity, record, free))


def _editable(session: WriteSession, entity: CompiledEntity, record: int | None, free: bool) -> frozenset[str]:
    if free:
        return frozenset(name for name, field in entity.fields.items() if field.computed is None)
    names = editable(session, entity.name, record)
    return names | {"owner"} if record is None and entity.owned and may(session, entity.name, "assign") else names


def bind(session: WriteSession, draft: Draft, values: Mapping[str, object], read: bool = False) -> list[FieldError]:
    """Put `values` into the draft. Returns an error for each that cannot be taken (`Unread` ones among them); the others
    are in. `read`: the types of the fields have made the values themselves (but for links), and need not look at them
    again."""
    errors: list[FieldError] = []
    for name, value in values.items():
        field = draft.entity.fields.get(name)
        if field is not None and name in draft.seen and not draft.new and _unchanged(draft, field, value):
            continue
        refusal = _refusal(session, draft, name, field)
        if field is None or (refusal is not None and refusal.code == "unknown_input"):
            errors.append(FieldError(f"{draft.path}{name}", Message("unknown_input", {"name": name[:64]})))
        elif isinstance(value, Unread):
            errors.append(_not_taken(draft, field, refusal or value.message))
        elif field.kind == "children":
            refused = [FieldError(f"{draft.path}{name}", refusal)] if refusal else None
            errors += refused or _bind_rows(session, draft, field, value)
        else:
            errors += _bind_value(session, draft, field, value, refusal, read)
    return errors


def _not_taken(draft: Draft, field: CompiledField, message: Message) -> FieldError:
    draft.unread.add(field.name)
    return FieldError(f"{draft.path}{field.name}", message)


def _unchanged(draft: Draft, field: CompiledField, value: object) -> bool:
    try:
        assigned = field.type.assign(value, field)
    except InvalidValue:
        return False
    return field.name in draft.stored and field.type.compare(assigned, draft.stored[field.name]) == 0


def _refusal(session: WriteSession, draft: Draft, name: str, field: CompiledField | None) -> Message | None:
    """Why `name` may not be written, or None. A field that cannot be read is unknown, whatever else holds."""
    if field is None:
        return Message("unknown_input")
    if name in draft.editable and name != draft.entity.state_field:
        return None
    if draft.free and field.computed is None and name not in BOOKKEEPING:
        return None
    right = readable(session, draft.entity.name).get(name)
    return Message("readonly" if right is not None and right.state != "never" else "unknown_input")


def _bind_value(
    session: WriteSession, draft: Draft, field: CompiledField, value: object, refusal: Message | None, read: bool
) -> list[FieldError]:
    """A value equal to the stored one is no change, so a form may send back what it showed. Of what was not shown nobody
    learns by guessing: the answer is the same for every value (T18)."""
    try:
        assigned = value if read and field.link is None else field.type.assign(value, field)
    except InvalidValue as invalid:
        return [_not_taken(draft, field, refusal or invalid.message)]
    if field.kind == "links" and draft.id is not None:
        draft.stored = {**draft.stored, field.name: read_links(session, field, draft.id)}
    if refusal is not None:
        same = field.type.compare(assigned, draft.stored.get(field.name, field.type.blank)) == 0
        return [] if same and _shown(session, draft, field.name) else [FieldError(f"{draft.path}{field.name}", refusal)]
    draft.values[field.name] = assigned
    draft.given.add(field.name)
    return []


def _shown(session: WriteSession, draft: Draft, name: str) -> bool:
    """Whether the writer may read the field in full on this row; of a new one there is nothing to learn."""
    if draft.free or draft.id is None or name in draft.seen:
        return True
    return name in (readable_on(session, draft.entity.name, draft.id) or ())


def _bind_rows(session: WriteSession, draft: Draft, field: CompiledField, value: object) -> list[FieldError]:
    try:
        rows = field.type.parse(value, field)
        field.type.check(rows, field)
    except InvalidValue as invalid:
        return [_not_taken(draft, field, invalid.message)]
    assert isinstance(rows, tuple)
    draft.given.add(field.name)
    seen = _seen_everywhere(session, child_of(session, field))
    errors: list[FieldError] = []
    for row, values in bind_children(session, draft, field, rows, errors):
        row.rights = partial(_editable, session, row.entity, row.id, draft.free)
        row.seen = seen
        errors += bind(session, row, values)
    return errors


def _seen_everywhere(session: WriteSession, entity: CompiledEntity) -> frozenset[str]:
    """The fields that the writer may read on every row: sending them back unchanged asks for no right."""
    return frozenset(name for name, right in readable(session, entity.name).items() if right.state == "always")


def fill_in(
    session: WriteSession, draft: Draft, around: Callable[[Draft], Environment] | None = None
) -> list[FieldError]:
    """Give a new record what nobody entered: start values of its flow, owner and department, defaults. Child rows of
    any record get the defaults of theirs. `around` gives the surroundings that defaults are worked out in (default: all
    there is)."""
    errors: list[FieldError] = []
    for part in draft.everything():
        if part.new:
            _fill_system(session, part)
            errors += _fill_defaults(part, around(part) if around else Environment(session, part))
    return errors


def _fill_system(session: WriteSession, draft: Draft) -> None:
    start = session.runtime.flows.start_values(session, draft.entity.name)
    draft.values.update({name: value for name, value in start.items() if name not in draft.given})
    if draft.entity.approvable and draft.values.get("approval") is None:
        draft.values["approval"] = "unsubmitted"
    if draft.entity.owned and "owner" not in draft.given:
        draft.values["owner"] = session.principal.user_id
    if draft.entity.owned and "dept" not in draft.given:
        draft.values["dept"] = department_of(session, draft.values.get("owner"))


def _fill_defaults(draft: Draft, environment: Environment) -> list[FieldError]:
    errors: list[FieldError] = []
    for field in draft.entity.groups.defaulted:
        if field.name in draft.given:
            continue
        value = field.default_rule.call(environment) if field.default_rule else field.default
        try:
            draft.values[field.name] = field.type.assign(value, field)
        except InvalidValue as invalid:
            errors.append(FieldError(f"{draft.path}{field.name}", invalid.message))
    return errors
