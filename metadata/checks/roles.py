"""Roles: entities, fields and moves exist, scopes have owners, rights do not contradict each other."""

from __future__ import annotations

from metadata.checks.context import Checking
from metadata.codes import access as codes
from metadata.codes import flows as flow_codes
from metadata.codes import names as name_codes
from metadata.near import unknown
from metadata.specs.access import FieldRightSpec, GrantSpec, RoleSpec
from metadata.specs.entity import EntitySpec
from metadata.stack import OWN

_BY_OWNER = ("own", "own_and_reports", "dept", "dept_tree", "members", "pool")
_OPEN = ("create", "read", "import")


def check_roles(c: Checking) -> None:
    for role in c.app.roles.values():
        _includes(c, role)
        for name in (name for name in role.was if name in c.app.roles):
            c.note(codes.ROLE_WAS_TAKEN, c.places.of("role", role.name, "was"), role=role.name, name=name)
        for word, grants in (("allow", role.grants), ("deny", role.denies)):
            _grants(c, role, word, grants)
        for right in role.fields.values():
            _field_right(c, role, right)
        for index, name in enumerate(role.reports):
            place = c.places.of("role", role.name, "reports", index)
            c.one_of(c.app.reports, name, place, name_codes.UNKNOWN_REPORT)
    _nobody(c)


def _includes(c: Checking, role: RoleSpec) -> None:
    for index, name in enumerate(role.includes):
        place = c.places.of("role", role.name, "includes", index)
        if not c.role(name, place):
            continue
        other = c.app.roles[name]
        if role.name in other.all_includes:
            c.note(codes.INCLUDE_CIRCLE, place, roles=", ".join(dict.fromkeys((role.name, name))))
        elif role.outside and not other.outside:
            c.note(codes.OUTSIDE_INCLUDES, place, role=role.name, other=name)


def _grants(c: Checking, role: RoleSpec, word: str, grants: tuple[GrantSpec, ...]) -> None:
    for name in dict.fromkeys(grant.entity for grant in grants):
        place = c.places.key("role", role.name, word, name)
        entity = c.entity(name, place)
        if entity is None:
            continue
        if entity.child:
            parents = ", ".join(parent for parent, _ in entity.parents) or "?"
            c.note(codes.CHILD_GRANT, place, entity=name, parents=parents)
            continue
        for grant in (grant for grant in grants if grant.entity == name):
            _grant(c, grant, entity)
        if word == "allow":
            _readable(c, role, entity, {grant.verb for grant in grants if grant.entity == name})


def _grant(c: Checking, grant: GrantSpec, entity: EntitySpec) -> None:
    if grant.verb.startswith("move."):
        move = grant.verb.removeprefix("move.")
        if move not in c.moves(entity.name):
            values = unknown(move, c.moves(entity.name))
            c.note(name_codes.UNKNOWN_MOVE, grant.place, entity=entity.name, **values)
    owned = [scope for scope in grant.scopes if scope in _BY_OWNER]
    if owned and not entity.owned:
        c.note(codes.SCOPE_NEEDS_OWNER, grant.place, entity=entity.name, scope=owned[0])


def _readable(c: Checking, role: RoleSpec, entity: EntitySpec, verbs: set[str]) -> None:
    """Who may change records may see them, by this role or one it includes."""
    writing = sorted(verb for verb in verbs if verb not in _OPEN)
    included = [c.app.roles[name] for name in role.all_includes if name in c.app.roles]
    reads = any(grant.verb == "read" and grant.entity == entity.name for each in included for grant in each.grants)
    if writing and not reads:
        place = c.places.key("role", role.name, "allow", entity.name)
        scope = "own" if entity.owned else "all"
        c.note(codes.WRITE_WITHOUT_READ, place, role=role.name, verb=writing[0], entity=entity.name, scope=scope)


def _field_right(c: Checking, role: RoleSpec, right: FieldRightSpec) -> None:
    entity = c.entity(right.entity, right.place)
    if entity is not None:
        c.field(entity, right.field, right.place)
    denied = (right.entity, right.field) in role.denied_fields
    words = [word for word, on in (
        ("hide", right.hide), ("deny", denied), ("mask", right.mask), ("read", right.read), ("edit", right.edit),
    ) if on]
    full = f"{right.entity}.{right.field}"
    if len(words) > 1 and words[0] in ("hide", "deny"):
        c.note(codes.RIGHT_CONTRADICTS, right.place, field=full, first=words[0], second=words[1])
    if right.readonly and right.edit:
        c.note(codes.RIGHT_CONTRADICTS, right.place, field=full, first="readonly", second="edit")
    if (right.read or right.edit) and not role.outside:
        c.note(codes.NAMED_FOR_OUTSIDE, right.place)


def _nobody(c: Checking) -> None:
    """Entities nobody reads, moves nobody may do, an application nobody administers. A pack may leave the first and the
    last to the packs that build on it."""
    _outside(c)
    if not c.app.roles:
        return
    whole = not c.app.layers or c.app.layers[-1].name == OWN
    granted = {(grant.entity, grant.verb) for role in c.app.roles.values() for grant in role.grants}
    for entity in c.app.entities.values() if whole else ():
        if not entity.child and not entity.retired and (entity.name, "read") not in granted:
            c.note(codes.NOBODY_READS, entity.place, entity=entity.name)
    for flow in c.app.flows.values():
        for move in flow.moves.values():
            if not move.system and not move.retired and (flow.entity, f"move.{move.name}") not in granted:
                c.note(flow_codes.NOBODY_MAY, move.place, entity=flow.entity, move=move.name)
    if whole and not any(role.admin for role in c.app.roles.values()):
        c.note(codes.NO_ADMIN, next(iter(c.app.roles.values())).place)


def _outside(c: Checking) -> None:
    for role in (role for role in c.app.roles.values() if role.outside):
        named = {entity for (entity, _), right in role.fields.items() if right.read or right.edit}
        for name in dict.fromkeys(grant.entity for grant in role.grants if grant.verb == "read"):
            if name not in named and name in c.app.entities:
                place = c.places.key("role", role.name, "allow", name)
                c.note(codes.OUTSIDE_SEES_NOTHING, place, role=role.name, entity=name)
