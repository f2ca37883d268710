"""What an expression needs from its surroundings to be evaluated in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from metadata.expressions.typed import Collection, ContextRef, FieldRef


class Environment(Protocol):
    """The record an expression looks at, and everything around it that may be named."""

    @property
    def now(self) -> datetime: ...

    @property
    def today(self) -> date: ...

    @property
    def zone(self) -> ZoneInfo: ...

    @property
    def is_new(self) -> bool: ...

    def field(self, ref: FieldRef) -> object:
        """The value a field reference stands for; blank where a link on its way is blank."""
        ...

    def context(self, ref: ContextRef) -> object:
        """The value of `$user`, `$this`, `$now`, `$today` or a setting."""
        ...

    def holds(self, user: object, role: str) -> bool:
        """Whether the person with that id holds the role, directly or by inclusion."""
        ...

    def rows(self, collection: Collection) -> Iterable[Environment]:
        """The surroundings of each row of a collection."""
        ...

    def changed(self, name: str) -> bool:
        """Whether this write changes the field."""
        ...


UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True)
class MappingEnvironment:
    """Surroundings made of plain mappings. `follow(entity, id)` loads a linked row, `collect(collection, host)` the rows of
    a collection, `role(user, name)` tells who holds a role."""

    values: Mapping[str, object]
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    zone: ZoneInfo = UTC_ZONE
    user: int | None = None
    this: Mapping[str, object] | None = None
    old: Mapping[str, object] | None = None
    parent: Mapping[str, object] | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    new: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    follow: Callable[[str, int], Mapping[str, object] | None] = lambda entity, id: None
    collect: Callable[[Collection, Mapping[str, object]], Iterable[Mapping[str, object]]] = lambda collection, host: ()
    role: Callable[[int, str], bool] = lambda user, role: False

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def is_new(self) -> bool:
        return self.old is None

    def field(self, ref: FieldRef) -> object:
        row = self._root(ref.root, ref.new)
        for hop in ref.hops:
            target = row.get(hop.field) if row is not None else None
            row = self.follow(hop.target, target) if isinstance(target, int) else None
        return None if row is None else row.get(ref.field)

    def context(self, ref: ContextRef) -> object:
        if ref.kind == "setting":
            return self.settings.get(ref.name)
        this = self.this if self.this is not None else self.values
        return {"user": self.user, "this": this.get("id"), "now": self.now, "today": self.today}[ref.kind]

    def holds(self, user: object, role: str) -> bool:
        return isinstance(user, int) and self.role(user, role)

    def rows(self, collection: Collection) -> Iterable[Environment]:
        row = self._root(collection.root, None)
        for hop in collection.hops:
            target = row.get(hop.field) if row is not None else None
            row = self.follow(hop.target, target) if isinstance(target, int) else None
        if row is None:
            return ()
        host = row
        return (replace(self, values=one, this=self.values, parent=host) for one in self.collect(collection, host))

    def changed(self, name: str) -> bool:
        return self.old is None or self.old.get(name) != self.values.get(name)

    def _root(self, root: str, new: str | None) -> Mapping[str, object] | None:
        if root == "new":
            return self.new.get(new or "")
        if root == "user":
            return self.follow("user", self.user) if self.user is not None else None
        roots = {"row": self.values, "this": self.this if self.this is not None else self.values,
                 "old": self.old, "parent": self.parent}
        return roots[root]
