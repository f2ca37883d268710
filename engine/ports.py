"""What the engine needs from the packages above it, received as arguments (never imported)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

import sqlalchemy as sa

from engine.compiled import CompiledApp
from metadata.expressions.typed import TypedExpression
from metadata.problems import Problem
from metadata.specs.app import AppSpec

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession
    from engine.storage.catalogue import Catalogue
    from engine.storage.operations import Operation


Compiler = Callable[[AppSpec, CompiledApp], object]
"""Makes one package's half of a compiled application."""


@dataclass(frozen=True, slots=True)
class Written:
    """One record touched in a write unit: `kind` create, update, move, delete or restore; `changed` field names, `before`
    what those of them that link held until now."""

    entity: str
    id: int
    kind: Literal["create", "update", "move", "delete", "restore"]
    changed: frozenset[str]
    before: Mapping[str, object] = field(default_factory=dict)


class FlowPort(Protocol):
    """The flow's word on records: `workflows.port.Flows` implements it, `NoFlows` below stands in where there are none."""

    def start_values(self, session: WriteSession, entity: str) -> Mapping[str, object]:
        """Values of state and approval fields that a new record of `entity` begins with."""
        ...

    def locked(self, session: ReadSession, entity: str, values: Mapping[str, object]) -> frozenset[str] | Literal["all"]:
        """The fields that the record's state (in `values`) locks against people's writes; state fields are always locked."""
        ...

    def guards(self, session: WriteSession) -> Sequence[TypedExpression]:
        """The conditions of all moves, and the formulas they need: what they read of other rows has to be locked by whoever
        writes it (law 15)."""
        ...

    def reacts(self, session: WriteSession, entity: str) -> bool:
        """Whether a record of `entity` that is made can set off anything in `after_writes`."""
        ...

    def after_writes(self, session: WriteSession, written: Sequence[Written]) -> None:
        """Called once before the unit commits, with everything written: system moves are tried here (R13)."""
        ...

    def obstacles(
        self, connection: sa.Connection, spec: AppSpec, known: Catalogue, operations: Sequence[Operation]
    ) -> Sequence[Problem]:
        """What running approvals would lose by `operations`, which make `spec` the release; `known` is the catalogue
        before."""
        ...

    def follow(
        self, connection: sa.Connection, spec: AppSpec, known: Catalogue, operations: Sequence[Operation]
    ) -> None:
        """Brings running approvals to the names of the new release; `known` is the catalogue afterwards."""
        ...


class NoFlows:
    """An application without flows."""

    def start_values(self, session: WriteSession, entity: str) -> Mapping[str, object]:
        return {}

    def locked(self, session: ReadSession, entity: str, values: Mapping[str, object]) -> frozenset[str] | Literal["all"]:
        return frozenset()

    def guards(self, session: WriteSession) -> Sequence[TypedExpression]:
        return ()

    def reacts(self, session: WriteSession, entity: str) -> bool:
        return False

    def after_writes(self, session: WriteSession, written: Sequence[Written]) -> None:
        return None

    def obstacles(
        self, connection: sa.Connection, spec: AppSpec, known: Catalogue, operations: Sequence[Operation]
    ) -> Sequence[Problem]:
        return ()

    def follow(
        self, connection: sa.Connection, spec: AppSpec, known: Catalogue, operations: Sequence[Operation]
    ) -> None:
        return None
