"""One's own settings: password, devices, language."""

from __future__ import annotations

from starlette.responses import Response

from engine.accounts import attempts, credentials
from engine.accounts.sessions import start_session
from engine.refusals import FieldError, Invalid, Message
from engine.runtime import WriteSession
from web.context import Context
from web.pages.accounts.away import away_of
from web.pages.accounts.gate import enter
from web.pages.accounts.own_password import is_own_password
from web.pages.accounts.profile_keys import keys_of
from web.pages.accounts.profile_second_step import second_step_of
from web.pages.accounts.profile_sessions import sessions_of
from web.view_models.accounts import AwayView


def show(context: Context) -> Response:
    """The page of one's own settings."""
    return _page(context, {}, 200)


def change_password(context: Context) -> Response:
    """A new password; every other session of the person ends, and this one goes on under a new token (T42)."""
    old, new, again = (context.text(name) for name in ("old", "new", "again"))
    agent = context.request.headers.get("user-agent", "")
    with context.read() as session:
        user, login = session.principal.user_id, session.principal.login
    assert user is not None
    right = is_own_password(context, old)
    try:
        _check(right, new, again, login)
    except Invalid as refusal:
        with context.read():
            return _page(context, _errors(context, refusal), 422)
    hashed = credentials.hash_password(new)

    def unit(session: WriteSession) -> str:
        attempts.forget_guesses(session.connection, user)
        credentials.store_hash(session, user, hashed)
        return start_session(session, user, agent)

    token = context.write(unit)
    return enter(context, context.go("/profile", "pages.password_changed"), token)


def _check(right: bool, new: str, again: str, login: str) -> None:
    """Raises `Invalid` at the input that is wrong; `right` says whether the old password is."""
    if not right:
        raise Invalid([FieldError("old", Message("bad_credentials"))])
    if new != again:
        raise Invalid([FieldError("again", Message("bad_credentials"))])
    credentials.check_password(new, login)


def _errors(context: Context, refusal: Invalid) -> dict[str, str]:
    own = {"old": context.texts("pages.password_wrong"), "again": context.texts("pages.password_differs")}
    error = refusal.errors[0]
    return {("new" if error.path == "password" else error.path): own.get(error.path, error.message.text(context.language))}


def _page(context: Context, errors: dict[str, str], status: int) -> Response:
    roles = [context.app.roles[name][context.language] for name in sorted(context.principal.roles) if name in context.app.roles]
    return context.page(
        "pages/profile.html", status, errors=errors, must=context.visit.must_change, login=context.principal.login,
        name=context.principal.name, roles=roles, least=credentials.SHORTEST,
        person=f"/e/user/{context.principal.user_id}", sessions=sessions_of(context),
        second_step=second_step_of(context), keys=keys_of(context), away=_away(context),
    )


def _away(context: Context) -> AwayView:
    """The reader's own absences."""
    user = context.principal.user_id
    assert user is not None
    return away_of(context, user)
