"""Who comes: the session cookie, and the person it stands for."""

from __future__ import annotations

import sqlalchemy as sa

from engine.accounts import sessions
from engine.clock import Clock
from engine.compiled import CompiledApp
from engine.principal import Principal
from engine.runtime import AppLoader

COOKIE = {True: "__Host-session", False: "session"}
"""The cookie's name over https, and over plain http on a machine of one's own (T43)."""


class SignInNeeded(Exception):
    """Nobody is signed in, and the page is for people only."""


class NewPasswordNeeded(Exception):
    """The password was given by somebody else; nothing else opens before it is changed."""


class Visit:
    """Who a request's token stands for, read together with the version row: the `Who` of its sessions.

    After a session was opened, `csrf` is the token that its forms carry, `person` the number of who is signed in,
    `language` the reader's, and `touch` says that the session's last use is due to be noted. `lenient` visits open
    although a new password is needed.
    """

    def __init__(self, token: str, clock: Clock, lenient: bool = False) -> None:
        self.token = token
        self.csrf = ""
        self.person: int | None = None
        self.language = ""
        self.touch = False
        self.lenient = lenient
        self.must_change = False
        self._clock = clock

    def __call__(self, connection: sa.Connection, app_loader: AppLoader) -> tuple[Principal, CompiledApp]:
        found = sessions.signed_in(connection, self.token, app_loader, self._clock.now())
        if found.principal.kind == "anonymous":
            raise SignInNeeded
        self.csrf, self.touch, self.must_change = found.csrf, found.touch, found.must_change
        self.language, self.person = found.principal.language, found.principal.user_id
        if found.must_change and not self.lenient:
            raise NewPasswordNeeded
        return found.principal, found.app
