"""What has to change in the database for a declaration to run: a pure comparison of spec and catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.storage import obstacles
from engine.storage.catalogue import Catalogue, EntityEntry, FieldEntry
from engine.storage.field_shape import FieldShape, keeps_values, shape_of
from engine.storage.indexes import wanted_indexes
from engine.storage.operations import (
    AddField,
    AddIndex,
    AddSystemColumns,
    AddUnique,
    CarrySeries,
    ComputeField,
    CreateEntity,
    DropIndex,
    IndexSearch,
    Operation,
    OrderTexts,
    ParkEntity,
    ParkField,
    RenameEntity,
    RenameField,
    RenameOption,
    ReviveEntity,
    ReviveField,
    WidenField,
    WidenOptions,
)
from engine.storage.tables import approval_column, fields_with_columns, is_approvable, order_column, owned_columns
from metadata.formulas import stored_formulas
from metadata.lineage import match
from metadata.near import listed
from metadata.problems import Code, Place, Problem
from metadata.specs.app import AppSpec
from metadata.specs.entity import EntitySpec, FieldSpec, live_fields
from metadata.specs.people import ROLE_OF_PEOPLE

APP_FILE = "app.yaml"


@dataclass(frozen=True, slots=True)
class Live:
    """What the database has besides the catalogue: columns and indexes by table, rows by entity where asked for, the roles
    that people have been given where these are stored as texts, the (entity, field) of money that holds amounts, who has
    (login) the roles that may go, and the release that is running where it is another one. Only amounts whose currency may
    change need be known."""

    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    indexes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    given_roles: frozenset[str] = frozenset()
    amounts: frozenset[tuple[str, str]] = frozenset()
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    running: AppSpec | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """`operations` in the order they are applied; `problems` are what stands in the way (then nothing is applied)."""

    operations: tuple[Operation, ...]
    problems: tuple[Problem, ...]


def diff(spec: AppSpec, catalogue: Catalogue, live: Live, allow: Sequence[str] = ()) -> Difference:
    """Compare. `allow` names what may vanish from the files: `park:lead`, `park:lead.fax`."""
    comparison = _Comparison(spec, catalogue, live, frozenset(allow))
    operations = tuple(comparison.operations())
    return Difference(operations, tuple(comparison.problems))


class _Comparison:
    """One run of `diff`; collects problems beside the operations."""

    def __init__(self, spec: AppSpec, catalogue: Catalogue, live: Live, allow: frozenset[str]) -> None:
        self.spec = spec
        self.catalogue = catalogue
        self.live = live
        self.allow = allow
        self.problems: list[Problem] = []
        declared = {name: entity.was for name, entity in spec.entities.items()}
        known = {name: entry.names for name, entry in catalogue.entities.items()}
        self.matched = match(declared, known)

    def operations(self) -> Iterator[Operation]:
        yield from self._vanished_entities()
        for name, entity in self.spec.entities.items():
            entry = self._entry(name)
            if entry is None:
                if not entity.retired:
                    yield CreateEntity(name)
                continue
            yield from self._entity(entity, entry)
        yield from self._renamed_roles()
        self._held_roles()

    def _renamed_roles(self) -> Iterator[Operation]:
        """Roles given as texts follow their names; those given as a choice are its options, which do so anyway."""
        for name, role in self.spec.roles.items():
            for old in role.was:
                if old in self.live.given_roles and old not in self.spec.roles:
                    yield RenameOption(*ROLE_OF_PEOPLE, old, name)

    def _held_roles(self) -> None:
        """No release takes a role from somebody who has it."""
        for name in withdrawn_roles(self.live.running, self.spec) if self.live.running else ():
            held = self.live.holders.get(name, ())
            if held:
                self._problem(obstacles.ROLE_HELD, self._gone_role(name), role=name, count=len(held), people=listed(held), login=held[0])

    def _gone_role(self, name: str) -> Place:
        """Where a role is retired, else where the running release declares it."""
        running = self.live.running.roles if self.live.running else {}
        known = (self.spec.retired_roles.get(name), running.get(name))
        return next((role.place for role in known if role), Place(APP_FILE))

    def _entry(self, name: str) -> EntityEntry | None:
        return self.catalogue.entities[self.matched[name]] if name in self.matched else None

    def _problem(self, code: Code, place: Place, **values: object) -> None:
        self.problems.append(Problem(code, place, {name: str(value) for name, value in values.items()}))

    def _vanished_entities(self) -> Iterator[Operation]:
        for name, entry in self.catalogue.entities.items():
            if entry.parked or name in self.matched.values():
                continue
            if f"park:{name}" in self.allow:
                yield ParkEntity(name)
            else:
                self._problem(obstacles.ENTITY_VANISHED, Place(APP_FILE), name=name, rows=self.live.rows.get(name, 0))

    def _entity(self, entity: EntitySpec, entry: EntityEntry) -> Iterator[Operation]:
        if entity.retired:
            if not entry.parked:
                yield ParkEntity(entry.name)
            return
        if entry.name != entity.name:
            yield RenameEntity(entry.id, entry.name, entity.name)
        if entry.parked:
            yield ReviveEntity(entity.name)
        yield from self._system_columns(entity, entry)
        declared = {name: one.was for name, one in entity.fields.items()}
        matched = match(declared, {name: one.names for name, one in entry.fields.items()})
        yield from self._vanished_fields(entity, entry, matched)
        for name, one in entity.fields.items():
            known = entry.fields[matched[name]] if name in matched else None
            yield from self._field(entity, one, known)
        yield from self._orders(entity, entry, matched)
        yield from self._indexes(entity, entry, matched)
        yield from self._search(entity, entry, matched)

    def _system_columns(self, entity: EntitySpec, entry: EntityEntry) -> Iterator[Operation]:
        have = self.live.columns.get(entry.table, frozenset())
        if ("parent_id" in have) != entity.child:
            self._problem(obstacles.CHILD_CHANGED, entity.place, name=entity.name, old=str(not entity.child).lower())
        wanted = [column.name for column in owned_columns()] if entity.owned else []
        wanted += [approval_column().name] if is_approvable(self.spec, entity.name) else []
        missing = tuple(name for name in wanted if name not in have)
        if missing:
            yield AddSystemColumns(entity.name, missing)

    def _vanished_fields(
        self, entity: EntitySpec, entry: EntityEntry, matched: Mapping[str, str]
    ) -> Iterator[Operation]:
        for name, known in entry.fields.items():
            if known.parked or name in matched.values():
                continue
            if f"park:{entity.name}.{name}" in self.allow:
                yield ParkField(entity.name, name)
            else:
                self._problem(obstacles.FIELD_VANISHED, entity.place, entity=entity.name, name=name)

    def _field(self, entity: EntitySpec, declared: FieldSpec, known: FieldEntry | None) -> Iterator[Operation]:
        if known is None:
            if not declared.retired:
                yield AddField(entity.name, declared.name)
                if declared.name in stored_formulas(entity) or declared.rollup:
                    yield ComputeField(entity.name, declared.name)
            return
        if declared.retired:
            if not known.parked:
                yield ParkField(entity.name, known.name)
            return
        if known.name != declared.name:
            yield RenameField(entity.name, known.id, known.name, declared.name)
        if known.parked:
            yield ReviveField(entity.name, declared.name)
        yield from self._shape(entity, declared, known)
        yield from self._options(entity, declared, known)
        before = self._before(known)
        if before is not None:
            self._currency(entity, declared, before, (self._entry_name(known), known.name) in self.live.amounts)
            if declared.serial and before.serial and declared.serial.reset != before.serial.reset:
                yield CarrySeries(entity.name, declared.name, before.serial.reset, declared.serial.reset)

    def _entry_name(self, known: FieldEntry) -> str:
        return next(name for name, entry in self.catalogue.entities.items() if entry.id == known.entity_id)

    def _before(self, known: FieldEntry) -> FieldSpec | None:
        """The field as the running release declares it."""
        entity = self.live.running.entities.get(self._entry_name(known)) if self.live.running else None
        return entity.fields.get(known.name) if entity else None

    def _currency(self, entity: EntitySpec, declared: FieldSpec, before: FieldSpec, filled: bool) -> None:
        """An amount of one currency is none of another (what is computed follows what it is computed from)."""
        if self.live.running is None or declared.kind != "money" or declared.formula is not None or not filled:
            return
        old, new = currency_of(before, self.live.running), currency_of(declared, self.spec)
        if old != new:
            names = {"entity": entity.name, "name": declared.name, "old": old, "new": new}
            self._problem(obstacles.CURRENCY_CHANGED, declared.place, **names)

    def _shape(self, entity: EntitySpec, declared: FieldSpec, known: FieldEntry) -> Iterator[Operation]:
        old = FieldShape(known.stored, known.scale, known.target, known.definition, known.column is not None)
        new = shape_of(self.spec, entity, declared, self._lineages(declared))
        names = {"entity": entity.name, "name": declared.name}
        if not keeps_values(old.stored, new.stored):
            self._problem(obstacles.KIND_CHANGED, declared.place, **names, old=old.stored, new=new.stored)
        elif new.has_column and old.has_column and new.scale != old.scale:
            self._problem(obstacles.SCALE_CHANGED, declared.place, **names, old=old.scale, new=new.scale)
        elif not _same_or_wider(old, new):
            self._problem(obstacles.TARGET_CHANGED, declared.place, **names)
        elif old.has_column and old.definition is None and new.definition is not None:
            self._problem(obstacles.VALUES_REPLACED, declared.place, **names)
        else:
            if replace(new, definition=None, has_column=old.has_column) != replace(old, definition=None):
                yield WidenField(entity.name, declared.name)
            if new.has_column and not old.has_column:
                yield AddField(entity.name, declared.name)
            defined_anew = new.definition != old.definition or not old.has_column
            if new.has_column and new.definition is not None and defined_anew:
                yield ComputeField(entity.name, declared.name)

    def _lineages(self, declared: FieldSpec) -> tuple[int, ...]:
        """Lineage numbers of the entities the field points at; 0 stands for entities not there yet."""
        entries = [self._entry(name) for name in target_names(declared)]
        return tuple(sorted(entry.id if entry else 0 for entry in entries))

    def _options(self, entity: EntitySpec, declared: FieldSpec, known: FieldEntry) -> Iterator[Operation]:
        if not declared.options:
            return
        options = {name: one.was for name, one in declared.options.items()}
        matched = match(options, known.options)
        names = {"entity": entity.name, "name": declared.name}
        for name, old in matched.items():
            if name != old and declared.stored == "choices":
                place = declared.options[name].place
                self._problem(obstacles.OPTION_RENAMED_IN_SET, place, **names, option=old)
            elif name != old:
                yield RenameOption(entity.name, declared.name, old, name)
        for gone in set(known.options) - set(matched.values()):
            if declared.options_from == "roles":
                self._problem(obstacles.ROLE_VANISHED, self._gone_role(gone), **names, role=gone)
            else:
                self._problem(obstacles.OPTION_VANISHED, declared.place, **names, option=gone)
        new = tuple(name for name in declared.options if name not in matched)
        if new:
            yield WidenOptions(entity.name, declared.name, new)

    def _orders(self, entity: EntitySpec, entry: EntityEntry, matched: Mapping[str, str]) -> Iterator[Operation]:
        """Texts that have a column but none yet with what they sort by."""
        have = self.live.columns.get(entry.table, frozenset())
        columns = {field.name: entry.fields[matched[field.name]].column for field in fields_with_columns(entity) if field.name in matched}
        orders = {name: order_column(entity.fields[name], column) for name, column in columns.items() if column in have}
        missing = tuple(name for name, order in orders.items() if order is not None and order.name not in have)
        if missing:
            yield OrderTexts(entity.name, missing)

    def _indexes(self, entity: EntitySpec, entry: EntityEntry, matched: Mapping[str, str]) -> Iterator[Operation]:
        wanted = wanted_indexes(self.spec, entity, expected_entry(entity, entry, matched))
        have = self.live.indexes.get(entry.table, frozenset())
        for index in wanted:
            if index.name not in have:
                yield AddUnique(entity.name, index.fields) if index.unique else AddIndex(entity.name, index.fields)
        for name in sorted(have - {index.name for index in wanted}):
            yield DropIndex(entity.name, name)

    def _search(self, entity: EntitySpec, entry: EntityEntry, matched: Mapping[str, str]) -> Iterator[Operation]:
        lineages = tuple(entry.fields[matched[name]].id if name in matched else 0 for name in entity.search)
        if lineages != entry.search:
            yield IndexSearch(entity.name, entity.search)


def currency_of(declared: FieldSpec, app: AppSpec) -> str:
    """What says the currency of an amount: a code, or `=` and the path to one."""
    if declared.currency_from is not None:
        return f"={declared.currency_from.text.strip()}"
    return declared.currency or app.currency


def recurrencied(running: AppSpec, spec: AppSpec) -> Iterator[tuple[str, str]]:
    """The (entity, field) of `running` of which `spec` may say another currency: all but those that have their names and
    currency still."""
    for name, entity in running.entities.items():
        other = spec.entities.get(name)
        for old in entity.fields.values():
            now = other.fields.get(old.name) if other and other.was == entity.was else None
            if now is None or now.was != old.was or currency_of(now, spec) != currency_of(old, running):
                yield name, old.name


def withdrawn_roles(running: AppSpec, spec: AppSpec) -> Iterator[str]:
    """The roles of `running` that `spec` has neither under their name nor under a later one."""
    renamed = {old for role in spec.roles.values() for old in role.was}
    return (name for name in running.roles if name not in spec.roles and name not in renamed)


def target_names(declared: FieldSpec) -> tuple[str, ...]:
    """The entities that a field points at: of a link, a person, a department, or the child entity."""
    if declared.children:
        return (declared.children,)
    if declared.link is not None and declared.link.to:
        return declared.link.to
    return {"user": ("user",), "dept": ("department",)}.get(declared.stored or "", ())


def expected_entry(entity: EntitySpec, entry: EntityEntry, matched: Mapping[str, str]) -> EntityEntry:
    """The entry as it will be: fields under their declared names; new ones have no column yet and stand for
    themselves."""
    live = {field.name for field in live_fields(entity)}
    return replace(entry, fields={name: entry.fields[old] for name, old in matched.items() if name in live})


def _same_or_wider(old: FieldShape, new: FieldShape) -> bool:
    if new.stored == "any_link":
        return set(old.target) <= set(new.target)
    return old.target == new.target
