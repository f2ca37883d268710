"""Notices left for people inside the application: the one place that writes them. What they say is filled in when they are read
(`workflows.notify`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.compiled import Texts
from engine.storage.platform import notification

if TYPE_CHECKING:
    from engine.runtime import WriteSession

ACTOR = "{@actor}"
"""Where a text names whoever did what it tells."""
About = tuple[int, int]
"""A record: its entity by lineage, its id."""


def leave(
    s: WriteSession, users: Iterable[int], kind: str, texts: Texts, about: About | None = None, actor: int | None = None
) -> None:
    """Leave a notice for each of `users`, once."""
    entity, record = about or (None, None)
    rows = [
        {
            "user_id": user, "kind": kind, "texts": dict(texts), "at": s.now, "entity_id": entity, "record_id": record,
            "actor_id": actor,
        }
        for user in dict.fromkeys(users)
    ]
    if rows:
        s.connection.execute(sa.insert(notification), rows)
