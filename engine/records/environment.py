"""What an expression sees of a record that is being written: its values as they will be, the records it links to, its
child rows and back collections as they will be, its parent, its stored self, its writer and the clock.

Nothing here is limited by rights: a rule of the data means the same whoever writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.compiled import CompiledEntity, CompiledField
from engine.field_types.base import InvalidValue
from engine.records.children import rows_of, stored_rows
from engine.records.draft import Draft
from engine.records.people import holds_role
from engine.records.queries import RecordRef, linked_id
from engine.records.stored import column_of, link_table, parent_of, read_links, read_plain, read_where
from metadata.expressions.typed import Collection, ContextRef, FieldRef, Hop

if TYPE_CHECKING:
    from engine.runtime import WriteSession


class Environment:
    """An expression's surroundings. Bare names are read from `row`; `$this` is `host`, the record the expression
    belongs to (another one than `row` inside an aggregate and in a link filter). `written` is the record of its own that
    this write is about: wherever an expression comes upon a part of it, that is as it will be."""

    def __init__(
        self, session: WriteSession, row: Draft, host: Draft | None = None, written: Draft | None = None
    ) -> None:
        self.session = session
        self.row = row
        self.host = host or row
        self.written = written or self.host.top

    @property
    def now(self) -> datetime:
        return self.session.now

    @property
    def today(self) -> date:
        return self.session.today

    @property
    def zone(self) -> ZoneInfo:
        return self.session.app.zone

    @property
    def is_new(self) -> bool:
        """Whether the record is being created."""
        return not self.row.stored

    def changed(self, name: str) -> bool:
        """Whether this write changes the field."""
        return name in self.row.changed

    def candidate(self, entity: CompiledEntity, record: int) -> Environment:
        """The surroundings of a link filter: bare names are those of the record to be chosen."""
        row = self._load(entity, record)
        return self._at(row or Draft(entity, record, {}, {}), self.host)

    def of_row(self, row: Draft) -> Environment:
        """The surroundings inside an aggregate over `row`."""
        return self._at(row, self.row)

    def field(self, ref: FieldRef) -> object:
        """The value a field reference stands for; blank where a link on its way is blank."""
        row = self._root(ref.root)
        for hop in ref.hops:
            row = self._follow(row, hop) if row is not None else None
        return None if row is None else self.value(row, row.entity.fields[ref.field])

    def across(self, link: str, name: str) -> object:
        """The field `name` of the record that the link field `link` leads to; blank without one."""
        declared = self.row.entity.fields[link]
        assert declared.link is not None
        target = self._follow(self.row, Hop(self.row.entity.name, link, declared.link.to[0]))
        return None if target is None else self.value(target, target.entity.fields[name])

    def along(self, root: str, hops: Sequence[Hop]) -> Iterator[tuple[str, int]]:
        """Entity and id of each record that `hops` lead to from a root, up to the first link that is blank."""
        row = self._root(root)
        for number, hop in enumerate(hops):
            row = self._follow(row, hops[number - 1]) if number and row is not None else row
            id_ = linked_id(self.value(row, row.entity.fields[hop.field]), hop.target) if row is not None else None
            if id_ is None:
                return
            yield hop.target, id_

    def context(self, ref: ContextRef) -> object:
        """The value of `$user`, `$this`, `$now`, `$today` or a setting."""
        if ref.kind == "setting":
            return self.session.app.settings[ref.name]
        values: Mapping[str, object] = {
            "user": self.session.principal.user_id, "this": self.host.id, "now": self.now, "today": self.today,
        }
        return values[ref.kind]

    def holds(self, user: object, role: str) -> bool:
        """Whether the person with that id holds the role, directly or by inclusion."""
        return holds_role(self.session, user, role)

    def rows(self, collection: Collection) -> list[Environment]:
        """The surroundings of each row of a collection, as this write will leave them."""
        host = self._root(collection.root)
        for hop in collection.hops:
            host = self._follow(host, hop) if host is not None else None
        found = [] if host is None else self._collection(host, collection)
        return [self._at(row, self.row) for row in found]

    def value(self, row: Draft, field: CompiledField) -> object:
        """The value of a field of `row`; formulas that are computed when read are computed here. A link that leads to
        nothing its writer may read is blank."""
        if field.name in row.astray:
            return field.type.blank
        if field.computed == "select" and field.formula is not None:
            return _fit(field, field.formula.call(self._inside(row)))
        if field.kind == "links" and field.name not in row.values:
            return None if row.id is None else read_links(self.session, field, row.id)
        return row.values.get(field.name, field.type.blank)

    def _at(self, row: Draft, host: Draft) -> Environment:
        return Environment(self.session, row, host, self.written)

    def _inside(self, row: Draft) -> Environment:
        """The surroundings of a formula of `row`."""
        return Environment(self.session, row, written=self.written)

    def _root(self, root: str) -> Draft | None:
        if root == "this":
            return self.host
        if root == "old":
            row = self.row
            return Draft(row.entity, row.id, row.stored, dict(row.stored)) if row.stored else None
        if root == "parent":
            return self._parent()
        if root == "user":
            person = self.session.principal.user_id
            return None if person is None else self._load(self.session.app.entities["user"], person)
        return self.row

    def _parent(self) -> Draft | None:
        if self.row.parent is not None or self.row.id is None:
            return self.row.parent
        found = parent_of(self.session, self.row.entity, self.row.id)
        return None if found is None else self._load(*found)

    def _follow(self, row: Draft, hop: Hop) -> Draft | None:
        target = self.value(row, row.entity.fields[hop.field])
        return self._load(self.session.app.entities[hop.target], target) if isinstance(target, int) else None

    def _load(self, entity: CompiledEntity, record: int) -> Draft | None:
        """The record as this write will leave it; not locked."""
        top = self.written
        if entity.child or entity.name == top.entity.name:
            for draft in top.everything():
                if draft.entity.name == entity.name and draft.id == record:
                    return draft
        key = entity.name, record
        if key not in top.loaded:
            values = read_plain(self.session, entity, record)
            top.loaded[key] = None if values is None else Draft(entity, record, values, values)
        return top.loaded[key]

    def _collection(self, host: Draft, collection: Collection) -> list[Draft]:
        if collection.kind == "children":
            field = host.entity.fields[collection.name]
            pending = host.top is self.written
            return rows_of(self.session, host, collection.name) if pending else stored_rows(self.session, host, field)
        target = self.session.app.entities[collection.target]
        if collection.kind == "links":
            found = self._linked(host, target, collection)
            return [row for row in found if row.values.get("archived_at") is None]
        return self._pointing(host, target, collection.link_field)

    def _linked(self, host: Draft, entity: CompiledEntity, collection: Collection) -> list[Draft]:
        """The records at the other end of a many-to-many link, from either side."""
        own = host.entity.fields.get(collection.name)
        if own is not None and own.kind == "links":
            found = (self._load(entity, id_) for id_ in _ids(self.value(host, own)))
            return [row for row in found if row is not None]
        link = entity.fields[collection.link_field]
        written = [draft for draft in self._written_of(entity) if link.name in draft.values]
        table, ours = link_table(link), {draft.id for draft in written}
        query = sa.select(table.c.host_id).where(table.c.target_id == host.id).order_by(table.c.host_id)
        stored = (self._load(entity, id_) for id_ in self.session.connection.execute(query).scalars() if id_ not in ours)
        chosen = [draft for draft in written if host.id in _ids(self.value(draft, link))]
        return [*(row for row in stored if row is not None), *chosen]

    def _pointing(self, host: Draft, entity: CompiledEntity, link: str) -> list[Draft]:
        """The live records whose link is `host`, those of this write with the link they will have."""
        if host.id is None:
            return []
        target: object = host.id
        if entity.fields[link].stored == "any_link":
            target = RecordRef(host.entity.name, host.id)
        written = self._written_of(entity)
        ours = {draft.id for draft in (*written, *self._removed_of(entity))}
        found = [draft for draft in written if draft.values.get(link) == target]
        live = entity.table.c.archived_at.is_(None) & (column_of(entity, link) == target)
        rows = read_where(self.session, entity, live)
        stored = [Draft(entity, int(str(row["id"])), row, row) for row in rows if row["id"] not in ours]
        return stored + [draft for draft in found if draft.values.get("archived_at") is None]

    def _written_of(self, entity: CompiledEntity) -> list[Draft]:
        """The rows of `entity` that this write is about."""
        return [draft for draft in self.written.everything() if draft.entity.name == entity.name]

    def _removed_of(self, entity: CompiledEntity) -> Iterator[Draft]:
        """The child rows of `entity` that this write takes away."""
        for part in self.written.everything():
            yield from (row for rows in part.removed.values() for row in rows if row.entity.name == entity.name)


def _ids(value: object) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else ()


def _fit(field: CompiledField, value: object) -> object:
    try:
        return field.type.assign(value, field)
    except InvalidValue:
        return None
