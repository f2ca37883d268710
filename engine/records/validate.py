"""The rules of records, all judged at once: what is wrong comes back as errors at their paths, never one by one (R25).

Unknown conditions follow `language.md`: visible no, required and read-only no, `must` holds. A field that is not
visible keeps what is stored and is asked for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.compiled import CompiledCheck, CompiledField, Rule
from engine.records.children import rows_of
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.people_rules import check_grant
from engine.records.references import check_references, links_good
from engine.records.seen import seen_whole
from engine.records.uniques import check_uniques
from engine.records.unread import judged
from engine.refusals import FieldError, Message

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def hide_invisible(draft: Draft, environment: Environment) -> None:
    """Put fields that are not visible back to what is stored; a field that appears or vanishes by that is judged
    again."""
    conditional = draft.entity.groups.conditional
    for _ in conditional:
        before = dict(draft.values)
        for field in conditional:
            if field.computed is None and not visible(field, environment):
                draft.forget(field.name)
        if before == draft.values:
            return


def visible(field: CompiledField, environment: Environment) -> bool:
    """Whether the field is there for the record as it stands."""
    return field.visible_if is None or judged(field.visible_if, environment) is True


def check_draft(session: WriteSession, draft: Draft) -> list[FieldError]:
    """Everything wrong with the record and its child rows."""
    errors: list[FieldError] = []
    for part in draft.everything():
        environment = Environment(session, part)
        errors += _check_fields(session, part, environment)
        errors += check_references(session, part)
        errors += check_uniques(session, part)
        errors += check_grant(session, part)
        errors += check_rules(part, environment)
    return errors


def check_answers(
    session: WriteSession, row: Draft, questions: Mapping[str, CompiledField], answers: Mapping[str, object]
) -> list[FieldError]:
    """What is wrong with the answers to questions asked about the stored record `row`, by the same rules as a form:
    blank where an answer is needed, out of bounds, a retired option, a record that may not be chosen. A question without
    an entry in `answers` has one that could not be read."""
    entity = replace(row.entity, fields={**row.entity.fields, **questions})
    draft = Draft(entity, row.id, row.stored, {**row.values, **answers}, given=set(answers), unread=set(questions) - set(answers))
    environment = Environment(session, draft)
    return [
        FieldError(name, message) for name, question in questions.items()
        if (message := _check_answer(session, draft, question, environment)) is not None
    ]


def _check_answer(
    session: WriteSession, draft: Draft, question: CompiledField, environment: Environment
) -> Message | None:
    if draft.values.get(question.name) in (None, (), ""):
        needed = question.required or _holds(question.required_if, environment)
        return Message("required") if needed else None
    if question.link is not None:
        return None if links_good(session, draft, question) else Message("no_such_record")
    return _check_bounds(draft, question, environment)


def _check_fields(session: WriteSession, draft: Draft, environment: Environment) -> list[FieldError]:
    locked = _locked(session, draft)
    errors: list[FieldError] = []
    groups = draft.entity.groups
    for field in groups.demanding if draft.new else groups.entered:
        message = _check_field(draft, field, environment, locked)
        if message is not None:
            errors.append(FieldError(f"{draft.path}{field.name}", message))
    return errors


def _check_field(
    draft: Draft, field: CompiledField, environment: Environment, locked: frozenset[str] | str
) -> Message | None:
    changed = draft.new or _changes(draft, field)
    if changed and not draft.free:
        refusal = _refuse_change(draft, field, environment, locked)
        if refusal is not None:
            return refusal
    if _blank(draft, field, environment):
        return _check_required(draft, field, environment)
    return _check_bounds(draft, field, environment) if changed else None


def _changes(draft: Draft, field: CompiledField) -> bool:
    if field.kind == "children":
        return field.name in draft.children and draft.rows_differ(field.name)
    return field.name in draft.values and draft.differs(field.name)


def _blank(draft: Draft, field: CompiledField, environment: Environment) -> bool:
    """Whether the field will be blank. What lies outside the row is looked up only where it matters."""
    asked = field.required or field.required_if is not None
    if field.kind == "children" and field.name not in draft.children:
        return asked and not rows_of(environment.session, draft, field.name)
    if field.kind == "children":
        return not draft.children[field.name]
    if field.kind == "links" and field.name not in draft.values:
        return asked and environment.value(draft, field) is None
    return draft.values.get(field.name) is None


def _locked(session: WriteSession, draft: Draft) -> frozenset[str] | str:
    """What the state of the record locks; a child row is locked with its parent's children field."""
    if draft.new or draft.free:
        return frozenset()
    return session.runtime.flows.locked(session, draft.entity.name, draft.stored)


