"""What of a field's declaration its stored values depend on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.storage.tables import column_type, fields_with_columns
from metadata.expressions.dependencies import walk
from metadata.expressions.typed import FieldRef
from metadata.formulas import stored_formulas
from metadata.specs.app import AppSpec
from metadata.specs.common import Expression
from metadata.specs.entity import EntitySpec, FieldSpec

_SCALED = ("decimal", "money", "percent")
_ANY_TEXT = ("text", "long")
_TEXTS = (*_ANY_TEXT, "email", "phone", "url", "color", "geo")


@dataclass(frozen=True, slots=True)
class FieldShape:
    """`stored` kind, `scale` of decimals, lineages it points at, text of what it is computed from, and whether it has a
    column."""

    stored: str
    scale: int | None
    target: tuple[int, ...]
    definition: str | None
    has_column: bool


def shape_of(spec: AppSpec, entity: EntitySpec, declared: FieldSpec, target: tuple[int, ...]) -> FieldShape:
    """The shape of a declared field of `entity` in `spec`; `target` are the lineages it points at."""
    has_column = declared in fields_with_columns(entity)
    return FieldShape(
        declared.stored or declared.kind, _scale(declared), target, _definition(spec, entity, declared), has_column
    )


def keeps_values(old: str, new: str) -> bool:
    """Whether values stored as the kind `old` are values of the kind `new` as they are: of the same, or texts of any kind
    that become plain ones."""
    return new == old or (new in _ANY_TEXT and old in _TEXTS)


def _scale(declared: FieldSpec) -> int | None:
    """Digits after the point as the column has them (a field without its own takes those of its kind)."""
    if declared.stored not in _SCALED:
        return None
    return getattr(column_type(declared), "scale", None)


def _definition(spec: AppSpec, entity: EntitySpec, declared: FieldSpec) -> str | None:
    if declared.formula is not None:
        return f"formula {declared.formula.text}" if declared.name in stored_formulas(entity) else "select"
    if declared.rollup is not None:
        parts = (declared.rollup.value, declared.rollup.where)
        shown = [part.text if part else "" for part in parts]
        read = dict.fromkeys(text for part in parts if part for text in _read_formulas(spec, part, frozenset()))
        return f"rollup {declared.rollup.of} {declared.rollup.function} {'|'.join((*shown, *sorted(read)))}"
    return None


def _read_formulas(spec: AppSpec, expression: Expression, asking: frozenset[str]) -> Iterator[str]:
    """The formulas without a column that `expression` reads, to the end: values stored over them change with their text.
    (A stored formula that changes is computed anew itself, and what counts it follows.)"""
    for node in walk(expression.typed) if expression.typed else ():
        entity = spec.entities.get(node.entity) if isinstance(node, FieldRef) else None
        field = entity.fields.get(node.field) if entity and isinstance(node, FieldRef) else None
        if entity is None or field is None or field.formula is None or field.name in stored_formulas(entity):
            continue
        name = f"{entity.name}.{field.name}"
        if name not in asking:
            yield f"{name}: {field.formula.text}"
            yield from _read_formulas(spec, field.formula, asking | {name})
