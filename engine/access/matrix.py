"""The access matrix: everything that roles grant, compiled once and immutable. Deny by default; a deny overrides.

A grant belongs to the role that declares it. A principal's roles are flattened through `includes`, so an included
role's grants count with *its own* field rights: a field hidden in one role is readable where another role's grant
covers both the row and the field. Only `deny` takes a field or row away from all roles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.access.policies import Decisions, Policy, build_enforcer, decisions
from metadata.expressions.typed import TypedExpression
from metadata.specs.access import FieldRightSpec, GrantSpec, RoleSpec, Scope
from metadata.specs.app import AppSpec
from metadata.specs.common import Expression

Roles = frozenset[str]


@dataclass(frozen=True, slots=True)
class Grant:
    """One right (or one denial) of `role`: the rows of `entity` that any of `scopes` and `condition` cover."""

    role: str
    entity: str
    verb: str
    scopes: tuple[Scope, ...]
    condition: TypedExpression | None = None

    @property
    def whole(self) -> bool:
        """Whether every row is covered."""
        return "all" in self.scopes and self.condition is None


@dataclass(frozen=True, slots=True)
class FieldRight:
    """What a role's own grants may do with one field; see `FieldRightSpec`."""

    hide: bool = False
    mask: bool = False
    mask_scopes: tuple[Scope, ...] = ()
    mask_condition: TypedExpression | None = None
    readonly: bool = False
    read: bool = False
    edit: bool = False

    @property
    def masks_all(self) -> bool:
        """Whether the mask lies on every row."""
        return self.mask and not self.mask_scopes and self.mask_condition is None


@dataclass(frozen=True, slots=True)
class CompiledRole:
    """A role's own part; `includes` are all roles that holding it brings along, itself first."""

    name: str
    includes: tuple[str, ...]
    outside: bool
    admin: bool
    fields: Mapping[tuple[str, str], FieldRight]
    denied_fields: frozenset[tuple[str, str]]
    reports: frozenset[str] = frozenset()


_NO_RIGHT = FieldRight()


@dataclass(frozen=True, slots=True)
class AccessMatrix:
    """Who may do what, by role; see `compile_matrix`."""

    roles: Mapping[str, CompiledRole]
    allowing: Mapping[tuple[str, str], tuple[Grant, ...]]
    denying: Mapping[tuple[str, str], tuple[Grant, ...]]
    table: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    admin_roles: Roles = frozenset()

    def decide(self, roles: Roles, entity: str, verb: str) -> bool:
        """Whether `roles` may do `verb` to any row of `entity` at all: one allows and none denies."""
        found = {self.table.get((role, entity, verb)) for role in roles}
        return "allow" in found and "deny" not in found

    def grants(self, roles: Roles, entity: str, verb: str) -> tuple[Grant, ...]:
        """The grants that count for a principal with `roles` (flattened); none where a deny needs no row."""
        if not self.decide(roles, entity, verb):
            return ()
        return tuple(grant for grant in self.allowing.get((entity, verb), ()) if grant.role in roles)

    def denials(self, roles: Roles, entity: str, verb: str) -> tuple[Grant, ...]:
        """The denials that take rows away from a principal with `roles`."""
        return tuple(grant for grant in self.denying.get((entity, verb), ()) if grant.role in roles)

    def field_right(self, role: str, entity: str, name: str) -> FieldRight:
        """What `role`'s own grants may do with a field."""
        return self.roles[role].fields.get((entity, name), _NO_RIGHT)

    def field_denied(self, roles: Roles, entity: str, name: str) -> bool:
        """Whether a `deny` of any of `roles` takes the field away."""
        return any((entity, name) in self.roles[role].denied_fields for role in roles if role in self.roles)

    def conditions(self) -> Iterator[TypedExpression]:
        """What rights stand on: the conditions of all grants and denials, and those that lay masks."""
        by_right = (*self.allowing.values(), *self.denying.values())
        yield from (grant.condition for grants in by_right for grant in grants if grant.condition is not None)
        rights = (right for role in self.roles.values() for right in role.fields.values())
        yield from (right.mask_condition for right in rights if right.mask_condition is not None)

    def flatten(self, roles: Iterable[str]) -> Roles:
        """`roles` and all they include; unknown names fall away."""
        return frozenset(part for role in roles if role in self.roles for part in self.roles[role].includes)


def compile_matrix(spec: AppSpec) -> AccessMatrix:
    """The matrix of the roles in `spec`. Holds typed expressions and names only, no spec (law 5)."""
    roles = {name: _compile_role(role) for name, role in spec.roles.items()}
    declared = [_compile_grant(name, grant) for name, role in spec.roles.items() for grant in role.grants]
    allowing = _by_right([*declared, *_sharing(spec)])
    denying = _by_right(_compile_grant(name, grant) for name, role in spec.roles.items() for grant in role.denies)
    table: Decisions = decisions(build_enforcer(_policies(allowing, denying)))
    admins = frozenset(name for name, role in roles.items() if role.admin)
    return AccessMatrix(
        MappingProxyType(roles), MappingProxyType(allowing), MappingProxyType(denying), MappingProxyType(table), admins
    )


def _policies(allowing: Mapping[tuple[str, str], tuple[Grant, ...]],
              denying: Mapping[tuple[str, str], tuple[Grant, ...]]) -> list[Policy]:
    allows: list[Policy] = [(g.role, g.entity, g.verb, "allow") for grants in allowing.values() for g in grants]
    denies: list[Policy] = [(g.role, g.entity, g.verb, "deny") for grants in denying.values() for g in grants if g.whole]
    return list(dict.fromkeys(allows + denies))


def _compile_role(role: RoleSpec) -> CompiledRole:
    return CompiledRole(
        name=role.name, includes=role.all_includes or (role.name,), outside=role.outside, admin=role.admin,
        fields={key: _compile_right(right) for key, right in role.fields.items()}, denied_fields=role.denied_fields,
        reports=frozenset(role.reports),
    )


def _sharing(spec: AppSpec) -> Iterator[Grant]:
    """What goes without saying: a role shares the owned records that it reads where they are one's own, or all of them for
    administrators. People outside the house share what they are granted to."""
    for name, role in spec.roles.items():
        parts = [spec.roles[part] for part in role.all_includes if part in spec.roles] if role.admin else [role]
        read = dict.fromkeys(grant.entity for part in parts for grant in part.grants if grant.verb == "read")
        for entity in read:
            if not role.outside and entity in spec.entities and spec.entities[entity].owned:
                yield Grant(name, entity, "share", ("all",) if role.admin else ("own",))


def _compile_right(right: FieldRightSpec) -> FieldRight:
    return FieldRight(
        hide=right.hide, mask=right.mask, mask_scopes=right.mask_scopes, mask_condition=_typed(right.mask_condition),
        readonly=right.readonly, read=right.read, edit=right.edit,
    )


def _compile_grant(role: str, grant: GrantSpec) -> Grant:
    return Grant(role, grant.entity, grant.verb, grant.scopes, _typed(grant.condition))


def _typed(expression: Expression | None) -> TypedExpression | None:
    if expression is None:
        return None
    if expression.typed is None:
        raise ValueError(f"{expression.place}: the condition {expression.text!r} was not checked")
    return expression.typed


def _by_right(grants: Iterable[Grant]) -> dict[tuple[str, str], tuple[Grant, ...]]:
    found: defaultdict[tuple[str, str], list[Grant]] = defaultdict(list)
    for grant in grants:
        found[grant.entity, grant.verb].append(grant)
    return {right: tuple(grants) for right, grants in found.items()}
