"""Seeing the pages as a person, to help them: begun on their page, ended by the bar above every page."""

from __future__ import annotations

from starlette.responses import Response

from engine import access
from engine.accounts import viewing
from engine.accounts.principals import principal_within
from engine.runtime import WriteSession
from web.context import Context
from web.pages.accounts.person_account import name_of
from workflows import notify

NOTICE = {
    "zh": "管理员正以您的身份查看页面（只读），详情见您的动态。",
    "en": "An administrator sees the pages as you, without changing anything; your timeline tells who.",
}


def ask(context: Context) -> Response:
    """The dialog before."""
    number = context.number()
    viewing.need_view(context.session, number)
    return context.piece(
        "pieces/confirm.html",
        title=context.texts("accounts.view_ask", name=name_of(context, number)),
        text=context.texts("accounts.view_hint"),
        action=f"/people/{number}/view",
        submit=context.texts("accounts.view_begin"),
        kind="primary",
        hidden=[],
        key=context.new_key(),
    )


def begin(context: Context) -> Response:
    """From now on the pages are those of the person. A second click is refused, as every write is."""
    number = context.number()

    def unit(session: WriteSession) -> None:
        viewing.begin(session, context.visit.token, number)
        notify.tell(session, [number], "view", NOTICE, _own_record(session, number))

    context.write(unit)
    return context.go("/")


def end(context: Context) -> Response:
    """Back to oneself."""
    context.oneself().write(lambda session: viewing.end(session, context.visit.token))
    return context.go("/")


def _own_record(session: WriteSession, number: int) -> notify.About | None:
    """The person's own record, where they may read it: a notice about what its reader may not read is not shown."""
    person = principal_within(session, number)
    readable = person is not None and access.allowed(session.acting_as(person), "user", "read", number)
    return notify.About(session.app.entities["user"], number) if readable else None
