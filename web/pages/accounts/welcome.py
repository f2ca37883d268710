"""What a link for a password opens: name and log-in, a password twice, and in. Whoever has the link may open it; the address
goes to nobody as a referrer."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from engine.accounts import attempts, credentials, invitations, sessions
from engine.principal import ANONYMOUS, Principal
from engine.refusals import FieldError, Invalid, Message, NotFound
from engine.runtime import WriteSession
from web.context import Context
from web.pages.accounts.gate import address_of, enter_or_ask, gate


def show(context: Context) -> Response:
    """The form for the password."""
    return _for_the_person(context, lambda person: _form(context, person, {}, 200))


def send(context: Context) -> Response:
    """Sets the password and signs in; a second step that is on is asked for as ever."""
    return _for_the_person(context, lambda person: _set(context, person))


def _set(context: Context, person: Principal) -> Response:
    new, again = context.text("new"), context.text("again")
    try:
        _check(new, again, person.login)
    except Invalid as refusal:
        error = refusal.errors[0]
        said = context.texts("accounts.welcome_differs") if error.path == "again" else error.message.text(context.language)
        return _form(context, person, {error.path: said}, 422)
    hashed, agent = credentials.hash_password(new), context.request.headers.get("user-agent", "")

    def unit(session: WriteSession) -> sessions.Entry:
        return sessions.enter(session, invitations.use(session, context.part("token"), hashed), agent)

    return enter_or_ask(context, context.site.runtime.writing(ANONYMOUS, unit), "/")


def _check(new: str, again: str, login: str) -> None:
    """Raises `Invalid` at the input that is wrong."""
    try:
        credentials.check_password(new, login)
    except Invalid as refusal:
        raise Invalid([FieldError("new", refusal.errors[0].message)]) from None
    if new != again:
        raise Invalid([FieldError("again", Message("bad_credentials"))])


def _for_the_person(context: Context, answer: Callable[[Principal], Response]) -> Response:
    """The answer for whom the link lets in; the same for every link that does not."""
    try:
        person = invitations.look(context.site.runtime, context.part("token"), address_of(context))
        if "language" not in context.request.cookies:
            context.visit.language = person.language
        response = answer(person)
    except (NotFound, attempts.TooManyAttempts) as refusal:
        response = gate(
            context, "pages/gate_note.html", refusal.status, title=context.texts("accounts.link_over_title"),
            text=refusal.message.text(context.language), sign="link",
        )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _form(context: Context, person: Principal, errors: dict[str, str], status: int) -> Response:
    return gate(
        context, "pages/welcome.html", status, name=person.name, login=person.login, errors=errors, least=credentials.SHORTEST
    )
