"""Tags in use: what people typed already, so that the same is called the same."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from engine.records.group import group
from engine.records.queries import Filter, Grouping, GroupQuery, Measure
from engine.refusals import NotFound
from metadata.tag_texts import tag_key

if TYPE_CHECKING:
    from engine.runtime import ReadSession

_MOST_SETS = 5000
"""Different sets of tags that are looked through; where there are more, those beyond go unsuggested."""


def tags_in_use(session: ReadSession, entity: str, field: str) -> list[tuple[str, int]]:
    """The tags of the records that the principal may read, with the number of these records, the most used first; tags that
    differ only in case are one, in its most usual spelling. Raises `NotFound` for a field that the principal does not know of, or
    that holds no tags."""
    declared = session.app.entities[entity].fields.get(field)
    if declared is None or declared.stored != "tags":
        raise NotFound("unknown_field")
    query = GroupQuery(
        entity, (Grouping(field, (field,)),), (Measure("n", "count"),), (Filter((field,), "not_blank"),), limit=_MOST_SETS
    )
    spelled: dict[str, Counter[str]] = {}
    for row in group(session, query):
        tags, number = row.keys[0], row.measures[0]
        assert isinstance(tags, tuple) and isinstance(number, int)
        for tag in tags:
            spelled.setdefault(tag_key(tag), Counter())[tag] += number
    found = [(spellings.most_common(1)[0][0], spellings.total()) for spellings in spelled.values()]
    return sorted(found, key=lambda one: (-one[1], one[0]))
