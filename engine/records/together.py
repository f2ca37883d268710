"""Many new records of one entity at once, as an import makes them: each is judged like any other, then their rows, history,
events and search entries are written with one statement each.

That is possible where no record of the entity bears on the judgement of another. Elsewhere, and whenever something is refused
only while writing, they are made one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from engine import search
from engine.access import allowed_among, everywhere, may
from engine.compiled import CompiledEntity, CompiledField
from engine.failpoints import failpoint
from engine.ports import Written
from engine.records import history_write
from engine.records.derive import formulas
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.prepare import bind, entity_of, new_draft
from engine.records.rollup_routes import reads_host, routes
from engine.records.rule_anchors import counted_by_rules
from engine.records.saving import judge
from engine.records.serials import give_numbers
from engine.records.stored import insert_rows
from engine.records.uniques import as_taken
from engine.records.write import create
from engine.refusals import Denied, Message, NotFound, Refusal
from metadata.expressions.dependencies import walk
from metadata.expressions.typed import Collection, TypedExpression
from metadata.specs.people import PEOPLE

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def create_all(session: WriteSession, entity: str, rows: Sequence[Mapping[str, object]]) -> list[int | Refusal]:
    """Create a record of each of `rows`, or nothing of it: for each its id, or why it was refused, in order. Raises as
    `write.create` where the principal may create none at all."""
    compiled = entity_of(session, entity)
    if not may(session, entity, "create"):
        raise Denied(Message("may_not_create")) if may(session, entity, "read") else NotFound()
    independent = session.app.statements.get(("independent", entity), lambda: _independent(session, compiled))
    if not independent or not _within_their_row(compiled, rows):
        return [_one(session, entity, values) for values in rows]
    judged = [_judged(session, compiled, values) for values in rows]
    good = [one for one in judged if isinstance(one, Draft)]
    try:
        session.runtime.part(session, lambda part: _put_all(part, compiled, good))
    except Refusal:
        return [_one(session, entity, values) if isinstance(one, Draft) else one for values, one in zip(rows, judged, strict=True)]
    return [one.id or 0 if isinstance(one, Draft) else one for one in judged]


def _one(session: WriteSession, entity: str, values: Mapping[str, object]) -> int | Refusal:
    try:
        return session.runtime.part(session, lambda part: create(part, entity, values))
    except Refusal as refusal:
        return refusal


def _judged(session: WriteSession, entity: CompiledEntity, values: Mapping[str, object]) -> Draft | Refusal:
    draft = new_draft(session, entity, free=session.principal.kind == "system")
    try:
        judge(session, draft, bind(session, draft, values))
    except Refusal as refusal:
        return refusal
    return draft


def _put_all(session: WriteSession, entity: CompiledEntity, drafts: Sequence[Draft]) -> None:
    """Write judged new records of one entity and what goes with them. Raises `Invalid` for a value that another record has
    taken, `Denied` where one lies outside the rows that the principal may create."""
    if not drafts:
        return
    changed = [draft.changed for draft in drafts]
    _insert(session, drafts)
    failpoint("records.rows_written")
    created = {draft.id or 0: (draft, names) for draft, names in zip(drafts, changed, strict=True)}
    told = {number: history_write.changes_of(draft, names) for number, (draft, names) in created.items()}
    history_write.write_all(session, entity, "create", told)
    search.index_rows(session.connection, entity, [(number, draft.values) for number, (draft, _) in created.items()])
    payloads = {number: {"changed": sorted(names)} for number, (_, names) in created.items()}
    session.emit_all("record.create", entity.name, payloads)
    for number, (_, names) in created.items():
        session.wrote(Written(entity.name, number, "create", names))
    failpoint("records.trail_written")
    if not everywhere(session, entity.name, "create") and created.keys() - allowed_among(session, entity.name, "create", created):
        raise Denied(Message("result_denied"))


def _insert(session: WriteSession, drafts: Sequence[Draft]) -> None:
    for draft in drafts:
        give_numbers(session, draft)
        formulas(draft, Environment(session, draft))
    try:
        insert_rows(session, drafts)
    except IntegrityError as error:
        taken = as_taken(error, drafts[0])
        if taken is None:
            raise
        raise taken from None


def _within_their_row(entity: CompiledEntity, rows: Sequence[Mapping[str, object]]) -> bool:
    """Whether nothing that is given lies outside the row of its record."""
    outside = {name for name, field in entity.fields.items() if field.stored in ("children", "links", "file", "files")}
    return not any(outside & values.keys() for values in rows)


def _independent(session: WriteSession, entity: CompiledEntity) -> bool:
    """Whether no record of the entity can bear on another one that is made in the same unit: nothing counts them or follows
    from them, no rule of theirs reads several rows, and none leads to another."""
    fields = entity.fields.values()
    return not (
        entity.name in PEOPLE
        or entity.duplicates_then == "block"
        or routes(session.app, entity.name)
        or entity.name in counted_by_rules(session)
        or session.runtime.flows.reacts(session, entity.name)
        or any(reads_host(field) for field in fields)
        or any(field.link is not None and entity.name in field.link.to for field in fields)
        or any(isinstance(node, Collection) for rule in _rules(entity) for node in walk(rule))
    )


def _rules(entity: CompiledEntity) -> Iterator[TypedExpression]:
    yield from (check.must.typed for check in entity.checks)
    for field in entity.fields.values():
        yield from _rules_of(field)


def _rules_of(field: CompiledField) -> Iterator[TypedExpression]:
    rules = (
        field.required_if, field.readonly_if, field.visible_if, field.default_rule, field.minimum_rule, field.maximum_rule,
        field.formula, field.link.filter if field.link is not None else None,
    )
    yield from (rule.typed for rule in rules if rule is not None)
