"""The fields of an entity by what reading and writing do with them, told apart once when the entity is compiled: a write of
one record, and of each of many, goes only over those that concern it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.compiled import CompiledField

BOOKKEEPING = frozenset({"id", "revision", "created_at", "created_by", "updated_at", "updated_by", "archived_at"})
"""System fields that every write sets; the history row itself says what they would."""
_LINKS = ("link", "user", "dept", "any_link", "links")
_FILES = ("file", "files")
_DERIVED = ("row", "select", "rollup")


@dataclass(frozen=True, slots=True)
class FieldGroups:
    """All groups keep the order of the fields. `blank` are the values of a record that holds nothing yet."""

    stored: tuple[CompiledField, ...]
    """Those that have a column."""
    ordered: tuple[tuple[str, str], ...]
    """The texts, and the key of the column with what each sorts by."""
    entered: tuple[CompiledField, ...]
    """Those that somebody enters, if anybody may."""
    demanding: tuple[CompiledField, ...]
    """Those of `entered` of which a new record can be refused: one must not be blank, has bounds, or retired options."""
    links: tuple[CompiledField, ...]
    """Links that are not worked out."""
    files: tuple[CompiledField, ...]
    conditional: tuple[CompiledField, ...]
    """Those that are there under a condition."""
    defaulted: tuple[CompiledField, ...]
    fetched: tuple[CompiledField, ...]
    serials: tuple[CompiledField, ...]
    rollups: tuple[CompiledField, ...]
    told: tuple[CompiledField, ...]
    """Those whose values stand in history by themselves."""
    blank: Mapping[str, object]


def grouped(fields: Iterable[CompiledField]) -> FieldGroups:
    """The groups of `fields`."""
    every = tuple(fields)
    stored = tuple(field for field in every if field.column is not None)
    entered = tuple(field for field in every if not field.system and field.computed is None)
    return FieldGroups(
        stored=stored,
        ordered=tuple((field.name, field.order.key) for field in every if field.order is not None),
        entered=entered,
        demanding=tuple(field for field in entered if _demands(field)),
        links=tuple(field for field in every if field.stored in _LINKS and field.computed is None),
        files=tuple(field for field in every if field.stored in _FILES and field.computed is None),
        conditional=tuple(field for field in every if field.visible_if is not None),
        defaulted=tuple(field for field in every if field.default is not None or field.default_rule is not None),
        fetched=tuple(field for field in every if field.fetch is not None),
        serials=tuple(field for field in every if field.serial is not None),
        rollups=tuple(field for field in every if field.rollup is not None),
        told=tuple(field for field in every if _told(field)),
        blank=MappingProxyType({field.name: field.type.blank for field in stored}),
    )


def _demands(field: CompiledField) -> bool:
    limits = (field.required_if, field.minimum, field.minimum_rule, field.maximum, field.maximum_rule)
    retired = any(option.retired for option in field.options.values())
    return field.required or retired or any(limit is not None for limit in limits)


def _told(field: CompiledField) -> bool:
    return field.name not in BOOKKEEPING and field.kind != "children" and field.computed not in _DERIVED
