"""Signing in and out, and the switch of language."""

from __future__ import annotations

from contextlib import suppress

from starlette.responses import RedirectResponse, Response

from engine.accounts import sessions, viewing
from engine.accounts.attempts import TooManyAttempts
from engine.accounts.principals import prefer_language
from engine.refusals import Denied
from engine.runtime import WriteSession
from web.context import Context, local
from web.identity import COOKIE, SignInNeeded
from web.pages.accounts.gate import address_of, enter_or_ask, gate

YEAR = 365 * 86_400


def show(context: Context) -> Response:
    """The sign-in form."""
    return _form(context, context.query("next"), "", "", 200)


def send(context: Context) -> Response:
    """Signs in and goes on to where one was going, in the language chosen in this browser, if any; the same answer for an
    unknown login and a wrong password (T42)."""
    login = context.text("login").strip()
    chosen = _spoken(context, context.request.cookies.get("language", ""))
    try:
        entry = sessions.sign_in(
            context.site.runtime, login, context.text("password"), address_of(context),
            context.request.headers.get("user-agent", ""), chosen,
        )
    except TooManyAttempts as refusal:
        return _form(context, context.text("next"), login, refusal.message.text(context.language), 429)
    except Denied:
        return _form(context, context.text("next"), login, context.texts("pages.sign_in_wrong"), 422)
    return enter_or_ask(context, entry, context.text("next") or "/")


def leave(context: Context) -> Response:
    """Signs out; the session is gone for every copy of its cookie."""
    def end(session: WriteSession) -> None:
        viewing.end(session, context.visit.token)
        sessions.end_session(session, context.visit.token)

    with suppress(SignInNeeded):
        context.oneself().write(end)
    response = context.go("/sign-in")
    response.delete_cookie(COOKIE[context.secure], path="/", secure=context.secure, httponly=True, samesite="lax")
    return response


def language(context: Context) -> Response:
    """Switches the language: of the person who is signed in, from now on, and of this browser."""
    chosen = _spoken(context, context.text("language")) or context.languages[0].tag
    if context.visit.token:

        def unit(session: WriteSession) -> None:
            sessions.set_session_language(session, context.visit.token, chosen)
            prefer_language(session, chosen)

        with suppress(SignInNeeded):
            context.oneself().write(unit)
    response = RedirectResponse(local(context.text("next") or "/"), 303)
    response.set_cookie(
        "language", chosen, max_age=YEAR, samesite="lax", secure=context.secure, httponly=True, path="/"
    )
    return response


def _spoken(context: Context, tag: str) -> str | None:
    """The tag, where it is that of a language that one may choose."""
    return next((language.tag for language in context.languages if language.tag == tag), None)


def _form(context: Context, target: str, login: str, error: str, status: int) -> Response:
    return gate(context, "pages/sign_in.html", status, next=local(target or "/"), login=login[:120], error=error)
