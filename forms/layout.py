"""The layout an entity has without a line of YAML, and the fields that a layout may show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.compiled import CompiledEntity, CompiledField
from forms.compiled import CompiledSection

WIDE = frozenset({"long", "rich", "links", "files", "choices", "tags", "any_link"})
"""Kinds that take a line of their own."""

_SYSTEM_SHOWN = ("owner", "dept", "created_by", "created_at", "updated_by", "updated_at")


def default_sections(entity: CompiledEntity) -> tuple[CompiledSection, ...]:
    """All fields in declared order, two side by side, long ones alone; then a grid for each children field."""
    shown = [f for f in entity.fields.values() if shows(f)]
    plain = [f for f in shown if f.kind != "children"]
    grids = [f for f in shown if f.kind == "children"]
    rows = tuple(rows_of(plain))
    main = (CompiledSection("main", None, rows),) if rows else ()
    return main + tuple(grid_section(f) for f in grids)


def grid_section(field: CompiledField) -> CompiledSection:
    """The section of one children field, all columns of the child shown."""
    return CompiledSection(field.name, field.label, children=field.name)


def system_rows(entity: CompiledEntity) -> tuple[tuple[str, ...], ...]:
    """Who owns, made and changed the record: shown below every record page."""
    names = [name for name in _SYSTEM_SHOWN if name in entity.fields]
    return tuple(tuple(names[i : i + 2]) for i in range(0, len(names), 2))


def grid_columns(child: CompiledEntity, section: CompiledSection) -> tuple[CompiledField, ...]:
    """The columns of a child grid: those the section names, else all that the child shows."""
    names = section.columns or tuple(f.name for f in child.fields.values() if shows(f) and f.kind != "children")
    return tuple(child.fields[name] for name in names if name in child.fields)


def shows(field: CompiledField) -> bool:
    """Whether a layout shows the field unasked."""
    return not field.system and not field.hidden


def rows_of(fields: Iterable[CompiledField]) -> Iterator[tuple[str, ...]]:
    """Lines of a layout: two fields side by side, wide ones alone."""
    waiting: list[str] = []
    for field in fields:
        if field.stored in WIDE or field.kind in WIDE:
            if waiting:
                yield tuple(waiting)
                waiting = []
            yield (field.name,)
            continue
        waiting.append(field.name)
        if len(waiting) == 2:
            yield tuple(waiting)
            waiting = []
    if waiting:
        yield tuple(waiting)
