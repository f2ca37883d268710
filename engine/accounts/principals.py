"""Principals: who a user is to the rules. Loaded from the entities user, department and role_assignment, and kept per user
and access stamp; whatever raises the stamp makes every process load them anew with the next request (R34, T34).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.accounts.logins import compatible
from engine.accounts.standing import absences_of, deputy_for
from engine.compiled import CompiledApp
from engine.languages import ZH
from engine.outside import comparable
from engine.principal import Principal
from engine.storage.platform import version

if TYPE_CHECKING:
    from engine.runtime import AppLoader, ReadSession, Runtime, WriteSession

_ZH_OPTION = "zh_cn"
"""What `user.language` calls zh; the other options are called as the languages are."""
_DEEPEST = 50
"""Levels that departments and reporting lines are followed; loops end anyway."""


def bump_access(session: WriteSession) -> None:
    """Make every process load principals anew with its next request; part of the session's transaction."""
    session.connection.execute(sa.update(version).values(access_stamp=version.c.access_stamp + 1))


def prefer_language(session: WriteSession, language: str) -> None:
    """Make `language` (a tag that the application speaks) the signed-in user's own, where the entity offers it. It is a
    setting of one's own: it asks for no right to change users, and the record tells nothing of it."""
    user, field = session.principal.user_id, session.app.entities["user"].fields["language"]
    spoken = session.app.language(language)
    option = _ZH_OPTION if spoken == "zh" else str(spoken)
    if user is None or option not in field.options:
        return
    users, column = session.app.entities["user"].table, _column(session.app, "user", "language")
    changed = sa.update(users).where(users.c.id == user, column.is_distinct_from(option)).values({column: option})
    if session.connection.execute(changed).rowcount:
        bump_access(session)


def load_principal(connection: sa.Connection, app: CompiledApp, user_id: int, stamp: int) -> Principal | None:
    """The principal of a user under the access stamp `stamp`; None for one who is inactive, trashed or not there."""
    return app.principals.get((user_id, stamp), lambda: _load(connection, app, user_id, stamp))


def principal_within(session: ReadSession, user_id: int) -> Principal | None:
    """The principal of a user, as the session's transaction sees them; None for one who is inactive, trashed or not there."""
    stamp = session.connection.execute(sa.select(version.c.access_stamp)).scalar_one()
    return load_principal(session.connection, session.app, user_id, stamp)


class PersonGone(Exception):
    """The person is inactive, in the trash or not there, so nothing is done in their name."""


def acting(user_id: int) -> Callable[[sa.Connection, AppLoader], tuple[Principal, CompiledApp]]:
    """The `Who` of work done in the name of a user while they are away, with the rights they have at that moment. Its session
    raises `PersonGone`."""

    def who(connection: sa.Connection, app_loader: AppLoader) -> tuple[Principal, CompiledApp]:
        row = connection.execute(sa.select(version.c.release, version.c.access_stamp)).one()
        app = app_loader(row.release)
        principal = load_principal(connection, app, user_id, row.access_stamp)
        if principal is None:
            raise PersonGone
        return principal, app

    return who


def principal_of_login(runtime: Runtime, login: str) -> Principal | None:
    """The principal of the active user called `login`."""
    with runtime.database.read() as connection:
        row = connection.execute(sa.select(version.c.release, version.c.access_stamp)).one()
        app = runtime.application(connection, row.release).app
        user_id = user_of_login(connection, app, login)
        return None if user_id is None else load_principal(connection, app, user_id, row.access_stamp)


def user_of_login(connection: sa.Connection, app: CompiledApp, login: str) -> int | None:
    """The id of the user called `login`, active or not. Upper and lower case are the same, and so are full-width and plain
    letters, as input methods for Chinese type them. None in an application without people."""
    if "user" not in app.entities or not comparable(login):
        return None
    users = app.entities["user"]
    column = _column(app, "user", "login")
    found = connection.execute(
        sa.select(users.table.c.id).where(
            sa.func.lower(column).in_([sa.func.lower(typed) for typed in (login.strip(), compatible(login))]),
            users.table.c.archived_at.is_(None),
        ).order_by(users.table.c.id)
    ).first()
    return None if found is None else found[0]


def assigned_roles(connection: sa.Connection, app: CompiledApp, user_id: int) -> list[str]:
    """The roles given to a user, active or not, without those that they include."""
    table = app.entities["role_assignment"].table
    statement = sa.select(_column(app, "role_assignment", "role")).where(
        _column(app, "role_assignment", "user") == user_id, table.c.archived_at.is_(None)
    )
    return [role for role in connection.execute(statement).scalars() if role]


def _load(connection: sa.Connection, app: CompiledApp, user_id: int, stamp: int) -> Principal | None:
    users = app.entities["user"].table
    names = ("login", "name", "dept", "superior", "active", "language")
    columns = [_column(app, "user", name).label(name) for name in names]
    user = connection.execute(sa.select(*columns).where(users.c.id == user_id, users.c.archived_at.is_(None))).first()
    if user is None or not user.active:
        return None
    roles = app.access.flatten(assigned_roles(connection, app, user_id))
    departments = _below(_pairs(connection, app, "department", "parent"), user.dept)
    reports = tuple(id for id in _below(_pairs(connection, app, "user", "superior"), user_id) if id != user_id)
    return Principal(
        kind="user", user_id=user_id, login=user.login or "", name=user.name or "", roles=roles, dept_id=user.dept,
        dept_ids=departments, report_ids=reports, superior_id=user.superior,
        away=absences_of(connection, app, user_id), deputy_for=deputy_for(connection, app, user_id, reports),
        admin=bool(roles & app.access.admin_roles), language=app.spoken.get(user.language, ZH).tag, stamp=stamp,
    )


def _pairs(connection: sa.Connection, app: CompiledApp, entity: str, field: str) -> Iterable[tuple[int, int]]:
    """(id, what stands above it) of every live row of `entity`."""
    table, above = app.entities[entity].table, _column(app, entity, field)
    rows = connection.execute(sa.select(table.c.id, above).where(above.is_not(None), table.c.archived_at.is_(None)))
    return [(row[0], row[1]) for row in rows]


def _below(pairs: Iterable[tuple[int, int]], top: int | None) -> tuple[int, ...]:
    """`top` and everything below it, nearest first."""
    if top is None:
        return ()
    children: Mapping[int, list[int]] = defaultdict(list)
    for id, above in pairs:
        children[above].append(id)
    found, level = {top: None}, [top]
    for _ in range(_DEEPEST):
        level = [id for above in level for id in children.get(above, ()) if id not in found]
        found |= dict.fromkeys(level)
    return tuple(found)


def _column(app: CompiledApp, entity: str, field: str) -> sa.Column[Any]:
    column = app.entities[entity].fields[field].column
    assert column is not None
    return column
