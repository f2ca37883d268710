"""Names of files by id, for those the reader may open."""

from __future__ import annotations

from collections.abc import Iterable

from engine.records.attachments import files_of
from engine.runtime import ReadSession

MOST = 200


def file_names(session: ReadSession, ids: Iterable[int]) -> dict[int, str]:
    """The names of those files that the session's principal may read."""
    return {one.id: one.name for one in files_of(session, list(dict.fromkeys(ids))[:MOST])}
