"""Server-side sessions. The browser holds a random token; the database holds its hash, the user and a CSRF token.

Every request reads session row and version row in one statement, so that a sign-out, a revoked role, a deactivated user
or a publish bites with the next request in every process (R34, R42).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.accounts import attempts, credentials, second_factor
from engine.accounts.hashing import token_hash
from engine.accounts.principals import load_principal, user_of_login
from engine.compiled import CompiledApp
from engine.principal import ANONYMOUS, Principal
from engine.refusals import Denied, Message, NotFound
from engine.storage.platform import session, version

if TYPE_CHECKING:
    from engine.runtime import Runtime, WriteSession

AppLoader = Callable[[int], CompiledApp]

LIFETIME = timedelta(days=14)
IDLE = timedelta(days=3)
"""A session ends when it is this old, or unused for this long."""
_MARK = 16
SEEN_STEP = timedelta(minutes=5)
"""How exact `seen_at` is kept; it saves a write per request."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a token stands for. `touch` says that `seen_at` is due to be written (by `touch_session`)."""

    principal: Principal
    app: CompiledApp
    csrf: str = ""
    must_change: bool = False
    touch: bool = False


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its owner sees it: `mark` names it on pages and signs nobody in."""

    mark: str
    agent: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """What the right password gives: the token of a session, or, where `code_needed`, one that is good for the code alone."""

    token: str
    code_needed: bool


def start_session(s: WriteSession, user_id: int, agent: str, language: str | None = None) -> str:
    """A new session of the user, in `language` (`zh-CN` or `en`; None: the user's own); returns the token for the
    cookie."""
    token = s.runtime.randomness.token()
    s.connection.execute(sa.insert(session).values(
        token_hash=token_hash(token), user_id=user_id, csrf=s.runtime.randomness.token(24), language=language,
        created_at=s.now, seen_at=s.now, expires_at=s.now + LIFETIME, agent=agent[:200],
    ))
    return token


def signed_in(
    connection: sa.Connection, token: str | None, app_loader: AppLoader, now: datetime, oneself: bool = False
) -> SignedIn:
    """Who `token` stands for at `now`, with the application of the current release: one statement. Nobody's token, an
    ended session and an inactive user are `ANONYMOUS`. Whoever sees the pages as somebody else is that person, but for what they
    do as `oneself`."""
    row = connection.execute(_LOOKUP, {"token": token_hash(token or ""), "now": now, "idle": now - IDLE}).one()
    app = app_loader(row.release)
    if row.user_id is None:
        return SignedIn(ANONYMOUS, app)
    principal = load_principal(connection, app, row.user_id, row.access_stamp)
    if principal is None:
        return SignedIn(ANONYMOUS, app)
    if row.language and row.language != principal.language:
        principal = replace(principal, language=row.language)
    if row.viewing_id is not None and not oneself:
        principal = _viewing(connection, app, principal, row.viewing_id, row.access_stamp)
    return SignedIn(principal, app, row.csrf, bool(row.must_change), row.seen_at < now - SEEN_STEP)


def session_principal(
    connection: sa.Connection, token: str | None, app_loader: AppLoader, now: datetime
) -> tuple[Principal, CompiledApp]:
    """`signed_in` as the `Who` of a session."""
    found = signed_in(connection, token, app_loader, now)
    return found.principal, found.app


def still_open(connection: sa.Connection, tokens: Collection[str], now: datetime) -> frozenset[str]:
    """Those of `tokens` whose sessions are open at `now`, in one statement. Who they stand for may have changed."""
    hashes = {token_hash(token): token for token in tokens}
    query = sa.select(session.c.token_hash).where(
        session.c.token_hash.in_(list(hashes)), session.c.expires_at > now, session.c.seen_at > now - IDLE,
    )
    return frozenset(hashes[found] for found in connection.execute(query).scalars())


def csrf_matches(known: str, given: str | None) -> bool:
    """Whether a form came from a page of the same session (T46)."""
    return bool(known) and given is not None and secrets.compare_digest(known.encode(), given.encode())


def touch_session(connection: sa.Connection, token: str, now: datetime) -> None:
    """Note that the session is in use."""
    connection.execute(sa.update(session).where(session.c.token_hash == token_hash(token)).values(seen_at=now))


def set_session_language(s: WriteSession, token: str, language: str) -> None:
    """Show pages in `language` (a tag that the application speaks) for the rest of the session."""
    kept = s.app.language(language).tag
    s.connection.execute(sa.update(session).where(session.c.token_hash == token_hash(token)).values(language=kept))


def end_session(s: WriteSession, token: str) -> None:
    """Sign out."""
    s.connection.execute(sa.delete(session).where(session.c.token_hash == token_hash(token)))


def end_sessions(s: WriteSession, user_id: int) -> None:
    """Sign a user out everywhere."""
    s.connection.execute(sa.delete(session).where(session.c.user_id == user_id))


def open_sessions(connection: sa.Connection, user_id: int, now: datetime) -> list[OpenSession]:
    """The sessions of a user that are open at `now`, the latest used first."""
    query = sa.select(session).where(session.c.user_id == user_id, session.c.expires_at > now, session.c.seen_at > now - IDLE)
    rows = connection.execute(query.order_by(session.c.seen_at.desc(), session.c.created_at.desc()))
    return [OpenSession(row.token_hash[:_MARK], row.agent, row.created_at, row.seen_at) for row in rows]


def mark_of(token: str) -> str:
    """The mark of the session that `token` opens."""
    return token_hash(token)[:_MARK]


def end_own_session(s: WriteSession, mark: str) -> None:
    """End the principal's session of that mark. Raises `NotFound`."""
    mine = (session.c.user_id == s.principal.user_id) & (sa.func.substr(session.c.token_hash, 1, _MARK) == mark)
    if len(mark) != _MARK or not s.connection.execute(sa.delete(session).where(mine)).rowcount:
        raise NotFound()


def end_other_sessions(s: WriteSession, token: str) -> int:
    """End every session of the principal but the one that `token` opens; returns how many."""
    others = (session.c.user_id == s.principal.user_id) & (session.c.token_hash != token_hash(token))
    return s.connection.execute(sa.delete(session).where(others)).rowcount


def expire_sessions(connection: sa.Connection, now: datetime) -> int:
    """Drop sessions whose time is over; returns how many. They count for nothing even before that."""
    over = sa.or_(session.c.expires_at < now, session.c.seen_at < now - IDLE)
    return connection.execute(sa.delete(session).where(over)).rowcount


def sign_in(
    runtime: Runtime, login: str, password: str, address: str, agent: str, language: str | None = None
) -> Entry:
    """Sign a person in, with pages in `language` where it was chosen beforehand, or half-way where a code is asked for.

    Raises `TooManyAttempts`, or `Denied("bad_credentials")` alike for an unknown login, a wrong password and an inactive
    user, after the same work (T42).
    """
    user_id, stored = _attempt(runtime, login, address)
    verified = credentials.verify_password(stored, password[: credentials.LONGEST])
    if not verified or user_id is None:
        raise Denied(Message("bad_credentials"))

    def begin(s: WriteSession) -> Entry:
        attempts.forget_attempts(s.connection, login, address)
        return enter(s, user_id, agent, language)

    return runtime.writing(ANONYMOUS, begin)


def enter(s: WriteSession, user_id: int, agent: str, language: str | None = None) -> Entry:
    """Let a person in whose password is right: half-way where a second step is on."""
    if second_factor.is_on(s.connection, user_id):
        return Entry(second_factor.go_halfway(s, user_id, language), True)
    return Entry(start_session(s, user_id, agent, language), False)


def sign_in_with_code(runtime: Runtime, halfway: str, code: str, address: str, agent: str) -> str:
    """The second step: from a half-way token and a code to the token of a session.

    Raises `TooManyAttempts`, counted before the code is looked at; `NotFound("halfway_over")` for a token that is none or too
    old; `Denied("code_wrong")`.
    """

    def count(s: WriteSession) -> second_factor.Halfway | bool:
        found = second_factor.halfway(s.connection, halfway, s.now)
        user = found.user_id if found is not None else None
        return attempts.count_code(s.connection, user, address, s.now) and (found or True)

    found = runtime.writing(ANONYMOUS, count)
    if found is False:
        raise attempts.too_many()
    if found is True:
        raise NotFound("halfway_over")

    def finish(s: WriteSession) -> str:
        if not second_factor.accept(s, found.user_id, code):
            raise Denied(Message("code_wrong"))
        if not second_factor.end_halfway(s, halfway):
            raise NotFound("halfway_over")
        attempts.forget_codes(s.connection, found.user_id, address)
        return start_session(s, found.user_id, agent, found.language)

    return runtime.writing(ANONYMOUS, finish)


def _attempt(runtime: Runtime, login: str, address: str) -> tuple[int | None, str | None]:
    """Count the try, commit, and give the active user's id and stored hash."""

    def look(s: WriteSession) -> tuple[bool, int | None, str | None]:
        if not attempts.count_attempt(s.connection, login, address, s.now):
            return False, None, None
        user_id = user_of_login(s.connection, s.app, login)
        stamp = s.connection.execute(sa.select(version.c.access_stamp)).scalar_one()
        principal = load_principal(s.connection, s.app, user_id, stamp) if user_id is not None else None
        known = user_id if principal is not None else None
        return True, known, credentials.stored_hash(s.connection, known)

    open_, user_id, stored = runtime.writing(ANONYMOUS, look)
    if not open_:
        raise attempts.too_many()
    return user_id, stored


def _viewing(connection: sa.Connection, app: CompiledApp, viewer: Principal, user_id: int, stamp: int) -> Principal:
    """The person as whom the viewer sees the pages, in the viewer's language; the viewer, where that may not be any more."""
    seen = load_principal(connection, app, user_id, stamp)
    still = app.access.decide(viewer.roles, "role_assignment", "update")
    if seen is None or not still or not (viewer.admin or seen.roles <= viewer.roles):
        return viewer
    return replace(seen, viewer_id=viewer.user_id, language=viewer.language)


_LOOKUP = (
    sa.select(
        version.c.release, version.c.access_stamp, session.c.user_id, session.c.csrf, session.c.language, session.c.viewing_id,
        session.c.seen_at, credentials.credential.c.must_change,
    )
    .select_from(
        version.outerjoin(session, sa.and_(
            session.c.token_hash == sa.bindparam("token", type_=sa.String(), required=True),
            session.c.expires_at > sa.bindparam("now", type_=session.c.expires_at.type, required=True),
            session.c.seen_at > sa.bindparam("idle", type_=session.c.seen_at.type, required=True),
        )).outerjoin(credentials.credential, credentials.credential.c.user_id == session.c.user_id)
    )
    .where(version.c.id == 1)
)
