"""Taking the second step of signing in away from somebody who lost the device, by whoever sees to the account."""

from __future__ import annotations

from starlette.responses import Response

from engine.accounts import authority, second_factor
from engine.refusals import Denied, Message
from engine.runtime import ReadSession, WriteSession
from web.context import Context
from web.pages.accounts.person_account import name_of


def ask(context: Context) -> Response:
    """The dialog before."""
    number = context.number()
    _need(context.session, number)
    return context.piece(
        "pieces/confirm.html",
        title=context.texts("accounts.step_remove_ask", name=name_of(context, number)),
        text=context.texts("accounts.step_remove_hint"),
        action=f"/people/{number}/second-step",
        submit=context.texts("accounts.step_remove"),
        kind="danger",
        hidden=[],
        key=context.new_key(),
    )


def remove(context: Context) -> Response:
    """The person signs in with the password alone again."""
    number = context.number()

    def unit(session: WriteSession) -> str:
        _need(session, number)
        if second_factor.is_on(session.connection, number):
            second_factor.switch_off(session, number)
            authority.tell(session, number, "step_removed")
        return name_of(context, number)

    name = context.write(unit, context.text("_key"))
    return context.go(f"/e/user/{number}", "accounts.step_removed", name=name)


def _need(session: ReadSession, number: int) -> None:
    """Raises as `authority.need_charge`; one's own is switched off with the password."""
    authority.need_charge(session, number)
    if number == session.principal.user_id:
        raise Denied(Message("own_second_step"))
