"""The typist: types expressions and reads literals against the entities known so far, and gathers what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from metadata.expressions.check import check_expression
from metadata.expressions.names import field_type
from metadata.expressions.scope import PLACES, Scope
from metadata.expressions.typed import ValueType
from metadata.problems import Problem
from metadata.resolve.literals import Target, literal
from metadata.resolve.retired import retired_uses
from metadata.specs.app import AppSpec
from metadata.specs.common import Expression, Value
from metadata.specs.entity import EntitySpec, FieldSpec

BOOL = ValueType("bool")
NUMBER = ValueType("decimal")
_UNTYPED = (None, "children", "links")


@dataclass(slots=True)
class Typist:
    """`entities` are those of the application, replaced as their fields become known; `pending` are the (entity, field)
    pairs whose column is not known yet."""

    app: AppSpec
    entities: dict[str, EntitySpec]
    problems: list[Problem] = field(default_factory=list)
    pending: set[tuple[str, str]] = field(default_factory=set)

    def scope(
        self, place: str, entity: str | None, this: str | None = None, new: Mapping[str, str] | None = None
    ) -> Scope:
        """The scope of a place of `PLACES`: bare names are of `entity`, `$this` is of `this`."""
        host = self.entities.get(this or entity or "")
        parents = {parent for parent, _ in host.parents} if host else set()
        return Scope(
            entities=self.entities,
            entity=entity if entity in self.entities else None,
            contexts=PLACES[place],
            settings={name: setting.kind for name, setting in self.app.settings.items()},
            roles=frozenset(self.app.roles),
            former_roles=self.app.former_roles,
            this=this if this in self.entities else None,
            parent=next(iter(parents)) if len(parents) == 1 else None,
            new=new or {},
            approvable=frozenset(approval.entity for approval in self.app.approvals.values()),
            currency=self.app.currency,
        )

    def expression(
        self, expression: Expression | None, scope: Scope, expected: ValueType | None = None
    ) -> Expression | None:
        """The expression with its typed tree; untyped where it has problems, or its row's entity is unknown."""
        if expression is None or scope.entity is None:
            return expression
        typed, problems = check_expression(expression.text, expression.place, scope, expected)
        self.problems += problems
        if typed is not None:
            self.problems += retired_uses(typed, expression.place, self.entities)
        return replace(expression, typed=typed)

    def alone(self) -> Typist:
        """Another typist over the same entities, for looking without telling."""
        return Typist(self.app, self.entities, pending=self.pending)

    def condition(self, expression: Expression | None, scope: Scope) -> Expression | None:
        return self.expression(expression, scope, BOOL)

    def value(
        self, value: Value | None, target: Target, scope: Scope, expected: ValueType | None = None
    ) -> Value | None:
        """A value place: its literal read by the target's kind, or its expression typed."""
        if value is None:
            return None
        read, problems = literal(value, target, ZoneInfo(self.app.zone))
        self.problems += problems
        return replace(read, expression=self.expression(value.expression, scope, expected))

    def expected(self, spec: FieldSpec) -> ValueType | None:
        """The type that an expression for this field must have; None when any will do."""
        return None if spec.stored in _UNTYPED else field_type(spec, self.app.currency)

    def target(self, spec: FieldSpec) -> Target:
        """What a literal for this field is read by."""
        return Target(spec.name, spec.stored or spec.kind, spec.options, spec.scale)
