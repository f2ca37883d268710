"""SQLAlchemy tables of an application, made from its spec and the catalogue.

System columns have plain names. A declared field's column has its catalogue name. Columns are nullable even where the
field is required: rules live in the service, so that a rule added later never needs a table rebuilt (law 16). A bool is
never blank, so its column is not nullable and false from the start.

Between tables there are no foreign keys: rows are archived, never deleted, while a record may link to it; `verify`
proves that links resolve.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.field_types import FIELD_TYPES
from engine.storage.catalogue import Catalogue, EntityEntry
from engine.storage.platform import Key
from engine.storage.types import Instant
from metadata.formulas import stored_formulas
from metadata.specs.app import AppSpec
from metadata.specs.entity import EntitySpec, FieldSpec, live_fields

SEARCH_PREFIX = "s"
LINK_PREFIX = "l"
ORDER_SUFFIX = "_order"


@dataclass(frozen=True, slots=True)
class Tables:
    """`entities` by name; `links` by (entity, field of kind links)."""

    metadata: sa.MetaData
    entities: Mapping[str, sa.Table]
    links: Mapping[tuple[str, str], sa.Table]


def build_tables(spec: AppSpec, catalogue: Catalogue) -> Tables:
    """The tables of all entities that are in use. The catalogue must know every one of them."""
    metadata = sa.MetaData()
    entities: dict[str, sa.Table] = {}
    links: dict[tuple[str, str], sa.Table] = {}
    for name, entity in spec.entities.items():
        if entity.retired:
            continue
        entry = catalogue.entities[name]
        entities[name] = _table(metadata, entity, entry, is_approvable(spec, name))
        for field in live_fields(entity):
            if field.stored == "links":
                links[name, field.name] = link_table(metadata, entry.fields[field.name].id)
    return Tables(metadata, entities, links)


def is_approvable(spec: AppSpec, entity: str) -> bool:
    """Whether records of `entity` carry the system field `approval`."""
    return any(approval.entity == entity for approval in spec.approvals.values())


def fields_with_columns(entity: EntitySpec) -> list[FieldSpec]:
    """The fields in use that have a column in the entity's table: kinds that lie elsewhere and formulas computed in the
    SELECT have none."""
    stored = stored_formulas(entity)
    return [
        field for field in live_fields(entity)
        if column_type(field) is not None and (field.formula is None or field.name in stored)
    ]


def column_type(field: FieldSpec) -> sa.types.TypeEngine[Any] | None:
    """The type of the field's column, None for kinds without one."""
    return FIELD_TYPES[field.stored].column_type(field.scale) if field.stored is not None else None


def field_column(field: FieldSpec, name: str) -> sa.Column[Any]:
    """The column of a field that has one."""
    kind = column_type(field)
    assert kind is not None
    if field.stored == "bool":
        return sa.Column(name, kind, nullable=False, server_default=sa.false())
    return sa.Column(name, kind, nullable=True)


def order_column(field: FieldSpec, name: str) -> sa.Column[Any] | None:
    """The column beside that of a text, whose name is `name`, with the key that it sorts by (`engine.collation`); None for
    other fields."""
    if field.stored != "text":
        return None
    return sa.Column(name + ORDER_SUFFIX, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True)


def field_columns(field: FieldSpec, name: str) -> list[sa.Column[Any]]:
    """All columns of a field that has one."""
    beside = order_column(field, name)
    return [field_column(field, name), *([beside] if beside is not None else [])]


def system_columns(entity: EntitySpec, approvable: bool) -> list[sa.Column[Any]]:
    """The columns every record has, and those of owned, approvable and child entities."""
    columns: list[sa.Column[Any]] = [
        sa.Column("id", Key, sa.Identity(), primary_key=True, autoincrement=True),
        sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", Key),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("updated_by", Key),
        sa.Column("archived_at", Instant),
    ]
    if entity.owned:
        columns += owned_columns()
    if approvable:
        columns.append(approval_column())
    if entity.child:
        columns += child_columns()
    return columns


def owned_columns() -> list[sa.Column[Any]]:
    """Columns of owned entities: the owner and the department the record belongs to."""
    return [sa.Column("owner", Key), sa.Column("dept", Key)]


def approval_column() -> sa.Column[Any]:
    """Where the record stands with its approval."""
    return sa.Column("approval", sa.String(20), nullable=False, server_default="unsubmitted")


def child_columns() -> list[sa.Column[Any]]:
    """Columns of child entities: the parent's id, the lineage number of its children field, the place in the list."""
    return [sa.Column("parent_id", Key), sa.Column("parent_field", Key), sa.Column("position", sa.Integer)]


def link_table(metadata: sa.MetaData, lineage: int) -> sa.Table:
    """The table of a `links` field: one row per (host, target)."""
    return sa.Table(
        f"{LINK_PREFIX}{lineage}", metadata,
        sa.Column("host_id", Key, primary_key=True, autoincrement=False),
        sa.Column("target_id", Key, primary_key=True, autoincrement=False),
        sa.Index(f"{LINK_PREFIX}{lineage}_target", "target_id", "host_id"),
    )


def _table(metadata: sa.MetaData, entity: EntitySpec, entry: EntityEntry, approvable: bool) -> sa.Table:
    columns = system_columns(entity, approvable)
    for field in fields_with_columns(entity):
        name = entry.fields[field.name].column
        assert name is not None
        columns += field_columns(field, name)
    return sa.Table(entry.table, metadata, *columns, sqlite_autoincrement=True)
