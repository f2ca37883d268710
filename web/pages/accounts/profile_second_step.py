"""One's own second step of signing in: set up with a picture and a first code, recovery codes shown once, switched off with the
password."""

from __future__ import annotations

import segno
from markupsafe import Markup
from starlette.responses import Response

from engine.accounts import attempts, authority, second_factor
from engine.refusals import Invalid, Message, Refused
from engine.runtime import WriteSession
from web.context import Context
from web.pages.accounts.own_password import is_own_password
from web.view_models.accounts import SecondStepView


def second_step_of(context: Context) -> SecondStepView | None:
    """The reader's second step; None while it is off."""
    user = context.principal.user_id
    assert user is not None
    state = second_factor.state_of(context.session.connection, user)
    return None if state is None else SecondStepView(context.formats.datetime(state.since), state.codes_left)


def begin(context: Context) -> Response:
    """The dialog with the picture for the authenticator, and a secret that was made for it."""
    context.write(second_factor.begin)
    return _dialog(context, "", 200)


def confirm(context: Context) -> Response:
    """Switches the second step on and shows the recovery codes, this once."""
    code = context.text("code")

    def guess(session: WriteSession) -> bool:
        return attempts.count_guess(session.connection, _me(session), session.now)

    def unit(session: WriteSession) -> list[str]:
        codes = second_factor.confirm(session, code)
        attempts.forget_guesses(session.connection, _me(session))
        authority.tell(session, _me(session), "step_on")
        return codes

    if not context.write(guess):
        return _dialog(context, attempts.too_many().message.text(context.language), 422)
    try:
        codes = context.write(unit)
    except Invalid as refusal:
        return _dialog(context, refusal.errors[0].message.text(context.language), 422)
    return context.piece("pieces/recovery_codes.html", codes=codes)


def ask_off(context: Context) -> Response:
    """The dialog that asks for the password."""
    return context.piece("pieces/second_step_off.html", error="")


def switch_off(context: Context) -> Response:
    """Signing in takes the password alone again."""
    try:
        right, error = is_own_password(context, context.text("password")), context.texts("pages.password_wrong")
    except attempts.TooManyAttempts as refusal:
        right, error = False, refusal.message.text(context.language)
    if not right:
        return context.piece("pieces/second_step_off.html", 422, error=error)

    def unit(session: WriteSession) -> None:
        attempts.forget_guesses(session.connection, _me(session))
        second_factor.switch_off(session, _me(session))
        authority.tell(session, _me(session), "step_off")

    context.write(unit)
    return context.go("/profile", "accounts.step_is_off")


def _me(session: WriteSession) -> int:
    user = session.principal.user_id
    assert user is not None
    return user


def _dialog(context: Context, error: str, status: int) -> Response:
    with context.read() as session:
        login, user = session.principal.login, session.principal.user_id
        assert user is not None
        secret = second_factor.begun(session.connection, user)
        if secret is None:
            raise Refused(Message("second_step_over"))
        address = second_factor.provisioning(secret, login, session.app.label[context.language])
        picture = segno.make(address, error="m").svg_inline(
            omitsize=True, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, title=context.texts("accounts.step_picture"),
        )
        spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return context.piece("pieces/second_step.html", status, picture=Markup(picture), secret=spaced, error=error)
