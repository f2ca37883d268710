"""What doing the same to many records needs of flows and lists (`engine.bulk.BulkPort`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.field_types.base import TextContext
from engine.languages import InLanguages
from engine.records import read
from engine.records.queries import Filter
from engine.refusals import Message, NotFound, Refused
from engine.runtime import ReadSession, WriteSession
from web.composition import flows_of
from web.pages.lists.request import request_of
from web.texts import texts_of
from workflows import move, notify
from workflows.compiled import CompiledFlow, CompiledMove

WORK = "work"
"""The kind of notices about long work."""


class ListsAndFlows:
    """The `BulkPort` of every application."""

    def move(self, session: WriteSession, entity: str, id: int, name: str, answers: Mapping[str, object]) -> None:
        """As the flow makes it."""
        move(session, entity, id, name, answers)

    def move_back(self, session: WriteSession, entity: str, id: int, state: str) -> None:
        """By the first move that leads straight back and asks nothing."""
        flow = flows_of(session).flows.get(entity)
        now = read.get(session, entity, id).values.get(flow.field) if flow is not None else None
        found = way_back(flow, str(now), state) if flow is not None else None
        if found is None:
            raise Refused(Message("bulk_no_way_back"))
        move(session, entity, id, found.name)

    def fits(self, session: ReadSession, entity: str, id: int, parameters: list[tuple[str, str]]) -> bool:
        """Whether the list holds the record for the session's principal, now."""
        compiled = session.app.entities[entity]
        request = request_of(session, compiled, parameters, TextContext(session.app.zone, session.language))
        if request.errors:
            raise NotFound()
        query = replace(request, chosen=(), sort=()).query(limit=1)
        one = replace(query, columns=(), filters=(*query.filters, Filter(("id",), "eq", id)))
        return bool(read.page(session, one).rows)

    def done(self, session: WriteSession, run: int, person: int) -> None:
        """A notice that leads to the list of one's work."""
        notify.tell(session, [person], WORK, InLanguages(lambda language: texts_of(language)("work.notice")))


def way_back(flow: CompiledFlow, source: str, target: str) -> CompiledMove | None:
    """The move by which people get straight from `source` to `target` without being asked anything."""
    return next(
        (one for one in flow.moves.values() if not one.system and one.target == target and source in one.sources and not _asks(one)),
        None,
    )


def _asks(move: CompiledMove) -> bool:
    return any(question.required for question in move.asks.values())
