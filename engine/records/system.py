"""Writes that only the flow and the platform make: no right, lock or read-only rule of a person applies. Types, limits,
links, uniques and checks of the data hold all the same, and everything is in the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.records.prepare import bind, entity_of, new_draft, stored_draft
from engine.records.saving import HistoryKind, judge, put
from engine.refusals import Message, Refused

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def set_fields(
    session: WriteSession, entity: str, id: int, values: Mapping[str, object], kind: HistoryKind,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write `values`, state and approval fields among them. `kind` and `detail` go into the history, which gets its row
    even where no value changes. Raises `NotFound`, `Invalid`, and `Refused` for a record in the trash."""
    draft = stored_draft(session, entity_of(session, entity), id, free=True)
    if draft.stored.get("archived_at") is not None:
        raise Refused(Message("in_trash"))
    judge(session, draft, bind(session, draft, values))
    put(session, draft, kind, detail, always=kind != "update")


def create_record(session: WriteSession, entity: str, values: Mapping[str, object]) -> int:
    """Create a record as an effect of the flow or the platform and return its id. Raises `Invalid`."""
    draft = new_draft(session, entity_of(session, entity), free=True)
    judge(session, draft, bind(session, draft, values))
    put(session, draft, "create")
    assert draft.id is not None
    return draft.id
