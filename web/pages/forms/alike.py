"""Whom or what a new record may already be, told while one types; saving asks the same again."""

from __future__ import annotations

from starlette.responses import Response

from engine import access
from engine.records import read
from engine.refusals import Denied, Message, Unread
from forms.binding import bind
from web.context import Context


def show(context: Context) -> Response:
    """The records that look like what the form holds now, as far as its writer may hear of them; nothing for none."""
    with context.read() as session:
        context.check_token()
        entity = context.entity()
        if not access.may(session, entity.name, "create"):
            raise Denied(Message("may_not_create"))
        bound = bind(context.app, entity, context.typed, context.reading)
        asked = {name: bound.values.get(name) for name, _ in entity.duplicates}
        known = {name: value for name, value in asked.items() if not isinstance(value, Unread)}
        found = read.duplicates(session, entity.name, known) if known else []
        return context.piece("pieces/alike.html", duplicates=found, list_href=f"/e/{entity.name}")
