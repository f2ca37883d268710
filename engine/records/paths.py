"""Where a field path leads: over links, from hop to hop. What of it may be read is judged by `engine.records.select`."""

from __future__ import annotations

from engine.compiled import CompiledApp, CompiledField
from engine.records.queries import Path
from engine.refusals import NotFound


def fields_along(app: CompiledApp, entity: str, path: Path) -> list[tuple[str, CompiledField]]:
    """Each field on the way with the entity it belongs to, the last one at the end. Raises `NotFound("unknown_field")` for
    a path that leads nowhere."""
    found: list[tuple[str, CompiledField]] = []
    owner: str | None = entity
    for name in path:
        compiled = app.entities.get(owner) if owner is not None else None
        field = compiled.fields.get(name) if compiled is not None else None
        if owner is None or field is None:
            raise NotFound("unknown_field")
        found.append((owner, field))
        owner = field.link.to[0] if field.link is not None else None
    if not found:
        raise NotFound("unknown_field")
    return found


def field_at(app: CompiledApp, entity: str, path: Path) -> CompiledField:
    """The field at the end of `path`. Raises as `fields_along`."""
    return fields_along(app, entity, path)[-1][1]


def lasting(app: CompiledApp, entity: str, path: Path) -> str:
    """`path` as it is stored where it has to outlast renames: the lineage of its fields, `12.45`; a system field, which is never
    renamed, by its name. Raises as `fields_along`."""
    return ".".join(str(field.lineage or field.name) for _, field in fields_along(app, entity, path))


def present(app: CompiledApp, entity: str, stored: str) -> Path | None:
    """The path that `lasting` stored, by the present names of its fields; None where one of them is no more."""
    owner = app.entities.get(entity)
    path: list[str] = []
    for part in stored.split("."):
        fields = owner.fields.values() if owner is not None else ()
        field = next((field for field in fields if str(field.lineage or field.name) == part), None)
        if field is None:
            return None
        path.append(field.name)
        owner = app.entities.get(field.link.to[0]) if field.link is not None else None
    return tuple(path)
