"""A small application whose rows hold every kind of operand, and one expression seen by its three readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.clock import FixedClock
from engine.compile import compile_app
from engine.compiled import CompiledApp, CompiledEntity
from engine.expressions.closure import compile_closure
from engine.expressions.environment import MappingEnvironment
from engine.expressions.sql import to_clause
from engine.expressions.sql_context import PlainSurroundings, SqlContext
from engine.storage import catalogue
from engine.storage.apply import apply
from engine.storage.database import Database
from engine.storage.types import Day, Instant
from metadata.expressions.check import check_expression
from metadata.expressions.scope import Scope
from metadata.expressions.typed import Collection, TypedExpression
from metadata.loader import load_files
from metadata.problems import Place
from metadata.specs.app import AppSpec

NOW = datetime(2026, 3, 10, 20, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 11)
AUTHOR = 1

FILES: Mapping[str, str] = {
    "app.yaml": """
app: laboratory
language: 1
layers: [.]
zone: Asia/Shanghai
currency: CNY
languages: [zh-CN, en]
""",
    "entities/user.entity.yaml": """
entity: user
label: {zh: 用户, en: User}
title: "{name}"
fields:
  login: {type: text}
  name: {type: text}
""",
    "entities/department.entity.yaml": """
entity: department
label: {zh: 部门, en: Department}
title: "{name}"
fields:
  name: {type: text}
""",
    "entities/role_assignment.entity.yaml": """
entity: role_assignment
label: {zh: 角色, en: Role}
title: "{role}"
fields:
  user: {type: user}
  role: {type: text}
""",
    "access/finance.role.yaml": "role: finance\nlabel: {zh: 财务, en: Finance}\n",
    "access/boss.role.yaml": "role: boss\nlabel: {zh: 老板, en: Boss}\nincludes: [finance]\n",
    "entities/part.entity.yaml": """
entity: part
label: {zh: 部件, en: Part}
child: true
fields:
  qty: {type: int, label: {zh: 数量, en: Quantity}}
  price: {type: money, label: {zh: 单价, en: Price}}
  day: {type: date, label: {zh: 日期, en: Day}}
""",
    "entities/note.entity.yaml": """
entity: note
label: {zh: 便条, en: Note}
title: "{text}"
fields:
  text: {type: text, label: {zh: 内容, en: Text}}
  weight: {type: decimal, scale: 3, label: {zh: 权重, en: Weight}}
  probe: {type: link, to: probe, back: notes, label: {zh: 样本, en: Probe}}
""",
    "entities/probe.entity.yaml": """
entity: probe
label: {zh: 样本, en: Probe}
title: "{t}"
fields:
  t: {type: text, label: {zh: 文本, en: Text}}
  u: {type: text, label: {zh: 另一文本, en: Other text}}
  n: {type: int, label: {zh: 整数, en: Whole}}
  k: {type: int, label: {zh: 另一整数, en: Other whole}}
  m: {type: money, label: {zh: 金额, en: Amount}}
  r: {type: money, label: {zh: 另一金额, en: Other amount}}
  q: {type: decimal, scale: 3, label: {zh: 小数, en: Decimal}}
  p: {type: percent, label: {zh: 百分比, en: Percent}}
  b: {type: bool, label: {zh: 是否, en: Flag}}
  d: {type: date, label: {zh: 日期, en: Date}}
  e: {type: date, label: {zh: 另一日期, en: Other date}}
  at: {type: datetime, label: {zh: 时间, en: Instant}}
  till: {type: datetime, label: {zh: 另一时间, en: Other instant}}
  c: {type: choice, options: {draft: 草稿, done: 完成}, label: {zh: 状态, en: State}}
  s: {type: choices, options: {red: 红, blue: 蓝}, label: {zh: 颜色, en: Colours}}
  who: {type: user, label: {zh: 人员, en: Person}}
  friend: {type: link, to: probe, back: friends, label: {zh: 朋友, en: Friend}}
  half: {type: money, formula: m / 2, label: {zh: 一半, en: Half}}
  late: {type: int, formula: "days_between(d, $today)", label: {zh: 逾期, en: Late}}
  parts: {type: children, of: part, label: {zh: 部件, en: Parts}}
