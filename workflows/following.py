"""Followers of a record are told what others did to it, after it was done: whoever may not read the record, or nothing of what was
changed, is not told. Several things within some minutes are one notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from engine import following, notices
from engine.access import readable_on
from engine.accounts.principals import principal_within
from engine.compiled import CompiledEntity, Texts
from engine.languages import InLanguages
from engine.messages import MESSAGES
from engine.outbox import Event, Handler
from engine.principal import SYSTEM
from engine.runtime import Runtime, WriteSession
from engine.storage.platform import notification
from workflows.notice_places import kept

FOLLOW = "follow"
"""The kind of these notices."""
TOGETHER = timedelta(minutes=15)
"""How long what is done later joins a notice that was not read yet."""
_OF_ITSELF = frozenset({"updated_at", "updated_by", "revision", "archived_at"})


def tell_followers(runtime: Runtime, event: Event) -> None:
    """The handler of what is done to records."""
    runtime.writing(SYSTEM, lambda session: _tell(session, event))


EVENTS = ("record.update", "record.move", "record.assign", "record.approve", "record.comment")
HANDLERS: Mapping[str, Mapping[str, Handler]] = {event: {"followers": tell_followers} for event in EVENTS}
"""What followers are told of, for the outbox."""


def _tell(s: WriteSession, event: Event) -> None:
    entity = s.app.by_lineage.get(event.entity) if event.entity is not None else None
    if entity is None or entity.child or event.record is None:
        return
    by = event.payload.get("by")
    actor = by if isinstance(by, int) else None
    for user in following.followers(s, entity, event.record):
        if user != actor and not _mentioned(s, user, entity, event):
            texts = _texts(s, user, entity, event, actor)
            if texts is not None:
                told = notices.Told(FOLLOW, texts, MESSAGES["followed_several"], (entity.lineage, event.record), actor, event.at)
                notices.join(s, user, told, TOGETHER)


def _mentioned(s: WriteSession, user: int, entity: CompiledEntity, event: Event) -> bool:
    """Whether the same comment names the person, who was told so."""
    same = (notification.c.entity_id == entity.lineage) & (notification.c.record_id == event.record)
    mention = (notification.c.user_id == user) & (notification.c.kind == "mention") & (notification.c.at == event.at)
    return event.event == "record.comment" and s.connection.execute(sa.select(notification.c.id).where(mention, same)).first() is not None


def _texts(s: WriteSession, user: int, entity: CompiledEntity, event: Event, actor: int | None) -> Texts | None:
    """What the person is told, None for nothing: with the rights that they have now."""
    them = principal_within(s, user)
    seen = readable_on(s.acting_as(them), entity.name, event.record or 0) if them is not None else None
    if seen is None:
        return None
    if event.event == "record.comment":
        return MESSAGES["followed_commented"]
    given = event.payload.get("changed")
    changed = set(given) - _OF_ITSELF if isinstance(given, list) else set[str]()
    lines = {field.name for field in entity.fields.values() if field.children}
    if not seen & (changed or lines):
        return None
    if actor is None:
        return MESSAGES["followed_system"]
    if event.event == "record.move" and entity.state_field in seen:
        state, moved = f"{{{entity.state_field}}}", MESSAGES["followed_moved"]
        return InLanguages(lambda language: kept(s.app, entity.name, moved[language].replace("{@state}", state)))
    return MESSAGES["followed_changed"]
