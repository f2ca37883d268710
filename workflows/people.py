"""Who is meant by a people place: users, roles, the reporting line, departments (approvals.md 11).

People are read directly, as the platform and not through anybody's rights, and as they are now: rights count when one
acts, not when a task was made (I5). Only active users ever act.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.compiled import CompiledApp
from metadata.expressions.typed import FieldRef
from workflows.compiled import CompiledFlows, Selector


@dataclass(frozen=True, slots=True)
class Person:
    """A user as the organisation has them; `active` is False for disabled and trashed ones."""

    id: int
    name: str
    login: str
    active: bool
    dept: int | None
    superior: int | None


@dataclass(frozen=True, slots=True)
class Subject:
    """What people are resolved for: who submitted it (of several, the last one), who owns the record, how to read its
    fields; `submitters` are all who submitted it, and decide nothing about it themselves."""

    initiator: int | None
    owner: int | None
    read: Callable[[FieldRef], object]
    submitters: frozenset[int | None]


@dataclass(slots=True)
class Directory:
    """The organisation during one request; what was read once is not read again."""

    connection: sa.Connection
    app: CompiledApp
    flows: CompiledFlows
    _people: dict[int, Person | None] = field(default_factory=dict)
    _holders: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def person(self, user_id: int | None) -> Person | None:
        """The user `user_id`, active or not; None when there is none."""
        if user_id is None:
            return None
        if user_id not in self._people:
            self._load(self._column("user", "id") == user_id)
            self._people.setdefault(user_id, None)
        return self._people[user_id]

    def named(self, user_ids: Iterable[int | None]) -> Mapping[int, str]:
        """Display names by id, read in one statement."""
        missing = {i for i in user_ids if i is not None and i not in self._people}
        if missing:
            self._load(self._column("user", "id").in_(missing))
        return {i: person.name for i, person in self._people.items() if person is not None}

    def active(self, user_id: int | None) -> bool:
        person = self.person(user_id)
        return person is not None and person.active

    def hold(self, user_ids: Iterable[int]) -> bool:
        """Keep people and their roles as they are until the end of the unit, and say whether all are active. Where one is
        not any more, everybody is read anew from now on; roles are in any case. On SQLite the writer is alone."""
        held = sorted(set(user_ids))
        if held and self.connection.dialect.name == "postgresql":
            self.connection.execute(self._rows(held).with_for_update(read=True))
            self._holders.clear()
            for user in held:
                self._people.pop(user, None)
        still = all(self.active(user) for user in held)
        if not still:
            self._people.clear()
            self._holders.clear()
        return still

    def wait_for(self, user_ids: Iterable[int]) -> None:
        """Wait for units that hold these people, to find what they gave them. On SQLite the writer is alone."""
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(self._rows(sorted(set(user_ids))).with_for_update(key_share=True))

    def with_roles(self, assignment_ids: Iterable[int]) -> frozenset[int]:
        """The users of role assignments, those in the trash included."""
        user, number = self._column("role_assignment", "user"), self._column("role_assignment", "id")
        query = sa.select(user).where(number.in_(set(assignment_ids)), user.is_not(None))
        return frozenset(self.connection.execute(query).scalars())

    def by_login(self, login: str) -> int | None:
        """The user who signs in as `login`."""
        query = sa.select(self._column("user", "id")).where(self._column("user", "login") == login)
        return self.connection.execute(query).scalar_one_or_none()

    def holders(self, role: str) -> tuple[int, ...]:
        """Active users who hold `role`, directly or by inclusion, in order of id."""
        if role not in self._holders:
            roles = self.flows.holders.get(role, (role,))
            user, granted = self._column("role_assignment", "user"), self._column("role_assignment", "role")
            query = sa.select(user).where(granted.in_(roles), self._column("role_assignment", "archived_at").is_(None))
            found = sorted(set(self.connection.execute(query).scalars()))
            self.named(found)
            self._holders[role] = tuple(i for i in found if self.active(i))
        return self._holders[role]

    def line(self, user_id: int | None) -> Iterator[Person]:
        """The reporting line above `user_id`, direct superior first, inactive ones included; ends at a circle."""
        seen = {user_id}
        person = self.person(user_id)
        while person is not None and person.superior is not None and person.superior not in seen:
            seen.add(person.superior)
            person = self.person(person.superior)
            if person is not None:
                yield person

    def departments(self, dept_id: int | None) -> Iterator[int]:
        """`dept_id` and the departments above it; ends at a circle."""
        seen: set[int] = set()
        while dept_id is not None and dept_id not in seen:
            seen.add(dept_id)
            yield dept_id
            dept_id = self._of_department(dept_id, "parent")

    def manager(self, dept_id: int | None) -> int | None:
        """Who leads the department."""
        return self._of_department(dept_id, "manager") if dept_id is not None else None

    def administrators(self) -> tuple[int, ...]:
        """Active holders of the roles that administer the application, in order of id."""
        return tuple(sorted({user for role in self.flows.admin_roles for user in self.holders(role)}))

    def _rows(self, user_ids: Sequence[int]) -> sa.Select[Any]:
        """The rows of users in order of id, to be locked."""
        column = self._column("user", "id")
        return sa.select(column).where(column.in_(user_ids)).order_by(column)

    def _column(self, entity: str, name: str) -> sa.Column[Any]:
        column = self.app.entities[entity].fields[name].column
        assert column is not None
        return column

    def _of_department(self, dept_id: int, name: str) -> int | None:
        query = sa.select(self._column("department", name)).where(self._column("department", "id") == dept_id)
        return self.connection.execute(query).scalar_one_or_none()

    def _load(self, where: sa.ColumnElement[bool]) -> None:
        names = ("id", "name", "login", "active", "archived_at", "dept", "superior")
        columns = [self._column("user", name) for name in names]
        for row in self.connection.execute(sa.select(*columns).where(where)):
            values = dict(zip(names, row, strict=True))
            live = values.pop("archived_at") is None
            self._people[values["id"]] = Person(**{**values, "active": bool(values["active"]) and live})


def resolve(directory: Directory, selectors: Sequence[Selector], subject: Subject) -> tuple[int, ...]:
    """The active people meant by `selectors`, each once, in the order in which they are named."""
    found = (user for selector in selectors for user in candidates(directory, selector, subject))
    return tuple(dict.fromkeys(user for user in found if directory.active(user)))


def candidates(directory: Directory, selector: Selector, subject: Subject) -> Sequence[int]:
    """Whom one selector names, before inactive people are left out."""
    return _SELECTORS[selector.kind](directory, selector, subject)


def next_up(directory: Directory, selectors: Sequence[Selector], subject: Subject) -> tuple[int, ...]:
    """The stand-in where nobody is left: the first active person above whoever was named, else above the initiator."""
    named = [user for selector in selectors for user in candidates(directory, selector, subject)]
    for start in (*named, subject.initiator):
        for person in directory.line(start):
            if person.active and person.id not in subject.submitters:
                return (person.id,)
    return ()


def superior_of(directory: Directory, user_id: int | None) -> tuple[int, ...]:
    """The first active person above `user_id`."""
    return tuple(person.id for person in directory.line(user_id) if person.active)[:1]


def stand_in_of(
    directory: Directory, user_id: int | None, away: Mapping[int, int], submitters: Collection[int]
) -> int | None:
    """Who decides for `user_id` now, of whom `away` says who stands in for whom, as `engine.access.standing` has it: the stand-in, or
    the first active superior where the stand-in submitted the record. None where nobody does."""
    chosen = away.get(user_id or 0)
    if chosen is not None and chosen in submitters:
        chosen = next(iter(superior_of(directory, user_id)), None)
    return chosen if chosen is not None and chosen not in submitters and directory.active(chosen) else None


def flow_admins(directory: Directory, selectors: Sequence[Selector], subject: Subject) -> tuple[int, ...]:
    """Who answers for a flow: the people its definition names, else the administrators of the application."""
    return resolve(directory, selectors, subject) or directory.administrators()


def _owner(directory: Directory, selector: Selector, subject: Subject) -> Sequence[int]:
    return _one(subject.owner)


def _initiator(directory: Directory, selector: Selector, subject: Subject) -> Sequence[int]:
    return _one(subject.initiator)


def _user(directory: Directory, selector: Selector, subject: Subject) -> Sequence[int]:
    return _one(directory.by_login(selector.login or ""))


def _role(directory: Directory, selector: Selector, subject: Subject) -> Sequence[int]:
    """Any holder; `near` the holders of the nearest department, from the initiator's up, that has one besides them."""
    holders = directory.holders(selector.role or "")
    if not selector.near:
        return holders
    starter = directory.person(subject.initiator)
    here: list[int] = []
    for dept in directory.departments(starter.dept if starter else None):
        here = [user for user in holders if _in(directory, user, dept)] or here
        if any(user not in subject.submitters for user in here):
            break
    return here


