"""Candidates of a link field, for its combobox: what the form holds now narrows them (T20)."""

from __future__ import annotations

from starlette.responses import Response

from engine.compiled import CompiledEntity
from engine.records import read
from engine.refusals import NotFound
from forms.binding import Bound, bind
from web.context import Context
from web.pages.forms.combobox import candidates
from web.pages.forms.tag_candidates import find_tags

LIMIT = 20
_OPERAND = "_text.v"
"""What is typed in the dialog of a filter, whatever field it is about."""


def show(context: Context) -> Response:
    """The options for the field at the address: `customer`, or `lines.new3.product` in a child grid."""
    with context.read():
        context.check_token()
        entity = context.entity()
        path = context.part("path")
        bound = bind(context.app, entity, context.typed, context.reading)
        owner, field, values = _field(context, entity, path, bound)
        around = (entity.name, bound.values) if owner != entity.name else None
        text = (context.text(f"_text.{path}") or context.text(_OPERAND)).strip()[:100]
        declared = context.app.entities[owner].fields.get(field)
        if declared is not None and declared.stored == "tags":
            offered = find_tags(context, owner, field, text)
            return context.piece("pieces/options.html", id=f"o-{path.replace('.', '-')}", options=offered, free=True)
        found = read.pick(context.session, owner, field, text, values, LIMIT, around)
        polymorphic = declared is not None and declared.stored == "any_link"
        return context.piece("pieces/options.html", id=f"o-{path.replace('.', '-')}", options=candidates(context, found, polymorphic))


def _field(
    context: Context, entity: CompiledEntity, path: str, bound: Bound
) -> tuple[str, str, dict[str, object]]:
    parts = path.split(".")
    if len(parts) == 1 and parts[0] in entity.fields:
        return entity.name, parts[0], dict(bound.values)
    if len(parts) == 3 and parts[0] in entity.fields and entity.fields[parts[0]].children:
        row = next((row for row in bound.rows.get(parts[0], ()) if row.key == parts[1]), None)
        return str(entity.fields[parts[0]].children), parts[2], dict(row.values) if row else {}
    raise NotFound("unknown_field")


