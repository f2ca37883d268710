"""Whether the writer of a new row may enter what stands in it, by the grants that cover the row.

Which grants these are can depend on the row itself, so it is known when the row is there: before that, a field counts as open
where any grant to create opens it (`access.editable`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.access import editable_when_made
from engine.compiled import CompiledField
from engine.records.draft import Draft
from engine.refusals import FieldError, Invalid, Message

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def refuse_entered(session: WriteSession, drafts: Iterable[Draft]) -> None:
    """Raises `Invalid` for each field of a new row among `drafts` and their child rows, just written, that was entered and
    that no grant which covers the row opens. One statement for each entity whose grants open different fields."""
    made: dict[str, list[Draft]] = {}
    for part in (part for draft in drafts for part in draft.everything()):
        if part.new and not part.free:
            made.setdefault(part.entity.name, []).append(part)
    errors: list[FieldError] = []
    for name, parts in made.items():
        rights = editable_when_made(session, name, [part.id for part in parts if part.id is not None])
        for part in parts:
            opened = rights.get(part.id or 0, frozenset())
            errors += [
                FieldError(f"{part.path}{entered}", Message("readonly")) for entered in sorted(part.given - opened)
                if _counts(part, part.entity.fields[entered])
            ]
    if errors:
        raise Invalid(errors)


def _counts(part: Draft, field: CompiledField) -> bool:
    """Whether the writer said more by it than the row would have held anyway. Owners are the business of `assign`."""
    if not field.writable or field.name == "owner" or field.kind == "children" or not part.differs(field.name):
        return False
    return field.default is None or field.type.compare(part.values[field.name], field.type.assign(field.default, field)) != 0
