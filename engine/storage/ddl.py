"""Changes tables for the operations of `apply`, one small function each, all in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.schema import CreateColumn

from engine import search
from engine.collation import collation_key
from engine.storage import obstacles
from engine.storage.catalogue import Catalogue, EntityEntry
from engine.storage.diff import Live
from engine.storage.indexes import PREFIXES, WantedIndex, wanted_indexes
from engine.storage.obstacles import ChangeRefused
from engine.storage.operations import (
    AddField,
    AddIndex,
    AddSystemColumns,
    AddUnique,
    CreateEntity,
    DropIndex,
    IndexSearch,
    Operation,
    OrderTexts,
    RenameEntity,
    RenameOption,
)
from engine.storage.tables import (
    Tables,
    approval_column,
    build_tables,
    field_columns,
    fields_with_columns,
    link_table,
    order_column,
    owned_columns,
)
from metadata.problems import Place, Problem
from metadata.specs.app import AppSpec
from metadata.specs.people import ROLE_OF_PEOPLE

_ASIDE = "\x1f"
"""Begins what stands for a value while names are swapped: a control character, which no text holds."""


class Builder:
    """Carries operations out, after the catalogue knows all names. `catalogue` is as it is after `register`."""

    def __init__(self, connection: sa.Connection, spec: AppSpec, catalogue: Catalogue) -> None:
        self.connection = connection
        self.spec = spec
        self.catalogue = catalogue
        self.tables: Tables = build_tables(spec, catalogue)

    def change_tables(self, operations: Iterable[Operation]) -> None:
        """Tables, columns, and stored names that follow a rename."""
        for operation in operations:
            match operation:
                case CreateEntity():
                    self._create(operation.entity)
                case AddSystemColumns():
                    self._add_columns(operation.entity, self._system_columns(operation))
                case AddField():
                    self._add_field(operation.entity, operation.field)
                case OrderTexts():
                    self._add_columns(operation.entity, self._order_columns(operation))
                case RenameEntity():
                    self._rename_references(operation)
                case _:
                    pass
        self._rename_options([operation for operation in operations if isinstance(operation, RenameOption)])

    def change_indexes(self, operations: Iterable[Operation]) -> None:
        """Indexes and unique rules. Raises `ChangeRefused` when rows break a new unique rule."""
        for operation in operations:
            match operation:
                case CreateEntity():
                    for index in self._wanted(operation.entity):
                        self._create_index(operation.entity, index)
                case AddIndex() | AddUnique():
                    unique = isinstance(operation, AddUnique)
                    for index in self._wanted(operation.entity):
                        if (index.fields, index.unique) == (operation.fields, unique):
                            self._create_index(operation.entity, index)
                case DropIndex():
                    self.connection.execute(sa.text(f'DROP INDEX "{operation.name}"'))
                case _:
                    pass

    def change_search(self, operations: Iterable[Operation]) -> None:
        """Make search indexes anew, still empty."""
        for operation in operations:
            if isinstance(operation, CreateEntity | IndexSearch):
                entity, entry = self.spec.entities[operation.entity], self.catalogue.entities[operation.entity]
                fields = [entry.fields[name].id for name in entity.search]
                self.connection.execute(sa.text(search.drop_statement(entry.id)))
                for statement in search.create_statements(entry.id, fields, self.connection.dialect.name):
                    self.connection.execute(sa.text(statement))

    def _create(self, name: str) -> None:
        self.connection.execute(sa.schema.CreateTable(self.tables.entities[name]))
        for (entity, _), table in self.tables.links.items():
            if entity == name:
                table.create(self.connection)

    def _system_columns(self, operation: AddSystemColumns) -> list[sa.Column]:
        return [column for column in (*owned_columns(), approval_column()) if column.name in operation.columns]

    def _add_columns(self, entity: str, columns: Iterable[sa.Column]) -> None:
        """The catalogue gave these names a moment ago, so no column of that name can be there (T5)."""
        table = self.catalogue.entities[entity].table
        for column in columns:
            sa.Table(table, sa.MetaData(), column)
            shown = CreateColumn(column).compile(dialect=self.connection.dialect)
            self.connection.execute(sa.text(f'ALTER TABLE "{table}" ADD COLUMN {shown}'))

    def _add_field(self, entity: str, name: str) -> None:
        declared = self.spec.entities[entity]
        entry, field = self.catalogue.entities[entity].fields[name], declared.fields[name]
        if field.stored == "links":
            link_table(sa.MetaData(), entry.id).create(self.connection)
        elif field in fields_with_columns(declared) and entry.column is not None:
            self._add_columns(entity, field_columns(field, entry.column))

    def _order_columns(self, operation: OrderTexts) -> list[sa.Column]:
        declared, entry = self.spec.entities[operation.entity], self.catalogue.entities[operation.entity]
        found = (order_column(declared.fields[name], entry.fields[name].column or "") for name in operation.fields)
        return [column for column in found if column is not None]

    def _rename_references(self, operation: RenameEntity) -> None:
        """Polymorphic links store the entity's name with the id."""
        for entry in self.catalogue.entities.values():
            for field in entry.fields.values():
                if field.stored == "any_link" and field.column is not None:
                    self._replace_prefix(entry.table, field.column, f"{operation.old}:", f"{operation.entity}:")

    def _replace_prefix(self, table: str, column: str, old: str, new: str) -> None:
        cell = sa.column(column, sa.Text)
        rows = sa.table(table, cell)
        starts = sa.func.substr(cell, 1, len(old)) == old
        value = sa.literal(new) + sa.func.substr(cell, len(old) + 1)
        self.connection.execute(rows.update().where(starts).values({column: value}))

    def _rename_options(self, operations: Iterable[RenameOption]) -> None:
        """All renames of a field together. Where a name goes from one option to another (they are swapped), the values pass
        through names that no option can have, so that they neither fall together nor break a unique rule on the way."""
        renamed: dict[tuple[str, str], dict[str, str]] = {}
        for operation in operations:
            renamed.setdefault((operation.entity, operation.field), {})[operation.old] = operation.option
        for (entity, field), names in renamed.items():
            if names.keys() & set(names.values()):
                self._replace_values(entity, field, {old: _ASIDE + old for old in names})
                names = {_ASIDE + old: new for old, new in names.items()}
            self._replace_values(entity, field, names)

    def _replace_values(self, entity: str, field: str, names: Mapping[str, str]) -> None:
        entry = self.catalogue.entities[entity]
        cell = sa.column(entry.fields[field].column or "", sa.Text)
        order = order_column(self.spec.entities[entity].fields[field], cell.name)
        rows = sa.table(entry.table, cell, *([sa.column(order.name)] if order is not None else []))
        values = {cell.name: sa.case(names, value=cell)}
        if order is not None:
            values[order.name] = sa.case({old: collation_key(new) for old, new in names.items()}, value=cell)
        self.connection.execute(rows.update().where(cell.in_(list(names))).values(values))

    def _wanted(self, name: str) -> list[WantedIndex]:
        return wanted_indexes(self.spec, self.spec.entities[name], self.catalogue.entities[name])

    def _create_index(self, entity: str, index: WantedIndex) -> None:
        table = self.tables.entities[entity]
        if index.unique:
            self._require_unique(entity, table, index)
        self.connection.execute(sa.schema.CreateIndex(index.on(table, self.connection.dialect.name), if_not_exists=True))

    def _require_unique(self, entity: str, table: sa.Table, index: WantedIndex) -> None:
        columns = [table.c[name] for name in index.columns]
        groups = sa.select(sa.func.count().label("n")).select_from(table).group_by(*columns)
        groups = groups.where(*(column.is_not(None) for column in columns))
        if index.live_only:
            groups = groups.where(table.c.archived_at.is_(None))
        repeated = groups.having(sa.func.count() > 1).subquery()
        count = self.connection.execute(sa.select(sa.func.count()).select_from(repeated)).scalar_one()
        if count:
            values = {"entity": entity, "fields": ", ".join(index.fields), "count": str(count)}
            raise ChangeRefused([Problem(obstacles.NOT_UNIQUE, self._place(entity, index), values)])

    def _place(self, entity: str, index: WantedIndex) -> Place:
        declared = self.spec.entities[entity]
        rules = [rule.place for rule in declared.unique.values() if rule.fields == index.fields]
        return rules[0] if rules else declared.fields[index.fields[0]].place


