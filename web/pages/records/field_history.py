"""What one field of a record held over time, who changed it and when."""

from __future__ import annotations

from starlette.responses import Response

from engine import access
from engine.compiled import CompiledEntity
from engine.records import read
from engine.refusals import NotFound
from web.context import Context
from web.pages.records.timeline import field_items


def show(context: Context) -> Response:
    """The dialog of a field's values. What one may not read in full on this record has none, as what there is not (law 2)."""
    entity, number, name = context.entity(), context.number(), context.part("field")
    if not keeps_history(entity, name):
        raise NotFound("unknown_field")
    changes = read.history(context.session, entity.name, number)
    if name not in (access.readable_on(context.session, entity.name, number) or ()):
        raise NotFound("unknown_field")
    label = entity.fields[name].label[context.language]
    return context.piece("pieces/field_history.html", label=label, items=field_items(context, entity, changes, name))


def keeps_history(entity: CompiledEntity, name: str) -> bool:
    """Whether the history tells of the field: what is derived follows from the rest and is not kept."""
    field = entity.fields.get(name)
    return entity.history and field is not None and (field.writable or name == entity.state_field)
