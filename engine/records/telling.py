"""Errors as their writer may hear them: what one can neither read nor enter is not named (law 2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.records.detail import readable_fields
from engine.records.draft import Draft
from engine.refusals import FieldError, Message, NotFound

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def as_told(session: WriteSession, draft: Draft, errors: Iterable[FieldError]) -> list[FieldError]:
    """`errors` of the record `draft`; one at a field that its writer may not know of becomes one of the whole record, and
    a combination that is taken does not name its fields then."""
    found = list(errors)
    if draft.free or session.principal.unrestricted:
        return found
    known = _known(session, draft)
    return [_told(error, known) for error in found]


def _known(session: WriteSession, draft: Draft) -> frozenset[str]:
    try:
        readable = readable_fields(session, draft.entity.name)
    except NotFound:
        readable = frozenset[str]()
    return readable | draft.given | draft.editable


def _told(error: FieldError, known: frozenset[str]) -> FieldError:
    together = error.message.values.get("names")
    if isinstance(together, tuple) and not set(together) <= known:
        return FieldError("", Message("taken_alike"))
    head = error.path.partition(".")[0]
    own = not head or head in known or error.message.code == "unknown_input"  # whose name the writer sent
    return error if own else FieldError("", error.message)
