"""What of a field's declaration its stored values depend on."""

from __future__ import annotations

from dataclasses import dataclass

from engine.storage.tables import column_type, fields_with_columns
from metadata.formulas import stored_formulas
from metadata.specs.entity import EntitySpec, FieldSpec

_SCALED = ("decimal", "money", "percent")


@dataclass(frozen=True, slots=True)
class FieldShape:
    """`stored` kind, `scale` of decimals, lineages it points at, text of what it is computed from, and whether it has a
    column."""

    stored: str
    scale: int | None
    target: tuple[int, ...]
    definition: str | None
    has_column: bool


def shape_of(entity: EntitySpec, declared: FieldSpec, target: tuple[int, ...]) -> FieldShape:
    """The shape of a declared field; `target` are the lineages it points at."""
    has_column = declared in fields_with_columns(entity)
    return FieldShape(
        declared.stored or declared.kind, _scale(declared), target, _definition(entity, declared), has_column
    )


def _scale(declared: FieldSpec) -> int | None:
    """Digits after the point as the column has them (a field without its own takes those of its kind)."""
    if declared.stored not in _SCALED:
        return None
    return getattr(column_type(declared), "scale", None)


def _definition(entity: EntitySpec, declared: FieldSpec) -> str | None:
    if declared.formula is not None:
        return f"formula {declared.formula.text}" if declared.name in stored_formulas(entity) else "select"
    if declared.rollup is not None:
        parts = (declared.rollup.value, declared.rollup.where)
        shown = [part.text if part else "" for part in parts]
        return f"rollup {declared.rollup.of} {declared.rollup.function} {'|'.join(shown)}"
    return None
