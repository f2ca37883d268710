"""A small company as texts: every rule that the write service knows, once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from engine.clock import FixedClock
from engine.compiled import CompiledApp
from engine.files import FileStore
from engine.principal import OPERATOR, Principal
from engine.records import write
from engine.records.stored import read_plain
from engine.refusals import Invalid
from engine.runtime import Runtime, WriteSession
from engine.storage.apply import apply
from engine.storage.database import Database
from metadata.loader import load_files

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

FILES: Mapping[str, str] = {
    "app.yaml": """
app: company
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
  login: {type: text, required: true, unique: true}
  name: {type: text, required: true}
  dept: {type: dept}
  superior: {type: user}
  active: {type: bool, default: true}
  language: {type: choice, options: [zh_cn, en]}
""",
    "entities/department.entity.yaml": """
entity: department
label: {zh: 部门, en: Department}
title: "{name}"
fields:
  name: {type: text, required: true}
  parent: {type: link, to: department}
  manager: {type: user}
""",
    "entities/role_assignment.entity.yaml": """
entity: role_assignment
label: {zh: 角色, en: Role}
title: "{role}"
fields:
  user: {type: user}
  role: {type: text}
""",
    "entities/customer.entity.yaml": """
entity: customer
label: {zh: 客户, en: Customer}
title: "{name}"
owned: true
search: [name]
fields:
  name: {type: text, required: true, max: 40}
  code: {type: text, unique: true, pattern: "[A-Z][0-9]{3}"}
  tax_no: {type: text}
  secret: {type: text}
  total: {type: rollup, of: contracts, value: sum(received)}
  largest: {type: rollup, of: contracts, value: max(amount), where: paid_up == false}
  hardware: {type: rollup, of: contracts, value: sum(hardware)}
  contract_count: {type: rollup, of: contracts, value: count()}
checks:
  not_both:
    must: secret != 'x' or name != 'T'
    say: {zh: 名称不可用, en: This name cannot be used}
    on_field: secret
unique:
  one_pair: {fields: [secret, name]}
""",
    "entities/contract.entity.yaml": """
entity: contract
label: {zh: 合同, en: Contract}
title: "{number} {name}"
owned: true
search: [number, name]
fields:
  number: {type: serial, pattern: "HT-{yyyy}-{0001}", reset: year, gapless: true}
  quick: {type: serial, pattern: "Q{0001}"}
  name: {type: text, required: true, max: 20}
  customer: {type: link, to: customer, back: contracts, required: true}
  amount: {type: money, required: true, min: 0}
  discount: {type: percent, required_if: amount > 100000, max: 50%}
  kind: {type: choice, options: {direct: {zh: 直销, en: Direct}, agency: {zh: 代理, en: Agency}}, default: direct}
  fee:
    type: money
    visible_if: kind == 'agency'
    required: true
  signed: {type: date, readonly_if: paid_up}
  reference: {type: text, set_once: true}
  paid_up: {type: bool}
  tax_no: {type: text, fetch: customer.tax_no, keep: if_blank}
  helpers: {type: links, to: user}
  about: {type: any_link, to: [customer, contract]}
  papers: {type: files}
  lines: {type: children, of: contract_line}
  line_total: {type: rollup, of: lines, value: sum(subtotal)}
  hardware: {type: rollup, of: lines, value: sum(subtotal), where: item.category == 'hardware'}
  mean: {type: rollup, of: receipts, value: avg(amount)}
  received: {type: rollup, of: receipts, value: sum(amount), where: confirmed}
  open: {type: money, formula: amount - received}
checks:
  adds_up:
    must: line_total <= amount
    say: {zh: 明细超过合同金额, en: The lines exceed the amount}
    on_field: amount
unique:
  one_name: {fields: [customer, name]}
""",
    "entities/contract_line.entity.yaml": """
entity: contract_line
label: {zh: 明细, en: Line}
child: true
fields:
  product: {type: text, required: true}
  item: {type: link, to: product, back: lines, filter: live}
  qty: {type: int, required: true, min: 1}
  price: {type: money}
  subtotal: {type: money, formula: qty * price}
""",
    "entities/product.entity.yaml": """
entity: product
label: {zh: 产品, en: Product}
fields:
  name: {type: text, required: true}
  category: {type: choice, options: {hardware: {zh: 硬件, en: Hardware}, service: {zh: 服务, en: Service}}}
  live: {type: bool, default: true}
  sold: {type: rollup, of: lines, value: sum(qty)}
""",
    "entities/receipt.entity.yaml": """
