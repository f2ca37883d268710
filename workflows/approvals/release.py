"""What a new release means for running approvals: they go by their own definitions, so nothing that these need may
vanish, and options and roles that change their names change them there too (law 7).

Entities and fields are followed by lineage whenever a definition is read (`definition.restore`). Options and roles have no
lineage: as in the records, they are rewritten where they are kept, with the release that renames them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engine.storage.catalogue import Catalogue, FieldEntry
from engine.storage.obstacles import APPROVAL_NEEDS_ENTITY, APPROVAL_NEEDS_FIELD
from engine.storage.operations import Operation, ParkEntity, ParkField, RenameEntity, RenameOption
from engine.storage.platform import approval_definition, approval_instance
from engine.storage.tables import is_approvable
from metadata.expressions.typed import Binary, FieldRef, In, ListOf, Literal_, RoleCall
from metadata.problems import Place, Problem
from metadata.specs.app import AppSpec
from metadata.specs.people import ROLE_OF_PEOPLE
from workflows.approvals.codec import decode, encode, walk
from workflows.approvals.definition import keep, sealed
from workflows.approvals.instance import LIVE
from workflows.compiled import CompiledApproval, Selector

Renamed = Mapping[int, Mapping[str, str]]
"""Names of options, by the lineage of their field: the one now by the one before."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A definition that `count` live instances go by; `entity` and `fields` are lineages."""

    digest: str
    name: str
    content: Mapping[str, Any]
    entity: int
    count: int

    @property
    def entities(self) -> frozenset[int]:
        return frozenset(self.content["names"]["entities"].values()) | {self.entity}

    @property
    def fields(self) -> Mapping[tuple[str, str], int]:
        """Lineages of the fields that it names, as they were called when it was kept."""
        return {(entity, field): number for entity, field, number in self.content["names"]["fields"]}


def obstacles(
    connection: sa.Connection, spec: AppSpec, known: Catalogue, operations: Sequence[Operation]
) -> list[Problem]:
    """A problem for each entity or field that `operations` take away from running approvals, and for each entity that
    no longer has what its approvals end in: a flow, and the field `approval`. `known` is the catalogue before."""
    running = _running(connection)
    return [*_without_fields(spec, known, operations, running), *_without_entities(spec, known, operations, running)]


def follow(connection: sa.Connection, spec: AppSpec, known: Catalogue, operations: Sequence[Operation]) -> None:
    """Bring running approvals to the names that options and roles have now; `known` is the catalogue afterwards."""
    renamed = _renamed(known, operations)
    if not renamed:
        return
    states = {
        known.entities[flow.entity].id: known.entities[flow.entity].fields[flow.field].id for flow in spec.flows.values()
    }
    for each in _running(connection):
        _rewrite(connection, each, renamed, renamed.get(states.get(each.entity, 0), {}), _roles(known, renamed))


def _running(connection: sa.Connection) -> list[_Running]:
    instance, definition = approval_instance.c, approval_definition.c
    counted = sa.select(instance.digest, instance.entity_id, sa.func.count().label("count")).where(
        instance.state.in_(LIVE)
    ).group_by(instance.digest, instance.entity_id).subquery()
    query = sa.select(definition.digest, definition.name, definition.content, counted.c.entity_id, counted.c.count).join(
        counted, definition.digest == counted.c.digest
    )
    return [_Running(*row) for row in connection.execute(query.order_by(definition.name, definition.digest))]


def _without_fields(
    spec: AppSpec, known: Catalogue, operations: Sequence[Operation], running: Sequence[_Running]
) -> Iterator[Problem]:
    before = {each.entity: each.old for each in operations if isinstance(each, RenameEntity)}
    for each in operations:
        if not isinstance(each, ParkField):
            continue
        parked = known.entities[before.get(each.entity, each.entity)].fields[each.field]
        users = [one for one in running if parked.id in one.fields.values()]
        place = _declared(spec, each, parked)
        for name, count in _counted(users).items():
            values = {"entity": each.entity, "name": each.field, "approval": name, "count": str(count)}
            yield Problem(APPROVAL_NEEDS_FIELD, place, values)


def _declared(spec: AppSpec, operation: ParkField, parked: FieldEntry) -> Place:
    """Where the field is retired, else where its entity is declared."""
    entity = spec.entities[operation.entity]
    called = (field for field in entity.fields.values() if {field.name, *field.was} & set(parked.names))
    return next((field.place for field in called), entity.place)


