"""Names of files by id, for those the reader may open."""

from __future__ import annotations

from collections.abc import Iterable

from engine.records.attachments import file_of
from engine.refusals import NotFound
from engine.runtime import ReadSession

MOST = 50


def file_names(session: ReadSession, ids: Iterable[int]) -> dict[int, str]:
    """The names of those files that the session's principal may read."""
    found: dict[int, str] = {}
    for id in list(dict.fromkeys(ids))[:MOST]:
        try:
            found[id] = file_of(session, id).name
        except NotFound:
            continue
    return found
