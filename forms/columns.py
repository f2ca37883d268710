"""The columns that an address may name: those of the list and its entity, and those across the links of its entity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.languages import enumerated
from engine.refusals import NotFound
from forms.compiled import ListColumn

MOST_LINKS = 2
"""Links that a filter may cross."""
Fields = Mapping[str, Sequence[ListColumn]]
"""By entity, its fields that a list may be filtered by."""


@dataclass(frozen=True, slots=True)
class Columns:
    """`every` by path, `fields` of all entities; what is not `known` to the reader does not exist (law 2)."""

    every: Mapping[str, ListColumn]
    fields: Fields
    known: Callable[[ListColumn], bool]

    def named(self, path: str) -> ListColumn:
        """Raises `NotFound` for a path that does not exist, or that the reader does not know of."""
        return self._known(self.every.get(path))

    def filtered(self, path: str) -> ListColumn:
        """As `named`, of what records may be filtered by: fields of records that they link to as well."""
        return self._known(self.every.get(path) or self._across(path))

    def _known(self, column: ListColumn | None) -> ListColumn:
        if column is None or not self.known(column):
            raise NotFound("unknown_field")
        return column

    def _across(self, path: str) -> ListColumn | None:
        first, *rest = path.split(".")
        column = self.every.get(first)
        for name in rest:
            column = next((one for one in across(self.fields, column) if one.path[-1] == name), None) if column is not None else None
        return column


def across(fields: Fields, link: ListColumn) -> list[ListColumn]:
    """The fields of the entity that the column `link` leads to, as columns of the list that has it; none where it leads to no
    one entity, or over more links than a filter may cross."""
    field = link.field
    if field.link is None or field.stored not in ("link", "user", "dept") or len(field.link.to) != 1 or len(link.path) > MOST_LINKS:
        return []
    return [_joined(link, column) for column in fields.get(field.link.to[0], ())]


def _joined(link: ListColumn, column: ListColumn) -> ListColumn:
    label = enumerated((link.label, column.label), {"zh": " · ", "en": " · "})
    return ListColumn(
        (*link.path, *column.path), column.entity, column.field, label, column.sortable, (*link.hops, *column.hops),
    )
