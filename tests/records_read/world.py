"""A small application made by hand, with tables, people and rows, for tests of access and reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from engine import search
from engine.accounts.principals import load_principal
from engine.clock import FixedClock
from engine.compile import compile_app
from engine.compiled import CompiledApp
from engine.principal import Principal
from engine.records.stored import order_values
from engine.storage import catalogue
from engine.storage.apply import apply
from engine.storage.database import Database
from metadata.expressions.typed import Binary, ContextRef, FieldRef, Literal_, TypedExpression, ValueType
from metadata.specs.access import FieldRightSpec, GrantSpec, RoleSpec, Scope
from metadata.specs.app import AppSpec
from metadata.specs.common import Expression, Label, TitlePart
from metadata.specs.entity import EntitySpec, FieldSpec, LinkSpec, OptionSpec

NOW = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
BOOL = ValueType("bool")


def label(text: str) -> Label:
    return Label({"zh": text, "en": text})


def field(name: str, kind: str, **more: Any) -> FieldSpec:
    if kind in ("user", "dept") and "link" not in more:
        more["link"] = LinkSpec(("user" if kind == "user" else "department",))
    if kind == "link" and isinstance(more.get("link"), str):
        more["link"] = LinkSpec((more["link"],))
    return FieldSpec(name, kind, None if kind == "children" else kind, label(name), **more)


def options(*names: str) -> Mapping[str, OptionSpec]:
    return {name: OptionSpec(name, label(name)) for name in names}


def entity(name: str, title: str, *fields: FieldSpec, **more: Any) -> EntitySpec:
    return EntitySpec(
        name, label(name), title=(TitlePart(path=(title,)),), fields={one.name: one for one in fields}, **more
    )


def grant(entity: str, verb: str, *scopes: Scope, when: TypedExpression | None = None) -> GrantSpec:
    return GrantSpec(entity, verb, scopes, Expression("test", typed=when) if when else None)


def role(name: str, *grants: GrantSpec, **more: Any) -> RoleSpec:
    rights = {(right.entity, right.field): right for right in more.pop("fields", ())}
    return RoleSpec(name, label(name), all_includes=more.pop("includes", (name,)), grants=grants, fields=rights, **more)


def right(path: str, **more: Any) -> FieldRightSpec:
    entity, _, name = path.partition(".")
    return FieldRightSpec(entity, name, **more)


def ref(entity: str, name: str, kind: str) -> FieldRef:
    return FieldRef("row", (), entity, name, ValueType(kind))  # pyright: ignore[reportArgumentType]


def equals(left: TypedExpression, right: TypedExpression) -> Binary:
    return Binary("==", left, right, BOOL)


def text(value: str) -> Literal_:
    return Literal_(value, ValueType("text"))


ME = ContextRef("user", "user", ValueType("user", entity="user"))

PEOPLE = (
    role("employee", grant("user", "read", "all"), grant("department", "read", "all"), grant("product", "read", "all")),
)

ENTITIES = (
    entity("user", "name", field("name", "text"), field("login", "text", unique=True), field("email", "email"),
           field("phone", "phone"), field("dept", "dept"), field("superior", "user"), field("active", "bool"),
           field("language", "choice", options=options("zh_cn", "en")), search=("name", "login")),
    entity("department", "name", field("name", "text"), field("parent", "dept"), field("manager", "user")),
    entity("role_assignment", "role", field("user", "user"), field("role", "text")),
    entity("product", "name", field("name", "text"), field("price", "money", scale=2)),
    entity("customer", "name", field("name", "text"), field("phone", "phone"),
           field("level", "choice", options=options("a", "b", "c")), field("credit", "money", scale=2),
           field("next_at", "datetime"), field("note", "long"), owned=True, search=("name", "phone", "note")),
    entity("contract", "number", field("number", "text"), field("customer", "link", link="customer"),
           field("amount", "money", scale=2), field("margin", "percent", scale=4), field("sign_date", "date"),
           field("status", "choice", options=options("draft", "review", "effective")),
           field("lines", "children", children="contract_line"),
           owned=True, search=("number",)),
    entity("contract_line", "id", field("product", "link", link="product"), field("qty", "int"),
           field("cost", "money", scale=2), child=True, parents=(("contract", "lines"),)),
)


@dataclass(frozen=True)
class World:
    """The application with its database. `people` are user ids by login."""

    database: Database
    app: CompiledApp
    people: Mapping[str, int]

    @contextmanager
    def session(self, who: str | Principal, language: str = "en") -> Iterator[Any]:
        with self.database.read() as connection:
            principal = who if isinstance(who, Principal) else load_principal(connection, self.app, self.people[who], 1)
            yield SimpleNamespace(
                app=self.app, principal=principal, connection=connection, now=NOW, today=NOW.date(), language=language
            )

    def insert(self, entity: str, **values: object) -> int:
        """A row straight into the table, with its search entry."""
        compiled = self.app.entities[entity]
        system = {"created_at": NOW, "updated_at": NOW}
        row = {**system, **{self._column(entity, name): value for name, value in values.items()}, **order_values(compiled, values)}
        with self.database.write() as connection:
            id = connection.execute(sa.insert(compiled.table).values(row).returning(compiled.table.c.id)).scalar_one()
            search.index_row(connection, compiled, id, values)
        return id

    def _column(self, entity: str, name: str) -> str:
        column = self.app.entities[entity].fields[name].column if name in self.app.entities[entity].fields else None
        return column.name if column is not None else name


def build(database: Database, *roles: RoleSpec, entities: tuple[EntitySpec, ...] = ENTITIES) -> World:
    """Tables, and the people amy and bob (team a, below dan), eve (team b), dan, and joe who is no longer active; each
    holds the role named like `roles` order: amy and bob the first, dan the second, eve the third where there is one."""
    spec = AppSpec("test", label("test"), "Asia/Shanghai", "CNY", ("zh-CN", "en"), (),
                   entities={one.name: one for one in entities},
                   roles={one.name: one for one in (*PEOPLE, *roles)}, digest="test")
    apply(database, spec, "test", "", FixedClock(NOW))
    with database.read() as connection:
        app = compile_app(spec, catalogue.load(connection), 1)
    world = World(database, app, {})
    team_a = world.insert("department", name="A组")
    team_b = world.insert("department", name="B组")
    below = world.insert("department", name="A1组", parent=team_a)
    dan = world.insert("user", name="丹", login="dan", dept=team_a, active=True, language="zh_cn")
    amy = world.insert("user", name="艾米", login="amy", dept=below, superior=dan, active=True)
    bob = world.insert("user", name="鲍勃", login="bob", dept=team_a, superior=dan, active=True)
    eve = world.insert("user", name="伊芙", login="eve", dept=team_b, active=True)
    joe = world.insert("user", name="乔", login="joe", dept=team_b, active=False)
    people = {"dan": dan, "amy": amy, "bob": bob, "eve": eve, "joe": joe}
    names = [one.name for one in roles]
    held = {"amy": 0, "bob": 0, "dan": min(1, len(names) - 1), "eve": min(2, len(names) - 1), "joe": 0}
    for login, at in held.items():
        for name in ("employee", *names[at : at + 1]):
            world.insert("role_assignment", user=people[login], role=name)
    return replace(world, people=people)


