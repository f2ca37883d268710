"""What a clause needs: whose roles, which row, and what `$this` and `$parent` are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa

from engine.compiled import CompiledApp
from metadata.expressions.typed import FieldRef


class Surroundings(Protocol):
    """What is the same for a whole statement (`engine.access.views.View` is one)."""

    @property
    def app(self) -> CompiledApp: ...

    @property
    def roles(self) -> frozenset[str]:
        """Roles of the principal, flattened."""
        ...

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        ...

    def bind(self, name: str) -> sa.ColumnElement[Any]:
        """The context value `lw_user`, `lw_now` or `lw_today`."""
        ...


@dataclass(frozen=True, slots=True)
class PlainSurroundings:
    """Surroundings of statements without a principal: rules of the data. A context value that is not given raises KeyError."""

    app: CompiledApp
    dialect: str
    values: Mapping[str, sa.ColumnElement[Any]] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()

    def bind(self, name: str) -> sa.ColumnElement[Any]:
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Bound:
    """A row in a statement: its entity and the table or alias it comes from."""

    entity: str
    row: sa.FromClause


def form_path(ref: FieldRef) -> str:
    """The key among `form_values` of a field of `$this`, of `$parent`, or of a record they link to: `customer`,
    `customer.region`, `$parent.customer`."""
    around = ("$parent",) if ref.root == "parent" else ()
    return ".".join((*around, *(hop.field for hop in ref.hops), ref.field))


@dataclass(frozen=True, slots=True)
class SqlContext:
    """`row` is looked at; `this` is `$this`, `parent` the row around a child row. Both are a form instead where there are
    `form_values`, by `form_path`: what is not given of the records it links to is read."""

    around: Surroundings
    row: Bound
    this: Bound | None = None
    parent: Bound | None = None
    form_values: Mapping[str, object] | None = None

    @classmethod
    def of(cls, around: Surroundings, entity: str, row: sa.FromClause) -> SqlContext:
        """The context of a rule over the rows of `row`."""
        return cls(around, Bound(entity, row))
