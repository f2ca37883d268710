"""What the pages before signing in have in common: their frame, where a request comes from, and the cookie that lets in."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from engine.accounts import second_factor, sessions
from engine.principal import ANONYMOUS
from engine.storage.database import Unusable
from web.context import Context, local
from web.identity import COOKIE, HALFWAY
from web.shell import shell_of


def enter(context: Context, response: Response, token: str) -> Response:
    """`response`, with the cookie of the session that `token` opens."""
    response.set_cookie(
        COOKIE[context.secure], token, max_age=int(sessions.LIFETIME.total_seconds()), path="/",
        secure=context.secure, httponly=True, samesite="lax",
    )
    return response


def enter_or_ask(context: Context, entry: sessions.Entry, target: str) -> Response:
    """On to `target` with a session, or to the page that asks for the code first."""
    if not entry.code_needed:
        return enter(context, RedirectResponse(local(target), 303), entry.token)
    response = RedirectResponse(f"/sign-in/code?{urlencode({'next': local(target)})}", 303)
    response.set_cookie(
        HALFWAY[context.secure], entry.token, max_age=int(second_factor.HALFWAY.total_seconds()), path="/",
        secure=context.secure, httponly=True, samesite="lax",
    )
    return response


def address_of(context: Context) -> str:
    """Where the request comes from."""
    client = context.request.client
    return client.host if client else ""


def gate(context: Context, template: str, status: int, **values: object) -> Response:
    """A page before signing in."""
    name = _app_name(context)  # which also makes known what languages the application speaks
    return context.piece(template, status, None, shell=shell_of(context), app_name=name, **values)


def _app_name(context: Context) -> str:
    """The application's name, if there is one yet."""
    try:
        with context.site.runtime.reading(ANONYMOUS) as session:
            return session.app.label[context.language]
    except Unusable:
        return "Loomwork"
