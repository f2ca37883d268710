"""From the declared application to the one that runs (law 5). Nothing of the spec is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.access.matrix import compile_matrix
from engine.compile_fields import compile_field, rule, texts
from engine.compiled import (
    CompiledApp,
    CompiledBack,
    CompiledCheck,
    CompiledEntity,
    CompiledField,
    CompiledUnique,
)
from engine.languages import LANGUAGES, Language
from engine.storage.catalogue import Catalogue, EntityEntry
from engine.storage.indexes import unique_indexes
from engine.storage.tables import Tables, build_tables, is_approvable, order_column
from engine.system_fields import system_field, system_field_kinds
from metadata.formulas import stored_formulas
from metadata.specs.app import AppSpec, TranslationSpec
from metadata.specs.common import Label
from metadata.specs.entity import EntitySpec, live_fields
from metadata.specs.people import PEOPLE
from metadata.translating import tag_of

_TITLE_KINDS = ("serial", "text")


def compile_app(spec: AppSpec, catalogue: Catalogue, release: int) -> CompiledApp:
    """The engine's half of the running application for `release`; `catalogue` must know all that `spec` declares."""
    tables = build_tables(spec, catalogue)
    feeds = _feeds(spec)
    entities = {
        name: _entity(spec, name, catalogue.entities[name], tables, feeds.get(name, ()))
        for name, entity in spec.entities.items() if not entity.retired
    }
    return CompiledApp(
        release=release,
        digest=spec.digest,
        name=spec.name,
        label=texts(spec.label),
        zone=ZoneInfo(spec.zone),
        currency=spec.currency,
        languages=spec.languages,
        spoken=MappingProxyType({str(language): language for language in (*LANGUAGES, *map(_language, spec.translations.values()))}),
        settings=MappingProxyType({name: setting.default.literal for name, setting in spec.settings.items()}),
        entities=MappingProxyType(entities),
        roles=MappingProxyType({name: texts(role.label) for name, role in spec.roles.items()}),
        access=compile_matrix(spec),
        metadata=tables.metadata,
    )


def _language(spec: TranslationSpec) -> Language:
    return Language.of(spec.name, spec.like, tag_of(spec.name), spec.title, spec.labels, spec.texts)


def _entity(
    spec: AppSpec, name: str, entry: EntityEntry, tables: Tables, feeds: tuple[tuple[str, str], ...]
) -> CompiledEntity:
    entity = spec.entities[name]
    table = tables.entities[name]
    approvable = is_approvable(spec, name)
    return CompiledEntity(
        name=name,
        label=texts(entity.label),
        plural=texts(entity.plural or entity.label),
        icon=entity.icon,
        table=table,
        lineage=entry.id,
        fields=MappingProxyType(_fields(spec, entity, entry, tables)),
        title=_title(entity),
        owned=entity.owned,
        history=entity.history,
        child=entity.child,
        search=entity.search,
        checks=tuple(
            CompiledCheck(check.name, rule(check.must), texts(check.say), check.on_field)
            for check in entity.checks.values() if not check.retired
        ),
        unique=tuple(
            CompiledUnique(unique.name, unique.fields, texts(unique.say) if unique.say else None)
            for unique in entity.unique.values() if not unique.retired
        ),
        duplicates=tuple((duplicate.field, duplicate.how) for duplicate in entity.duplicates),
        duplicates_then=entity.duplicates_then,
        backs=MappingProxyType(_backs(spec, entity)),
        parents=entity.parents,
        state_field=state_field(spec, name),
        approvable=approvable,
        formulas=stored_formulas(entity),
        feeds=feeds,
        unique_indexes=unique_indexes(entity, entry),
    )


def state_field(spec: AppSpec, entity: str) -> str | None:
    """The field that the entity's flow owns."""
    return next((flow.field for flow in spec.flows.values() if flow.entity == entity), None)


def _fields(spec: AppSpec, entity: EntitySpec, entry: EntityEntry, tables: Tables) -> dict[str, CompiledField]:
    """Declared fields in their order, then the system's."""
    table = tables.entities[entity.name]
    stored = stored_formulas(entity)
    compiled: dict[str, CompiledField] = {}
    for field in live_fields(entity):
        known = entry.fields[field.name]
        made = compile_field(field, spec, entity)
        if made.link is not None and field.stored == "links":
            made = replace(made, link=replace(made.link, table=tables.links[entity.name, field.name]))
        if field.formula is not None:
            made = replace(made, computed="row" if field.name in stored else "select")
        column = _column(table, known.column)
        order = order_column(field, column.name) if column is not None else None
        beside = table.c[order.name] if order is not None else None
        compiled[field.name] = replace(made, lineage=known.id, column=column, order=beside)
    people = {name for name in PEOPLE if name in spec.entities and not spec.entities[name].retired}
    for name, kind in system_field_kinds(entity.owned, is_approvable(spec, entity.name)).items():
        compiled[name] = replace(system_field(name, kind, people), column=table.c[name])
    return compiled


def _column(table: sa.Table, name: str | None) -> sa.Column[Any] | None:
    return table.c.get(name) if name else None


def _title(entity: EntitySpec) -> tuple[tuple[str, str], ...]:
    """The declared title, else the first serial or text field, else the id."""
    if entity.title:
        return tuple(("field", part.path[0]) if part.path else ("text", part.text) for part in entity.title)
    plain = (field.name for field in live_fields(entity) if field.kind in _TITLE_KINDS)
    return (("field", next(plain, "id")),)


def _backs(spec: AppSpec, entity: EntitySpec) -> dict[str, CompiledBack]:
    def label(source: EntitySpec, field: str) -> Label:
        link = source.fields[field].link
        return (link.back_label if link else None) or source.plural or source.label

    return {
        name: CompiledBack(name, source, field, texts(label(spec.entities[source], field)))
        for name, (source, field) in entity.backs.items() if not spec.entities[source].retired
    }


def _feeds(spec: AppSpec) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Source entity -> the (host entity, roll-up field) pairs that count its rows."""
    found: dict[str, list[tuple[str, str]]] = {}
    for entity in _live(spec):
        for field in live_fields(entity):
            compiled = compile_field(field, spec, entity).rollup if field.rollup else None
            if compiled is not None:
                found.setdefault(compiled.source, []).append((entity.name, field.name))
    return {source: tuple(hosts) for source, hosts in found.items()}


def _live(spec: AppSpec) -> Iterable[EntitySpec]:
    return (entity for entity in spec.entities.values() if not entity.retired)
