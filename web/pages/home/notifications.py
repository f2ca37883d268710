"""Notifications: what concerns me, read and unread."""

from __future__ import annotations

from starlette.responses import Response

from engine.records.queries import RecordRef
from engine.runtime import ReadSession
from web.bulk_port import WORK
from web.context import Context
from web.icons import icon_name
from web.pages.finding.following import address as follow_address
from web.view_models.shell import Row
from workflows import approvals, notify
from workflows.following import FOLLOW

ASKS = "task"
"""The kind of notice that asks for a decision."""
MOST = 100
CAP = 99


def show(context: Context) -> Response:
    """The latest notifications."""
    return context.page("pages/notifications.html", rows=latest(context, MOST), unread=unread_count(context.session))


def mark_read(context: Context) -> Response:
    """All of mine are read."""
    context.write(notify.mark_read)
    return context.go("/notifications", "pages.marked_read")


def mark_one_read(context: Context) -> Response:
    """The one that was opened is read; another's is left alone."""
    number = context.number()
    context.write(lambda session: notify.mark_read(session, number))
    return context.go("/notifications")


def badge(context: Context) -> Response:
    """How many are unread, for the bell."""
    return context.piece("pieces/badge.html", count=unread_count(context.session), cap=CAP)


def unread_count(session: ReadSession) -> int:
    """How many of mine are unread, counted up to just above the cap."""
    return notify.unread(session, CAP + 1)


def latest(context: Context, most: int) -> list[Row]:
    """The newest ones; those about a record I may no longer read are left out (law 2)."""
    found = [notice for notice in notify.notices(context.session, most) if not notice.gone]
    asking = {ref for one in found if one.kind == ASKS and (ref := _ref(one)) is not None}
    settled = asking - approvals.waiting_records(context.session, asking)
    return [_row(context, one, one.kind == ASKS and _ref(one) in settled) for one in found]


def mentions(context: Context, most: int) -> list[Row]:
    """The newest comments that name me and that I have not opened yet."""
    return [_row(context, notice) for notice in notify.notices(context.session, most, unread="mention") if not notice.gone]


def _ref(notice: notify.Notice) -> RecordRef | None:
    return RecordRef(notice.entity, notice.record_id) if notice.entity and notice.record_id else None


def _row(context: Context, notice: notify.Notice, settled: bool = False) -> Row:
    entity = context.app.entities.get(notice.entity or "")
    href = f"/e/{notice.entity}/{notice.record_id}" if entity else "/runs" if notice.kind == WORK else "/notifications"
    icon = icon_name(entity.icon) if entity else "bell"
    unread = notice.read_at is None
    unfollow = follow_address(notice.entity, notice.record_id) if notice.kind == FOLLOW and notice.entity and notice.record_id else ""
    when = context.ago(notice.at)
    tags = ((context.texts("pages.notice_settled"), "gray"),) if settled else ()
    return Row(notice.text, href, notice.title or "", when, icon, tags, unread, notice.id if unread else 0, unfollow)
