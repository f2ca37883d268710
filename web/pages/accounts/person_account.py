"""The account behind a person's page, for those who see to it: what it is like, and ending all its sessions."""

from __future__ import annotations

from starlette.responses import Response

from engine.accounts import authority, credentials, invitations, second_factor, sessions, viewing
from engine.compiled import CompiledEntity
from engine.records import read
from engine.records.queries import Record
from engine.runtime import WriteSession
from web.context import Context
from web.view_models.accounts import AccountView


def account_of(context: Context, entity: CompiledEntity, record: Record) -> AccountView | None:
    """The account of the person whose page it is; None for other records, and for readers who do not see to it."""
    session = context.session
    if entity.name != "user" or record.archived or not authority.in_charge(session, record.id):
        return None
    until = invitations.pending(session, record.id)
    return AccountView(
        base=f"/people/{record.id}",
        active=record.values.get("active") is not False,
        has_password=credentials.is_set(session.connection, record.id),
        link_until=context.formats.datetime(until) if until is not None else "",
        second_step=second_factor.is_on(session.connection, record.id),
        own=record.id == session.principal.user_id,
        may_view=viewing.may_view(session, record.id),
        sessions=len(sessions.open_sessions(session.connection, record.id, session.now)),
    )


def ask_sign_out(context: Context) -> Response:
    """The dialog before somebody is signed out everywhere."""
    number = context.number()
    authority.need_charge(context.session, number)
    return context.piece(
        "pieces/confirm.html",
        title=context.texts("accounts.person_sign_out_ask", name=name_of(context, number)),
        text=context.texts("accounts.person_sign_out_hint"),
        action=f"/people/{number}/sign-out",
        submit=context.texts("accounts.person_sign_out"),
        kind="danger",
        hidden=[],
        key=context.new_key(),
    )


def sign_out(context: Context) -> Response:
    """Ends every session of a person."""
    number = context.number()

    def unit(session: WriteSession) -> str:
        authority.need_charge(session, number)
        sessions.end_sessions(session, number)
        authority.tell(session, number, "sessions_ended")
        return name_of(context, number)

    name = context.write(unit, context.text("_key"))
    if number == context.visit.person:
        return context.go("/sign-in")
    return context.go(f"/e/user/{number}", "accounts.person_signed_out", name=name)


def name_of(context: Context, number: int) -> str:
    """What the person is called."""
    return read.title(context.session, "user", number) or ""