def _superior(directory: Directory, selector: Selector, subject: Subject) -> Sequence[int]:
    """The person `level` steps up; a shorter line ends at its topmost person."""
    line = list(directory.line(subject.initiator))[: selector.level]
    return [line[-1].id] if line else []


def _chain(directory: Directory, selector: Selector, subject: Subject) -> Sequence[int]:
    """Everyone up the line: `level` people, or up to the first active holder of a role (else to the top)."""
    line = list(directory.line(subject.initiator))
    if selector.role is None:
        return [person.id for person in line[: selector.level]]
    holders = directory.holders(selector.role)
    last = next((i for i, person in enumerate(line) if person.id in holders), len(line) - 1)
    return [person.id for person in line[: last + 1]]


def _field(directory: Directory, selector: Selector, subject: Subject) -> Sequence[int]:
    """The user that a field of the record names; of a department its manager."""
    if selector.ref is None:
        return []
    value = subject.read(selector.ref)
    if not isinstance(value, int):
        return []
    return _one(directory.manager(value) if selector.ref.type.name == "dept" else value)


def _one(user_id: int | None) -> Sequence[int]:
    return [] if user_id is None else [user_id]


def _in(directory: Directory, user_id: int, dept_id: int) -> bool:
    person = directory.person(user_id)
    return person is not None and person.dept == dept_id


_SELECTORS: Mapping[str, Callable[[Directory, Selector, Subject], Sequence[int]]] = {
    "owner": _owner, "initiator": _initiator, "user": _user, "role": _role,
    "superior": _superior, "chain": _chain, "field": _field,
}
