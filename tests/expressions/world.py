"""One small application and one table of awkward rows, on which every reader of an expression is asked the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.clock import FixedClock
from engine.compile import compile_app
from engine.compiled import CompiledApp
from engine.expressions.closure import compile_closure
from engine.expressions.environment import MappingEnvironment
from engine.expressions.sql import falsity, to_clause, truth
from engine.expressions.sql_context import PlainSurroundings, SqlContext
from engine.storage import catalogue
from engine.storage.apply import apply
from engine.storage.database import Database
from engine.storage.types import Day, Instant
from metadata.expressions.check import check_expression
from metadata.expressions.scope import Scope
from metadata.expressions.typed import Collection, TypedExpression, ValueType
from metadata.loader import load_files
from metadata.problems import Place
from metadata.specs.app import AppSpec

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
ME = 1
ROLES = {1: {"finance"}, 2: {"chief"}, 3: {"clerk"}}
"""Who is assigned what; chief includes finance."""

FILES: Mapping[str, str] = {
    "app.yaml": """
app: probe
language: 1
layers: [.]
zone: Asia/Shanghai
currency: CNY
languages: [zh-CN, en]
settings:
  rate: {type: percent, default: 12.5%}
  cap: {type: money, default: 1000}
  word: {type: text, default: 公司}
  days: {type: int, default: 3}
""",
    "user.entity.yaml": """
entity: user
label: {zh: 用户, en: User}
title: "{name}"
fields:
  name: {type: text}
  dept: {type: dept}
  superior: {type: user, back: reports}
  level: {type: int}
  login: {type: text}
  active: {type: bool}
  language: {type: choice, options: [zh_cn, en]}
""",
    "department.entity.yaml": """
entity: department
label: {zh: 部门, en: Department}
title: "{name}"
fields:
  name: {type: text}
  parent: {type: dept}
  manager: {type: user}
""",
    "role_assignment.entity.yaml": """
entity: role_assignment
label: {zh: 角色, en: Role}
title: "{role}"
fields:
  user: {type: user, required: true}
  role: {type: text}
""",
    "finance.role.yaml": "role: finance\nlabel: {zh: 财务, en: Finance}\nallow: {sample: {read: all}}\n",
    "chief.role.yaml": "role: chief\nlabel: {zh: 主管, en: Chief}\nincludes: [finance]\nadmin: true\nallow: {sample: {read: all}}\n",
    "clerk.role.yaml": "role: clerk\nlabel: {zh: 文员, en: Clerk}\nallow: {sample: {read: all}}\n",
    "partner.entity.yaml": """
entity: partner
label: {zh: 伙伴, en: Partner}
title: "{name}"
fields:
  name: {type: text}
  boss: {type: user}
  region: {type: link, to: region, back: partners}
  worth: {type: money}
  since: {type: date}
  vip: {type: bool}
  twice: {type: money, formula: worth * 2}
""",
    "region.entity.yaml": """
entity: region
label: {zh: 区域, en: Region}
title: "{name}"
fields:
  name: {type: text}
  rate: {type: percent}
""",
    "receipt.entity.yaml": """
entity: receipt
label: {zh: 收款, en: Receipt}
title: "{note}"
fields:
  sample: {type: link, to: sample, back: receipts}
  amount: {type: money}
  paid: {type: date}
  at: {type: datetime}
  state: {type: choice, options: {open: {zh: 未清, en: Open}, done: {zh: 完成, en: Done}}}
  note: {type: text}
""",
    "sample_line.entity.yaml": """
entity: sample_line
label: {zh: 明细, en: Line}
child: true
fields:
  qty: {type: int}
  price: {type: money}
  share: {type: percent}
  note: {type: text}
  done: {type: bool}
  due: {type: date}
""",
    "sample.entity.yaml": """
entity: sample
label: {zh: 样本, en: Sample}
title: "{t1}"
fields:
  t1: {type: text, label: {zh: 名称, en: Name}}
  t2: {type: text}
  n1: {type: int}
  n2: {type: int}
  d1: {type: decimal, scale: 6}
  d2: {type: decimal, scale: 6}
  m1: {type: money, label: {zh: 金额, en: Amount}}
  m2: {type: money}
  usd: {type: money, currency: USD}
  p1: {type: percent, label: {zh: 折扣, en: Discount}}
  b1: {type: bool}
  b2: {type: bool}
  a1: {type: date, label: {zh: 签订日, en: Signed on}}
  a2: {type: date}
  i1: {type: datetime}
  i2: {type: datetime}
  c1:
    type: choice
    label: {zh: 状态, en: Status}
    options: {draft: {zh: 草稿, en: Draft}, review: {zh: 审批中, en: In review}, done: {zh: 完成, en: Done}}
  c2: {type: choice, options: {draft: {zh: 草稿, en: Draft}, review: {zh: 审批中, en: In review}}}
  s1: {type: choices, options: {red: {zh: 红, en: Red}, blue: {zh: 蓝, en: Blue}, green: {zh: 绿, en: Green}}}
  l1: {type: link, to: partner, back: samples}
  l2: {type: link, to: partner, back: others}
  u1: {type: user}
  u2: {type: user}
  g1: {type: dept}
  lines: {type: children, of: sample_line}
  friends: {type: links, to: partner, back: friends_of}
