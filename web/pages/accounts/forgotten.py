"""Somebody forgot the password: the administrators are told, once a day for each person. The answer is the same whether there
is such a person or not (T42)."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from engine.accounts import attempts
from engine.accounts.principals import principal_within, user_of_login
from engine.messages import MESSAGES
from engine.principal import ANONYMOUS
from engine.records import people
from engine.runtime import WriteSession
from web.context import Context
from web.pages.accounts.gate import address_of, gate
from workflows import notify

KIND = "reset"
AGAIN = timedelta(days=1)
"""How long a request stands before another one tells anybody."""
MOST_TOLD = 50


def show(context: Context) -> Response:
    """The form for the log-in."""
    return _form(context, "", 200)


def send(context: Context) -> Response:
    """Tells the administrators, where there is somebody to tell about."""
    login, address = context.text("login").strip(), address_of(context)

    def unit(session: WriteSession) -> bool:
        if not attempts.count_request(session.connection, login, address, session.now):
            return False
        _tell(session, login)
        return True

    if not context.site.runtime.writing(ANONYMOUS, unit):
        return _form(context, attempts.too_many().message.text(context.language), 429)
    return gate(
        context, "pages/gate_note.html", 200, title=context.texts("accounts.forgotten_sent_title"),
        text=context.texts("accounts.forgotten_sent"), sign="send",
    )


def _tell(session: WriteSession, login: str) -> None:
    user = user_of_login(session.connection, session.app, login)
    if user is None or principal_within(session, user) is None:
        return
    about = notify.About(session.app.entities["user"], user)
    if not notify.told_since(session, KIND, about, session.now - AGAIN):
        notify.tell(session, people.administrators(session, MOST_TOLD), KIND, MESSAGES["forgot_password"], about)


def _form(context: Context, error: str, status: int) -> Response:
    return gate(context, "pages/forgotten.html", status, error=error, login=context.text("login")[:120])
