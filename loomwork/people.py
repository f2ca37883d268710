"""People from outside the pages: made, given a new password, given roles, listed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from engine.accounts import credentials, second_factor
from engine.principal import OPERATOR
from engine.records import read, write
from engine.records.queries import Filter, Query, Sort
from engine.refusals import Message, Refused
from engine.runtime import ReadSession, Runtime, WriteSession
from metadata.specs.people import PEOPLE

FIRST_PASSWORD_NOTE = {"zh": "首次登录后请修改", "en": "to be changed after the first sign-in"}
LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"
PASSWORD_LENGTH = 14


@dataclass(frozen=True, slots=True)
class Person:
    """One person as `user list` shows it."""

    login: str
    name: str
    active: bool
    roles: tuple[str, ...]


def new_password() -> str:
    """A random password without letters that look alike."""
    return "".join(secrets.choice(LETTERS) for _ in range(PASSWORD_LENGTH))


def knows_people(runtime: Runtime) -> bool:
    """Whether the application has the entities of people. Without them only the operator works in it."""
    with runtime.reading(OPERATOR) as session:
        return _with_people(session)


def has_people(runtime: Runtime) -> bool:
    """Whether anybody can sign in."""
    with runtime.reading(OPERATOR) as session:
        return credentials.any_set(session.connection)


def add_person(runtime: Runtime, login: str, name: str, roles: Sequence[str] = ()) -> str:
    """Makes a person with `roles` and returns the first password. Raises `Refused` for unknown roles, `Invalid` when the
    login is taken."""
    password = new_password()

    def unit(session: WriteSession) -> None:
        _need_people(session)
        _known_roles(session, roles)
        user = write.create(session, "user", {"login": login, "name": name, "active": True})
        for role in roles:
            write.create(session, "role_assignment", {"user": user, "role": role})
        credentials.set_password(session, user, password, must_change=True)

    runtime.writing(OPERATOR, unit)
    return password


def reset_password(runtime: Runtime, login: str, activate: bool = False) -> str:
    """A new first password for `login`; every session of it ends, and so does a second step of signing in. Somebody inactive is
    let in again where `activate` says so.
    Raises `Refused` for a login that nobody has, and for the password of somebody who stays inactive."""
    password = new_password()

    def unit(session: WriteSession) -> None:
        _need_people(session)
        user = _user_id(session, login)
        if activate:
            write.update(session, "user", user, {"active": True})
        elif not read.get(session, "user", user).values["active"]:
            raise Refused(Message("inactive_person", {"login": login}))
        credentials.set_password(session, user, password, must_change=True)
        second_factor.switch_off(session, user)

    runtime.writing(OPERATOR, unit)
    return password


def set_roles(runtime: Runtime, login: str, roles: Sequence[str]) -> None:
    """Makes `roles` the roles of `login`, no more and no less. Raises `Refused` for a login or role that there is not."""

    def unit(session: WriteSession) -> None:
        _need_people(session)
        _known_roles(session, roles)
        user = _user_id(session, login)
        held = _assignments(session, user)
        for role, assignment in held.items():
            if role not in roles:
                write.trash(session, "role_assignment", assignment)
        for role in roles:
            if role not in held:
                write.create(session, "role_assignment", {"user": user, "role": role})

    runtime.writing(OPERATOR, unit)


def roles_of(runtime: Runtime, login: str) -> tuple[str, ...]:
    """The roles given to `login`. Raises `Refused` for a login that nobody has."""
    with runtime.reading(OPERATOR) as session:
        _need_people(session)
        return tuple(_assignments(session, _user_id(session, login)))


def administered(runtime: Runtime) -> bool:
    """Whether anybody active is an administrator."""
    with runtime.reading(OPERATOR) as session:
        access = session.app.access
    return any(person.active and access.flatten(person.roles) & access.admin_roles for person in list_people(runtime))


def list_people(runtime: Runtime) -> list[Person]:
    """Everybody, by login. Raises `Refused` in an application without people, as all of these do."""
    with runtime.reading(OPERATOR) as session:
        _need_people(session)
        query = Query("user", (("login",), ("name",), ("active",)), sort=(Sort(("login",)),), limit=10_000)
        page = read.page(session, query)
        login, name, active = (column.index for column in page.columns)
        return [
            Person(str(row[login]), str(row[name] or ""), bool(row[active]), tuple(_assignments(session, _int(row[0]))))
            for row in page.rows
        ]


def _assignments(session: ReadSession, user: int) -> dict[str, int]:
    query = Query("role_assignment", (("role",),), filters=(Filter(("user",), "eq", user),), limit=500)
    page = read.page(session, query)
    return {str(row[page.columns[0].index]): _int(row[0]) for row in page.rows}


def _user_id(session: ReadSession, login: str) -> int:
    page = read.page(session, Query("user", (("login",),), filters=(Filter(("login",), "eq", login),), limit=1))
    if not page.rows:
        raise Refused(Message("unknown_login", {"login": login[:64]}))
    return _int(page.rows[0][0])


def _with_people(session: ReadSession) -> bool:
    return PEOPLE.keys() <= session.app.entities.keys()


def _need_people(session: ReadSession) -> None:
    if not _with_people(session):
        raise Refused(Message("no_people"))


def _known_roles(session: ReadSession, roles: Sequence[str]) -> None:
    unknown = [role for role in roles if role not in session.app.roles]
    if unknown:
        known = ", ".join(sorted(session.app.roles))
        raise Refused(Message("unknown_role", {"role": ", ".join(unknown), "known": known}))


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value
