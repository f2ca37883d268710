"""The catalogue: which table and column belong to which entity and field, through all their renames (law 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from engine.storage.platform import catalogue_entity, catalogue_field


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """One field's lineage. `column` is None for fields without a column of their own; `options` are all names that each
    option ever had, by its present one."""

    id: int
    entity_id: int
    name: str
    names: tuple[str, ...]
    column: str | None
    stored: str
    scale: int | None
    target: tuple[int, ...]
    options: Mapping[str, tuple[str, ...]]
    definition: str | None
    parked: bool


@dataclass(frozen=True, slots=True)
class EntityEntry:
    """One entity's lineage; `fields` by their present names, parked ones included."""

    id: int
    name: str
    names: tuple[str, ...]
    table: str
    search: tuple[int, ...]
    parked: bool
    fields: Mapping[str, FieldEntry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that ever had a table; `entities` by their present names, parked ones included."""

    entities: Mapping[str, EntityEntry] = field(default_factory=dict)

    def by_id(self, lineage: int) -> EntityEntry | None:
        """The entity of that lineage number."""
        return next((entry for entry in self.entities.values() if entry.id == lineage), None)


def load(connection: sa.Connection) -> Catalogue:
    """The catalogue as this transaction sees it."""
    fields: dict[int, dict[str, FieldEntry]] = {}
    for row in connection.execute(sa.select(catalogue_field).order_by(catalogue_field.c.id)):
        target = tuple(int(number) for number in row.target.split(",")) if row.target else ()
        entry = FieldEntry(
            row.id, row.entity_id, row.name, tuple(row.names), row.column_name, row.stored, row.scale, target,
            _options(row.options), row.definition, row.parked,
        )
        fields.setdefault(row.entity_id, {})[row.name] = entry
    entities: dict[str, EntityEntry] = {}
    for row in connection.execute(sa.select(catalogue_entity).order_by(catalogue_entity.c.id)):
        entities[row.name] = EntityEntry(
            row.id, row.name, tuple(row.names), row.table_name, tuple(row.search or ()), row.parked,
            fields.get(row.id, {}),
        )
    return Catalogue(entities)


def _options(stored: Mapping[str, Sequence[str]] | Sequence[str] | None) -> Mapping[str, tuple[str, ...]]:
    """The options of a field with their names; a list holds present names only."""
    if isinstance(stored, Mapping):
        return {name: tuple(names) for name, names in stored.items()}
    return {name: (name,) for name in stored or ()}