def _refuse_change(
    draft: Draft, field: CompiledField, environment: Environment, locked: frozenset[str] | str
) -> Message | None:
    if draft.new:
        return None
    if locked == "all" or field.name in locked:
        return Message("locked")
    if field.set_once and draft.stored.get(field.name) is not None:
        return Message("set_once")
    if _holds(field.readonly_if, environment):
        return Message("readonly_now")
    return None


def _check_required(draft: Draft, field: CompiledField, environment: Environment) -> Message | None:
    """A blank is refused where it must not be, to those who could fill it in."""
    asked = field.required or _holds(field.required_if, environment)
    if not asked or draft.free or not visible(field, environment):
        return None
    return Message("required") if field.name in draft.editable or field.name in draft.given else None


def _holds(rule: Rule | None, environment: Environment) -> bool:
    return rule is not None and judged(rule, environment) is True


def _check_bounds(draft: Draft, field: CompiledField, environment: Environment) -> Message | None:
    value = draft.values.get(field.name)
    lowest = judged(field.minimum_rule, environment) if field.minimum_rule else field.minimum
    highest = judged(field.maximum_rule, environment) if field.maximum_rule else field.maximum
    measure = Decimal(len(str(value))) if isinstance(value, str) else value
    if lowest is not None and field.type.compare(measure, lowest) < 0:
        return _beyond("too_small", draft, field, environment, (field.minimum_rule, lowest))
    if highest is not None and field.type.compare(measure, highest) > 0:
        return _beyond("too_large", draft, field, environment, (field.maximum_rule, highest))
    return _check_options(draft, field, value)


def _beyond(
    code: str, draft: Draft, field: CompiledField, environment: Environment, bound: tuple[Rule | None, object]
) -> Message:
    """A limit is told to those who may read all that it is worked out from."""
    rule, limit = bound
    if rule is not None and not seen_whole(environment.session, draft, [rule.call]):
        return Message(f"{code}_untold")
    return Message(code, {"limit": limit if isinstance(limit, str) else field.type.form_text(limit)})


def _check_options(draft: Draft, field: CompiledField, value: object) -> Message | None:
    """Retired options may stay where they are and not be chosen anew."""
    before = _names(draft.stored.get(field.name))
    for name in _names(value) if field.options else ():
        option = field.options.get(name)
        if option is not None and option.retired and name not in before:
            return Message("retired_option", {"value": option.label})
    return None


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(str(name) for name in value)
    return (value,) if isinstance(value, str) else ()


def check_rules(draft: Draft, environment: Environment) -> list[FieldError]:
    """An error for each check of the entity that the record does not meet."""
    return [error for check in draft.entity.checks if (error := _check_check(draft, check, environment)) is not None]


def _check_check(draft: Draft, check: CompiledCheck, environment: Environment) -> FieldError | None:
    if judged(check.must, environment) is not False:
        return None
    path = draft.path + check.on_field if check.on_field else draft.path.rstrip(".")
    return FieldError(path, check_message(environment.session, draft, check))


def check_message(session: WriteSession, draft: Draft, check: CompiledCheck) -> Message:
    """The words of a check that failed, for those who may read all that it reads."""
    if seen_whole(session, draft, [check.must.call]):
        return Message("check_failed", {"say": check.say})
    return Message("rule_untold")
