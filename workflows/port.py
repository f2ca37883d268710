"""The flow's word on records, as the engine asks for it (`engine.ports.FlowPort`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import sqlalchemy as sa

from engine.ports import Written
from engine.principal import SYSTEM
from engine.runtime import ReadSession, WriteSession
from engine.storage.catalogue import Catalogue
from engine.storage.operations import Operation
from metadata.expressions.typed import TypedExpression
from metadata.problems import Problem
from metadata.specs.app import AppSpec
from workflows.approvals import release
from workflows.approvals.handover import hand_over
from workflows.approvals.submitting import set_aside
from workflows.evaluate import flows_of, rules_of
from workflows.people import Directory
from workflows.system_moves import try_after


class Flows:
    """The `FlowPort` of every application: it works with the flows compiled for the session at hand."""

    def start_values(self, session: WriteSession, entity: str) -> Mapping[str, object]:
        """The flow's start state, and `unsubmitted` where the entity has approvals."""
        flow = flows_of(session).flows.get(entity)
        values: dict[str, object] = {flow.field: flow.start} if flow is not None else {}
        return values | ({"approval": "unsubmitted"} if session.app.entities[entity].approvable else {})

    def locked(
        self, session: ReadSession, entity: str, values: Mapping[str, object]
    ) -> frozenset[str] | Literal["all"]:
        """Everything while an approval runs (I4), else what the state locks."""
        if values.get("approval") == "pending":
            return "all"
        flow = flows_of(session).flows.get(entity)
        state = flow.states.get(str(values.get(flow.field))) if flow is not None else None
        return state.lock if state is not None else frozenset()

    def guards(self, session: WriteSession) -> Sequence[TypedExpression]:
        """The guards of the moves of all flows, and the formulas that they need."""
        flows = flows_of(session).flows.values()
        return [rule for flow in flows for move in flow.moves.values() for rule in rules_of(session, flow.entity, move)]

    def reacts(self, session: WriteSession, entity: str) -> bool:
        """Whether a system move waits for such records."""
        return bool(flows_of(session).triggers.get(entity))

    def after_writes(self, session: WriteSession, written: Sequence[Written]) -> None:
        """Tasks of people who were disabled or lost their role move on, those on records in the trash rest; system moves that
        became true are made."""
        for each in written:
            entity = session.app.entities[each.entity]
            if entity.approvable and each.kind in ("delete", "restore"):
                set_aside(session, entity, each.id, each.kind == "delete")
        concerned = _may_lose_tasks(session, written)
        if concerned:
            hand_over(session.acting_as(SYSTEM), concerned)
        try_after(session, tuple(session.written))

    def obstacles(
        self, connection: sa.Connection, spec: AppSpec, known: Catalogue, operations: Sequence[Operation]
    ) -> Sequence[Problem]:
        """What running approvals need stays."""
        return release.obstacles(connection, spec, known, operations)

    def follow(
        self, connection: sa.Connection, spec: AppSpec, known: Catalogue, operations: Sequence[Operation]
    ) -> None:
        """Their definitions take the new names of options, states and roles."""
        release.follow(connection, spec, known, operations)


def _may_lose_tasks(session: WriteSession, written: Sequence[Written]) -> frozenset[int]:
    """Who was disabled, or had a role changed or taken away."""
    directory = Directory(session.connection, session.app, flows_of(session))
    users = {each.id for each in written if each.entity == "user" and ("active" in each.changed or each.kind == "delete")}
    disabled = {user for user in users if not directory.active(user)}
    roles = [each for each in written if each.entity == "role_assignment" and each.kind in ("update", "delete")]
    before = {user for each in roles if isinstance(user := each.before.get("user"), int)}
    held = directory.with_roles(each.id for each in roles) if roles else frozenset()
    return held.union(disabled, before)
