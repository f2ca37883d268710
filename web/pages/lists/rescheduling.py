"""Taking a record to another day of a calendar: its dates move along, with the revision that was seen."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from starlette.responses import Response

from engine.compiled import CompiledEntity
from engine.outside import revision_of
from engine.records import read, write
from engine.refusals import Invalid, NotFound
from engine.runtime import WriteSession
from forms.compiled import ListColumn
from web.context import Context
from web.errors import fault
from web.pages.lists.placing import placed_event, told_error
from web.pages.lists.request import known


def move(context: Context) -> Response:
    """Takes the record from the day `from` to the day `to`: an instant keeps its time of day, a span its length. What is
    refused is told in words, and nothing is written."""
    name, number = context.part("entity"), context.number()

    def days() -> tuple[date, date]:
        return _day(context.text("from")), _day(context.text("to"))

    def unit(session: WriteSession) -> None:
        revision, (begin, end) = revision_of(context.text("_revision")), days()
        columns = _columns(context, context.entity())
        values = read.get(session, name, number).values
        moved = {column.field.name: _moved(context, values.get(column.field.name), end - begin) for column in columns}
        write.update(session, name, number, {field: value for field, value in moved.items() if value is not None}, revision)

    try:
        context.write(unit, context.text("_key"))
    except Invalid as refusal:
        with context.read():
            return fault(context, 422, " ".join(told_error(context, error.path, error.message) for error in refusal.errors))
    begin, end = days()
    with context.read() as session:
        title = read.title(session, name, number) or ""
        text = context.texts("modes.placed", title=title, to=context.formats.date(end))
        return placed_event({"id": number, "text": text, "back": begin.isoformat()})


def _columns(context: Context, entity: CompiledEntity) -> list[ListColumn]:
    """The dates that move: the one that the calendar is shown by, and the last day where it has one. Raises `NotFound` for
    fields that are none, or that the reader does not know of."""
    knows = known(context.session)
    dates = {c.field.name: c for c in context.forms.ways.get(entity.name, {}).get("calendar", ()) if knows(c)}
    names = [context.query("by"), *([context.query("until")] if context.query("until") else [])]
    if any(name not in dates for name in names):
        raise NotFound("unknown_field")
    return [dates[name] for name in names]


def _moved(context: Context, value: object, by: timedelta) -> object:
    """The value as many days later; an instant at the same time of day in the application's zone. Raises `NotFound` where there
    is no such day."""
    try:
        if isinstance(value, datetime):
            return value.astimezone(context.app.zone) + by
        return value + by if isinstance(value, date) else None
    except OverflowError:
        raise NotFound() from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound() from None
