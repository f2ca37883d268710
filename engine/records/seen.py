"""What somebody has seen of a record. A rule of the data is judged over everything; what is *said* of it, and what a form
draws by it, rests on values that its reader may read (law 2): an unreadable field, and every record one may not read,
counts as blank. Masks and rights that differ from row to row are asked of the row itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.access import allowed, may, predicate, readable, readable_on, readable_on_each
from engine.compiled import CompiledEntity, CompiledField
from engine.records.draft import Draft
from engine.records.environment import Environment
from metadata.expressions.typed import Collection
from metadata.specs.people import PEOPLE

if TYPE_CHECKING:
    from engine.runtime import WriteSession


class Sight:
    """What the principal of a session may read in full, record by record, and whether anything else was asked for."""

    def __init__(self, session: WriteSession, blind: bool = False) -> None:
        """`blind`: not even the record in hand may be read, which a flow writes in its reader's name."""
        self._session = session
        self._blind = blind
        self._known: dict[tuple[str, int], frozenset[str]] = {}
        self._open: set[tuple[str, int]] = set()
        """Records that may be read, whose fields were not asked about yet: all of an entity are, with the first one."""
        self.missed = False

    def of(self, row: Draft, name: str, own: bool) -> bool:
        """Whether the field of `row` may be told: it was sent by the writer, or may be read. `own` rows are parts of the
        record in hand, which its reader may read."""
        session = self._session
        if session.principal.unrestricted or (name in row.given and not self._blind):
            return True
        if self._blind and own:
            seen = False
        elif row.id is None:
            seen = name in self._entered(row)
        else:
            myself = row.entity.name == "user" and row.id == session.principal.user_id
            seen = name in self._stored(row.entity, row.id, own or myself) or (myself and name in self._of_myself())
        self.missed = self.missed or not seen
        return seen

    def _of_myself(self) -> frozenset[str]:
        """What everybody knows of themselves although they may read no people: who they are and where they belong."""
        return frozenset() if may(self._session, "user", "read") else frozenset({"id", *PEOPLE["user"]})

    def rows(self, entity: CompiledEntity, rows: list[Draft]) -> list[Draft]:
        """Those of `rows` that may be read, asked for in one statement."""
        ids = [row.id for row in rows if row.id is not None]
        if self._session.principal.unrestricted or not ids:
            return rows
        query = sa.select(entity.table.c.id).where(
            entity.table.c.id.in_(ids), predicate(self._session, entity.name, "read")
        )
        found = set(self._session.connection.execute(query).scalars())
        kept = [row for row in rows if row.id is None or row.id in found]
        self._open |= {(entity.name, id) for id in found}
        self.missed = self.missed or len(kept) < len(rows)
        return kept

    def _entered(self, row: Draft) -> frozenset[str]:
        """What may be known of a row that is not stored: what its writer may enter, and what is readable on every row."""
        always = {name for name, right in readable(self._session, row.entity.name).items() if right.state == "always"}
        return row.editable | always

    def _stored(self, entity: CompiledEntity, id: int, own: bool) -> frozenset[str]:
        key = entity.name, id
        if key in self._known:
            return self._known[key]
        if key in self._open:
            ids = [number for name, number in self._open if name == entity.name]
            told = readable_on_each(self._session, entity.name, ids)
            self._known |= {(entity.name, number): told.get(number, frozenset()) for number in ids}
            self._open -= {(entity.name, number) for number in ids}
        elif own or allowed(self._session, entity.name, "read", id):
            self._known[key] = readable_on(self._session, entity.name, id) or frozenset()
        else:
            self._known[key] = frozenset()
        return self._known[key]


class SeenEnvironment(Environment):
    """An environment that holds only what its reader may read. `sight.missed` tells afterwards whether a rule asked for
    more."""

    def __init__(
        self, session: WriteSession, row: Draft, host: Draft | None = None, sight: Sight | None = None,
        written: Draft | None = None,
    ) -> None:
        super().__init__(session, row, host, written)
        self.sight = sight or Sight(session)

    def value(self, row: Draft, field: CompiledField) -> object:
        """As in an `Environment`; blank where it may not be read."""
        if not self.sight.of(row, field.name, own=row.top is self.written):
            return field.type.blank
        return super().value(row, field)

    def _at(self, row: Draft, host: Draft) -> Environment:
        return SeenEnvironment(self.session, row, host, self.sight, self.written)

    def _collection(self, host: Draft, collection: Collection) -> list[Draft]:
        found = super()._collection(host, collection)
        return found if host.top is self.written and collection.kind == "children" else self.sight.rows(
            self.session.app.entities[collection.target], found
        )


def seen_whole(session: WriteSession, row: Draft, calls: Iterable[Callable[[Any], Any]]) -> bool:
    """Whether closures over `row` ask for nothing that the session's principal may not read, so that their outcome and
    their words may be told."""
    blind, session = not may_hear(session, row), as_reader(session)
    if session.principal.unrestricted:
        return True
    environment = SeenEnvironment(session, row, sight=Sight(session, blind))
    for call in calls:
        call(environment)
    return not environment.sight.missed


def seen_field(session: WriteSession, row: Draft, name: str) -> bool:
    """Whether the value of one field of the record in hand may be told."""
    return Sight(as_reader(session)).of(row, name, own=True)


def may_hear(session: WriteSession, row: Draft) -> bool:
    """Whether the record in hand may be known to the one who hears of it. A writer has been found to read what they write;
    a flow that writes in the name of a person reaches records beyond that."""
    reader, top = as_reader(session), row.top
    if reader is session or reader.principal.unrestricted:
        return True
    if top.id is None or not top.stored:
        return may(reader, top.entity.name, "read")
    return allowed(reader, top.entity.name, "read", top.id)


def as_reader(session: WriteSession) -> WriteSession:
    """The unit as the one who hears of it: what a flow does as the platform in the name of a person is told to that
    person."""
    who = session.principal
    if who.kind != "system" or who.user_id is None:
        return session
    return session.acting_as(replace(who, kind="user"))
