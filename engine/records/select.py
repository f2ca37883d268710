"""The one query builder: every page, count, record, group, picker, search and export is a `Selection` (law 1).

A selection is rows of one entity that its view may read, with linked rows joined to it by LEFT JOINs that carry the
target's read predicate: what one may not read is, for every purpose, blank. Paths cross links hop by hop and each hop
is judged anew (T21). A field that is never readable answers as one that does not exist (law 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.access.fields import Readability, readable_fields
from engine.access.predicates import all_of, row_predicate
from engine.access.rules import computed_value
from engine.access.scopes import Clause, Row
from engine.access.views import Statement, View
from engine.compiled import CompiledEntity, CompiledField
from engine.records.masking import masked_text
from engine.records.queries import Path
from engine.records.titles import title_text
from engine.refusals import NotFound

Value = sa.ColumnElement[Any]

MOST_HOPS = 4
"""Links that a path may cross (T71)."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One row of the statement: the entity it is of, its alias, and how its fields may be read."""

    entity: CompiledEntity
    row: Row
    reads: Mapping[str, Readability]


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """A field at the end of a path."""

    node: Node
    field: CompiledField
    reading: Readability


class Selection:
    """Rows of `entity` that `view` may read (and do `verb` to), with what is joined to them.

    Raises `NotFound` for an unknown entity, and for one that the principal may not read at all.
    """

    def __init__(self, view: View, entity: str, verb: str = "read") -> None:
        compiled = view.app.entities.get(entity)
        if compiled is None:
            raise NotFound("not_found")
        self.view = view
        row = compiled.table.alias("r")
        self.root = Node(compiled, row, readable_fields(view, entity, row))
        self.source: sa.FromClause = row
        verbs = dict.fromkeys(("read", verb))
        self.conditions: list[Clause] = [row_predicate(view, entity, name, row) for name in verbs]
        if any(isinstance(condition, sa.False_) for condition in self.conditions):
            raise NotFound("not_found")
        self._nodes: dict[tuple[Path, str], Node] = {}

    def where(self, *conditions: Clause) -> None:
        """Narrow the rows."""
        self.conditions += conditions

    def select(self, columns: Iterable[Value]) -> Statement:
        """SELECT `columns` of the selected rows."""
        return sa.select(*columns).select_from(self.source).where(all_of(self.conditions))

    def among(self, ids: Statement, columns: Iterable[Value]) -> Statement:
        """SELECT `columns` of the rows that `ids` names, a statement over the selected rows."""
        return sa.select(*columns).select_from(self.source).where(self.root.row.c.id.in_(ids))

    def reach(self, path: Path) -> Reached:
        """The field at `path`. Raises `NotFound("unknown_field")` when nothing of it may be seen, or there is none."""
        if not path or len(path) > MOST_HOPS:
            raise NotFound("unknown_field")
        node = self.root
        for depth, name in enumerate(path[:-1], 1):
            node = self._hop(node, path[:depth], name)
        return self.field(node, path[-1])

    def field(self, node: Node, name: str) -> Reached:
        """The field `name` of a row of the statement; raises as `reach`."""
        field, reading = node.entity.fields.get(name), node.reads.get(name)
        if field is None or reading is None or not reading.shown:
            raise NotFound("unknown_field")
        return Reached(node, field, reading)

    def value(self, path: Path) -> Value:
        """The value at `path`, NULL where it may not be read. Raises for fields of which no value is ever readable."""
        return self.value_of(self.reach(path), path)

    def value_of(self, reached: Reached, path: Path) -> Value:
        """As `value`, for a field already reached by `path`."""
        if reached.reading.state == "never":
            raise NotFound("unknown_field")
        if reached.field.stored == "any_link":
            return self._reference(reached, path)
        if is_link(reached.field):
            return self._linked_id(reached, path)
        return self._guarded(reached)

    def sort_value(self, path: Path) -> Value:
        """What the field at `path` sorts by: texts by their collation key, a link by the title of its target. Raises as `value`."""
        reached = self.reach(path)
        if reached.reading.state == "never":
            raise NotFound("unknown_field")
        if is_link(reached.field):
            return self._linked_title(path, reached, order=True)
        return self._guarded(reached, order=True) if reached.field.order is not None else self.value_of(reached, path)

    def masked(self, reached: Reached) -> Value | None:
        """The text shown in part where a mask lies on the field, else NULL; None where no mask is declared."""
        if reached.reading.masked is None:
            return None
        raw = _any_pair(reached) if reached.field.stored == "links" else self._raw(reached)
        text = masked_text(reached.field, raw, self.view.dialect)
        return sa.case((reached.reading.masked, text), else_=sa.null())

    def title(self, path: Path) -> Value:
        """The title of what the link at `path` names (its number where no part of the title may be read), NULL where the
        link is blank or its target may not be read."""
        return self._linked_title(path, self.reach(path))

    def _linked_title(self, path: Path, reached: Reached, order: bool = False) -> Value:
        if reached.reading.state == "never":
            raise NotFound("unknown_field")
        nodes = [self.joined(path, reached, target) for target in link_targets(reached.field)]
        titles = [self.shown_title(node, order) for node in nodes]
        return titles[0] if len(titles) == 1 else sa.func.coalesce(*titles)

    def shown_title(self, node: Node, order: bool = False) -> Value:
        """The title of a row (`order`: what it sorts by), its number where no part of the title may be read; NULL where there is
        no row."""
        id = node.row.c.id
        number = sa.literal("#", sa.Text()).concat(sa.cast(id, sa.Text()))
        title = sa.func.coalesce(self.title_of(node, order), number)
        return sa.type_coerce(sa.case((id.is_not(None), title), else_=sa.null()), sa.Text())

    def title_of(self, node: Node, order: bool = False, within: bool = False) -> Value:
        """The title of a row (`order`: what it sorts by), made of those of its fields that may be read; NULL when nothing of it
        may. A link in it stands for the title of what it names, in which (`within`) links are left out."""
        return title_text(node.entity, lambda name: self._title_part(node, name, order, within), self.view, order)

    def _title_part(self, node: Node, name: str, order: bool, within: bool) -> tuple[CompiledField, Value] | None:
        """A field and its readable value as part of a title; None where it may never be read."""
        try:
            reached = self.field(node, name)
        except NotFound:
            return None
        if reached.reading.state == "never" or self._without_column(reached.field):
            return None
        if is_link(reached.field):
            return None if within else (reached.field, self._title_within(reached, order))
        return reached.field, self._guarded(reached, order)

    def _title_within(self, reached: Reached, order: bool) -> Value:
        """The title of what a link in a title names: looked up beside the statement, which may wrap this one."""
        titles: list[Value] = []
        for target in link_targets(reached.field):
            entity = self.view.app.entities[target]
            row = entity.table.alias()
            node = Node(entity, row, readable_fields(self.view, target, row))
            named = all_of([row.c.id == self._target_id(reached, target), row_predicate(self.view, target, "read", row)])
            query = sa.select(self.title_of(node, order, within=True)).select_from(row).where(named)
            titles.append(query.correlate_except(row).scalar_subquery())
        return sa.type_coerce(titles[0] if len(titles) == 1 else sa.func.coalesce(*titles), sa.Text())

    def joined(self, path: Path, reached: Reached, target: str) -> Node:
        """The linked row of `target`, joined once, under the target's own read predicate."""
        known = self._nodes.get((path, target))
        if known is not None:
            return known
        entity = self.view.app.entities[target]
        row = entity.table.alias(f"j{len(self._nodes)}")
        node = Node(entity, row, readable_fields(self.view, target, row))
        same = row.c.id == self._target_id(reached, target)
        self.source = self.source.outerjoin(row, all_of([same, row_predicate(self.view, target, "read", row)]))
        self._nodes[path, target] = node
        return node

    def beside(self, source: sa.FromClause, target: str, id: Value, name: str) -> tuple[sa.FromClause, tuple[Value, Value]]:
        """`source` with the row of `target` that `id` names joined as `name`, and that row's id and title: both NULL
        where it may not be read. For statements that wrap this one."""
        entity = self.view.app.entities[target]
        row = entity.table.alias(name)
        node = Node(entity, row, readable_fields(self.view, target, row))
        joined = source.outerjoin(row, all_of([row.c.id == id, row_predicate(self.view, target, "read", row)]))
        return joined, (row.c.id, self.shown_title(node))

    def stored_link(self, reached: Reached) -> Value:
        """The id as it stands in the column, NULL where the link field may not be read."""
        return self._guarded(reached)

    def _hop(self, node: Node, path: Path, name: str) -> Node:
        reached = self.field(node, name)
        targets = link_targets(reached.field)
        if reached.reading.state == "never" or not is_link(reached.field) or len(targets) != 1:
            raise NotFound("unknown_field")
        return self.joined(path, reached, targets[0])

    def _linked_id(self, reached: Reached, path: Path) -> Value:
        target = link_targets(reached.field)[0]
        if (path, target) not in self._nodes and self._open_target(target):
            return self._guarded(reached)
        return self.joined(path, reached, target).row.c.id

    def _reference(self, reached: Reached, path: Path) -> Value:
        nodes = [self.joined(path, reached, target) for target in link_targets(reached.field)]
        seen = sa.or_(*(node.row.c.id.is_not(None) for node in nodes))
        return sa.type_coerce(sa.case((seen, self._raw(reached)), else_=sa.null()), self._raw(reached).type)

    def _open_target(self, target: str) -> bool:
        """Whether every row of `target` may be read, so that no join is needed to tell."""
        row = self.view.app.entities[target].table.alias()
        return isinstance(row_predicate(self.view, target, "read", row), sa.True_)

    def _target_id(self, reached: Reached, target: str) -> Value:
        if reached.field.stored != "any_link":
            return self._guarded(reached)
        text, mark = sa.type_coerce(self._guarded(reached), sa.Text()), f"{target}:"
        number = sa.cast(sa.func.substr(text, len(mark) + 1), sa.BigInteger())
        return sa.case((sa.func.substr(text, 1, len(mark)) == mark, number), else_=sa.null())

    def _guarded(self, reached: Reached, order: bool = False) -> Value:
        """The stored or computed value (`order`: what it sorts by, where that is stored) where the field is readable, NULL
        elsewhere."""
        raw = self._raw(reached, order)
        if reached.reading.condition is None:
            return raw
        return sa.type_coerce(sa.case((reached.reading.condition, raw), else_=sa.null()), raw.type)

    def _raw(self, reached: Reached, order: bool = False) -> Value:
        field, row = reached.field, reached.node.row
        if order and field.order is not None:
            return row.c[field.order.name]
        if field.column is not None:
            return row.c[field.column.name]
        if field.computed == "select" and field.formula is not None:
            value = computed_value(self.view, reached.node.entity.name, field, row)
            if reached.node is self.root:
                return value
            return sa.type_coerce(sa.case((row.c.id.is_not(None), value), else_=sa.null()), value.type)
        raise NotFound("unknown_field")

    def _without_column(self, field: CompiledField) -> bool:
        return field.column is None and field.computed != "select"


def _any_pair(reached: Reached) -> Value:
    """A number where a many-to-many link names anything, NULL where it is blank: all that its mask tells."""
    assert reached.field.link is not None and reached.field.link.table is not None
    pairs, row = reached.field.link.table.alias(), reached.node.row
    query = sa.select(sa.func.min(pairs.c.target_id)).where(pairs.c.host_id == row.c.id)
    return query.correlate(row).scalar_subquery()


def is_link(field: CompiledField) -> bool:
    """Whether the field names one record of an entity that there is."""
    return field.link is not None and field.stored in ("link", "user", "dept", "any_link")


def link_targets(field: CompiledField) -> tuple[str, ...]:
    """The entities a link field may name."""
    return field.link.to if field.link is not None else ()
