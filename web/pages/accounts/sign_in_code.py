"""The second page of signing in: the code of the authenticator, after the right password in the same browser."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from engine.accounts import second_factor, sessions
from engine.accounts.attempts import TooManyAttempts
from engine.principal import ANONYMOUS
from engine.refusals import Denied, NotFound
from web.context import Context, local
from web.identity import HALFWAY
from web.pages.accounts.gate import address_of, enter, gate


def show(context: Context) -> Response:
    """The form for the code; without the right password before, the sign-in page."""
    with context.site.runtime.reading(ANONYMOUS) as session:
        known = second_factor.halfway(session.connection, _token(context), session.now)
    return RedirectResponse("/sign-in", 303) if known is None else _form(context, context.query("next"), "", 200)


def send(context: Context) -> Response:
    """Signs in and goes on to where one was going."""
    try:
        token = sessions.sign_in_with_code(
            context.site.runtime, _token(context), context.text("code"), address_of(context),
            context.request.headers.get("user-agent", ""),
        )
    except NotFound:
        return RedirectResponse("/sign-in", 303)
    except (TooManyAttempts, Denied) as refusal:
        status = 422 if isinstance(refusal, Denied) else refusal.status
        return _form(context, context.text("next"), refusal.message.text(context.language), status)
    response = enter(context, RedirectResponse(local(context.text("next") or "/"), 303), token)
    response.delete_cookie(HALFWAY[context.secure], path="/", secure=context.secure, httponly=True, samesite="lax")
    return response


def _token(context: Context) -> str:
    return context.request.cookies.get(HALFWAY[context.secure], "")


def _form(context: Context, target: str, error: str, status: int) -> Response:
    return gate(context, "pages/sign_in_code.html", status, next=local(target or "/"), error=error)
