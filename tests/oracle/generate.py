"""Rows for the comparison: made at random from the declared fields, put straight into the tables, and kept in memory for
the reference evaluator.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine import search
from engine.compiled import CompiledApp, CompiledEntity
from engine.records.queries import RecordRef
from engine.records.stored import order_values
from engine.storage.database import Database
from engine.storage.platform import absence, approval_instance, approval_task, comment, history, member
from metadata.specs.app import AppSpec
from metadata.specs.entity import EntitySpec, FieldSpec
from tests.oracle.reference import LINKS, Data

NOW = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
_WORDS = ("华为", "技术", "海淀", "贸易", "数据", "acme", "north", "2026", "王小", "东方", "云", "a")
_PLATFORM = ("user", "department", "role_assignment")
_OWN: Mapping[str, Callable[[random.Random], Any]] = {
    "rating": lambda chance: chance.randint(1, 3),
    "time": lambda chance: chance.randint(480, 500),
    "duration": lambda chance: chance.randint(1, 5) * 900,
    "color": lambda chance: chance.choice(("#0d6650", "#2f54c8", "#ffffff")),
    "tags": lambda chance: tuple(chance.sample(("vip", "老客户", "north"), chance.randint(1, 2))),
    "geo": lambda chance: f"31.{chance.randint(100, 105)}000,121.470000",
}
"""Values of kinds that have a few usual ones."""


class World:
    """People in a small organisation, and `size` rows of every other entity; every tenth row lies in the trash."""

    def __init__(
        self, database: Database, spec: AppSpec, app: CompiledApp, people: Mapping[str, tuple[str, ...]], size: int,
        seed: int = 7,
    ) -> None:
        self.database, self.spec, self.app, self.size = database, spec, app, size
        self.seed, self.random = seed, random.Random(seed)
        self.data = Data(NOW, NOW.astimezone(ZoneInfo(spec.zone)).date())
        self.people: dict[str, int] = {}
        with database.write() as connection:
            self._people(connection, people)
            for entity in self._ordered():
                self._rows(connection, entity)
            for entity in spec.entities.values():
                self._close_loops(connection, entity)
                self._pairs(connection, entity)
            for entity in spec.entities.values():
                if entity.name not in _PLATFORM and not entity.child:
                    self._around(connection, entity)
            self._absences(connection)

    def _ordered(self) -> list[EntitySpec]:
        """Entities after those they link to, children last; loops are cut."""
        order: list[str] = list(_PLATFORM)
        waiting = [entity for entity in self.spec.entities.values() if entity.name not in order]
        while waiting:
            ready = [e for e in waiting if not self._needs(e) - set(order)] or waiting[:1]
            order += [entity.name for entity in ready]
            waiting = [entity for entity in waiting if entity not in ready]
        return [self.spec.entities[name] for name in order if name not in _PLATFORM]

    def _needs(self, entity: EntitySpec) -> set[str]:
        links = {to for field in entity.fields.values() if field.stored == "link" and field.link for to in field.link.to}
        return (links | {parent for parent, _ in entity.parents}) - {entity.name}

    def _people(self, connection: sa.Connection, people: Mapping[str, tuple[str, ...]]) -> None:
        head = self._put(connection, "department", {"name": "总部"})
        parts = [self._put(connection, "department", {"name": f"部门{n}", "parent": head}) for n in range(3)]
        boss = None
        for number, (login, roles) in enumerate(people.items()):
            values = {
                "name": f"人{login}", "login": login, "active": True, "language": "en", "phone": f"1380000{number:04}",
                "email": f"{login}@x.com",
                "dept": head if number == 0 else parts[number % 3],
                "superior": None if number == 0 else boss if number % 3 == 0 else self.people[list(self.people)[number // 2]],
            }
            self.people[login] = self._put(connection, "user", values)
            boss = boss or self.people[login]
            for role in roles:
                self._put(connection, "role_assignment", {"user": self.people[login], "role": role})

    def _rows(self, connection: sa.Connection, entity: EntitySpec) -> None:
        owners = self.random.sample([*self.people.values(), None], len(self.people) + 1)
        for number in range(self.size * (2 if entity.child else 1)):
            values = {
                field.name: self._value(entity.name, field, number)
                for field in entity.fields.values() if self._has_column(entity.name, field.name)
            }
            values |= self._system(entity, number, owners[number % len(owners)])
            if entity.child:
                values |= self._parent(entity)
            self._put(connection, entity.name, values | self._told_apart(entity, values))

    def _told_apart(self, entity: EntitySpec, values: dict[str, Any]) -> dict[str, None]:
        """What is left blank so that no combination stands twice that may stand once."""
        return {
            rule.fields[-1]: None for rule in entity.unique.values()
            if any(all(row[name] == values[name] for name in rule.fields) for row in self.data.rows.get(entity.name, {}).values())
        }

    def _close_loops(self, connection: sa.Connection, entity: EntitySpec) -> None:
        """Fill the links to what was made after them."""
        table = self.app.entities[entity.name].table
        for field in entity.fields.values():
            rows = self.data.rows[entity.name].values()
            if field.stored not in (*LINKS, "any_link") or any(row.get(field.name) is not None for row in rows):
                continue
            column = self._column(self.app.entities[entity.name], field.name)
            for number, row in enumerate(rows):
                row[field.name] = self._value(entity.name, field, number)
                connection.execute(sa.update(table).where(table.c.id == row["id"]).values({column: row[field.name]}))

    def _pairs(self, connection: sa.Connection, entity: EntitySpec) -> None:
        """Up to three records at the other end of each many-to-many link."""
        for field in entity.fields.values():
            link = self.app.entities[entity.name].fields[field.name].link if field.stored == "links" else None
            if field.link is None or link is None or link.table is None:
                continue
            known = list(self.data.rows[field.link.to[0]])
            for row in self.data.rows[entity.name].values():
                chosen = sorted(self.random.sample(known, self.random.randint(0, 3)))
                row[field.name] = tuple(chosen) or None
                pairs = [{"host_id": row["id"], "target_id": id} for id in chosen]
                connection.execute(sa.insert(link.table), pairs) if pairs else None

    def _has_column(self, entity: str, name: str) -> bool:
        field = self.app.entities[entity].fields.get(name)
        return field is not None and field.column is not None

    def _system(self, entity: EntitySpec, number: int, owner: int | None) -> dict[str, Any]:
        people = list(self.people.values())
        found: dict[str, Any] = {"created_by": self.random.choice(people), "updated_by": self.random.choice(people)}
        if entity.owned:
            found |= {"owner": owner, "dept": self.data.rows["user"][owner]["dept"] if owner else None}
        if self.app.entities[entity.name].approvable:
            found["approval"] = self.random.choice(["unsubmitted", "pending", "approved"])
        if number % 10 == 9 and not entity.child:
            found["archived_at"] = NOW
        return found

    def _parent(self, entity: EntitySpec) -> dict[str, Any]:
        parent, through = self.random.choice(list(entity.parents))
        return {"$parent": (parent, through), "parent_id": self.random.choice(list(self.data.rows[parent]))}

    def _value(self, entity: str, field: FieldSpec, number: int) -> Any:
        """Drawn for the field of that row alone, so that a field of one more leaves all other values as they were."""
        chance = random.Random(f"{self.seed} {entity} {field.name} {number}")
        stored = field.stored or field.kind
        if stored == "bool":
            return chance.random() < 0.5
        unique = field.unique or stored == "serial"
        if chance.random() < 0.15 and not unique:
            return None
        if stored in _OWN:
            return _OWN[stored](chance)
        if stored == "any_link":
            made = [RecordRef(to, id) for to in (field.link.to if field.link else ()) for id in self.data.rows.get(to, {})]
            return chance.choice(made) if made else None
        if stored in LINKS:
            known = list(self.data.rows.get(field.link.to[0] if field.link and field.link.to else "user", {}))
            return chance.choice(known) if known else None
        return self._scalar(field, stored, number, unique, chance)

    def _scalar(self, field: FieldSpec, stored: str, number: int, unique: bool, chance: random.Random) -> Any:
        if stored == "choice":
            begun, *further = field.options or (None,)
            return begun if not further or chance.random() < 0.5 else chance.choice(further)
        if stored == "choices":
            return tuple(name for name in field.options if chance.random() < 0.5) or None
        if stored == "phone":
            return f"139{number:08}" if unique or chance.random() < 0.8 else f"01088{number:02}"
        if stored in ("text", "long", "serial", "email", "url"):
            text = " ".join(chance.sample(_WORDS, 2)) if stored != "email" else f"{chance.choice('abc')}{number}@x.com"
            return f"{text} {number}" if unique else text if chance.random() < 0.9 else chance.choice("王李a")
        if stored == "int":
            return chance.randint(-3, 9)
        if stored in ("money", "decimal", "percent"):
            return Decimal(chance.randint(-300, 900)) / 100
        if stored == "date":
            return self.data.today + timedelta(days=chance.randint(-90, 90))
        return NOW + timedelta(minutes=chance.randint(-100_000, 100_000)) if stored == "datetime" else None

    def _put(self, connection: sa.Connection, entity: str, values: dict[str, Any]) -> int:
        compiled = self.app.entities[entity]
        row: dict[str, Any] = {"revision": 1, "created_at": NOW, "updated_at": NOW, "archived_at": None,
                               "created_by": None, "updated_by": None}
        row |= {field.name: False for field in compiled.fields.values() if field.stored == "bool"} | values
        stored = {self._column(compiled, name): value for name, value in row.items() if name != "$parent"}
        stored |= order_values(compiled, row)
        if "$parent" in row:
            parent, through = row["$parent"]
            stored["parent_field"] = self.app.entities[parent].fields[through].lineage
        insert = sa.insert(compiled.table).values(stored).returning(compiled.table.c.id)
        id = connection.execute(insert).scalar_one()
        search.index_row(connection, compiled, id, row)
        for field in compiled.fields.values():
            if field.column is not None and not field.computed:
                row.setdefault(field.name, None)
        self.data.rows.setdefault(entity, {})[id] = {**row, "id": id}
        return id

    def _column(self, entity: CompiledEntity, name: str) -> str:
        field = entity.fields.get(name)
        return field.column.name if field is not None and field.column is not None else name

    def _around(self, connection: sa.Connection, entity: EntitySpec) -> None:
        """Members, approval tasks, comments and history of some rows."""
        lineage, people = self.app.entities[entity.name].lineage, list(self.people.values())
        for number, id in enumerate(list(self.data.rows.get(entity.name, {}))):
            if number % 3 == 0:
                if entity.owned and self.random.random() < 0.5:
                    self._member(connection, entity.name, id, self.random.choice(people))
                connection.execute(sa.insert(comment).values(
                    entity_id=lineage, record_id=id, author_id=self.random.choice(people), text="说明", at=NOW))
                self._changed(connection, entity.name, id)
            elif number % 3 == 1:
                for user in self.random.sample(people, 2):
                    active = number % 2 == 0
                    self._task(connection, lineage, id, user, "active" if active else "approved")
                    self.data.tasks.append((entity.name, id, user))
                    self.data.active += [(entity.name, id, user)] if active else []

    def _member(self, connection: sa.Connection, entity: str, id: int, user: int) -> None:
        level = self.random.choice(["read", "write"])
        expires = self.random.choice([None, NOW + timedelta(days=1), NOW - timedelta(days=1)])
        connection.execute(sa.insert(member).values(
            entity_id=self.app.entities[entity].lineage, record_id=id, user_id=user, level=level, expires_at=expires))
        self.data.members.append((entity, id, user, level, expires))

    def _absences(self, connection: sa.Connection) -> None:
        """Everybody is away with the next one standing in: now, before or after, or not any more."""
        people = list(self.people.values())
        for number, (user, stand_in) in enumerate(pairwise([*people, people[0]])):
            since = NOW + timedelta(days=(0, -9, 9, -1)[number % 4])
            until, ended = since + timedelta(days=5), NOW if number % 4 == 3 else None
            connection.execute(sa.insert(absence).values(
                user_id=user, stand_in_id=stand_in, from_at=since, until_at=until, note="", created_at=NOW, ended_at=ended))
            if ended is None:
                self.data.absences.append((user, stand_in, since, until))

    def _task(self, connection: sa.Connection, lineage: int, id: int, user: int, state: str) -> None:
        instance = connection.execute(sa.insert(approval_instance).values(
            approval="x", digest="x", entity_id=lineage, record_id=id, state="running", round=1, snapshot={}, rev=1,
            started_at=NOW).returning(approval_instance.c.id)).scalar_one()
        connection.execute(sa.insert(approval_task).values(
            instance_id=instance, entity_id=lineage, record_id=id, kind="approve", assignee_id=user, seat=1, seq=1,
            state=state, created_at=NOW))

    def _changed(self, connection: sa.Connection, entity: str, id: int) -> None:
        """A history row that tells of every field with a column, and of many-to-many links."""
        row = self.data.rows[entity][id]
        changes = {
            str(field.lineage): [None, field.type.json(row[field.name])]
            for field in self.app.entities[entity].fields.values()
            if (field.column is not None or field.stored == "links") and not field.system and row.get(field.name) is not None
        }
        connection.execute(sa.insert(history).values(
            entity_id=self.app.entities[entity].lineage, record_id=id, at=NOW, actor_id=None, actor_kind="system",
            kind="update", changes=changes, detail={}))
