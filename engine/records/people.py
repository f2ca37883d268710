"""Facts about people that rules of records ask for, read in the writer's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.records.stored import column_of

if TYPE_CHECKING:
    from engine.runtime import ReadSession, WriteSession


def holds_role(session: WriteSession, user: object, role: str) -> bool:
    """Whether the person with id `user` holds `role`, directly or by inclusion."""
    if user is None:
        return False
    if user == session.principal.user_id:
        return role in session.principal.roles
    assignment = session.app.entities["role_assignment"]
    query = sa.select(column_of(assignment, "role")).where(
        column_of(assignment, "user") == user, assignment.table.c.archived_at.is_(None)
    )
    return role in session.app.access.flatten(session.connection.execute(query).scalars())


def department_of(session: WriteSession, user: object) -> object:
    """The department of the person with id `user`; None for nobody."""
    if user is None:
        return None
    if user == session.principal.user_id:
        return session.principal.dept_id
    people = session.app.entities["user"]
    query = sa.select(column_of(people, "dept")).where(people.table.c.id == user)
    return session.connection.execute(query).scalar()


def administering(session: ReadSession) -> frozenset[str]:
    """The roles that make an administrator, of themselves or by what they include."""
    access = session.app.access
    return frozenset(role for role in access.roles if access.flatten([role]) & access.admin_roles)


def administrators(session: ReadSession, limit: int) -> list[int]:
    """Up to `limit` people who are live, active and administrators."""
    users, given = session.app.entities["user"], session.app.entities["role_assignment"]
    query = sa.select(users.table.c.id).join_from(users.table, given.table, column_of(given, "user") == users.table.c.id).where(
        column_of(given, "role").in_(administering(session)), given.table.c.archived_at.is_(None),
        users.table.c.archived_at.is_(None), column_of(users, "active").is_(sa.true()),
    )
    return list(session.connection.execute(query.distinct().order_by(users.table.c.id).limit(limit)).scalars())


def is_active(session: WriteSession, user: int) -> bool:
    """Whether the person exists, is live and active."""
    people = session.app.entities["user"]
    query = sa.select(people.table.c.id).where(
        people.table.c.id == user, people.table.c.archived_at.is_(None), column_of(people, "active").is_(sa.true())
    )
    return session.connection.execute(query).first() is not None