""",
}

Row = dict[str, Any]


def load_spec() -> AppSpec:
    loaded = load_files(FILES)
    assert loaded.app is not None, [problem.line("en") for problem in loaded.problems]
    return loaded.app


SPEC = load_spec()


def scope(entity: str = "sample", **more: Any) -> Scope:
    """Everything that can be named anywhere."""
    words = {"entities": SPEC.entities, "entity": entity, "this": "sample", "currency": "CNY"}
    words |= {"contexts": frozenset({"user", "now", "today", "setting", "this", "old"}), "roles": frozenset(SPEC.roles)}
    words |= {"settings": {name: setting.kind for name, setting in SPEC.settings.items()}}
    return Scope(**{**words, **more})


def typed(text: str, expected: ValueType | None = None, **more: Any) -> TypedExpression:
    found, problems = check_expression(text, Place("probe.yaml", 1, 1), scope(**more), expected)
    assert found is not None, (text, [problem.line("en") for problem in problems])
    return found


@dataclass(frozen=True)
class World:
    """A database with the rows of `data` in it, and what is needed to ask it."""

    database: Database
    app: CompiledApp

    @property
    def dialect(self) -> str:
        return self.database.dialect

    def context(self, row: sa.FromClause, user: int | None = ME, zone: str | None = None) -> SqlContext:
        app = replace(self.app, zone=ZoneInfo(zone)) if zone else self.app
        binds: dict[str, sa.ColumnElement[Any]] = {
            "lw_user": sa.literal(user, sa.BigInteger()),
            "lw_now": sa.literal(NOW, Instant()),
            "lw_today": sa.literal(NOW.astimezone(app.zone).date(), Day()),
        }
        held = ROLES.get(user or 0, set())
        roles = frozenset(held | ({"finance"} if "chief" in held else set()))
        return SqlContext.of(PlainSurroundings(app, self.dialect, binds, roles), "sample", row)

    def answers(self, expressions: Sequence[TypedExpression], ids: Iterable[int] | None = None, **more: Any) -> dict[int, tuple]:
        """id -> (value, certainly true, certainly false or None) of each expression, in one statement."""
        row = self.app.entities["sample"].table.alias("s")
        context = self.context(row, **more)
        columns: list[sa.ColumnElement[Any]] = []
        for one in expressions:
            columns.append(to_clause(one, context))
            if one.type.name == "bool":
                columns += [_flag(truth(one, context)), _flag(falsity(one, context))]
        query = sa.select(row.c.id, *(column.label(f"x{index}") for index, column in enumerate(columns)))
        if ids is not None:
            query = query.where(row.c.id.in_(list(ids)))
        with self.database.read() as connection:
            found = connection.execute(query).all()
        return {line[0]: _grouped(line[1:], expressions) for line in found}


def _flag(clause: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((clause, 1), else_=0)


def _grouped(values: Sequence[Any], expressions: Sequence[TypedExpression]) -> tuple:
    given = iter(values)
    return tuple(
        (next(given), next(given) == 1, next(given) == 1) if one.type.name == "bool" else (next(given), None, None)
        for one in expressions
    )


class Memory:
    """The same rows as plain mappings, for closures."""

    def __init__(self, data: Mapping[str, Sequence[Row]]) -> None:
        self.data = data
        self.by_id = {name: {row["id"]: row for row in rows} for name, rows in data.items()}

    def environment(self, row: Row, user: int | None = ME, zone: str | None = None) -> MappingEnvironment:
        return MappingEnvironment(
            row, now=NOW, zone=ZoneInfo(zone or "Asia/Shanghai"), user=user, this=row, follow=self.follow, collect=self.collect,
            role=self.role, settings={"rate": Decimal("0.125"), "cap": Decimal("1000"), "word": "公司", "days": 3},
        )

    def follow(self, entity: str, id: int) -> Row | None:
        return self.by_id[entity].get(id)

    def collect(self, collection: Collection, host: Mapping[str, Any]) -> Iterable[Row]:
        rows = [row for row in self.data[collection.target] if row.get("archived_at") is None]
        if collection.kind == "children":
            return [row for row in rows if row["parent_id"] == host["id"]]
        if collection.kind == "links":
            return [row for row in rows if row["id"] in host.get("friends", ())]
        return [row for row in rows if row.get(collection.link_field) == host["id"]]

    def role(self, user: int, role: str) -> bool:
        held = ROLES.get(user, set())
        return role in held or (role == "finance" and "chief" in held)

    def answer(self, expression: TypedExpression, row: Row, **more: Any) -> Any:
        return compile_closure(expression)(self.environment(row, **more))


def build(database: Database, data: Mapping[str, Sequence[Row]]) -> World:
    """Tables of the application in `database`, filled with `data`."""
    release = apply(database, SPEC, "tester", "", FixedClock(NOW), ()).release
    with database.read() as connection:
        app = compile_app(SPEC, catalogue.load(connection), release)
    with database.write() as connection:
        for name in ("department", "user", "role_assignment", "region", "partner", "sample", "sample_line", "receipt"):
            _insert(connection, app, name, data[name])
        _befriend(connection, app, data["sample"])
    return World(database, app)


def _insert(connection: sa.Connection, app: CompiledApp, name: str, rows: Sequence[Row]) -> None:
    entity = app.entities[name]
    columns = {field.name: field.column for field in entity.fields.values() if field.column is not None}
    table, made = entity.table, []
    for row in rows:
        found: Row = {columns[key].key: value for key, value in row.items() if key in columns}
        found |= {"id": row["id"], "revision": 1, "created_at": NOW, "updated_at": NOW, "archived_at": row.get("archived_at")}
        if entity.child:
            field = app.entities["sample"].fields["lines"]
            found |= {"parent_id": row["parent_id"], "parent_field": field.lineage, "position": row["id"]}
        made.append(found)
    keys = {key for row in made for key in row}
    if made:
        connection.execute(sa.insert(table), [{key: row.get(key) for key in keys} for row in made])


def _befriend(connection: sa.Connection, app: CompiledApp, samples: Sequence[Row]) -> None:
    link = app.entities["sample"].fields["friends"].link
    assert link is not None and link.table is not None
    pairs = [{"host_id": row["id"], "target_id": id_} for row in samples for id_ in row.get("friends", ())]
    if pairs:
        connection.execute(sa.insert(link.table), pairs)


# The rows: every pair of categories, twenty times over, because the second operand runs through its own list.

NUMBERS = {
    "blank": None, "zero": 0, "negative": -7, "ordinary": 12, "edge": 10**15 - 1, "low edge": -(10**15) + 1, "one": 1, "half": 5,
}
DECIMALS = {
    "blank": None, "zero": Decimal(0), "negative": Decimal("-3.125"), "ordinary": Decimal("12.5"),
    "edge": Decimal("999999999999.999999"), "low edge": Decimal("-999999999999.999999"), "one": Decimal("0.000001"),
    "half": Decimal("0.5"),
}
MONEYS = {
    "blank": None, "zero": Decimal(0), "negative": Decimal("-250.55"), "ordinary": Decimal("1000.10"),
    "edge": Decimal("9999999999999999.99"), "low edge": Decimal("-9999999999999999.99"), "one": Decimal("0.01"),
    "half": Decimal("0.50"),
}
DAYS = {
    "blank": None, "leap day": date(2024, 2, 29), "month end": date(2025, 1, 31), "ordinary": date(2026, 3, 2),
    "year end": date(2023, 12, 31), "weekend": date(2026, 2, 28), "early": date(1970, 1, 1), "late": date(9999, 12, 31),
}
INSTANTS = {
    "blank": None, "leap day": datetime(2024, 2, 29, 15, 59, 59, 999999, UTC), "month end": datetime(2025, 1, 31, 16, tzinfo=UTC),
    "ordinary": NOW, "year end": datetime(2023, 12, 31, 16, 0, 0, 1, UTC),
    "before clocks go back": datetime(2025, 11, 1, 5, 30, tzinfo=UTC),
    "before clocks go forward": datetime(2026, 3, 7, 7, 30, tzinfo=UTC), "late": datetime(9998, 6, 30, 9, 15, tzinfo=UTC),
}
TEXTS = {
    "blank": None, "Chinese": "中文公司科技", "wildcard": "50%_off", "spaces": "  ab  ", "mixed": "AbC", "quote": "it's \\ \"x\"",
    "long": "长" * 40 + "z", "emoji": "张三😀",
}
BOOLS = {"yes": True, "no": False}
CHOICES = {"blank": None, "draft": "draft", "review": "review"}
SEVERAL = {"blank": None, "one": ("red",), "two": ("blue", "green"), "all": ("red", "blue", "green")}
LINKS = {"blank": None, "first": 1, "second": 2, "third": 3}
PAIRS = 24
"""Rows per category of the first operand."""


def _pick(values: Mapping[str, Any], index: int) -> tuple[str, Any]:
    return list(values.items())[index % len(values)]


KINDS: Mapping[str, Mapping[str, Any]] = {
    "t1": TEXTS, "n1": NUMBERS, "d1": DECIMALS, "m1": MONEYS, "a1": DAYS, "i1": INSTANTS, "b1": BOOLS, "c1": CHOICES,
    "s1": SEVERAL, "l1": LINKS, "u1": LINKS, "g1": LINKS,
    "p1": {"blank": None, "zero": Decimal(0), "negative": Decimal("-0.1"), "ordinary": Decimal("0.125"), "edge": Decimal("9.9999")},
}
SECOND: Mapping[str, str] = {
    "t2": "t1", "n2": "n1", "d2": "d1", "m2": "m1", "a2": "a1", "i2": "i1", "b2": "b1", "c2": "c1", "l2": "l1", "u2": "u1",
}


def sample_rows() -> list[Row]:
    """8 categories of the first operand x `PAIRS` of the second."""
    rows: list[Row] = []
    for first in range(8):
        for second in range(PAIRS):
            index = len(rows)
            row: Row = {"id": index + 1, "created_at": NOW}
            row |= {name: _pick(values, first)[1] for name, values in KINDS.items()}
            row |= {name: _pick(KINDS[source], second + first)[1] for name, source in SECOND.items()}
            row["friends"] = ((), (1,), (2, 3))[index % 3]
            rows.append(row)
    return rows


def categories(name: str) -> list[str]:
    """The category of field `name` (a first operand) in each sample row."""
    return [_pick(KINDS[name], first)[0] for first in range(8) for _ in range(PAIRS)]


def children(samples: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Lines and receipts: none, one, or several per sample, blanks and archived ones among them."""
    lines: list[Row] = []
    receipts: list[Row] = []
    for sample in samples:
        for index in range(sample["id"] % 4):
            pick = sample["id"] + index
            lines.append({
                "id": len(lines) + 1, "parent_id": sample["id"], "qty": _pick(NUMBERS, pick % 4)[1], "note": _pick(TEXTS, pick)[1],
                "price": _pick(MONEYS, (pick + index) % 5)[1], "share": _pick(KINDS["p1"], pick)[1], "done": pick % 2 == 0,
                "due": _pick(DAYS, pick)[1],
            })
        for index in range(sample["id"] % 5):
            pick = sample["id"] * 3 + index
            receipts.append({
                "id": len(receipts) + 1, "sample": sample["id"], "amount": _pick(MONEYS, pick)[1], "note": _pick(TEXTS, pick)[1],
                "paid": _pick(DAYS, pick + 1)[1], "at": _pick(INSTANTS, pick)[1],
                "state": (None, "open", "done")[pick % 3], "archived_at": NOW if pick % 7 == 0 else None,
            })
    return lines, receipts


