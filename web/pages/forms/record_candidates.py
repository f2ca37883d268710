"""Records of one entity as options of a combobox, where no field of a record narrows them."""

from __future__ import annotations

from engine import access
from engine.records import read
from engine.records.queries import Query
from engine.refusals import NotFound
from web.context import Context
from web.pages.forms.combobox import Candidate

LIMIT = 20


def find_records(context: Context, entity: str, text: str) -> list[Candidate]:
    """Up to `LIMIT` readable records of `entity` that match `text`."""
    session = context.session
    if not access.may(session, entity, "read"):
        raise NotFound()
    found = read.page(session, Query(entity, (), search=text.strip()[:100], limit=LIMIT))
    titles = read.titles(session, entity, [row[0] for row in found.rows if isinstance(row[0], int)])
    return [Candidate(str(id), title) for id, title in titles.items()]
