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
    entities, language = context.app.entities, context.language
    rows = tuple(
        Row(title, f"/e/{ref.entity}/{ref.id}", entities[ref.entity].label[language], icon=icon_name(entities[ref.entity].icon))
        for ref, title in opened(context)
    )
    return context.piece("pieces/recent.html", block=Rows(context.texts("pages.home_opened"), rows[:6], "", "history"))


def opened(context: Context) -> list[tuple[RecordRef, str]]:
    """The records of `seen` (`contract:12,lead:3`, the latest first) with their titles; those one may not read are left out."""
    named = [part.partition(":") for part in context.query("seen")[:_LONGEST].split(",")]
    found: dict[RecordRef, None] = {}
    for entity, _, digits in named[:MOST]:
        number, known = number_of(digits), context.app.entities.get(entity)
        if number is not None and known is not None and not known.child:
            found[RecordRef(entity, number)] = None
    wanted: dict[str, list[int]] = {}
    for ref in found:
        wanted.setdefault(ref.entity, []).append(ref.id)
    titles = {
        RecordRef(entity, id): title for entity, ids in wanted.items()
        for id, title in read.titles(context.session, entity, ids).items()
    }
    return [(ref, titles[ref]) for ref in found if ref in titles]
