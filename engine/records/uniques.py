"""Values that may stand once. The question is asked first, for a friendly answer; two writers at the same moment are
told apart by the unique index, whose error becomes the same answer. That a value is taken is the one thing the answer
says, also about records the writer may not read (law 2, the closed list of exceptions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.compiled import CompiledEntity
from engine.languages import enumerated
from engine.records.draft import Draft
from engine.records.people_rules import check_login
from engine.records.stored import column_of
from engine.refusals import FieldError, Invalid, Message

if TYPE_CHECKING:
    from engine.runtime import WriteSession

def check_uniques(session: WriteSession, draft: Draft) -> list[FieldError]:
    """An error for each unique rule that another live record already fills; blank never equals blank."""
    errors: list[FieldError] = []
    for fields in dict.fromkeys(tuple(names) for names in draft.entity.unique_indexes.values()):
        errors += _check(session, draft, fields)
    return errors + check_login(session, draft)


def _check(session: WriteSession, draft: Draft, fields: tuple[str, ...]) -> list[FieldError]:
    changed = draft.new or any(draft.differs(name) for name in fields) or draft.stored.get("archived_at") is not None
    if not changed or any(draft.values.get(name) is None or name in draft.astray for name in fields):
        return []
    table = draft.entity.table
    query = sa.select(table.c.id).where(*[column_of(draft.entity, name) == draft.values[name] for name in fields])
    if not draft.new:
        query = query.where(table.c.id != draft.id)
    taken = session.connection.execute(query.where(table.c.archived_at.is_(None)).limit(1)).first()
    return [taken_error(draft.entity, fields, draft.path)] if taken else []


def taken_error(entity: CompiledEntity, fields: tuple[str, ...], path: str = "") -> FieldError:
    """The answer for a unique rule over `fields`, at the first of them, in the rule's own words where it has some."""
    others = tuple(f"{path}{name}" for name in fields[1:])
    rule = next((unique for unique in entity.unique if unique.fields == fields), None)
    if rule is not None and rule.say:
        return FieldError(f"{path}{fields[0]}", Message("check_failed", {"say": rule.say, "names": fields}), others)
    if len(fields) == 1:
        return FieldError(f"{path}{fields[0]}", Message("taken"))
    labels = [entity.fields[name].label for name in fields]
    return FieldError(f"{path}{fields[0]}", Message("taken_together", {"fields": enumerated(labels), "names": fields}), others)


def as_taken(error: IntegrityError, draft: Draft) -> Invalid | None:
    """The refusal that a unique index's error stands for, or None when it is another error."""
    text = str(error.orig)
    for part in draft.everything():
        for name, fields in part.entity.unique_indexes.items():
            columns = ", ".join(f"{part.entity.table.name}.{column_of(part.entity, field).name}" for field in fields)
            if name in text or f"UNIQUE constraint failed: {columns}" == text:
                return Invalid([taken_error(part.entity, tuple(fields), part.path)])
    return None
