"""Whether a move may be made, and every reason why not, in words (R13, F10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from engine.access import Readability, readable
from engine.compiled import Texts
from engine.expressions.app_labels import AppLabels
from engine.expressions.sentence import to_sentence
from engine.languages import InLanguages, enumerated
from engine.messages import MESSAGES
from engine.records.draft import Draft
from engine.records.seen import seen_field, seen_whole
from engine.refusals import Message
from engine.runtime import ReadSession, WriteSession
from metadata.expressions.dependencies import dependencies
from metadata.expressions.typed import FieldRef, TypedExpression
from workflows.compiled import CompiledFlow, CompiledMove, Selector
from workflows.evaluate import closure, evaluate, flows_of, holds, present
from workflows.people import Directory, Subject, resolve


def state_of(flow: CompiledFlow, row: Draft) -> str:
    """The state that the record is in."""
    return str(row.stored[flow.field])


def obstacles(s: ReadSession, flow: CompiledFlow, row: Draft, move: CompiledMove) -> tuple[Message, ...]:
    """Why the record itself does not let the move happen: its state, blank fields, its guard. Nobody's rights."""
    state = state_of(flow, row)
    if state not in move.sources:
        return (Message("move_wrong_state", {"state": flow.states[state].label}),)
    if state_of_approval(row) == "pending" and flow.states[state].approval:
        return (Message("move_running"),)
    found = [_needs(s, row, move), _guard(s, row, move)]
    return tuple(message for message in found if message is not None)


def state_of_approval(row: Draft) -> object:
    """The record's approval status, None where its entity has no approvals."""
    return row.stored.get("approval")


def wrong_people(s: ReadSession, row: Draft, move: CompiledMove) -> Message | None:
    """Why the principal is not among those whom `by` names; None when it is, or when `by` says nothing."""
    if move.system:
        return None if s.principal.kind == "system" else Message("move_system")
    if not move.by or s.principal.unrestricted:
        return None
    if any(_is(s, row, selector) for selector in move.by):
        return None
    return Message("move_wrong_people", {"people": _named(s, row, move.by)})


def subject_of(s: ReadSession, row: Draft, *submitters: int | None) -> Subject:
    """What people are resolved for, on this record; `submitters` in the order in which they submitted it."""
    def look(ref: FieldRef) -> object:
        return evaluate(s, row, ref)

    last = submitters[-1] if submitters else None
    return Subject(last, cast("int | None", row.stored.get("owner")), look, frozenset(submitters))


def joined(messages: Sequence[Message]) -> Texts:
    """Several reasons as one text per language."""
    return enumerated([InLanguages(message.text) for message in messages], {"zh": "；", "en": "; "})


def _is(s: ReadSession, row: Draft, selector: Selector) -> bool:
    if selector.kind == "role" and not selector.near:
        return selector.role in s.principal.roles
    made_by = cast("int | None", row.stored.get("created_by"))
    directory = Directory(s.connection, s.app, flows_of(s))
    return s.principal.user_id in resolve(directory, [selector], subject_of(s, row, made_by))


def _named(s: ReadSession, row: Draft, selectors: Sequence[Selector]) -> Texts:
    parts = [
        Message("people_untold") if selector.ref is not None and tells_hidden(s, row, selector.ref)
        else Message(f"people_{_word(selector)}", _values(s, selector)) for selector in selectors
    ]
    return enumerated([InLanguages(part.text) for part in parts])


def _word(selector: Selector) -> str:
    return "superior" if selector.kind == "chain" else selector.kind


def _values(s: ReadSession, selector: Selector) -> Mapping[str, object]:
    if selector.role is not None:
        return {"role": s.app.roles.get(selector.role, {"zh": selector.role, "en": selector.role})}
    if selector.ref is not None:
        return {"field": s.app.entities[selector.ref.entity].fields[selector.ref.field].label}
    return {"login": selector.login or ""}


def _needs(s: ReadSession, row: Draft, move: CompiledMove) -> Message | None:
    missing = [(name, label) for name, label in move.needs if not present(s, row, name)]
    if not missing:
        return None
    known = [label for name, label in missing if seen_field(cast(WriteSession, s), row, name)]
    if len(known) < len(missing):
        return Message("move_guard_hidden")
    return Message("move_needs", {"fields": enumerated(known)})


def _guard(s: ReadSession, row: Draft, move: CompiledMove) -> Message | None:
    if move.condition is None or holds(s, row, move.condition):
        return None
    if tells_hidden(s, row, move.condition):
        return Message("move_guard_hidden")
    return Message("move_guard", {"rule": sentence(s, move.condition)})


def sentence(s: ReadSession, condition: TypedExpression) -> Texts:
    """A condition in words."""
    return InLanguages(lambda language: to_sentence(condition, language, AppLabels(s.app, language)))


def told_condition(s: ReadSession, row: Draft, condition: TypedExpression | None) -> Texts | None:
    """A condition in words, as its reader may hear them; None where there is none."""
    if condition is None:
        return None
    return MESSAGES["condition_hidden"] if tells_hidden(s, row, condition) else sentence(s, condition)


def tells_hidden(s: ReadSession, row: Draft, condition: TypedExpression) -> bool:
    """Whether the words would name a field that the principal may never read, or tell of a value that it may not read on
    this record or on one that it links to (law 2)."""
    if s.principal.unrestricted:
        return False
    if not seen_whole(cast(WriteSession, s), row, [closure(s, condition)]):
        return True
    fields = dependencies(condition).fields
    rights: dict[str, Mapping[str, Readability]] = {entity: readable(s, entity) for entity, _ in fields}
    return any(_unreadable(rights[entity].get(field)) for entity, field in fields)


def _unreadable(right: Readability | None) -> bool:
    return right is None or right.state == "never"


