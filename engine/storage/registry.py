"""Writes of the catalogue: new lineages and their physical names, renames, parking, and what each field is now."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlalchemy as sa

from engine.storage import catalogue
from engine.storage.catalogue import Catalogue, EntityEntry
from engine.storage.diff import target_names
from engine.storage.field_shape import FieldShape, shape_of
from engine.storage.operations import (
    AddField,
    CreateEntity,
    Operation,
    ParkEntity,
    ParkField,
    RenameEntity,
    RenameField,
    ReviveEntity,
    ReviveField,
)
from engine.storage.platform import catalogue_entity, catalogue_field
from engine.storage.tables import fields_with_columns
from metadata.lineage import match
from metadata.specs.app import AppSpec
from metadata.specs.entity import EntitySpec, FieldSpec, live_fields

_READABLE = 30
"""Characters of a declared name that its physical name shows; with prefix and number that is less than 50 bytes."""


def register(connection: sa.Connection, spec: AppSpec, operations: tuple[Operation, ...]) -> Catalogue:
    """Write into the catalogue what `operations` say of names; returns it as it is afterwards."""
    for operation in operations:
        match operation:
            case RenameEntity():
                _rename(connection, catalogue_entity, operation.lineage, operation.entity)
            case CreateEntity():
                _add_entity(connection, spec, spec.entities[operation.entity])
            case ParkEntity() | ReviveEntity():
                _park_entity(connection, operation.entity, isinstance(operation, ParkEntity))
            case _:
                pass
    for operation in operations:
        match operation:
            case RenameField():
                _rename(connection, catalogue_field, operation.lineage, operation.field)
            case AddField():
                entity = spec.entities[operation.entity]
                entity_id = _entity_id(connection, entity.name)
                _add_field(connection, spec, entity_id, entity, entity.fields[operation.field])
            case ParkField() | ReviveField():
                entity_id = _entity_id(connection, operation.entity)
                _park_field(connection, entity_id, operation.field, isinstance(operation, ParkField))
            case _:
                pass
    return catalogue.load(connection)


def describe(connection: sa.Connection, spec: AppSpec, known: Catalogue) -> None:
    """Bring what the catalogue says of each declared entity and field up to date."""
    for name, entity in spec.entities.items():
        entry = known.entities.get(name)
        if entity.retired or entry is None:
            continue
        search = [entry.fields[field].id for field in entity.search]
        values = {"search": search, "names": _all_names(entry.names, entity.was)}
        if values != {"search": list(entry.search), "names": list(entry.names)}:
            connection.execute(catalogue_entity.update().where(catalogue_entity.c.id == entry.id).values(values))
        for field in live_fields(entity):
            _describe_field(connection, spec, entity, entry, field, known)


def _describe_field(
    connection: sa.Connection, spec: AppSpec, entity: EntitySpec, entry: EntityEntry, field: FieldSpec,
    known: Catalogue,
) -> None:
    old = entry.fields[field.name]
    target = tuple(sorted(known.entities[name].id for name in target_names(field) if name in known.entities))
    shape = shape_of(spec, entity, field, target)
    values = {**_description(shape, _named_options(field, old.options)), "names": _all_names(old.names, field.was)}
    before = FieldShape(old.stored, old.scale, old.target, old.definition, shape.has_column)
    if values != {**_description(before, old.options), "names": list(old.names)}:
        connection.execute(catalogue_field.update().where(catalogue_field.c.id == old.id).values(values))


def _all_names(names: tuple[str, ...], was: tuple[str, ...]) -> list[str]:
    """What a lineage was ever called: old names that were skipped count too, the present one stands last."""
    older = dict.fromkeys([*was, *names])
    return [*(name for name in older if name != names[-1]), names[-1]]


def _description(shape: FieldShape, options: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    return {
        "stored": shape.stored, "scale": shape.scale, "target": ",".join(map(str, shape.target)) or None,
        "definition": shape.definition, "options": {name: list(names) for name, names in options.items()},
    }


def _named_options(field: FieldSpec, known: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """The options of the field with all names that each ever had, its present one last; `known` are those of before."""
    matched = match({name: option.was for name, option in field.options.items()}, known)
    found: dict[str, tuple[str, ...]] = {}
    for name, option in field.options.items():
        earlier = known[matched[name]] if name in matched else ()
        found[name] = (*(old for old in dict.fromkeys((*option.was, *earlier)) if old != name), name)
    return found


def _add_entity(connection: sa.Connection, spec: AppSpec, entity: EntitySpec) -> None:
    values = {"name": entity.name, "names": [*entity.was, entity.name], "table_name": f"new_{entity.name}"[:50]}
    values |= {"search": [], "parked": False}
    lineage = connection.execute(catalogue_entity.insert().values(values).returning(catalogue_entity.c.id)).scalar_one()
    _give_name(connection, catalogue_entity, lineage, {"table_name": physical_name("e", lineage, entity.name)})
    for field in live_fields(entity):
        _add_field(connection, spec, lineage, entity, field)


def _add_field(
    connection: sa.Connection, spec: AppSpec, entity_id: int, entity: EntitySpec, field: FieldSpec
) -> None:
    """Register a field; one that is known and had no column so far (it was computed in the SELECT) gets one."""
    columns = catalogue_field.c
    row = (columns.entity_id == entity_id) & (columns.name == field.name)
    lineage = connection.execute(sa.select(columns.id).where(row)).scalar()
    if lineage is None:
        values = {"entity_id": entity_id, "name": field.name, "names": [*field.was, field.name], "parked": False}
        values |= _description(shape_of(spec, entity, field, ()), _named_options(field, {}))
        lineage = connection.execute(catalogue_field.insert().values(values).returning(columns.id)).scalar_one()
    if field in fields_with_columns(entity):
        _give_name(connection, catalogue_field, lineage, {"column_name": physical_name("f", lineage, field.name)})


def physical_name(prefix: str, lineage: int, name: str) -> str:
    """The name of a table or column: unique by its number, readable by the declared name, plain ASCII."""
    return f"{prefix}{lineage}_{re.sub('[^a-z0-9_]', '', name.lower())[:_READABLE]}"


def _give_name(connection: sa.Connection, table: sa.Table, lineage: int, values: dict[str, str]) -> None:
    connection.execute(table.update().where(table.c.id == lineage).values(values))


def _rename(connection: sa.Connection, table: sa.Table, lineage: int, name: str) -> None:
    names = list(connection.execute(sa.select(table.c.names).where(table.c.id == lineage)).scalar_one())
    kept = [old for old in names if old != name]
    connection.execute(table.update().where(table.c.id == lineage).values(name=name, names=[*kept, name]))


def _park_entity(connection: sa.Connection, name: str, parked: bool) -> None:
    connection.execute(catalogue_entity.update().where(catalogue_entity.c.name == name).values(parked=parked))


def _park_field(connection: sa.Connection, entity_id: int, name: str, parked: bool) -> None:
    columns = catalogue_field.c
    row = (columns.entity_id == entity_id) & (columns.name == name)
    connection.execute(catalogue_field.update().where(row).values(parked=parked))


def _entity_id(connection: sa.Connection, name: str) -> int:
    query = sa.select(catalogue_entity.c.id).where(catalogue_entity.c.name == name)
    return connection.execute(query).scalar_one()
