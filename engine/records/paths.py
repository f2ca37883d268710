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
