"""One's own sessions: which devices are signed in, and ending them."""

from __future__ import annotations

from starlette.responses import Response

from engine.accounts import sessions
from web.context import Context
from web.pages.accounts.devices import device_icon, device_of
from web.view_models.accounts import SessionView


def sessions_of(context: Context) -> list[SessionView]:
    """The reader's sessions, this one first."""
    user, this = context.principal.user_id, sessions.mark_of(context.visit.token)
    assert user is not None
    found = sessions.open_sessions(context.session.connection, user, context.session.now)
    return [
        SessionView(
            one.mark, device_of(one.agent, context.texts), device_icon(one.agent), context.ago(one.created_at),
            context.ago(one.seen_at), one.mark == this,
        )
        for one in sorted(found, key=lambda one: one.mark != this)
    ]


def end(context: Context) -> Response:
    """Ends one of one's own sessions; this one means signing out."""
    mark = context.part("mark")
    context.write(lambda session: sessions.end_own_session(session, mark))
    if mark == sessions.mark_of(context.visit.token):
        return context.go("/sign-in")
    return context.go("/profile", "accounts.session_ended")


def end_others(context: Context) -> Response:
    """Ends all of one's own sessions but this one."""
    context.write(lambda session: sessions.end_other_sessions(session, context.visit.token))
    return context.go("/profile", "accounts.sessions_ended")
