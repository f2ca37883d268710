"""Failed sign-ins, counted before any hash is computed (T42): per login from one address, per login from everywhere, and
per address. The first keeps a guesser out without keeping out the person guessed at, who comes from elsewhere; the others
stop those who spread their tries.

The count is committed before the password is looked at, so that parallel tries count as well; a success takes it back.
"""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine.accounts.logins import same_form
from engine.refusals import Message, Refusal
from engine.storage.inserting import insert_of
from engine.storage.platform import attempt

PER_PAIR, PER_LOGIN, PER_ADDRESS, PER_USER_CODES = 10, 100, 50, 20
"""Tries within `WINDOW` before further ones are turned away."""
WINDOW = timedelta(minutes=15)


class TooManyAttempts(Refusal):
    """Sign-in is closed for this login or address for a while."""

    status = 429


def keys(login: str, address: str) -> dict[str, int]:
    """The counters of a try and their limits; the login stands as a digest, since people type passwords there."""
    digest, source = _digest(login), _source(address)
    return {
        f"pair:{digest}:{source}": PER_PAIR, f"login:{digest}": PER_LOGIN, f"address:{source}": PER_ADDRESS,
    }


def count_attempt(connection: sa.Connection, login: str, address: str, now: datetime) -> bool:
    """Count a try; whether it may go on. The caller commits before it looks at the password."""
    counts = [(_count(connection, key, now), limit) for key, limit in keys(login, address).items()]
    return all(count <= limit for count, limit in counts)


def count_guess(connection: sa.Connection, user_id: int, now: datetime) -> bool:
    """Count a try at the password of somebody who is signed in, as at an open desk; whether it may go on."""
    return _count(connection, f"own:{user_id}", now) <= PER_PAIR


def forget_guesses(connection: sa.Connection, user_id: int) -> None:
    """The right password clears the counter of `count_guess`."""
    connection.execute(sa.delete(attempt).where(attempt.c.key == f"own:{user_id}"))


def count_link(connection: sa.Connection, address: str, now: datetime) -> bool:
    """Count a try at a link that sets a password; whether it may go on."""
    return _count(connection, f"link:{_source(address)}", now) <= PER_ADDRESS


def count_key(connection: sa.Connection, address: str, now: datetime) -> bool:
    """Count a request with an access key that is none; whether the next one is to be answered as such."""
    return _count(connection, f"key:{_source(address)}", now) <= PER_ADDRESS


def forget_link(connection: sa.Connection, address: str) -> None:
    """A link that works takes its try back."""
    _take_back(connection, f"link:{_source(address)}")


def count_code(connection: sa.Connection, user_id: int | None, address: str, now: datetime) -> bool:
    """Count a try at the code of the user's second step, or of nobody's; whether it may go on. A code has six digits, so that
    the tries from everywhere are fewer than those at a password."""
    counts = [(_count(connection, key, now), limit) for key, limit in _code_keys(user_id, address).items()]
    return all(count <= limit for count, limit in counts)


def forget_codes(connection: sa.Connection, user_id: int, address: str) -> None:
    """The right code clears the counters of `count_code`, and takes its own try off that of the address."""
    pair, of_user, of_address = _code_keys(user_id, address)
    connection.execute(sa.delete(attempt).where(attempt.c.key.in_((pair, of_user))))
    _take_back(connection, of_address)


def count_request(connection: sa.Connection, login: str, address: str, now: datetime) -> bool:
    """Count that somebody says that they forgot the password of `login`; whether that may go on."""
    asked = {f"ask:{_digest(login)}": PER_PAIR, f"asking:{_source(address)}": PER_ADDRESS}
    counts = [(_count(connection, key, now), limit) for key, limit in asked.items()]
    return all(count <= limit for count, limit in counts)


def too_many() -> TooManyAttempts:
    """The refusal of a try too many; it says the same whether the login exists or not."""
    return TooManyAttempts(Message("too_many_attempts", {"minutes": int(WINDOW.total_seconds() // 60)}))


def forget_attempts(connection: sa.Connection, login: str, address: str) -> None:
    """A success clears the counters of its login, and takes its own try off that of the address, which others share."""
    pair, of_login, of_address = keys(login, address)
    connection.execute(sa.delete(attempt).where(attempt.c.key.in_((pair, of_login))))
    _take_back(connection, of_address)


def purge_attempts(connection: sa.Connection, now: datetime) -> None:
    """Drop counters whose time is over."""
    connection.execute(sa.delete(attempt).where(attempt.c.until < now))


def _code_keys(user_id: int | None, address: str) -> dict[str, int]:
    source = _source(address)
    return {f"code:{user_id}:{source}": PER_PAIR, f"code:{user_id}": PER_USER_CODES, f"address:{source}": PER_ADDRESS}


def _digest(login: str) -> str:
    return hashlib.sha256(same_form(login).encode("utf-8", "replace")).hexdigest()[:40]


def _take_back(connection: sa.Connection, key: str) -> None:
    """One try less under `key`."""
    counted = (attempt.c.key == key) & (attempt.c.count > 0)
    connection.execute(sa.update(attempt).where(counted).values(count=attempt.c.count - 1))


def _source(address: str) -> str:
    """The address, or the /64 of an IPv6 one, which is what one customer of a provider has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    return str(found if found.version == 4 else ipaddress.ip_network((found, 64), strict=False).network_address)


def _count(connection: sa.Connection, key: str, now: datetime) -> int:
    """Count one more try under `key`; parallel first tries wait for each other on the row."""
    first = insert_of(connection, attempt).values(key=key, count=0, until=now + WINDOW).on_conflict_do_nothing()
    connection.execute(first)
    query = sa.select(attempt.c.count.label("tries"), attempt.c.until).where(attempt.c.key == key).with_for_update()
    found = connection.execute(query).one()
    over = found.until < now
    count, until = (1, now + WINDOW) if over else (found.tries + 1, found.until)
    connection.execute(sa.update(attempt).where(attempt.c.key == key).values(count=count, until=until))
    return count
