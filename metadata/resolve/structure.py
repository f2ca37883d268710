"""Joining what is declared apart: state fields, options that are roles, parents of child entities, reverse collections,
flattened roles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from metadata.read.access import EVERY_MOVE
from metadata.read.entities import TEXT_KINDS, UNSAID
from metadata.read.reading import RawLiteral
from metadata.specs.access import GrantSpec, RoleSpec
from metadata.specs.app import AppSpec
from metadata.specs.entity import EntitySpec, FieldSpec, OptionSpec, live_fields
from metadata.specs.flow import FlowSpec, MoveSpec

_COUNT = re.compile(r"[1-9][0-9]{0,8}")


def joined(app: AppSpec) -> AppSpec:
    """The application with its parts joined; parts that name nothing known are left as they are."""
    roles = {name: OptionSpec(name, role.label, was=role.was, place=role.place) for name, role in app.roles.items()}
    roles |= app.retired_roles
    entities = {
        name: _with_options(_with_states(entity, app.flows), roles) for name, entity in app.entities.items()
    }
    parents = _parents(entities)
    backs = _backs(entities)
    entities = {
        name: replace(entity, parents=parents.get(name, ()), backs=backs.get(name, {}))
        for name, entity in entities.items()
    }
    flows = {name: _with_asked(flow, entities) for name, flow in app.flows.items()}
    flattened = {name: _flattened(role, app) for name, role in app.roles.items()}
    return replace(app, entities=entities, flows=flows, roles=flattened)


def flows_of(entity: str, flows: Mapping[str, FlowSpec]) -> list[FlowSpec]:
    return [flow for flow in flows.values() if flow.entity == entity]


def _with_states(entity: EntitySpec, flows: Mapping[str, FlowSpec]) -> EntitySpec:
    """The entity with the state field of each of its flows, whose options are the states."""
    added = {}
    for flow in flows_of(entity.name, flows):
        if flow.field not in entity.fields:
            added[flow.field] = _state_field(flow)
    return replace(entity, fields={**entity.fields, **added}) if added else entity


def _state_field(flow: FlowSpec) -> FieldSpec:
    options = {
        state.name: OptionSpec(state.name, state.label, state.color, state.retired, state.was, state.place)
        for state in flow.states.values()
    }
    return FieldSpec(
        flow.field, "choice", "choice", flow.label, place=flow.place, readonly=True, index=True,
        options=options, layer=flow.layer,
    )


def _with_options(entity: EntitySpec, roles: Mapping[str, OptionSpec]) -> EntitySpec:
    """The entity with the options of fields that take them from elsewhere."""
    filled = {f.name: replace(f, options=roles) for f in entity.fields.values() if f.options_from == "roles"}
    return replace(entity, fields={**entity.fields, **filled}) if filled else entity


def _live_fields(entities: Mapping[str, EntitySpec]) -> Iterator[tuple[EntitySpec, FieldSpec]]:
    """The fields in use: what is retired has no rows and nothing leads back from it."""
    for entity in entities.values():
        for field in () if entity.retired else live_fields(entity):
            yield entity, field


def _parents(entities: Mapping[str, EntitySpec]) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for entity, field in _live_fields(entities):
        if field.children:
            found[field.children] = (*found.get(field.children, ()), (entity.name, field.name))
    return found


def _backs(entities: Mapping[str, EntitySpec]) -> dict[str, dict[str, tuple[str, str]]]:
    """target -> reverse name -> (entity, link field); the first to take a name keeps it."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for entity, field in _live_fields(entities):
        if field.link and field.link.back:
            for target in field.link.to:
                taken = entities[target].fields if target in entities else {}
                if field.link.back not in taken:
                    found.setdefault(target, {}).setdefault(field.link.back, (entity.name, field.name))
    return found


def _with_asked(flow: FlowSpec, entities: Mapping[str, EntitySpec]) -> FlowSpec:
    """Questions without a type take the entity's field of their name."""
    entity = entities.get(flow.entity)
    if entity is None:
        return flow
    return replace(flow, moves={name: _asking(move, entity) for name, move in flow.moves.items()})


def _asking(move: MoveSpec, entity: EntitySpec) -> MoveSpec:
    return replace(move, asks={name: _question(ask, entity.fields.get(name)) for name, ask in move.asks.items()})


def _question(ask: FieldSpec, field: FieldSpec | None) -> FieldSpec:
    """What the question says itself counts before what the field says."""
    if field is None or field.retired or ask.kind != UNSAID:
        return ask
    plain = FieldSpec(ask.name, ask.kind, ask.stored, ask.label)
    said = {
        name: getattr(ask, name)
        for name in ("required", "required_if", "help", "default", "minimum", "maximum", "length", "pattern")
        if getattr(ask, name) != getattr(plain, name)
    }
    longest = ask.maximum.literal if ask.maximum else None
    if field.kind in TEXT_KINDS and isinstance(longest, RawLiteral) and _COUNT.fullmatch(longest.text):
        del said["maximum"]
        said["length"] = int(longest.text)
    label = ask.label if ask.label.texts != {"": ask.name.replace("_", " ")} else field.label
    return replace(field, place=ask.place, label=label, readonly=False, readonly_if=None, visible_if=None, **said)


def _flattened(role: RoleSpec, app: AppSpec) -> RoleSpec:
    """The role with all roles it includes (self first), grants over every move spelled out, and what administering brings."""
    order: list[str] = []
    waiting = [role.name]
    while waiting:
        name = waiting.pop(0)
        if name not in order and name in app.roles:
            order.append(name)
            waiting += app.roles[name].includes
    grants = _moves_named(role.grants, app) + (_of_administrators(role, app) if role.admin else ())
    return replace(role, all_includes=tuple(order), grants=grants, denies=_moves_named(role.denies, app))


def _of_administrators(role: RoleSpec, app: AppSpec) -> tuple[GrantSpec, ...]:
    """Administrators decide where an approval finds nobody else (approvals.md I9), so they read what then comes to them."""
    approved = sorted({approval.entity for approval in app.approvals.values()} & app.entities.keys())
    return tuple(GrantSpec(name, "read", ("involved",), place=role.place) for name in approved)


def _moves_named(grants: tuple[GrantSpec, ...], app: AppSpec) -> tuple[GrantSpec, ...]:
    named: list[GrantSpec] = []
    for grant in grants:
        if grant.verb == f"move.{EVERY_MOVE}":
            moves = [m for flow in flows_of(grant.entity, app.flows) for m in flow.moves.values()
                     if not m.system and not m.retired]
            named += [replace(grant, verb=f"move.{move.name}") for move in moves]
        else:
            named.append(grant)
    return tuple(named)
