"""Inputs that nobody could read, among others that are judged. What a rule would say of them is not known: it counts as
unknown (`language.md`), so that every other fault is told at once and none that is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.compiled import CompiledField, Rule
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.queries import ChildInput
from engine.refusals import Unread
from metadata.expressions.typed import Collection

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def holds_unread(value: object) -> bool:
    """Whether an input, or one in a row of it, could not be read."""
    if isinstance(value, tuple):
        return any(isinstance(row, ChildInput) and any(map(holds_unread, row.values.values())) for row in value)
    return isinstance(value, Unread)


def judged(rule: Rule, environment: Environment) -> object:
    """The value of a rule, None (unknown) where it asks for what could not be read or is worked out beside it."""
    top = environment.row.top
    if any(part.unread for part in top.everything()):
        asking = _Asking(environment.session, environment.row, environment.host, top, [])
        rule.call(asking)
        if asking.missed:
            return None
    return rule.call(environment)


class _Asking(Environment):
    """An environment that notes in `missed` what was asked for and could not be read."""

    def __init__(self, session: WriteSession, row: Draft, host: Draft, written: Draft, missed: list[str]) -> None:
        super().__init__(session, row, host, written)
        self.missed = missed

    def value(self, row: Draft, field: CompiledField) -> object:
        """As in an `Environment`."""
        if field.name in row.unread or (field.computed is not None and row.top is self.written):
            self.missed.append(field.name)
        return super().value(row, field)

    def _at(self, row: Draft, host: Draft) -> Environment:
        return _Asking(self.session, row, host, self.written, self.missed)

    def _inside(self, row: Draft) -> Environment:
        return _Asking(self.session, row, row, self.written, self.missed)

    def _collection(self, host: Draft, collection: Collection) -> list[Draft]:
        if collection.name in host.unread:
            self.missed.append(collection.name)
        return super()._collection(host, collection)
