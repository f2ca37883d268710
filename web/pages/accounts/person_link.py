"""A link by which a person sets the password, made by whoever sees to the account: shown once, with a message to send."""

from __future__ import annotations

from starlette.responses import Response

from engine.accounts import authority, credentials, invitations
from engine.records import read
from web.context import Context
from web.pages.accounts.person_account import name_of


def ask(context: Context) -> Response:
    """The dialog before a link is made."""
    number = context.number()
    authority.need_charge(context.session, number)
    kind = "reset" if credentials.is_set(context.session.connection, number) else "invite"
    lasts = invitations.LIFETIMES[kind]
    hint = "accounts.link_hint" if kind == "invite" else "accounts.link_hint_reset"
    return context.piece(
        "pieces/ask.html",
        title=context.texts(f"accounts.link_{kind}_ask", name=name_of(context, number)),
        text=context.texts(hint, days=lasts.days, hours=int(lasts.total_seconds() // 3600)),
        action=f"/people/{number}/link",
        submit=context.texts("accounts.link_make"),
    )


def make(context: Context) -> Response:
    """Makes the link and shows it, this once. It has no idempotency key: what a key keeps would be the link itself. A second
    click makes another link, which ends the first."""
    number = context.number()
    link = context.write(lambda session: invitations.make(session, number))
    base = context.site.settings.base_url or str(context.request.base_url)
    address = f"{base.rstrip('/')}/welcome/{link.token}"
    with context.read() as session:
        person = read.get(session, "user", number)
        name, login = person.title, str(person.values.get("login") or "")
        message = context.texts(
            f"accounts.link_message_{link.kind}", name=name, login=login, link=address,
            app=session.app.label[context.language], until=context.formats.datetime(link.expires_at),
        )
        return context.piece("pieces/link.html", name=name, link=address, message=message, back=f"/e/user/{number}")
