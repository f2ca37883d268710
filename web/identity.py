"""Who comes: the session cookie, and the person it stands for."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from starlette.datastructures import Headers

from engine.accounts import sessions, tokens
from engine.clock import Clock
from engine.compiled import CompiledApp
from engine.principal import Principal
from engine.runtime import AppLoader

COOKIE = {True: "__Host-session", False: "session"}
"""The cookie's name over https, and over plain http on a machine of one's own (T43)."""


HALFWAY = {True: "__Host-halfway", False: "halfway"}
"""The cookie between the right password and the code."""


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

    def __init__(self, token: str, clock: Clock, lenient: bool = False, oneself: bool = False) -> None:
        self.token = token
        self.csrf = ""
        self.person: int | None = None
        self.language = ""
        self.touch = False
        self.lenient = lenient
        self._oneself = oneself
        self.must_change = False
        self._clock = clock

    def __call__(self, connection: sa.Connection, app_loader: AppLoader) -> tuple[Principal, CompiledApp]:
        found = self._found(connection, app_loader, self._clock.now())
        if found.principal.kind == "anonymous":
            raise SignInNeeded
        self.csrf, self.touch, self.must_change = found.csrf, found.touch, found.must_change
        self.language, self.person = found.principal.language, found.principal.user_id
        if found.must_change and not self.lenient:
            raise NewPasswordNeeded
        return found.principal, found.app

    def _found(self, connection: sa.Connection, app_loader: AppLoader, now: datetime) -> sessions.SignedIn:
        return sessions.signed_in(connection, self.token, app_loader, now, self._oneself)

    def as_oneself(self) -> Visit:
        """The visit of whoever is signed in, also while they see the pages as somebody else."""
        return Visit(self.token, self._clock, lenient=True, oneself=True)

    def carries(self, sent: str) -> bool:
        """Whether `sent` is the token of the session, so that the request comes from one of its pages (T46)."""
        return sessions.csrf_matches(self.csrf, sent)

    def note_use(self, connection: sa.Connection) -> None:
        """Note that the session is in use."""
        sessions.touch_session(connection, self.token, self._clock.now())


class KeyVisit(Visit):
    """A program that acts for a person by an access key. A browser sends none by itself, so that it needs no token of a page."""

    def _found(self, connection: sa.Connection, app_loader: AppLoader, now: datetime) -> sessions.SignedIn:
        return tokens.bearer(connection, self.token, app_loader, now)

    def carries(self, sent: str) -> bool:
        return True

    def note_use(self, connection: sa.Connection) -> None:
        """Note that the key is in use."""
        tokens.note_use(connection, self.token, self._clock.now())


def key_of(headers: Headers) -> str | None:
    """The access key that a request brings; None for one that brings none."""
    kind, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else None
