"""What an expression may name: the fields of its row, and the context words its place allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from metadata.specs.entity import APPROVAL_FIELD, APPROVAL_STATES, OWNED_FIELDS, SYSTEM_FIELDS, EntitySpec

PLACES: Mapping[str, frozenset[str]] = {
    "row_rule": frozenset({"user", "now", "today", "setting"}),
    "stored_formula": frozenset({"user", "now", "today", "setting", "parent"}),
    "rule": frozenset({"user", "old", "this", "parent", "now", "today", "setting"}),
    "default": frozenset({"user", "parent", "now", "today", "setting"}),
    "link_filter": frozenset({"user", "this", "parent", "now", "today", "setting"}),
    "rollup": frozenset({"this"}),
    "check": frozenset({"user", "old", "parent", "now", "today", "setting"}),
    "guard": frozenset({"user", "this", "now", "today", "setting"}),
    "effect": frozenset({"user", "old", "this", "now", "today", "setting"}),
    "convert": frozenset({"user", "this", "now", "today", "setting", "new"}),
    "approval": frozenset({"user", "this", "now", "today", "setting"}),
    "list": frozenset({"user", "now", "today", "setting"}),
    "report": frozenset({"user", "now", "today", "setting"}),
    "measure": frozenset({"setting"}),
    "scenario": frozenset({"now", "today", "setting"}),
}
"""Which context words each place allows (the table of docs/expressions.md)."""

CONTEXTS = ("user", "old", "this", "parent", "now", "today", "setting", "new")

PLACE_LABELS: Mapping[str, tuple[str, str]] = {
    "row_rule": ("角色的行规则", "row rule of a role"),
    "stored_formula": ("公式", "formula"),
    "rule": ("字段条件", "condition of a field (visible, required, read-only)"),
    "default": ("默认值", "default"),
    "link_filter": ("链接的候选条件", "filter of a link"),
    "rollup": ("汇总的条件与值", "condition and value of a roll-up"),
    "check": ("校验", "check"),
    "guard": ("流程动作的条件", "guard of a move"),
    "effect": ("动作的效果", "effect"),
    "convert": ("转化的取值", "value of a conversion"),
    "approval": ("审批条件", "condition of an approval step"),
    "list": ("列表条件", "condition of a list"),
    "report": ("报表条件", "condition of a report"),
    "measure": ("报表度量", "measure of a report"),
    "scenario": ("场景中的期望", "expectation of a scenario"),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """`entity` is the row's (None: no fields), `this` and `parent` those of `$this` and `$parent`; `new` maps the names of
    a conversion's targets to entities; `settings` their kinds; `approvable` entities have the field approval; `former_roles`
    are the present names of roles by their earlier ones."""

    entities: Mapping[str, EntitySpec]
    entity: str | None
    contexts: frozenset[str]
    settings: Mapping[str, str] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    former_roles: Mapping[str, str] = field(default_factory=dict)
    this: str | None = None
    parent: str | None = None
    new: Mapping[str, str] = field(default_factory=dict)
    approvable: frozenset[str] = frozenset()
    currency: str | None = None

    def system_fields(self, entity: EntitySpec) -> Mapping[str, str]:
        """System fields of `entity`: name -> stored kind."""
        found = dict(SYSTEM_FIELDS)
        if entity.owned:
            found.update(OWNED_FIELDS)
        if entity.name in self.approvable:
            found.update(APPROVAL_FIELD)
        return found

    @staticmethod
    def approval_options() -> tuple[str, ...]:
        """The options of the system field approval."""
        return APPROVAL_STATES
