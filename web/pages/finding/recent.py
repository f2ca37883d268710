"""The records that somebody opened last. The browser remembers which they were; what they are called, and whether they may
still be read, is said here (law 2)."""

from __future__ import annotations

from starlette.responses import Response

from engine.numerals import number_of
from engine.records import read
from engine.records.queries import RecordRef
from web.context import Context
from web.icons import icon_name
from web.view_models.shell import Row, Rows

MOST = 12
_LONGEST = 2000


def show(context: Context) -> Response:
    """The card of the home page."""
    rows = tuple(record_row(context, ref, title) for ref, title in opened(context))
    return context.piece("pieces/recent.html", block=Rows(context.texts("pages.home_opened"), rows[:6], "", "history"))


def record_row(context: Context, ref: RecordRef, title: str, when: str = "") -> Row:
    """A record as a line of a simple list."""
    entity = context.app.entities[ref.entity]
    return Row(title, f"/e/{ref.entity}/{ref.id}", entity.label[context.language], when, icon_name(entity.icon))


def opened(context: Context) -> list[tuple[RecordRef, str]]:
    """The records of `seen` (`contract:12,lead:3`, the latest first) with their titles; those one may not read are left out."""
    named = [part.partition(":") for part in context.query("seen")[:_LONGEST].split(",")]
    found: dict[RecordRef, None] = {}
    for entity, _, digits in named[:MOST]:
        number, known = number_of(digits), context.app.entities.get(entity)
        if number is not None and known is not None and not known.child:
            found[RecordRef(entity, number)] = None
    return read.named(context.session, found)
