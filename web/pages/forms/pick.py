"""Candidates of a link field, for its combobox: what the form holds now narrows them (T20)."""

from __future__ import annotations

from starlette.responses import Response

from engine import access
from engine.compiled import CompiledEntity, CompiledField
from engine.numerals import number_of
from engine.records import read
from engine.records.picker import MOST_CHOICES
from engine.refusals import NotFound
from forms.binding import Bound, bind
from web.context import Context
from web.pages.forms.combobox import candidates
from web.pages.forms.quick import FIXED, MAKES, SCOPE, quick_address, short_fields, title_field
from web.pages.forms.tag_candidates import find_tags

LIMIT = 20
MADE = "_made"
"""Names the record that was just made for the field: it alone is offered, if the field admits it."""
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
        made = number_of(context.text(MADE))
        found = read.pick(context.session, owner, field, text, values, LIMIT if made is None else MOST_CHOICES, around)
        if made is not None:
            found = [choice for choice in found if choice.id == made]
        polymorphic = declared is not None and declared.stored == "any_link"
        offered, scope = candidates(context, found, polymorphic), SCOPE if FIXED in context.posted else ""
        new = _new(context, declared, text) if context.text(MAKES) else ""
        return context.piece("pieces/options.html", id=f"o-{scope}{path.replace('.', '-')}", options=offered, new=new, text=text)


def _new(context: Context, declared: CompiledField | None, text: str) -> str:
    """The dialog that makes the record one searched for; "" where nothing is typed, where the reader may make none of the kind that the
    link leads to, or that kind needs more than a dialog."""
    if not text or declared is None or declared.link is None or len(declared.link.to) != 1 or declared.stored not in ("link", "links"):
        return ""
    target = context.app.entities[declared.link.to[0]]
    title = title_field(target)
    if title is None or not access.may(context.session, target.name, "create") or not short_fields(context, target):
        return ""
    return quick_address(target, [(title.name, text)])


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


