"""One's own access keys for the JSON API: made with a name and an end, shown once, deleted."""

from __future__ import annotations

from starlette.responses import Response

from engine.accounts import tokens
from engine.numerals import number_of
from engine.refusals import Invalid, Refusal, Refused
from web.context import Context
from web.view_models.accounts import KeyView


def keys_of(context: Context) -> list[KeyView]:
    """The reader's keys."""
    user = context.principal.user_id
    assert user is not None
    return [
        KeyView(
            one.id, one.name, context.formats.date(one.expires_at.astimezone(context.app.zone).date()),
            context.ago(one.used_at) if one.used_at is not None else "", one.expired,
        )
        for one in tokens.tokens_of(context.session.connection, user, context.session.now)
    ]


def ask(context: Context) -> Response:
    """The dialog that names a new key."""
    return _dialog(context, {}, 200)


def make(context: Context) -> Response:
    """Makes the key and shows it, this once. It has no idempotency key: what that keeps would be the key itself. A second click
    meets the name of the first."""
    name, days = context.text("name"), number_of(context.text("days")) or 0
    try:
        token = context.write(lambda session: tokens.make(session, name, days))
    except (Invalid, Refused) as refusal:
        return _dialog(context, _errors(context, refusal), 422)
    return context.piece("pieces/key_made.html", name=name.strip(), token=token)


def end(context: Context) -> Response:
    """Deletes a key; the next request by it is refused."""
    number = context.number()
    context.write(lambda session: tokens.end(session, number))
    return context.go("/profile", "accounts.key_deleted")


def _errors(context: Context, refusal: Refusal) -> dict[str, str]:
    error = refusal.errors[0] if isinstance(refusal, Invalid) else None
    path, message = (error.path, error.message) if error is not None else ("name", refusal.message)
    return {path: message.text(context.language)}


def _dialog(context: Context, errors: dict[str, str], status: int) -> Response:
    with context.read():
        return context.piece(
            "pieces/key_new.html", status, name=context.text("name"), chosen=context.text("days") or "90",
            lifetimes=[str(days) for days in tokens.LIFETIMES], errors=errors, longest=tokens.LONGEST_NAME,
        )