def read_live(
    connection: sa.Connection, catalogue: Catalogue, counted: Container[str], running: AppSpec | None = None,
    money: Container[tuple[str, str]] = (), roles: Collection[str] = (),
) -> Live:
    """Columns and indexes of the tables that the catalogue names, the row counts of the `counted` entities, which of the
    (entity, field) `money` hold amounts, and who has the `roles`; `running` is the release that they are compared with."""
    read = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    columns = _grouped(connection, read["columns"])
    indexes = _grouped(connection, read["indexes"])
    tables = {entry.table for entry in catalogue.entities.values()}
    return Live(
        {table: columns.get(table, frozenset()) for table in tables},
        {table: _ours(indexes.get(table, frozenset())) for table in tables},
        {name: _rows(connection, entry) for name, entry in catalogue.entities.items() if name in counted},
        _given_roles(connection, catalogue),
        frozenset(_amounts(connection, catalogue, money)),
        _holders(connection, catalogue, roles) if roles else {},
        running,
    )


def _amounts(
    connection: sa.Connection, catalogue: Catalogue, asked: Container[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    for name, entry in catalogue.entities.items():
        for field in entry.fields.values():
            if field.stored == "money" and field.column is not None and (name, field.name) in asked:
                column = sa.column(field.column)
                found = sa.select(sa.literal(1)).select_from(sa.table(entry.table, column)).where(column.is_not(None)).limit(1)
                if connection.execute(found).first():
                    yield name, field.name


def _given_roles(connection: sa.Connection, catalogue: Catalogue) -> frozenset[str]:
    entity, name = ROLE_OF_PEOPLE
    entry = catalogue.entities.get(entity)
    field = entry.fields.get(name) if entry else None
    if entry is None or field is None or field.column is None or field.stored != "text":
        return frozenset()
    column = sa.column(field.column, sa.Text)
    given = connection.execute(sa.select(column).select_from(sa.table(entry.table, column)).where(column.is_not(None)).distinct())
    return frozenset(given.scalars())


def _holders(connection: sa.Connection, catalogue: Catalogue, roles: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """The logins of those who have the roles; an assignment in the trash gives nothing."""
    name, field = ROLE_OF_PEOPLE
    if name not in catalogue.entities or "user" not in catalogue.entities:
        return {}
    given, people = catalogue.entities[name], catalogue.entities["user"]
    columns = [given.fields.get(field), given.fields.get("user"), people.fields.get("login")]
    role, user, login = (sa.column(each.column, sa.Text) if each and each.column else None for each in columns)
    if role is None or user is None or login is None:
        return {}
    assignments = sa.table(given.table, role, user, sa.column("archived_at")).alias("given")
    persons = sa.table(people.table, login, sa.column("id")).alias("people")
    query = sa.select(assignments.c[role.name], persons.c[login.name]).join_from(
        assignments, persons, assignments.c[user.name] == persons.c.id
    ).where(assignments.c[role.name].in_(list(roles)), assignments.c.archived_at.is_(None)).distinct()
    found: dict[str, list[str]] = {}
    for held, by in connection.execute(query):
        found.setdefault(held, []).append(by or "?")
    return {held: tuple(sorted(logins)) for held, logins in found.items()}


_SQLITE: Mapping[str, str] = {
    "columns": "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c "
    "WHERE m.type = 'table' AND m.name LIKE 'e%'",
    "indexes": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'index'",
}
_POSTGRESQL: Mapping[str, str] = {
    "columns": "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()",
    "indexes": "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = current_schema()",
}


def _grouped(connection: sa.Connection, statement: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for table, name in connection.execute(sa.text(statement)):
        found.setdefault(table, set()).add(name)
    return {table: frozenset(names) for table, names in found.items()}


def _ours(names: frozenset[str]) -> frozenset[str]:
    """The indexes that `engine.storage.indexes` named; others (of keys, of an operator's own hand) are left alone."""
    return frozenset(name for name in names if name.startswith(PREFIXES) and "_" in name)


def _rows(connection: sa.Connection, entry: EntityEntry) -> int:
    return connection.execute(sa.text(f'SELECT count(*) FROM "{entry.table}"')).scalar_one()
