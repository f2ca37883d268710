"""The small world of one scenario: a throw-away application, a clock that stands still, people and records by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.accounts.principals import principal_of_login
from engine.clock import FixedClock
from engine.principal import OPERATOR, Principal
from engine.records import write
from engine.records.queries import RecordRef
from engine.runtime import ReadSession, Runtime, WriteSession
from loomwork.data_moments import behind
from loomwork.natural_keys import ValueReader, ids_where
from loomwork.typed_texts import evaluate
from metadata.specs.app import AppSpec

T = TypeVar("T")


class StepFailed(Exception):
    """A step did not go as it says; the texts say what happened instead."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


@dataclass(slots=True)
class World:
    """`names` are people (entity user) and records, in the order in which they came into being."""

    app: AppSpec
    runtime: Runtime
    clock: FixedClock
    names: dict[str, RecordRef] = field(default_factory=dict)

    def give(self, name: str, given: Mapping[str, Any]) -> None:
        """Make a person or record of `given:` and remember it as `name`. Refusals go to the caller."""
        entity = next((word for word in given if word in self.app.entities), None)
        if entity is None:
            wanted = next(iter(given), "")
            raise StepFailed(f"没有名为“{wanted}”的实体", f"there is no entity '{wanted}'")
        values = {**given[entity], **({"owner": given["owner"]} if "owner" in given else {})}
        if entity == "user":
            self.names[name] = self._person(name, values)
            return
        actor = behind(self.person(given["by"])) if "by" in given else OPERATOR
        self.names[name] = RecordRef(entity, self.write(actor, lambda s: self.create(s, entity, values)))

    def create(self, session: WriteSession, entity: str, values: Mapping[str, Any]) -> int:
        """Create a record from declared values."""
        return write.create(session, entity, self.reader(session).values(entity, values))

    def reader(self, session: ReadSession) -> ValueReader:
        """A reader of declared values that knows the scenario's names. It looks links up as the operator: what the
        acting person may refer to is judged by the write itself."""
        return ValueReader(session, self.names, lambda text: evaluate(self.app, session, {}, text))

    def record(self, name: object) -> RecordRef:
        """The record called `name`."""
        found = self.names.get(str(name))
        if found is None:
            raise StepFailed(f"没有名为“{name}”的记录", f"nothing is called '{name}'")
        return found

    def person(self, name: object) -> Principal:
        """The principal of the person called `name`, with the rights of this moment."""
        found = principal_of_login(self.runtime, str(name)) if self.record(name).entity == "user" else None
        if found is None:
            raise StepFailed(f"“{name}”不是可用的用户", f"'{name}' is no active user")
        return found

    def called(self, user: int) -> str:
        """The name of a person, for messages."""
        return next((name for name, ref in self.names.items() if ref == RecordRef("user", user)), f"user {user}")

    def write(self, who: Principal, unit: Callable[[WriteSession], T]) -> T:
        """Run `unit` as `who` in one transaction."""
        return self.runtime.writing(who, unit)

    def read(self, who: Principal, look: Callable[[ReadSession], T]) -> T:
        """Look at the application as `who`."""
        with self.runtime.reading(who) as session:
            return look(session)

    def _person(self, name: str, values: Mapping[str, Any]) -> RecordRef:
        """A user with login `name`; `role` (or `roles`), `reports_to` and `dept` are the words of scenarios."""
        plain = {key: value for key, value in values.items() if key not in ("role", "roles", "reports_to", "dept")}
        roles = values.get("roles") or [values["role"]] if "role" in values or "roles" in values else []

        def unit(session: WriteSession) -> int:
            own: dict[str, object] = {"login": name, "name": name, **plain}
            if "reports_to" in values:
                own["superior"] = values["reports_to"]
            if "dept" in values:
                own["dept"] = self._department(session, str(values["dept"]))
            user = self.create(session, "user", own)
            for role in roles:
                write.create(session, "role_assignment", {"user": user, "role": str(role)})
            return user

        return RecordRef("user", self.write(OPERATOR, unit))

    def _department(self, session: WriteSession, name: str) -> int:
        known = ids_where(session, "department", {"name": name})
        return known[0] if known else write.create(session, "department", {"name": name})
