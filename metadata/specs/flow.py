"""Flows (state machines) and approvals, as declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from typing import Literal

from metadata.problems import NOWHERE, Place
from metadata.specs.common import Expression, Label, People, Value
from metadata.specs.entity import FieldSpec


@dataclass(frozen=True, slots=True)
class StateSpec:
    """`lock` is None, the word `all`, or the locked field names. `approval` names the approval that entering starts."""

    name: str
    label: Label
    start: bool = False
    end: bool = False
    color: str | None = None
    lock: Literal["all"] | tuple[str, ...] | None = None
    approval: str | None = None
    was: tuple[str, ...] = ()
    retired: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class EffectSpec:
    """One declared effect. `verb` decides which properties count:

    `set` (values) the record itself; `create` entity with values; `update` the linked record at `path` with values;
    `move` the record itself, or each record of the collection `each`, or the one at `path`, by move `target`;
    `convert` by convert name `target`; `notify` people with `text`.
    """

    verb: Literal["set", "create", "update", "move", "convert", "notify"]
    target: str | None = None
    each: str | None = None
    path: tuple[str, ...] = ()
    where: Expression | None = None
    values: Mapping[str, Value] = default(default_factory=dict)
    people: tuple[People, ...] = ()
    text: Label | None = None
    condition: Expression | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class MoveSpec:
    """`by` is empty (whoever holds the right), or people; `system` marks a move tried after writes and daily.

    `asks` are the questions put to the mover (fields of their own; kept in the history of the move; one that names a
    field of the entity is written to it).
    """

    name: str
    label: Label
    sources: tuple[str, ...]
    target: str
    by: tuple[People, ...] = ()
    system: bool = False
    needs: tuple[str, ...] = ()
    condition: Expression | None = None
    asks: Mapping[str, FieldSpec] = default(default_factory=dict)
    effects: tuple[EffectSpec, ...] = ()
    confirm: Label | None = None
    was: tuple[str, ...] = ()
    retired: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class FlowSpec:
    name: str
    entity: str
    field: str
    label: Label
    states: Mapping[str, StateSpec]
    moves: Mapping[str, MoveSpec]
    on_enter: Mapping[str, tuple[EffectSpec, ...]] = default(default_factory=dict)
    on_leave: Mapping[str, tuple[EffectSpec, ...]] = default(default_factory=dict)
    place: Place = NOWHERE
    layer: str = ""


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One approval step. `who` are resolved together; duplicates dropped; semantics in `approvals.md` 2.0-2.2."""

    name: str
    label: Label
    who: tuple[People, ...]
    condition: Expression | None = None
    mode: Literal["all", "any", "seq", "ratio"] = "any"
    ratio: Value | None = None
    comment: Literal["never", "on_reject", "always"] = "on_reject"
    on_empty: Literal["next_up", "flow_admin", "auto_approve", "auto_reject", "block_submit"] = "flow_admin"
    on_initiator: Literal["self_approve", "skip", "superior"] = "skip"
    allow: tuple[str, ...] = ("transfer", "return")
    was: tuple[str, ...] = ()
    retired: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class ApprovalSpec:
    """`outcome` maps approved rejected returned recalled terminated revoked to states of the flow of `entity`."""

    name: str
    entity: str
    label: Label
    steps: Mapping[str, StepSpec]
    outcome: Mapping[str, str]
    if_no_step: Literal["approve", "admin", "refuse"] | None = None
    condition: Expression | None = None
    cc: tuple[People, ...] = ()
    guarded: tuple[str, ...] = ()
    recall: Literal["never", "before_first_decision", "anytime"] = "anytime"
    dedupe: Literal["none", "consecutive", "all"] = "consecutive"
    admins: tuple[People, ...] = ()
    place: Place = NOWHERE
    layer: str = ""


@dataclass(frozen=True, slots=True)
class ConvertSpec:
    """Creates records from one: `targets` in order; `$new.x` in a value is the record made for target x."""

    name: str
    source: str
    label: Label
    targets: Mapping[str, Mapping[str, Value]]
    conditions: Mapping[str, Expression] = default(default_factory=dict)
    carry: tuple[str, ...] = ()
    once: bool = True
    place: Place = NOWHERE
    layer: str = ""
