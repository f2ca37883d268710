"""The flows' half of a compiled application: machines, approvals and conversions ready for use. Holds no spec (law 5).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.compiled import CompiledField, Texts
from metadata.expressions.typed import Collection, FieldRef, TypedExpression

Lock = Literal["all"] | frozenset[str]
EffectVerb = Literal["set", "create", "update", "move", "convert", "notify"]
Mode = Literal["all", "any", "seq", "ratio"]
OnEmpty = Literal["next_up", "flow_admin", "auto_approve", "auto_reject", "block_submit"]
OnInitiator = Literal["self_approve", "skip", "superior"]


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector of a people place: `owner user role superior chain field initiator`.

    `role` and `near` belong to `role` and to `chain(role(x))`, `level` to `superior` and `chain(n)`, `ref` to `field`.
    """

    kind: str
    role: str | None = None
    near: bool = False
    level: int = 1
    ref: FieldRef | None = None
    login: str | None = None


@dataclass(frozen=True, slots=True)
class CompiledValue:
    """A value to write: a literal, or an expression over the flow's record."""

    literal: object = None
    expression: TypedExpression | None = None


@dataclass(frozen=True, slots=True)
class CompiledEffect:
    """One effect of a move or a state; the meaning of each property is that of `metadata.specs.flow.EffectSpec`."""

    verb: EffectVerb
    target: str | None = None
    each: Collection | None = None
    path: tuple[str, ...] = ()
    where: TypedExpression | None = None
    values: Mapping[str, CompiledValue] = dataclasses.field(default_factory=dict)
    people: tuple[Selector, ...] = ()
    text: Texts | None = None
    condition: TypedExpression | None = None


@dataclass(frozen=True, slots=True)
class CompiledState:
    name: str
    label: Texts
    start: bool = False
    end: bool = False
    color: str | None = None
    lock: Lock = frozenset()
    approval: str | None = None


@dataclass(frozen=True, slots=True)
class CompiledMove:
    """`needs` are (field name, label), needed reverse collections are part of `condition`; `asks` are fields of the
    move's own form.
    """

    name: str
    label: Texts
    sources: frozenset[str]
    target: str
    by: tuple[Selector, ...] = ()
    system: bool = False
    needs: tuple[tuple[str, Texts], ...] = ()
    condition: TypedExpression | None = None
    asks: Mapping[str, CompiledField] = dataclasses.field(default_factory=dict)
    effects: tuple[CompiledEffect, ...] = ()
    confirm: Texts | None = None


@dataclass(frozen=True, slots=True)
class CompiledFlow:
    """One state machine. `field` is the state field of `entity`; `start` the state that new records begin in."""

    name: str
    entity: str
    field: str
    label: Texts
    start: str
    states: Mapping[str, CompiledState]
    moves: Mapping[str, CompiledMove]
    on_enter: Mapping[str, tuple[CompiledEffect, ...]] = dataclasses.field(default_factory=dict)
    on_leave: Mapping[str, tuple[CompiledEffect, ...]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """One step of an approval; words as in `metadata.specs.flow.StepSpec`. `ratio` is a fraction in (0, 1]."""

    name: str
    label: Texts
    who: tuple[Selector, ...]
    condition: TypedExpression | None = None
    mode: Mode = "any"
    ratio: Decimal | None = None
    comment: Literal["never", "on_reject", "always"] = "on_reject"
    on_empty: OnEmpty = "flow_admin"
    on_initiator: OnInitiator = "skip"
    allow: tuple[str, ...] = ("transfer", "return")


@dataclass(frozen=True, slots=True)
class CompiledApproval:
    """One approval definition. It is what an instance keeps while it runs (by content hash)."""

    name: str
    entity: str
    label: Texts
    steps: tuple[CompiledStep, ...]
    outcome: Mapping[str, str]
    if_no_step: Literal["approve", "admin", "refuse"] | None = None
    condition: TypedExpression | None = None
    cc: tuple[Selector, ...] = ()
    guarded: tuple[str, ...] = ()
    recall: Literal["never", "before_first_decision", "anytime"] = "anytime"
    dedupe: Literal["none", "consecutive", "all"] = "consecutive"
    admins: tuple[Selector, ...] = ()

    def step(self, name: str) -> CompiledStep:
        """The step called `name`; raises StopIteration when there is none (an instance only names its own steps)."""
        return next(step for step in self.steps if step.name == name)

    def index(self, name: str) -> int:
        """The position of step `name` from 0."""
        return self.steps.index(self.step(name))


@dataclass(frozen=True, slots=True)
class CompiledConvert:
    """Creates records from one of `source`; `targets` in order, each entity with its values and optional condition."""

    name: str
    source: str
    label: Texts
    targets: Mapping[str, Mapping[str, CompiledValue]]
    conditions: Mapping[str, TypedExpression] = dataclasses.field(default_factory=dict)
    carry: tuple[str, ...] = ()
    once: bool = True


@dataclass(frozen=True, slots=True)
class Trigger:
    """Why a write may make a system move true: rows of `written` changed in `fields` (empty: any) concern records of
    `entity`, found by `via`: `self` the row itself, `link` records whose `field` names the row, `back` the record that
    the row's `field` names, `parent` the parent of a child row.
    """

    written: str
    fields: frozenset[str]
    entity: str
    move: str
    via: Literal["self", "link", "back", "parent"]
    field: str = ""


@dataclass(frozen=True, slots=True)
class StoredDefinition:
    """A definition as it is kept with its instances: canonical JSON `content` and its sha256."""

    digest: str
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CompiledFlows:
    """Everything the package needs at run time. `flows` by entity; `holders` are, for each role, the roles whose
    holders hold it too (itself and those that include it); `admin_roles` the roles that administer the application.
    """

    flows: Mapping[str, CompiledFlow] = dataclasses.field(default_factory=dict)
    approvals: Mapping[str, CompiledApproval] = dataclasses.field(default_factory=dict)
    definitions: Mapping[str, StoredDefinition] = dataclasses.field(default_factory=dict)
    converts: Mapping[str, CompiledConvert] = dataclasses.field(default_factory=dict)
    holders: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    admin_roles: tuple[str, ...] = ()
    triggers: Mapping[str, tuple[Trigger, ...]] = dataclasses.field(default_factory=dict)


PART = "flows"
"""The name of this half among the parts of a session's application."""
