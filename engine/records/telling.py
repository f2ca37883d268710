"""Errors as their writer may hear them: what one can neither read nor enter is not named, and no value of it is told
(law 2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.records.detail import readable_fields
from engine.records.draft import Draft
from engine.records.seen import as_reader, may_hear, seen_field
from engine.refusals import FieldError, Message, NotFound

if TYPE_CHECKING:
    from engine.runtime import WriteSession

_OWN_WORDS = frozenset({"unknown_input", "check_failed", "role_not_held"})
"""Codes whose values are the writer's own, or the words of a rule that was judged tellable."""


def as_told(session: WriteSession, draft: Draft, errors: Iterable[FieldError]) -> list[FieldError]:
    """`errors` of the record `draft`; one at a field that its writer may not know of becomes one of the whole record, a
    combination that is taken does not name its fields then, and a value that may not be read is in no text. Of a record
    that its writer may not know of, which a flow writes in their name, nothing is told but that it was refused."""
    found, hears, session = list(errors), may_hear(session, draft), as_reader(session)
    if session.principal.unrestricted:
        return found
    if not hears:
        return [FieldError("", Message("rule_untold"))] if found else []
    known, parts = _known(session, draft), {part.path: part for part in draft.everything()}
    return [_told(session, error, known, parts) for error in found]


def _known(session: WriteSession, draft: Draft) -> frozenset[str]:
    try:
        readable = readable_fields(session, draft.entity.name)
    except NotFound:
        readable = frozenset[str]()
    return readable | draft.given | (frozenset() if draft.free else draft.editable)


def _told(
    session: WriteSession, error: FieldError, known: frozenset[str], parts: dict[str, Draft]
) -> FieldError:
    together = error.message.values.get("names")
    if isinstance(together, tuple) and not set(together) <= known:
        return FieldError("", Message("taken_alike"))
    head = error.path.partition(".")[0]
    own = not head or head in known or error.message.code == "unknown_input"  # whose name the writer sent
    message = error.message if _tellable(session, error, parts) else Message("rule_untold")
    return FieldError(error.path if own else "", message, error.others if own else ())


def _tellable(session: WriteSession, error: FieldError, parts: dict[str, Draft]) -> bool:
    """Whether the text of an error holds nothing of a value that its writer may not read."""
    if not error.message.values or error.message.code in _OWN_WORDS:
        return True
    above, dot, name = error.path.rpartition(".")
    part = parts.get(above + dot)
    return part is None or name not in part.entity.fields or seen_field(session, part, name)