def _without_entities(
    spec: AppSpec, known: Catalogue, operations: Sequence[Operation], running: Sequence[_Running]
) -> Iterator[Problem]:
    after = {each.old: each.entity for each in operations if isinstance(each, RenameEntity)}
    gone = {known.entities[each.entity].id for each in operations if isinstance(each, ParkEntity)}
    flowing = {flow.entity for flow in spec.flows.values()}
    for entry in known.entities.values():
        name = after.get(entry.name, entry.name)
        homeless = name not in flowing or not is_approvable(spec, name)
        users = [
            one for one in running
            if (entry.id in gone and entry.id in one.entities) or (entry.id == one.entity and homeless)
        ]
        declared = spec.entities.get(name)
        for approval, count in _counted(users).items():
            values = {"entity": name, "approval": approval, "count": str(count)}
            yield Problem(APPROVAL_NEEDS_ENTITY, declared.place if declared else Place("app.yaml"), values)


def _counted(users: Sequence[_Running]) -> Mapping[str, int]:
    """Live instances by the name of their approval."""
    found: defaultdict[str, int] = defaultdict(int)
    for each in users:
        found[each.name] += each.count
    return found


def _renamed(known: Catalogue, operations: Sequence[Operation]) -> Renamed:
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for each in operations:
        if isinstance(each, RenameOption):
            found[known.entities[each.entity].fields[each.field].id][each.old] = each.option
    return found


def _roles(known: Catalogue, renamed: Renamed) -> Mapping[str, str]:
    """Names of roles: those that people are given are options, or texts, of one field."""
    name, role = ROLE_OF_PEOPLE
    entity = known.entities.get(name)
    field = entity.fields.get(role) if entity else None
    return renamed.get(field.id, {}) if field else {}


def _rewrite(
    connection: sa.Connection, running: _Running, renamed: Renamed, states: Mapping[str, str], roles: Mapping[str, str]
) -> None:
    """Keep the definition under today's names of options, states and roles, and let its live instances go by that."""
    approval = _with_roles(_with_options(decode(running.content["approval"]), running.fields, renamed), roles)
    outcome = {end: states.get(state, state) for end, state in approval.outcome.items()}
    definition = sealed({**running.content, "approval": encode(replace(approval, outcome=outcome))})
    keep(connection, running.name, definition)
    instance = approval_instance.c
    mine = (instance.digest == running.digest) & instance.state.in_(LIVE)
    for id, snapshot in connection.execute(sa.select(instance.id, instance.snapshot).where(mine)).all():
        guarded = {field: _now(value, renamed.get(int(field), {})) for field, value in snapshot["guarded"].items()
                   if field.isdigit()}
        kept = {**snapshot, "guarded": {**snapshot["guarded"], **guarded}}
        change = sa.update(approval_instance).where(instance.id == id)
        connection.execute(change.values(digest=definition.digest, snapshot=kept))


def _with_options(approval: CompiledApproval, fields: Mapping[tuple[str, str], int], renamed: Renamed) -> CompiledApproval:
    """The definition with the options that its conditions compare fields with under today's names."""
    def names_of(node: Any) -> Mapping[str, str]:
        lineage = fields.get((node.entity, node.field), 0) if isinstance(node, FieldRef) else 0
        return renamed.get(lineage, {})

    def visit(node: Any) -> Any:
        if isinstance(node, Binary):
            return replace(node, left=_literal(node.left, names_of(node.right)),
                           right=_literal(node.right, names_of(node.left)))
        return replace(node, items=_literal(node.items, names_of(node.left))) if isinstance(node, In) else node

    return walk(approval, visit)


def _with_roles(approval: CompiledApproval, names: Mapping[str, str]) -> CompiledApproval:
    """The definition with the roles that it asks under today's names."""
    def visit(node: Any) -> Any:
        return replace(node, role=_now(node.role, names)) if isinstance(node, Selector | RoleCall) else node

    return walk(approval, visit)


def _literal(node: Any, names: Mapping[str, str]) -> Any:
    """What stands beside a field: an option or a list of options."""
    if isinstance(node, ListOf):
        return replace(node, items=tuple(_literal(item, names) for item in node.items))
    return replace(node, value=_now(node.value, names)) if isinstance(node, Literal_) else node


def _now(value: Any, names: Mapping[str, str]) -> Any:
    return names.get(value, value) if isinstance(value, str) else value
