"""Acting in somebody's name at some moment: how demo data gets its history of months within one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from engine.accounts.principals import principal_of_login
from engine.principal import OPERATOR, Principal
from engine.records import read
from engine.records.queries import Query, Sort
from engine.runtime import Runtime, WriteSession


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the application: principals by user id, and the holders of each role in order of id."""

    principals: dict[int, Principal]

    def holders(self, role: str) -> list[Principal]:
        """Those who hold `role`, directly or by inclusion."""
        return [principal for _, principal in sorted(self.principals.items()) if role in principal.roles]


def cast_of(runtime: Runtime) -> Cast:
    """Everyone active, with their rights as they are now."""
    with runtime.reading(OPERATOR) as session:
        page = read.page(session, Query("user", (("login",),), sort=(Sort(("login",)),), limit=1000))
        logins = [str(row[page.columns[0].index]) for row in page.rows]
    found = (principal_of_login(runtime, login) for login in logins)
    return Cast({principal.user_id: principal for principal in found if principal is not None and principal.user_id})


def at(session: WriteSession, principal: Principal, moment: datetime) -> WriteSession:
    """The same unit under `principal` with the clock at `moment`; what it writes counts with the unit."""
    today = moment.astimezone(session.app.zone).date()
    return replace(session, principal=principal, now=moment, today=today, language=principal.language)


def behind(principal: Principal) -> Principal:
    """The operator writing in the name of `principal`: records belong to that person, rights do not limit."""
    return replace(principal, kind="operator", roles=frozenset(), admin=False)
