"""Tags as options of a combobox: what is typed, as those before wrote it, then what else holds it. Where there is none, none is
missed: whatever is typed is one."""

from __future__ import annotations

from engine.records.tags import tags_in_use
from engine.refusals import NotFound
from metadata.tag_texts import read_tags, tag_key
from web.context import Context
from web.pages.forms.combobox import Candidate

LIMIT = 12


def find_tags(context: Context, entity: str, field: str, text: str) -> list[Candidate]:
    """Up to `LIMIT` of the tags in use that hold `text`, and first of all what was typed. Raises `NotFound` as `tags_in_use`."""
    wanted = next(iter(read_tags([text])), "")
    key = tag_key(wanted)
    known = {tag_key(tag): (tag, count) for tag, count in tags_in_use(context.session, entity, field) if key in tag_key(tag)}
    first = [known.pop(key, (wanted, 0))] if wanted else []
    numbers = context.formats.number
    return [Candidate(tag, tag, numbers(count) if count else "") for tag, count in (*first, *known.values())][:LIMIT]


def find_asked_tags(context: Context, entity: str, question: str, text: str) -> list[Candidate]:
    """The same for a question of a move: of the field of its name, where the reader may know what that holds."""
    try:
        return find_tags(context, entity, question, text)
    except NotFound:
        wanted = next(iter(read_tags([text])), "")
        return [Candidate(wanted, wanted)] if wanted else []