entity: receipt
label: {zh: 回款, en: Receipt}
fields:
  contract: {type: link, to: contract, back: receipts, on_delete: cascade}
  amount: {type: money, required: true}
  confirmed: {type: bool}
  payer: {type: link, to: customer, on_delete: clear}
checks:
  enough:
    must: sum(contract.receipts, amount) <= 10000
    say: {zh: 回款过多, en: More than enough}
    on_field: amount
""",
    "access/rep.role.yaml": """
role: rep
label: {zh: 销售, en: Rep}
allow:
  customer: {create: own, read: own, update: own, delete: own}
  contract: {create: own, read: own, update: {scope: own, if: kind != 'agency'}, delete: own}
  user: {read: all}
fields:
  customer.secret: {hide: true}
  customer.tax_no: {readonly: true}
""",
    "access/scout.role.yaml": """
role: scout
label: {zh: 外勤, en: Scout}
allow:
  customer: {read: all, update: all}
fields:
  customer.tax_no: {mask: {if: name == 'Masked'}}
""",
    "access/clerk.role.yaml": """
role: clerk
label: {zh: 文员, en: Clerk}
allow:
  customer: {create: own, read: all}
  contract: {create: own, read: own}
""",
}

Unit = Callable[[WriteSession], object]


class World:
    """A running company on one database, with `amy` and `bob`, who are reps."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.amy = self._rep("amy")
        self.bob = self._rep("bob")

    def _rep(self, login: str) -> Principal:
        user = self.create("user", {"login": login, "name": login.title()})
        self.create("role_assignment", {"user": user, "role": "rep"})
        return Principal("user", user_id=user, login=login, name=login.title(), roles=frozenset({"rep"}))

    def do(self, unit: Callable[[WriteSession], object], who: Principal = OPERATOR, key: str | None = None) -> object:
        return self.runtime.writing(who, unit, key)

    def create(self, entity: str, values: Mapping[str, object], who: Principal = OPERATOR) -> int:
        made = self.do(lambda session: write.create(session, entity, values), who)
        assert isinstance(made, int)
        return made

    def update(
        self, entity: str, id: int, values: Mapping[str, object], who: Principal = OPERATOR, **seen: object
    ) -> None:
        self.do(lambda session: write.update(session, entity, id, values, **seen), who)  # type: ignore[arg-type]

    def trash(self, entity: str, id: int, who: Principal = OPERATOR) -> None:
        self.do(lambda session: write.trash(session, entity, id), who)

    def restore(self, entity: str, id: int, who: Principal = OPERATOR) -> None:
        self.do(lambda session: write.restore(session, entity, id), who)

    def row(self, entity: str, id: int) -> dict[str, object]:
        found: dict[str, object] = {}
        self.do(lambda session: found.update(read_plain(session, session.app.entities[entity], id) or {}))
        return found

    @cached_property
    def app(self) -> CompiledApp:
        seen: list[CompiledApp] = []
        self.do(lambda session: seen.append(session.app))
        return seen[0]

    def customer(self, who: Principal = OPERATOR, **values: object) -> int:
        return self.create("customer", {"name": "Acme", **values}, who)

    def contract(self, customer: int, who: Principal = OPERATOR, **values: object) -> int:
        return self.create("contract", {"name": "Deal", "customer": customer, "amount": Decimal(1000), **values}, who)

    def receipt(self, contract: int, amount: int | str, confirmed: bool = True) -> int:
        return self.create("receipt", {"contract": contract, "amount": Decimal(amount), "confirmed": confirmed})

    def digest(self) -> str:
        """A hash of everything in the database, row by row."""
        found = hashlib.sha256()
        with self.runtime.database.read() as connection:
            metadata = sa.MetaData()
            metadata.reflect(connection)
            for table in metadata.sorted_tables:
                rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
                found.update(repr((table.name, rows)).encode())
        return found.hexdigest()


def publish(database: Database, files: Mapping[str, str] = FILES) -> None:
    """Apply the company, or another application of these people."""
    loaded = load_files(files)
    assert loaded.app is not None, [problem.line("en") for problem in loaded.problems]
    apply(database, loaded.app, "tester", "", FixedClock(START))


def running(database: Database, folder: Path) -> World:
    """The company at work on a database in which it is applied."""
    return World(Runtime(database, FileStore(folder), clock=FixedClock(START)))


def errors(refusal: Invalid) -> dict[str, str]:
    """Path -> code of a refusal."""
    return {error.path: error.message.code for error in refusal.errors}