""",
}

D = Decimal
ROWS: Sequence[Mapping[str, Any]] = [
    {"t": None, "u": None, "n": None, "k": None, "m": None, "r": None, "q": None, "p": None, "d": None, "e": None,
     "at": None, "till": None, "c": None, "s": None, "who": None, "friend": None},
    {"t": "a", "u": "a", "n": 0, "k": 0, "m": D("0.00"), "r": D("0.00"), "q": D("0.000"), "p": D("0.0000"), "b": True,
     "d": date(2024, 2, 29), "e": date(2024, 2, 29), "at": NOW, "till": NOW, "c": "draft", "s": ("red",), "who": 1, "friend": 2},
    {"t": "华为技术", "u": "技术", "n": -1, "k": 3, "m": D("-0.01"), "r": D("0.01"), "q": D("-0.001"), "p": D("0.2500"),
     "d": date(2024, 2, 29), "e": date(2025, 2, 28), "at": datetime(2024, 2, 29, 15, 59, 59, 999999, tzinfo=UTC),
     "till": datetime(2024, 2, 29, 16, tzinfo=UTC), "c": "done", "s": ("red", "blue"), "who": 2, "friend": 3},
    {"t": "100%", "u": "%", "n": 7, "k": -2, "m": D("9999999999999999.99"), "r": D("9999999999999999.99"),
     "q": D("999999999999999.999"), "p": D("0.3333"), "b": True, "d": date(2026, 3, 11), "e": date(2026, 3, 10),
     "at": datetime(2026, 3, 10, 16, tzinfo=UTC), "till": datetime(2026, 3, 10, 15, 59, tzinfo=UTC), "c": "draft", "who": 3,
     "friend": 1},
    {"t": "a_b\\c", "u": "_", "n": 10**15, "k": 10**15, "m": D("-9999999999999999.99"), "r": D("1.00"), "q": D("0.005"),
     "p": D("1.0000"), "d": date(1999, 12, 31), "e": date(2000, 1, 1), "at": datetime(1999, 12, 31, 16, tzinfo=UTC),
     "till": datetime(2000, 1, 1, tzinfo=UTC), "c": "done", "s": ("blue",), "who": 9, "friend": 5},
    {"t": "ABC def", "u": "abc DEF", "n": 3, "k": 2, "m": D("2.50"), "r": D("-2.50"), "q": D("1.005"), "p": D("-0.5000"),
     "b": True, "d": date(2025, 1, 31), "e": date(2025, 12, 31), "at": datetime(2025, 1, 31, 1, tzinfo=UTC),
     "till": datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC), "c": "draft", "who": 1},
    {"t": " 空 格 ", "u": "é", "n": -7, "k": 2, "m": D("0.05"), "r": D("3.00"), "q": D("-1.005"), "p": D("0.0001"),
     "d": date(2026, 3, 14), "e": date(2026, 3, 16), "c": "done", "friend": 4},
    {"t": "İzmir ß", "u": "ß", "n": 5, "m": D("1.15"), "r": D("1.10"), "q": D("2.675"), "p": D("0.1500"), "d": date(2026, 12, 31),
     "at": NOW, "who": 2, "friend": 1},
]
PARTS: Sequence[Mapping[str, Any]] = [
    {"host": 2, "qty": 2, "price": D("10.05"), "day": date(2024, 2, 29)},
    {"host": 2, "qty": 1, "price": D("0.01"), "day": date(2023, 1, 1)},
    {"host": 2, "qty": None, "price": D("5.00"), "day": None},
    {"host": 3, "qty": -3, "price": D("9999999999999999.99"), "day": date(2025, 5, 5)},
    {"host": 3, "qty": 4, "price": None, "day": date(2025, 5, 6)},
    {"host": 4, "qty": 0, "price": D("0.00"), "day": None},
    {"host": 6, "qty": 3, "price": D("33.33"), "day": date(2026, 3, 11)},
]
NOTES: Sequence[Mapping[str, Any]] = [
    {"text": "甲", "weight": D("1.500"), "probe": 2}, {"text": "乙", "weight": D("-0.250"), "probe": 2},
    {"text": None, "weight": None, "probe": 3}, {"text": "丁", "weight": D("999999999999999.999"), "probe": 4},
    {"text": "戊", "weight": D("0.333"), "probe": None},
]
ROLES = {1: {"boss"}, 2: {"finance"}, 3: {"other"}}


@dataclass(frozen=True)
class Laboratory:
    """The rows in one database, and what the readers need."""

    spec: AppSpec
    app: CompiledApp
    database: Database
    rows: Sequence[Mapping[str, Any]]
    parts: Sequence[Mapping[str, Any]]
    notes: Sequence[Mapping[str, Any]]

    def scope(self) -> Scope:
        """Everything an expression over a probe may name."""
        return Scope(
            self.spec.entities, "probe", frozenset({"user", "this", "now", "today"}), roles=frozenset(self.spec.roles),
            this="probe", currency="CNY",
        )

    def typed(self, text: str) -> TypedExpression:
        """The typed tree of an expression over a probe; fails the test when it has a problem."""
        typed, problems = check_expression(text, Place("x"), self.scope())
        assert typed is not None, (text, [p.line("en") for p in problems])
        return typed

    def by_closure(self, typed: TypedExpression) -> list[Any]:
        """The value for each row, by the Python closure."""
        closure = compile_closure(typed)
        return [closure(self.environment(row)) for row in self.rows]

    def environment(self, row: Mapping[str, Any]) -> MappingEnvironment:
        tables = {"probe": self.rows, "part": self.parts, "note": self.notes}

        def follow(entity: str, id_: int) -> Mapping[str, Any] | None:
            return next((one for one in tables.get(entity, ()) if one["id"] == id_), None)

        def collect(collection: Collection, host: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
            key = {"parts": "host", "notes": "probe", "friends": "friend"}[collection.name]
            return [one for one in tables[collection.target] if one.get(key) == host["id"]]

        def holds(user: int, role: str) -> bool:
            return role in ROLES.get(user, set()) or (role == "finance" and "boss" in ROLES.get(user, set()))

        return MappingEnvironment(row, NOW, ZONE, AUTHOR, follow=follow, collect=collect, role=holds)

    def by_sql(self, typed: Sequence[TypedExpression]) -> list[list[Any]]:
        """The values for each row, by the database: one list per expression."""
        probe = self.app.entities["probe"]
        context = SqlContext.of(self.around(), "probe", probe.table)
        clauses = [to_clause(one, context).label(f"x{i}") for i, one in enumerate(typed)]
        with self.database.read() as connection:
            found = connection.execute(sa.select(*clauses).select_from(probe.table).order_by(probe.table.c.id)).all()
        return [[row[i] for row in found] for i in range(len(typed))]

    def around(self) -> PlainSurroundings:
        dialect = self.database.dialect
        values = {
            "lw_user": sa.literal(AUTHOR, sa.BigInteger), "lw_now": sa.literal(NOW, Instant()),
            "lw_today": sa.literal(TODAY, Day()),
        }
        return PlainSurroundings(self.app, dialect, values, frozenset({"boss", "finance"}))


def open_laboratory(database: Database) -> Laboratory:
    """Publishes the application and writes its rows as they stand, without rules."""
    loaded = load_files(FILES)
    assert loaded.app is not None, [p.line("en") for p in loaded.problems]
    apply(database, loaded.app, "test", "", FixedClock(NOW))
    with database.write() as connection:
        app = compile_app(loaded.app, catalogue.load(connection), 1)
        rows = [{"id": i, "b": False, **row} for i, row in enumerate(ROWS, 1)]
        for row in rows:
            row["half"] = None if row["m"] is None else D(row["m"] / 2).quantize(D("0.01"), "ROUND_HALF_UP")
            _insert(connection, app.entities["probe"], row)
            row["late"] = None if row["d"] is None else (TODAY - row["d"]).days
        parts = [{"id": i, **part} for i, part in enumerate(PARTS, 1)]
        field = app.entities["probe"].fields["parts"].lineage
        for part in parts:
            _insert(connection, app.entities["part"], part, parent_id=part["host"], parent_field=field, position=part["id"])
        notes = [{"id": i, **note} for i, note in enumerate(NOTES, 1)]
        for note in notes:
            _insert(connection, app.entities["note"], note)
        number = 0
        for user, roles in ROLES.items():
            for role in roles:
                number += 1
                _insert(connection, app.entities["role_assignment"], {"id": number, "user": user, "role": role})
    return Laboratory(loaded.app, app, database, rows, parts, notes)


def _insert(connection: sa.Connection, entity: CompiledEntity, row: Mapping[str, Any], **more: object) -> None:
    values: dict[str, object] = {"id": row["id"], "created_at": NOW, "updated_at": NOW, **more}
    for name, value in row.items():
        field = entity.fields.get(name)
        if field is not None and field.column is not None and name != "late":
            values[field.column.name] = value
    connection.execute(entity.table.insert().values(values))
