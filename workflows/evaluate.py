"""Expressions of flows over stored records, judged as the platform: a rule means the same whoever acts.

Everything is read as it stands in the session's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from engine.expressions.closure import compile_closure
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.prepare import entity_of, stored_draft
from engine.records.queries import RecordRef
from engine.records.rule_anchors import anchors_of_rule
from engine.records.stored import read_children, read_plain
from engine.refusals import Message, NotFound, Refused
from engine.runtime import ReadSession, WriteSession
from metadata.expressions.typed import FieldRef, TypedExpression
from workflows.compiled import PART, CompiledFlow, CompiledFlows, CompiledMove, CompiledValue

Made = Mapping[str, RecordRef]


class _Surroundings(Environment):
    """An environment that also knows the records made so far, for `$new.x`."""

    def __init__(self, session: WriteSession, row: Draft, host: Draft | None, made: Made) -> None:
        super().__init__(session, row, host)
        self.made = made

    def field(self, ref: FieldRef) -> object:
        if ref.root != "new":
            return super().field(ref)
        made = self.made.get(ref.new or "")
        if made is None:
            return None
        if ref.field == "id" and not ref.hops:
            return made.id
        row = stored(self.session, made.entity, made.id)
        return Environment(self.session, row).field(FieldRef("row", ref.hops, ref.entity, ref.field, ref.type))


def flows_of(s: ReadSession) -> CompiledFlows:
    """The flows' half of the session's application."""
    return cast(CompiledFlows, s.parts[PART])


def flow_of(s: ReadSession, entity: str) -> CompiledFlow:
    """The flow of `entity`. Raises `NotFound` when its records do not flow."""
    flow = flows_of(s).flows.get(entity)
    if flow is None:
        raise NotFound()
    return flow


def stored(s: ReadSession, entity: str, id: int) -> Draft:
    """The record as it stands, not locked. Raises `NotFound`."""
    compiled = s.app.entities.get(entity)
    values = read_plain(cast(WriteSession, s), compiled, id) if compiled is not None else None
    if compiled is None or values is None:
        raise NotFound()
    return Draft(compiled, id, values, dict(values))


def locked(s: WriteSession, entity: str, id: int) -> Draft:
    """The record, locked until the end of the unit. Raises `NotFound`, and `Refused` for one in the trash."""
    row = stored_draft(s, entity_of(s, entity), id, free=True)
    if row.stored.get("archived_at") is not None:
        raise Refused(Message("in_trash"))
    return row


def rules_of(s: ReadSession, entity: str, move: CompiledMove) -> list[TypedExpression]:
    """What a move of `entity` stands on and may read of other records: its guard, and the formulas among its needs."""
    fields = s.app.entities[entity].fields
    needed = [fields[name].formula for name, _ in move.needs if fields[name].computed == "select"]
    guard = [move.condition] if move.condition is not None else []
    return guard + [formula.typed for formula in needed if formula is not None]


def lock_read(s: WriteSession, row: Draft, move: CompiledMove) -> None:
    """Lock the records that the rules of `move` read besides the locked `row`, before they are judged (law 15)."""
    if s.connection.dialect.name == "postgresql":
        found = {host for rule in rules_of(s, row.entity.name, move) for host in anchors_of_rule(s, row, rule)}
        s.lock_anchors([(s.app.entities[entity].lineage, id) for entity, id in found])
        row.loaded.clear()


def record_id(row: Draft) -> int:
    """The id of a stored record."""
    assert row.id is not None
    return row.id


def evaluate(
    s: ReadSession, row: Draft, expression: TypedExpression, host: Draft | None = None, made: Made | None = None
) -> object:
    """The value of `expression` over `row`; `$this` is `host` (default the row), `$new.x` one of `made`. None is
    unknown."""
    return closure(s, expression)(_Surroundings(cast(WriteSession, s), row, host, made or {}))


def closure(s: ReadSession, expression: TypedExpression) -> Callable[[Any], Any]:
    """`expression` as a function of its surroundings, compiled once per release."""
    return s.app.statements.get(("closure", expression), lambda: compile_closure(expression))


def holds(s: ReadSession, row: Draft, condition: TypedExpression | None, host: Draft | None = None) -> bool:
    """Whether a condition is met: unknown is not; none is always."""
    return condition is None or evaluate(s, row, condition, host) is True


def written(
    s: ReadSession, row: Draft, values: Mapping[str, CompiledValue], made: Made | None = None
) -> dict[str, object]:
    """The values of a value place, over `row`."""
    return {
        name: value.literal if value.expression is None else evaluate(s, row, value.expression, None, made)
        for name, value in values.items()
    }


def present(s: ReadSession, row: Draft, name: str) -> bool:
    """Whether the field holds something: a value, a row, a file."""
    field = row.entity.fields[name]
    if field.kind == "children":
        return bool(read_children(cast(WriteSession, s), field, record_id(row)))
    value = Environment(cast(WriteSession, s), row).value(row, field)
    return value is not None and value is not False and value not in ((), "")
