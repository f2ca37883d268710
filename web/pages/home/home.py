"""Home: what waits for me, the numbers and lists of my role, and what changed lately."""

from __future__ import annotations

from starlette.responses import Response

from engine import access, following, stars
from engine.records import read
from web.context import Context
from web.icons import icon_name
from web.pages.finding.recent import record_row
from web.pages.home.approvals import todo_rows
from web.pages.home.declared import SHOWN, lists_of, numbers_of
from web.pages.home.notifications import latest, mentions, unread_count
from web.view_models.home import Stat
from web.view_models.shell import Row, Rows


def show(context: Context) -> Response:
    """The first page after signing in: what it shows everybody, and what the reader's own home page declares."""
    waiting = todo_rows(context)
    home = context.forms.home(context.principal.roles)
    unread = unread_count(context.session)
    texts, number = context.texts, context.formats.number
    stats = [Stat(texts("pages.stat_approvals"), number(len(waiting)), "/approvals", "checklist")]
    stats += numbers_of(context, home)
    stats.append(Stat(texts("pages.stat_unread"), number(unread), "/notifications", "bell"))
    return context.page(
        "pages/home.html",
        greeting=_greeting(context),
        today=context.formats.date(context.session.today),
        stats=stats,
        approvals=Rows(texts("pages.home_approvals"), tuple(waiting[:SHOWN]), "/approvals", "checklist"),
        lists=lists_of(context, home),
        mentions=Rows(texts("pages.home_mentions"), tuple(mentions(context, SHOWN)), "/notifications", "messages"),
        notices=Rows(texts("pages.home_notifications"), tuple(latest(context, SHOWN)), "/notifications", "bell"),
        starred=Rows(texts("pages.home_starred"), tuple(_starred(context)), "", "star"),
        followed=Rows(texts("pages.home_followed"), tuple(_followed(context)), "", "bell"),
        shared=Rows(texts("members.shared_with_me"), tuple(_shared(context)), "", "users"),
        recent=Rows(texts("pages.home_recent"), tuple(_recent(context)), "", "history"),
        shortcuts=_shortcuts(context),
    )


def _greeting(context: Context) -> str:
    hour = context.session.now.astimezone(context.app.zone).hour
    part = "morning" if 4 <= hour < 12 else "noon" if hour < 18 else "evening"
    return context.texts(f"pages.greeting_{part}", name=context.principal.name)


def _starred(context: Context) -> list[Row]:
    """The records I marked last."""
    return [record_row(context, ref, title) for ref, title in stars.starred(context.session, SHOWN)]


def _followed(context: Context) -> list[Row]:
    """The records I chose to follow, or commented on, last."""
    return [record_row(context, ref, title) for ref, title in following.followed(context.session, SHOWN)]


def _shared(context: Context) -> list[Row]:
    """The records that others made me a member of."""
    return [record_row(context, ref, title) for ref, title in read.shared_with(context.session, SHOWN)]


def _recent(context: Context) -> list[Row]:
    """The records I changed last."""
    return [record_row(context, one.record, one.title, context.ago(one.at)) for one in read.recent(context.session, SHOWN)]


def _menu_entities(context: Context) -> list[str]:
    names = []
    for item in context.forms.menu(context.principal.roles):
        for one in item.items or (item,):
            if one.target == "entity" and access.may(context.session, one.name, "read"):
                names.append(one.name)
    return names


def _shortcuts(context: Context) -> list[tuple[str, str, str]]:
    """Create buttons for the entities at the top of the menu: label, address, icon."""
    names = [name for name in _menu_entities(context) if access.may(context.session, name, "create")]
    entities = context.app.entities
    return [(entities[n].label[context.language], f"/e/{n}/new", icon_name(entities[n].icon)) for n in names[:5]]

