"""Two people on one record (R22, F12). A write that knows what its writer saw is merged when it touches other fields
than those changed meanwhile; otherwise nothing is written and both versions are shown, field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access import allowed, readable_on_each
from engine.compiled import CompiledField
from engine.field_types.base import InvalidValue
from engine.messages import MESSAGES
from engine.records.children import stored_rows
from engine.records.detail import titles
from engine.records.draft import Draft
from engine.records.queries import ChildInput
from engine.records.stored import column_of, read_links
from engine.refusals import Clash, Conflict

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def merge(
    session: WriteSession, draft: Draft, values: Mapping[str, object], revision: int | None,
    original: Mapping[str, object] | None,
) -> Mapping[str, object]:
    """The part of `values` to write: all of it when the record is as its writer saw it; else what the writer changed.

    `values` name only fields the writer may read. Raises `Conflict` when a field that the writer changed was changed
    meanwhile to something else, or when `original` does not tell what the writer saw of it.
    """
    if revision is None or revision == draft.stored["revision"]:
        return values
    mine = {name: value for name, value in values.items() if _wants(session, draft, name, value, original)}
    clashes = [clash for name, value in mine.items() if (clash := _clash(session, draft, name, value, original))]
    if clashes:
        current = draft.stored["revision"]
        assert isinstance(current, int)
        raise Conflict(current, clashes, by=_by(session, draft))
    return mine


def _wants(
    session: WriteSession, draft: Draft, name: str, value: object, original: Mapping[str, object] | None
) -> bool:
    """Whether the writer means to change the field: it differs from what they saw (or, unseen, from what is stored)."""
    field = draft.entity.fields[name]
    seen = original[name] if original is not None and name in original else current_value(session, draft, field)
    return not same(field, value, seen)


def _clash(
    session: WriteSession, draft: Draft, name: str, value: object, original: Mapping[str, object] | None
) -> Clash | None:
    field = draft.entity.fields[name]
    theirs = current_value(session, draft, field)
    seen = original.get(name) if original is not None else None
    untouched = original is not None and name in original and same(field, seen, theirs)
    if untouched or same(field, value, theirs):
        return None
    return Clash(name, seen, value, theirs)


def current_value(session: WriteSession, draft: Draft, field: CompiledField) -> object:
    """What is stored now as far as the writer may read it, in the form that writers send it."""
    if field.kind == "children":
        return _current_rows(session, draft, field)
    if field.kind == "links":
        ids = None if draft.id is None else read_links(session, field, draft.id)
        known = titles(session, field.link.to[0] if field.link else "", ids or ())
        return tuple(id for id in ids or () if id in known) or None
    return draft.stored.get(field.name, field.type.blank)


def _current_rows(session: WriteSession, draft: Draft, field: CompiledField) -> tuple[ChildInput, ...]:
    rows = stored_rows(session, draft, field)
    entity = session.app.entities[str(field.children)]
    writable = [name for name, part in entity.fields.items() if part.writable]
    seen = readable_on_each(session, entity.name, [row.id for row in rows if row.id is not None])
    return tuple(
        ChildInput(row.id, {name: row.stored.get(name) for name in writable if name in seen.get(row.id or 0, ())})
        for row in rows
    )


def same(field: CompiledField, left: object, right: object) -> bool:
    """Whether two values of the field are one; values that its type refuses are no one's."""
    if field.kind == "children":
        return _same_rows(left, right)
    try:
        return field.type.compare(field.type.assign(left, field), field.type.assign(right, field)) == 0
    except InvalidValue:
        return False


def _same_rows(left: object, right: object) -> bool:
    """Rows are the same when the same rows stand in the same order and every value that both name is equal."""
    if not isinstance(left, list | tuple) or not isinstance(right, list | tuple) or len(left) != len(right):
        return False
    return all(
        isinstance(a, ChildInput) and isinstance(b, ChildInput) and a.id == b.id
        and all(a.values[name] == b.values[name] for name in a.values.keys() & b.values.keys())
        for a, b in zip(left, right, strict=True)
    )


def _by(session: WriteSession, draft: Draft) -> object:
    """Who saved meanwhile, if the writer may know that person."""
    person = draft.stored.get("updated_by")
    if person is not None and person == session.principal.user_id:
        return MESSAGES["oneself"]
    people = session.app.entities.get("user")
    if not isinstance(person, int) or people is None or not allowed(session, "user", "read", person):
        return MESSAGES["someone"]
    query = sa.select(column_of(people, "name")).where(people.table.c.id == person)
    return session.connection.execute(query).scalar() or MESSAGES["someone"]
