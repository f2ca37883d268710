"""Why somebody may or may not do something with a record, moves included: the right, and what the record itself says."""

from __future__ import annotations

from engine import access
from engine.access.explaining import Explanation
from engine.languages import InLanguages, localized
from engine.refusals import Message, NotFound, Refused
from engine.runtime import ReadSession
from metadata.near import shortened
from metadata.specs.access import VERBS
from workflows.evaluate import flows_of, stored
from workflows.guards import joined
from workflows.moves import hindrances

_MOVE = "move."


def actions(s: ReadSession, entity: str) -> tuple[str, ...]:
    """What may be asked about records of `entity`, as roles name it."""
    flow = flows_of(s).flows.get(entity)
    return (*VERBS, *(f"{_MOVE}{name}" for name in (flow.moves if flow else ())))


def explain(s: ReadSession, entity: str, id: int, action: str, field: str | None = None) -> Explanation:
    """Whether the session's principal can do `action` to the record now, or may do it to its `field`: as `access.explain`, and
    of a move also why it cannot be made now (state, people, blank fields, guard). Raises `Refused` for an entity, action, field
    or record that there is not, which it names: whoever asks here may know of all of them."""
    compiled = s.app.entities.get(entity)
    if compiled is None:
        raise Refused(Message("no_such_entity", {"name": shortened(entity), "known": ", ".join(sorted(s.app.entities))}))
    if field is not None and field not in compiled.fields:
        raise Refused(Message("no_such_field_of", {
            "entity": compiled.label, "name": shortened(field), "known": ", ".join(compiled.fields),
        }))
    known = actions(s, entity)
    if action not in known:
        raise Refused(Message("unknown_action", {
            "action": action[:64], "entity": compiled.label, "known": ", ".join(known),
        }))
    name = action.removeprefix(_MOVE)
    if name != action and flows_of(s).flows[entity].moves[name].system:
        return Explanation(False, joined((Message("move_system"),)))
    try:
        right = access.explain(s, entity, id, action, field)
    except NotFound:
        raise Refused(Message("no_such_record_of", {"entity": entity, "number": id})) from None
    if name == action or field is not None or not access.allowed(s, entity, "read", id):
        return right
    reasons = _reasons(s, entity, id, name)
    if not reasons:
        return right
    hindered = Message("move_hindered", {"reasons": joined(reasons)})
    rule = InLanguages(lambda language: f"{localized(right.rule, language)}\n{hindered.text(language)}")
    return Explanation(False, rule, right.change)


def _reasons(s: ReadSession, entity: str, id: int, name: str) -> tuple[Message, ...]:
    flow = flows_of(s).flows[entity]
    move, row = flow.moves[name], stored(s, entity, id)
    if row.stored.get("archived_at") is not None:
        return (Message("move_trashed"),)
    return hindrances(s, flow, row, move)
