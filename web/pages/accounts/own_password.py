"""The password of whoever is signed in, asked for before what must not be done at a desk left open."""

from __future__ import annotations

from engine.accounts import attempts, credentials
from web.context import Context


def is_own_password(context: Context, password: str) -> bool:
    """Whether that is the reader's password. Tries are counted before it is looked at; raises `TooManyAttempts`, and `Forgotten`
    for a form of another session. Hashing is slow on purpose, so it is done outside of transactions."""
    with context.read() as session:
        context.check_token()
        user = session.principal.user_id
        stored = credentials.stored_hash(session.connection, user)
    assert user is not None
    if not context.write(lambda session: attempts.count_guess(session.connection, user, session.now)):
        raise attempts.too_many()
    return credentials.verify_password(stored, password[: credentials.LONGEST])
