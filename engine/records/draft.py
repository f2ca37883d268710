"""A record on its way into the database: what is stored, what it will be, and who wants it so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.compiled import CompiledEntity


@dataclass(slots=True, eq=False)
class Draft:
    """`stored` are the values in the database (empty for a new record), `values` those it is to have; both hold every
    field that has a column, `values` also the `links` fields that change. `given` are the names that the writer
    entered.

    `free` writers (the flow, the platform) are not bound by rights, locks and read-only rules; `rights` tells which
    fields the others may write, asked for at most once. `path` is the prefix of error paths (`lines.2.`), `position`
    the stored place of a child row. `seen` are fields whose stored value its writer may read on every row, `astray`
    newly chosen links that lead to nothing its writer may read, `unread` entered fields whose value could not be
    taken. `children` hold the rows each written children field will have, `removed` those it loses. `loaded` are
    other records that the rules have read.
    """

    entity: CompiledEntity
    id: int | None
    stored: Mapping[str, object]
    values: dict[str, object]
    free: bool = False
    rights: Callable[[], frozenset[str]] = frozenset
    given: set[str] = field(default_factory=set)
    path: str = ""
    parent: Draft | None = None
    parent_field: str = ""
    position: int | None = None
    seen: frozenset[str] = frozenset()
    astray: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    loaded: dict[tuple[str, int], Draft | None] = field(default_factory=dict)
    children: dict[str, list[Draft]] = field(default_factory=dict)
    removed: dict[str, list[Draft]] = field(default_factory=dict)
    _editable: frozenset[str] | None = None

    @property
    def editable(self) -> frozenset[str]:
        """Names of the fields that the writer's rights let it write on this record."""
        if self._editable is None:
            self._editable = self.rights()
        return self._editable

    @property
    def new(self) -> bool:
        """Whether the record is not stored yet."""
        return not self.stored

    @property
    def changed(self) -> frozenset[str]:
        """Names of the fields whose value will differ from what is stored, written children fields among them."""
        blank = self.entity.groups.blank if self.new else {}
        own = {name for name, value in self.values.items() if not (name in blank and value is blank[name]) and self.differs(name)}
        rows = {name for name in self.children if self.rows_differ(name)}
        return frozenset(own | rows)

    @property
    def touched(self) -> bool:
        """Whether writing would change anything. A formula that differs while nothing that is written does so differs by
        the day, and alone is no change of the record's."""
        return any(name in self.children or self.entity.fields[name].computed != "row" for name in self.changed)

    def differs(self, name: str) -> bool:
        """Whether the field's value will differ from what is stored."""
        declared = self.entity.fields[name].type
        value = self.values.get(name)
        before = self.stored.get(name, declared.blank)
        return value is not before and declared.compare(value, before) != 0

    def rows_differ(self, name: str) -> bool:
        """Whether rows of the children field come, go, change, or change places."""
        rows = self.children[name]
        places = [row.position for row in rows if row.position is not None]
        return bool(self.removed.get(name)) or places != sorted(places) or any(row.new or row.touched for row in rows)

    @property
    def top(self) -> Draft:
        """The record of its own that this is, or is a row of."""
        return self if self.parent is None else self.parent.top

    def forget(self, name: str) -> None:
        """Leave the field as it is stored, whatever was asked for."""
        self.given.discard(name)
        self.astray.discard(name)
        self.unread.discard(name)
        self.children.pop(name, None)
        self.removed.pop(name, None)
        if name in self.stored or self.new:
            self.values[name] = self.stored.get(name, self.entity.fields[name].type.blank)
        else:
            self.values.pop(name, None)

    def everything(self) -> Iterator[Draft]:
        """This record and, depth first, the child rows it will have."""
        yield self
        for drafts in self.children.values():
            for draft in drafts:
                yield from draft.everything()
