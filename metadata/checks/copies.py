"""What a role may not read and comes to see: copied by the platform into a field that it reads, or worked out there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metadata.checks.context import Checking
from metadata.codes import access as codes
from metadata.expressions.dependencies import dependencies
from metadata.specs.access import RoleSpec
from metadata.specs.common import Value
from metadata.specs.entity import EntitySpec, FieldSpec


def check_copies(c: Checking, values: Mapping[str, Value], target: EntitySpec) -> None:
    """A conversion or an effect writes with the platform's rights: where it copies what a role may not read, in full or at
    all, into a field that the role reads on every row, each such pair of fields is told once, with the roles."""
    for name, value in values.items():
        typed = value.expression.typed if value.expression else None
        for entity, field in sorted(dependencies(typed).fields) if typed is not None else ():
            roles = _who_sees(c, (entity, field), (target.name, name))
            if roles:
                c.note(
                    codes.COPIES_HIDDEN, value.place, hidden=f"{entity}.{field}", copy=f"{target.name}.{name}",
                    roles=", ".join(roles), role=roles[0],
                )


def check_revealed(c: Checking, entity: EntitySpec, field: FieldSpec, sources: Iterable[tuple[str, str]]) -> None:
    """What is worked out is read by its own right: where a role reads it and not, or only in part, a field that it comes of,
    that is told, unless the field says that it is meant so."""
    if field.reveals:
        return
    for name, source in sorted(set(sources)):
        roles = _who_sees(c, (name, source), (entity.name, field.name))
        if roles:
            c.note(
                codes.DERIVED_FROM_HIDDEN, field.place, field=f"{entity.name}.{field.name}", hidden=f"{name}.{source}",
                roles=", ".join(roles), role=roles[0],
            )


def _who_sees(c: Checking, source: tuple[str, str], result: tuple[str, str]) -> list[str]:
    """The roles that may not read the field `source`, or only in part, but `result`, which comes of it."""
    return [
        role.name for role in c.app.roles.values() if _reads(c, role, *source) is False and _reads(c, role, *result)
    ]


def _reads(c: Checking, role: RoleSpec, entity: str, field: str) -> bool | None:
    """Whether the role reads the field in full wherever it reads the record; None where it reads no record."""
    declared = c.app.entities.get(entity)
    if declared is None:
        return None
    holders = {parent for parent, _ in declared.parents} if declared.child else {entity}
    parts = [c.app.roles[name] for name in role.all_includes if name in c.app.roles]
    granting = [part for part in parts if any(grant.verb == "read" and grant.entity in holders for grant in part.grants)]
    if not granting:
        return None
    if any((entity, field) in part.denied_fields for part in parts):
        return False
    return any(_shows(part, entity, field) for part in granting)


def _shows(role: RoleSpec, entity: str, field: str) -> bool:
    right = role.fields.get((entity, field))
    if role.outside:
        return right is not None and right.read and not right.mask
    return right is None or not (right.hide or right.mask)
