"""Field rights as SQL. A field is readable on a row if one grant covers both the row and the field.

A role that hides a field leaves it out of its own grants; `deny` takes it from all. What differs from row to row becomes
a condition, so that select, filter, sort, group and search all see `CASE WHEN condition THEN column END`. A masked value
is shown in part and counts as unreadable everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from engine.access.matrix import FieldRight
from engine.access.predicates import (
    Cover,
    all_of,
    any_of,
    certain,
    cover_clause,
    covers,
    field_absent,
    not_true,
)
from engine.access.rules import rule_fails
from engine.access.scopes import Clause, Row, scope_clause
from engine.access.views import View
from metadata.specs.access import Scope


@dataclass(frozen=True, slots=True, eq=False)
class Readability:
    """Whether a field is readable on the rows that its principal may read.

    `condition` belongs to `varying`: true on the rows where it is. `masked` is true on the rows where the value is
    shown in part (never where it is readable), None where no mask is declared.
    """

    state: Literal["always", "never", "varying"]
    condition: Clause | None = None
    masked: Clause | None = None

    @property
    def shown(self) -> bool:
        """Whether anything of the field may be seen on some row."""
        return self.state != "never" or self.masked is not None

ALWAYS = Readability("always")
NEVER = Readability("never")

class Reads(Mapping[str, Readability]):
    """How the fields of one row may be read; each is worked out when it is asked for."""

    def __init__(self, view: View, entity: str, row: Row) -> None:
        self._view, self._entity, self._row = view, entity, row
        self._names = view.app.entities[entity].fields
        self._covers = () if view.unrestricted else covers(view, entity, "read")
        self._known: dict[str, Readability] = {}

    def __getitem__(self, name: str) -> Readability:
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> Readability:
        if name not in self._names:
            raise KeyError(name)
        if self._view.unrestricted:
            return ALWAYS
        return _readability(self._view, self._entity, name, self._covers, self._row)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def readable_fields(view: View, entity: str, row: Row) -> Reads:
    """How each field of `entity` may be read on `row`, given that the row itself may be read."""
    return Reads(view, entity, row)

def _readability(view: View, entity: str, name: str, found: tuple[Cover, ...], row: Row) -> Readability:
    present = [cover for cover in found if not field_absent(view, cover.grant, entity, name)]
    rights = {cover: view.app.access.field_right(cover.grant.role, entity, name) for cover in present}
    plain = [cover for cover in present if not rights[cover].mask]
    if _cover_all(plain, found):
        return ALWAYS
    partly = [cover for cover in present if rights[cover].mask and not rights[cover].masks_all]
    lifted = [
        all_of([cover_clause(view, [cover], row), _unmasked(view, entity, rights[cover], row)])
        for cover in partly
    ]
    condition = any_of([cover_clause(view, plain, row), *lifted])
    masking = [cover for cover in present if rights[cover].mask]
    masked = all_of([cover_clause(view, masking, row), not_true(condition)]) if masking else None
    if isinstance(condition, sa.False_):
        return Readability("never", None, masked)
    return Readability("varying", condition, masked)

def _cover_all(some: Iterable[Cover], found: tuple[Cover, ...]) -> bool:
    """Whether `some` of the grants surely cover every row that all of them cover. No grant at all covers nothing."""
    kept = {atom for cover in some for atom in _atoms(cover)}
    return bool(kept) and all(_within(atom, kept) for cover in found for atom in _atoms(cover))


_Atom = tuple[str, str, Scope, object]
_WIDER: Mapping[Scope, tuple[Scope, ...]] = {"own": ("own_and_reports",), "dept": ("dept_tree",)}


def _atoms(cover: Cover) -> list[_Atom]:
    """The grant in parts of one scope each: the rows of one scope under one condition."""
    return [(cover.parent, cover.field, scope, cover.grant.condition) for scope in cover.grant.scopes]


def _within(atom: _Atom, kept: set[_Atom]) -> bool:
    parent, field, scope, condition = atom
    wider: tuple[Scope, ...] = (scope, *_WIDER.get(scope, ()), "all")
    return any((parent, field, name, rule) in kept for name in wider for rule in (condition, None))


def _unmasked(view: View, entity: str, right: FieldRight, row: Row) -> Clause:
    """Where the mask of one role's right surely does not lie: outside its scopes, or where its condition is false."""
    compiled = view.app.entities[entity]
    parts: list[Clause] = []
    if right.mask_scopes:
        reached = any_of([scope_clause(view, scope, compiled, "read", row) for scope in right.mask_scopes])
        parts.append(not_true(reached))
    if right.mask_condition is not None:
        parts.append(certain(rule_fails(view, entity, right.mask_condition, row)))
    return any_of(parts)
