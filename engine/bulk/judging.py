"""What an action would come to, before anything is written: the same services as the write, undone as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.bulk.actions import Action, BulkPort, perform
from engine.languages import InLanguages
from engine.records.prepare import entity_of
from engine.refusals import Invalid, Message, Refusal
from metadata.specs.people import PEOPLE

if TYPE_CHECKING:
    from engine.runtime import WriteSession

MOST = 200
"""Records judged beforehand; of more, each is judged when its turn comes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would come of one record: `state` changed, unchanged or refused, with the reason by language."""

    record: int
    state: str
    reason: Mapping[str, str] | None = None


class _Judged(Exception):
    """Undoes the unit, and brings what was found."""

    def __init__(self, found: list[Outcome]) -> None:
        super().__init__()
        self.found = found


def judge(
    writing: Callable[[Callable[[WriteSession], None]], object], port: BulkPort, entity: str, ids: Sequence[int], action: Action
) -> list[Outcome] | None:
    """What the action would come to for each of `ids`, one after the other as when it runs; `writing` runs a write unit as whoever
    asks. None for more than `MOST`, and for records of people: what a change of rights brings about is not tried out."""
    if len(ids) > MOST or entity in PEOPLE:
        return None

    def unit(session: WriteSession) -> None:
        raise _Judged([_tried(session, port, entity, id, action) for id in ids])

    try:
        writing(unit)
    except _Judged as judged:
        return judged.found
    raise AssertionError("the unit always raises")


def reason_of(session: WriteSession, entity: str, refusal: Refusal) -> dict[str, str]:
    """Why not, in words: the faults with their fields, or the refusal's own text."""
    if not isinstance(refusal, Invalid):
        return InLanguages(refusal.message.text)
    fields = entity_of(session, entity).fields

    def told(path: str, message: Message, language: str) -> str:
        field = fields.get(path.partition(".")[0])
        text = message.text(language)
        return f"{field.label[language]} · {text}" if field is not None else text

    return InLanguages(
        lambda language: " ".join(dict.fromkeys(told(error.path, error.message, language) for error in refusal.errors))
    )


def _tried(session: WriteSession, port: BulkPort, entity: str, id: int, action: Action) -> Outcome:
    try:
        changed = session.runtime.part(session, lambda part: perform(part, port, entity, id, action))
    except Refusal as refusal:
        return Outcome(id, "refused", reason_of(session, entity, refusal))
    return Outcome(id, "changed" if changed else "unchanged")