def data(samples: Sequence[Row]) -> dict[str, list[Row]]:
    """All rows of the application around `samples`."""
    lines, receipts = children(samples)
    regions = [{"id": 1, "name": "华东", "rate": Decimal("0.06")}, {"id": 2, "name": None, "rate": None}]
    partners = [
        {"id": 1, "name": "甲公司", "boss": 2, "region": 1, "worth": Decimal("100.25"), "since": date(2024, 2, 29), "vip": True},
        {"id": 2, "name": "Beta", "boss": None, "region": 2, "worth": None, "since": None, "vip": False},
        {"id": 3, "name": None, "boss": 1, "region": None, "worth": Decimal("-1"), "since": date(2020, 1, 1), "vip": False},
    ]
    for partner in partners:
        partner["twice"] = None if partner["worth"] is None else partner["worth"] * 2
    return {
        "department": [{"id": 1, "name": "销售", "manager": 2}, {"id": 2, "name": "财务", "manager": None}, {"id": 3, "name": None}],
        "user": [
            {"id": 1, "name": "王一", "dept": 1, "superior": 2, "level": 3},
            {"id": 2, "name": "李二", "dept": 2, "superior": None, "level": 9}, {"id": 3, "name": "张三", "dept": None},
        ],
        "role_assignment": [
            {"id": user, "user": user, "role": role} for user, held in ROLES.items() for role in held
        ],
        "region": regions, "partner": partners, "sample": list(samples), "sample_line": lines, "receipt": receipts,
    }


def plus(hours: int) -> datetime:
    """`NOW` and so many hours."""
    return NOW + timedelta(hours=hours)
