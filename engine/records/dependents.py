"""Records that link to one that goes into the trash or comes back, and are written with it: what is worked out from the
link follows, and their rules hold when all of it is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.languages import InLanguages
from engine.records.detail import titles
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.prepare import stored_draft
from engine.records.saving import derive, lock_hosts, put
from engine.records.seen import as_reader
from engine.records.validate import check_rules
from engine.refusals import FieldError, Invalid, Message, Refused

if TYPE_CHECKING:
    from engine.runtime import WriteSession

Dependent = tuple[str, int]
"""(entity, id)"""


def relink(session: WriteSession, draft: Draft, field: str, value: object) -> None:
    """Write another value of the link `field`, and what is worked out from it. Raises `Invalid` for what does not fit."""
    draft.values[field] = value
    errors = derive(session, draft, Environment(session, draft))
    if errors:
        raise Invalid([FieldError("", error.message) for error in errors])
    lock_hosts(session, draft)
    put(session, draft, "update")


def judge_dependents(session: WriteSession, dependents: Iterable[Dependent]) -> None:
    """Raises `Refused` for the first that breaks a rule of its own, naming what its reader may read."""
    for name, id in sorted(set(dependents)):
        draft = stored_draft(session, session.app.entities[name], id, free=True)
        if draft.stored.get("archived_at") is not None:
            continue
        errors = check_rules(draft, Environment(session, draft))
        if errors:
            raise Refused(_broken(session, draft, errors[0].message))


def _broken(session: WriteSession, draft: Draft, why: Message) -> Message:
    assert draft.id is not None
    known = titles(as_reader(session), draft.entity.name, (draft.id,)).get(draft.id)
    if known is None:
        return Message("dependent_rule_untold")
    return Message("dependent_rule", {"title": known, "entity": draft.entity.label, "why": InLanguages(why.text)})
