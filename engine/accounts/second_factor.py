"""The second step of signing in: codes of an authenticator (RFC 6238), and recovery codes for when it is lost.

The secret lies outside the readable model, as password hashes do (T44); of recovery codes and of half-way tokens only hashes
are stored. A code is accepted once, a window before or after its own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from pyotp.totp import TOTP

from engine.accounts.hashing import token_hash
from engine.accounts.logins import compatible
from engine.refusals import FieldError, Invalid, Message, Refused
from engine.storage.platform import half_sign_in, recovery_code, second_factor

if TYPE_CHECKING:
    from engine.runtime import WriteSession

HALFWAY = timedelta(minutes=5)
"""How long the code may take after the right password."""
RECOVERY_CODES = 10
_SECONDS, _WINDOW, _NEVER = 30, 1, -1


@dataclass(frozen=True, slots=True)
class Halfway:
    """Whose password was right, and the language chosen in the browser."""

    user_id: int
    language: str | None


@dataclass(frozen=True, slots=True)
class State:
    """The second step of a person: since when it is on, and how many recovery codes are left."""

    since: datetime
    codes_left: int


def state_of(connection: sa.Connection, user_id: int) -> State | None:
    """None while the second step is off."""
    since = connection.execute(sa.select(second_factor.c.confirmed_at).where(second_factor.c.user_id == user_id)).scalar()
    if since is None:
        return None
    left = sa.select(sa.func.count()).select_from(recovery_code).where(recovery_code.c.user_id == user_id)
    return State(since, connection.execute(left).scalar_one())


def is_on(connection: sa.Connection, user_id: int) -> bool:
    """Whether signing in as the user takes a second step."""
    on = (second_factor.c.user_id == user_id) & second_factor.c.confirmed_at.is_not(None)
    return connection.execute(sa.select(second_factor.c.user_id).where(on)).first() is not None


def begin(s: WriteSession) -> str:
    """A new secret for the principal, which counts for nothing until `confirm`. Raises `Refused` where the step is on."""
    user = s.principal.user_id
    assert user is not None
    if is_on(s.connection, user):
        raise Refused(Message("second_step_on"))
    secret = _base32(s.runtime.randomness.token(), 20)
    s.connection.execute(sa.delete(second_factor).where(second_factor.c.user_id == user))
    s.connection.execute(sa.insert(second_factor).values(user_id=user, secret=secret, confirmed_at=None, last_step=_NEVER))
    return secret


def begun(connection: sa.Connection, user_id: int) -> str | None:
    """The secret that waits for its first code; None when there is none."""
    waiting = (second_factor.c.user_id == user_id) & second_factor.c.confirmed_at.is_(None)
    return connection.execute(sa.select(second_factor.c.secret).where(waiting)).scalar()


def confirm(s: WriteSession, code: str) -> list[str]:
    """Switch the step on with a first code; returns the recovery codes, which are shown once. Raises `Invalid` for a wrong
    code, `Refused` where nothing was begun."""
    user = s.principal.user_id
    assert user is not None
    if begun(s.connection, user) is None:
        raise Refused(Message("second_step_over"))
    if not _take_code(s, user, compatible(code)):
        raise Invalid([FieldError("code", Message("code_wrong"))])
    s.connection.execute(sa.update(second_factor).where(second_factor.c.user_id == user).values(confirmed_at=s.now))
    codes = [_base32(s.runtime.randomness.token(), 10) for _ in range(RECOVERY_CODES)]
    s.connection.execute(sa.delete(recovery_code).where(recovery_code.c.user_id == user))
    s.connection.execute(sa.insert(recovery_code), [{"code_hash": token_hash(code), "user_id": user} for code in codes])
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def switch_off(s: WriteSession, user_id: int) -> None:
    """Signing in takes the password alone again. Whether the principal may do so is the caller's to decide."""
    for table in (second_factor, recovery_code, half_sign_in):
        s.connection.execute(sa.delete(table).where(table.c.user_id == user_id))


def accept(s: WriteSession, user_id: int, code: str) -> bool:
    """Whether `code` is one of the authenticator's now, or a recovery code. It is none the next time."""
    typed = compatible(code).replace(" ", "")
    if len(typed) == 6:
        return _take_code(s, user_id, typed)
    spent = token_hash(typed.replace("-", "").upper())
    mine = (recovery_code.c.user_id == user_id) & (recovery_code.c.code_hash == spent)
    return bool(s.connection.execute(sa.delete(recovery_code).where(mine)).rowcount)


def go_halfway(s: WriteSession, user_id: int, language: str | None) -> str:
    """The password was right: a token for the browser, good for the code alone."""
    token = s.runtime.randomness.token()
    s.connection.execute(sa.insert(half_sign_in).values(
        token_hash=token_hash(token), user_id=user_id, language=language, expires_at=s.now + HALFWAY,
    ))
    return token


def halfway(connection: sa.Connection, token: str, now: datetime) -> Halfway | None:
    """Whose half-way token that is at `now`."""
    valid = (half_sign_in.c.token_hash == token_hash(token)) & (half_sign_in.c.expires_at > now)
    row = connection.execute(sa.select(half_sign_in.c.user_id, half_sign_in.c.language).where(valid)).first()
    return None if row is None else Halfway(row.user_id, row.language)


def end_halfway(s: WriteSession, token: str) -> bool:
    """The token leads nowhere any more; whether it did."""
    return bool(s.connection.execute(sa.delete(half_sign_in).where(half_sign_in.c.token_hash == token_hash(token))).rowcount)


def expire_halfway(connection: sa.Connection, now: datetime) -> None:
    """Drop half-way tokens whose time is over."""
    connection.execute(sa.delete(half_sign_in).where(half_sign_in.c.expires_at < now))


def provisioning(secret: str, login: str, issuer: str) -> str:
    """The address that authenticators read from a picture."""
    return TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def _take_code(s: WriteSession, user_id: int, code: str) -> bool:
    """Whether the code is right and new; its step, and those before it, are spent in the same statement."""
    secret = s.connection.execute(sa.select(second_factor.c.secret).where(second_factor.c.user_id == user_id)).scalar()
    if secret is None:
        return False
    now, generator = int(s.now.timestamp()) // _SECONDS, TOTP(secret)
    for step in range(now - _WINDOW, now + _WINDOW + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), code.encode("utf-8", "replace")):
            new = (second_factor.c.user_id == user_id) & (second_factor.c.last_step < step)
            return bool(s.connection.execute(sa.update(second_factor).where(new).values(last_step=step)).rowcount)
    return False


def _base32(token: str, size: int) -> str:
    """`size` bytes of the token's randomness, as authenticators and people read them."""
    return base64.b32encode(hashlib.sha256(token.encode()).digest()[:size]).decode()
