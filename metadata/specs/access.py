"""Roles, as declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from metadata.problems import NOWHERE, Place
from metadata.specs.common import Expression, Label

Scope = Literal["own", "own_and_reports", "dept", "dept_tree", "members", "pool", "involved", "all"]

VERBS = ("create", "read", "update", "delete", "import", "export", "print", "assign", "share")
"""Verbs a role may be granted besides `move.<name>`."""


@dataclass(frozen=True, slots=True)
class GrantSpec:
    """One right of a role: `verb` (or `move.<name>`) on `entity`, for the rows that `scopes` and `condition` cover.

    For `create` the scopes are of the row about to exist.
    """

    entity: str
    verb: str
    scopes: tuple[Scope, ...]
    condition: Expression | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class FieldRightSpec:
    """What a role may do with a field beyond the default (read as the row is read, edit as the row is updated).

    `hide` takes the field from this role's grants; `mask` shows part of it on the rows that `mask_scopes` (empty:
    all) and `mask_condition` cover; `readonly` keeps it from editing; `read`/`edit` True name it for an outside role.
    """

    entity: str
    field: str
    hide: bool = False
    mask: bool = False
    mask_scopes: tuple[Scope, ...] = ()
    mask_condition: Expression | None = None
    readonly: bool = False
    read: bool = False
    edit: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """`includes` are already flattened by the resolver into `all_includes` (self first, no cycles)."""

    name: str
    label: Label
    includes: tuple[str, ...] = ()
    all_includes: tuple[str, ...] = ()
    outside: bool = False
    grants: tuple[GrantSpec, ...] = ()
    denies: tuple[GrantSpec, ...] = ()
    fields: Mapping[tuple[str, str], FieldRightSpec] = field(default_factory=dict)
    denied_fields: frozenset[tuple[str, str]] = frozenset()
    reports: tuple[str, ...] = ()
    admin: bool = False
    was: tuple[str, ...] = ()
    place: Place = NOWHERE
    layer: str = ""
