"""Notices left for people inside the application: the one place that writes them. What they say is filled in when they are read
(`workflows.notify`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.compiled import Texts
from engine.languages import localized
from engine.storage.platform import notification

if TYPE_CHECKING:
    from engine.runtime import WriteSession

ACTOR = "{@actor}"
"""Where a text names whoever did what it tells."""
About = tuple[int, int]
"""A record: its entity by lineage, its id."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that others may join: `several` is what it says once it tells of more than one thing."""

    kind: str
    texts: Texts
    several: Texts
    about: About
    actor: int | None
    at: datetime


def join(s: WriteSession, user: int, told: Told, together: timedelta) -> None:
    """Leave a notice for the user; it joins one of its kind about the same record that is not read yet and not older than `together`.
    What was told already, or later things, is not told again: a handler may run twice."""
    (entity, record), actor, texts = told.about, told.actor, _in_all(s, told.texts)
    here = (notification.c.user_id == user) & (notification.c.entity_id == entity) & (notification.c.record_id == record)
    query = sa.select(notification).where(here, notification.c.kind == told.kind)
    last = s.connection.execute(query.order_by(notification.c.at.desc(), notification.c.id.desc()).limit(1)).first()
    if last is not None and last.at >= told.at:
        return
    if last is None or last.read_at is not None or last.at < told.at - together:
        row = {"user_id": user, "kind": told.kind, "texts": texts, "at": told.at, "entity_id": entity, "record_id": record}
        s.connection.execute(sa.insert(notification).values(**row, actor_id=actor))
        return
    same = last.texts == texts and last.actor_id == actor
    said = {"at": told.at} if same else {"at": told.at, "texts": _in_all(s, told.several), "actor_id": None}
    s.connection.execute(sa.update(notification).where(notification.c.id == last.id).values(**said))


def leave(
    s: WriteSession, users: Iterable[int], kind: str, texts: Texts, about: About | None = None, actor: int | None = None
) -> None:
    """Leave a notice for each of `users`, once."""
    (entity, record), kept = about or (None, None), _in_all(s, texts)
    rows = [
        {
            "user_id": user, "kind": kind, "texts": kept, "at": s.now, "entity_id": entity, "record_id": record,
            "actor_id": actor,
        }
        for user in dict.fromkeys(users)
    ]
    if rows:
        s.connection.execute(sa.insert(notification), rows)


def _in_all(s: WriteSession, texts: Texts) -> dict[str, str]:
    """The text in every language of the application: nobody knows yet in which it will be read."""
    return {code: localized(texts, language) for code, language in s.app.spoken.items()}
