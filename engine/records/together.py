"""Many new records of one entity at once, as an import makes them: each is judged like any other, then their rows, history,
events and search entries are written with one statement each.

That is possible where no record of the entity bears on the judgement of another (`engine.records.independence`). Elsewhere,
where two have the same of what only one may have, and whenever something is refused only while writing, they are made one
after the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from engine import search
from engine.access import allowed_among, everywhere, may
from engine.compiled import CompiledEntity
from engine.failpoints import failpoint
from engine.ports import Written
from engine.records import history_write
from engine.records.derive import formulas
from engine.records.draft import Draft
from engine.records.entered import refuse_entered
from engine.records.environment import Environment
from engine.records.independence import independent
from engine.records.prepare import bind, entity_of, new_draft
from engine.records.saving import judge
from engine.records.serials import give_numbers
from engine.records.stored import insert_rows
from engine.records.uniques import as_taken
from engine.records.write import create
from engine.refusals import Denied, Message, NotFound, Refusal

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def create_all(
    session: WriteSession, entity: str, rows: Sequence[Mapping[str, object]], read: bool = False
) -> list[int | Refusal]:
    """Create a record of each of `rows`, or nothing of it: for each its id, or why it was refused, in order. `read`: the values
    are what the types of their fields have read (`FieldType.parse` or `read_import`; ids for links), or `Unread`. Raises
    as `write.create` where the principal may create none at all."""
    compiled = entity_of(session, entity)
    if not may(session, entity, "create"):
        raise Denied(Message("may_not_create")) if may(session, entity, "read") else NotFound()
    if independent(session, compiled) and _within_their_row(compiled, rows):
        rights = new_draft(session, compiled, free=session.principal.kind == "system").editable
        judged = [_judged(session, compiled, rights, values, read) for values in rows]
        good = [draft for draft, refusal in judged if refusal is None]
        if not _have_twins([draft for draft, _ in judged]) and _put(session, compiled, good):
            return [draft.id or 0 if refusal is None else refusal for draft, refusal in judged]
    return [_one(session, entity, values) for values in rows]


def _one(session: WriteSession, entity: str, values: Mapping[str, object]) -> int | Refusal:
    try:
        return session.runtime.part(session, lambda part: create(part, entity, values))
    except Refusal as refusal:
        return refusal


def _judged(
    session: WriteSession, entity: CompiledEntity, rights: frozenset[str], values: Mapping[str, object], read: bool
) -> tuple[Draft, Refusal | None]:
    draft = new_draft(session, entity, free=session.principal.kind == "system")
    draft.rights = lambda: rights
    try:
        judge(session, draft, bind(session, draft, values, read))
    except Refusal as refusal:
        return draft, refusal
    return draft, None


def _have_twins(drafts: Sequence[Draft]) -> bool:
    """Whether two of the drafts have the same of what only one record may have."""
    for fields in drafts[0].entity.unique_indexes.values() if drafts else ():
        found = [tuple(draft.values.get(name) for name in fields) for draft in drafts]
        filled = [values for values in found if None not in values]
        if len(set(filled)) < len(filled):
            return True
    return False


def _put(session: WriteSession, entity: CompiledEntity, drafts: Sequence[Draft]) -> bool:
    """Whether all of the drafts could be written; nothing is where one could not."""
    try:
        session.runtime.part(session, lambda part: _put_all(part, entity, drafts))
    except Refusal:
        return False
    return True


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
    by = session.principal.user_id
    payloads = {number: {"changed": sorted(names), "by": by} for number, (_, names) in created.items()}
    session.emit_all("record.create", entity.name, payloads)
    for number, (_, names) in created.items():
        session.wrote(Written(entity.name, number, "create", names))
    failpoint("records.trail_written")
    if not everywhere(session, entity.name, "create") and created.keys() - allowed_among(session, entity.name, "create", created):
        raise Denied(Message("result_denied"))
    refuse_entered(session, drafts)


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
