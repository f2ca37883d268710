"""What is done to a whole record from its page: into the trash and back, to another owner."""

from __future__ import annotations

from starlette.responses import Response

from engine import access
from engine.numerals import number_of
from engine.outside import revision_of
from engine.records import read, write
from engine.refusals import Denied, FieldError, Invalid, Message
from engine.runtime import WriteSession
from forms.conditions import Judged
from forms.widgets import Content, Drawing, draw
from web.context import Context


def ask_trash(context: Context) -> Response:
    """The dialog before a record goes into the trash."""
    entity = context.entity()
    record = read.get(context.session, entity.name, context.number())
    return context.piece(
        "pieces/confirm.html",
        title=context.texts("records.trash_ask", title=record.title),
        text=context.texts("records.trash_hint"),
        action=f"/e/{entity.name}/{record.id}/trash",
        submit=context.texts("records.trash"),
        kind="danger",
        hidden=[("_revision", str(record.revision))],
        key=context.new_key(),
    )


def trash(context: Context) -> Response:
    """Into the trash, with the way back in the message."""
    name, number = context.part("entity"), context.number()
    revision = revision_of(context.text("_revision"))

    def unit(session: WriteSession) -> None:
        write.trash(session, name, number, revision)

    context.write(unit, context.text("_key"))
    return context.go(f"/e/{name}", "records.trashed", undo=f"/e/{name}/{number}/restore")


def restore(context: Context) -> Response:
    """Out of the trash. A second click finds it restored."""
    name, number = context.part("entity"), context.number()

    def unit(session: WriteSession) -> None:
        if read.get(session, name, number).archived:
            write.restore(session, name, number)

    context.write(unit)
    return context.go(f"/e/{name}/{number}", "records.restored")


def ask_assign(context: Context) -> Response:
    """The dialog that asks for the new owner."""
    return _assign_dialog(context, "", 200)


def assign(context: Context) -> Response:
    """To another owner."""
    name, number, owner = context.part("entity"), context.number(), number_of(context.text("owner"))

    def unit(session: WriteSession) -> str:
        if owner is None:
            raise Invalid([FieldError("owner", Message("required"))])
        write.assign(session, name, number, owner)
        return read.title(session, "user", owner) or ""

    try:
        given = context.write(unit, context.text("_key"))
    except Invalid as refusal:
        with context.read():
            return _assign_dialog(context, refusal.errors[0].message.text(context.language), 422)
    with context.read() as session:
        still = access.allowed(session, name, "read", number)
    return context.go(f"/e/{name}/{number}" if still else f"/e/{name}", "records.assigned", name=str(given))


def _assign_dialog(context: Context, error: str, status: int) -> Response:
    entity = context.entity()
    record = read.get(context.session, entity.name, context.number())
    if not entity.owned or not access.allowed(context.session, entity.name, "assign", record.id):
        raise Denied(Message("may_not_assign"))
    drawing = Drawing(context.app, context.language, context.reading, f"/e/{entity.name}/pick")
    owner = draw(entity.fields["owner"], Judged(True, True), Content(error=error), drawing)
    return context.piece(
        "pieces/assign.html", status, title=record.title, owner=owner, action=f"/e/{entity.name}/{record.id}/assign",
        key=context.new_key(),
    )
