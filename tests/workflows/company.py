"""A small company as texts, with the moves, approvals and the conversion that the flows' tests need."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from engine.clock import FixedClock
from engine.files import FileStore
from engine.principal import OPERATOR, Principal
from engine.records import write
from engine.records.queries import ChildInput
from engine.records.stored import read_plain
from engine.runtime import ReadSession, Runtime, WriteSession
from engine.storage.apply import apply
from engine.storage.database import Database
from engine.storage.platform import PLATFORM
from metadata.loader import load_files
from workflows import approvals, move
from workflows.compile import compile_flows
from workflows.port import Flows

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
T = TypeVar("T")

ROLES = ("rep", "boss", "legal", "finance", "gm", "board", "admin")
PACK: Mapping[str, str] = {
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
  login: {type: text, required: true, unique: true, label: {zh: 登录名, en: Login}}
  name: {type: text, required: true, label: {zh: 姓名, en: Name}}
  dept: {type: dept, label: {zh: 部门, en: Department}}
  superior: {type: user, label: {zh: 上级, en: Superior}}
  active: {type: bool, default: true, label: {zh: 启用, en: Active}}
  language: {type: choice, options: {zh_cn: {zh: 中文, en: Chinese}, en: {zh: 英文, en: English}}, label: {zh: 语言, en: Language}}
""",
    "entities/department.entity.yaml": """
entity: department
label: {zh: 部门, en: Department}
title: "{name}"
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  parent: {type: link, to: department, label: {zh: 上级部门, en: Parent}}
  manager: {type: user, label: {zh: 负责人, en: Manager}}
""",
    "entities/role_assignment.entity.yaml": """
entity: role_assignment
label: {zh: 角色, en: Role}
title: "{role}"
fields:
  user: {type: user, label: {zh: 用户, en: User}}
  role: {type: text, label: {zh: 角色, en: Role}}
""",
    "entities/lead.entity.yaml": """
entity: lead
label: {zh: 线索, en: Lead}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  phone: {type: text, label: {zh: 电话, en: Phone}}
  lost_reason:
    type: choice
    options: {price: {zh: 价格, en: Price}, other: {zh: 其他, en: Other}}
    label: {zh: 原因, en: Why}
""",
    "entities/customer.entity.yaml": """
entity: customer
label: {zh: 客户, en: Customer}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true, max: 20, label: {zh: 名称, en: Name}}
  lead: {type: link, to: lead, label: {zh: 线索, en: Lead}}
  grade: {type: text, label: {zh: 等级, en: Grade}}
""",
    "entities/contact.entity.yaml": """
entity: contact
label: {zh: 联系人, en: Contact}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true, label: {zh: 姓名, en: Name}}
  customer: {type: link, to: customer, label: {zh: 客户, en: Customer}}
""",
    "entities/activity.entity.yaml": """
entity: activity
label: {zh: 跟进, en: Activity}
title: "{subject}"
fields:
  subject: {type: text, required: true, label: {zh: 主题, en: Subject}}
  about: {type: any_link, to: [lead, contact], back: activities, label: {zh: 对象, en: About}}
""",
    "entities/contract.entity.yaml": """
entity: contract
label: {zh: 合同, en: Contract}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true, max: 40, label: {zh: 名称, en: Name}}
  customer: {type: link, to: customer, back: contracts, label: {zh: 客户, en: Customer}}
  amount: {type: money, required: true, label: {zh: 金额, en: Amount}}
  margin: {type: money, label: {zh: 毛利, en: Margin}}
  note: {type: text, label: {zh: 备注, en: Note}}
  signer: {type: user, label: {zh: 签字人, en: Signer}}
  end_date: {type: date, label: {zh: 到期日, en: End}}
  lines: {type: children, of: line, label: {zh: 明细, en: Lines}}
  received: {type: rollup, of: receipts, value: sum(amount), where: confirmed, label: {zh: 已收, en: Received}}
""",
    "entities/line.entity.yaml": """
entity: line
label: {zh: 明细, en: Line}
child: true
fields:
  product: {type: text, required: true, label: {zh: 产品, en: Product}}
  price: {type: money, label: {zh: 价格, en: Price}}
""",
    "entities/receipt.entity.yaml": """
entity: receipt
label: {zh: 回款, en: Receipt}
title: "{id}"
fields:
  contract: {type: link, to: contract, back: receipts, label: {zh: 合同, en: Contract}}
  amount: {type: money, required: true, label: {zh: 金额, en: Amount}}
  confirmed: {type: bool, label: {zh: 已确认, en: Confirmed}}
""",
    "entities/installment.entity.yaml": """
entity: installment
label: {zh: 分期, en: Instalment}
title: "{seq}"
fields:
  contract: {type: link, to: contract, back: installments, label: {zh: 合同, en: Contract}}
  seq: {type: int, label: {zh: 期次, en: Number}}
""",
    "flows/lead.flow.yaml": """
flow: lead
entity: lead
label: {zh: 状态, en: Status}
states:
  new: {label: {zh: 新, en: New}, start: true}
  won: {label: {zh: 已转化, en: Converted}, end: true, lock: all}
  lost: {label: {zh: 无效, en: Lost}}
moves:
  convert: {label: {zh: 转化, en: Convert}, from: new, to: won}
  lose: {label: {zh: 放弃, en: Give up}, from: new, to: lost, ask: {lost_reason: {required: true}}}
on_enter:
  won:
    - {convert: lead_to_customer}
""",
    "converts/lead_to_customer.convert.yaml": """
convert: lead_to_customer
label: {zh: 线索转客户, en: Lead to customer}
from: lead
to:
  customer: {name: =name, lead: =$this}
  contact: {name: =name, customer: =$new.customer}
carry: [activities]
""",
    "flows/installment.flow.yaml": """
flow: installment
entity: installment
label: {zh: 状态, en: Status}
states:
  planned: {label: {zh: 计划, en: Planned}, start: true}
  due: {label: {zh: 应收, en: Due}}
moves:
  due: {label: {zh: 生效, en: Becomes due}, from: planned, to: due}
""",
    "flows/contract.flow.yaml": """
flow: contract
entity: contract
label: {zh: 状态, en: Status}
states:
  draft: {label: {zh: 草稿, en: Draft}, start: true}
  review: {label: {zh: 审批中, en: In review}, lock: all, approval: contract_review}
  effective: {label: {zh: 生效, en: In force}, lock: [amount, customer]}
  fulfilled: {label: {zh: 履约完成, en: Fulfilled}, end: true}
  void: {label: {zh: 作废, en: Void}, end: true}
moves:
  submit:
    label: {zh: 提交, en: Submit}
    from: draft
    to: review
    by: owner
    needs: [lines, note]
    if: amount > 0
  fulfil:
    label: {zh: 履约, en: Fulfil}
    from: effective
    to: fulfilled
    by: system
    if: received >= amount and end_date <= $today
  void:
    label: {zh: 作废, en: Void}
    from: [draft, effective]
    to: void
    by: role(finance)
    ask: {reason: {type: text, required: true, label: {zh: 原因, en: Reason}}}
  risky:
    label: {zh: 特批, en: Wave through}
    from: draft
    to: effective
    if: margin > 10
on_enter:
  effective:
    - {move: due, each: installments}
    - {update: customer, set: {grade: A}}
    - {create: contact, set: {name: =name, customer: =customer}}
    - {notify: role(legal), text: {zh: "{name} 已生效，金额 {amount}", en: "{name} is in force for {amount}"}}
""",
    "flows/contract_review.approval.yaml": """
approval: contract_review
entity: contract
label: {zh: 合同评审, en: Contract review}
steps:
  manager: {label: {zh: 上级, en: Superior}, who: superior(1), on_empty: next_up}
  joint:
    label: {zh: 会签, en: Joint}
    if: amount > 500000
    who: [role(legal), role(finance)]
    mode: all
  boss:
    label: {zh: 总经理, en: General manager}
    if: amount > 2000000
    who: role(gm)
cc: role(finance)
guarded: [amount, lines]
outcome: {approved: effective, rejected: draft, returned: draft, recalled: draft, terminated: draft, revoked: void}
""",
    "access/admin.role.yaml": """
role: admin
label: {zh: 管理员, en: Administrator}
admin: true
allow:
  contract: {read: all}
""",
    "access/board.role.yaml": "role: board\nlabel: {zh: 董事, en: Board}\nallow:\n  contract: {read: involved}\n",
    "access/gm.role.yaml": "role: gm\nlabel: {zh: 总经理, en: General manager}\nallow:\n  contract: {read: involved}\n",
    "access/legal.role.yaml": "role: legal\nlabel: {zh: 法务, en: Legal}\nallow:\n  contract: {read: involved}\n",
    "access/boss.role.yaml": "role: boss\nlabel: {zh: 主管, en: Boss}\nallow:\n  contract: {read: involved}\n",
    "access/finance.role.yaml": """
role: finance
label: {zh: 财务, en: Finance}
allow:
  contract: {read: [all], move: {void: all}}
""",
    "access/rep.role.yaml": """
role: rep
label: {zh: 销售, en: Rep}
allow:
  lead: {create: true, read: own, update: own, move: {convert: own, lose: own}}
  customer: {read: all}
  user: {read: all}
  contract: {create: true, read: own, update: own, move: {submit: own, risky: own, void: own}}
  installment: {create: true, read: all}
  activity: {create: true, read: all}
fields:
  contract.margin: {hide: true}
""",
}


class World:
    """The running company: `boss` above `amy` (a rep), `top` above `boss`; one of each other role, named like it."""

    def __init__(self, runtime: Runtime, clock: FixedClock) -> None:
        self.runtime = runtime
        self.clock = clock
        self.people: dict[str, Principal] = {}
        self.person("top")
        self.person("boss", "boss", superior="top")
        self.person("amy", "rep", superior="boss")
        for role in ("legal", "finance", "gm", "admin"):
            self.person(role, role)

    def person(self, login: str, *roles: str, superior: str | None = None, dept: int | None = None) -> Principal:
        above = self.people[superior].user_id if superior else None
        user = self.create("user", {"login": login, "name": login.title(), "superior": above, "dept": dept})
        for role in roles:
            self.create("role_assignment", {"user": user, "role": role})
        held = frozenset(roles)
        made = Principal("user", user_id=user, login=login, name=login.title(), roles=held, dept_id=dept,
                         admin="admin" in roles, superior_id=above, language="en")
        self.people[login] = made
        return made

    def __getitem__(self, login: str) -> Principal:
        return self.people[login]

    def do(self, unit: Callable[[WriteSession], T], who: str | Principal = OPERATOR) -> T:
        return self.runtime.writing(self.people[who] if isinstance(who, str) else who, unit)

    def look(self, unit: Callable[[ReadSession], T], who: str | Principal = OPERATOR) -> T:
        with self.runtime.reading(self.people[who] if isinstance(who, str) else who) as s:
            return unit(s)

    def create(self, entity: str, values: Mapping[str, object], who: str | Principal = OPERATOR) -> int:
        return self.do(lambda s: write.create(s, entity, values), who)

    def update(self, entity: str, id: int, values: Mapping[str, object], who: str | Principal = OPERATOR) -> None:
        self.do(lambda s: write.update(s, entity, id, values), who)

    def row(self, entity: str, id: int) -> dict[str, object]:
        return self.do(lambda s: dict(read_plain(s, s.app.entities[entity], id) or {}))

    def table_of(self, entity: str) -> list[dict[str, object]]:
        """All records of an entity."""
        ids = self.do(lambda s: s.connection.execute(sa.select(s.app.entities[entity].table.c.id)).scalars().all())
        return [self.row(entity, id) for id in ids]

    def disable(self, login: str) -> None:
        self.update("user", self.id(login), {"active": False})

    def id(self, login: str) -> int:
        found = self.people[login].user_id
        assert found is not None
        return found

    def contract(self, amount: int | str = 1000, **values: object) -> int:
        lines = (ChildInput(None, {"product": "Camera", "price": Decimal(1)}),)
        customer = self.create("customer", {"name": "Acme"})
        given = {"name": "Deal", "amount": Decimal(amount), "note": "n", "customer": customer, "lines": lines, **values}
        hidden = {name: given.pop(name) for name in ("margin",) if name in given}
        made = self.create("contract", given, "amy")
        if hidden:
            self.update("contract", made, hidden)
        return made

    def move(self, id: int, name: str, who: str = "amy", entity: str = "contract", **answers: object) -> None:
        self.do(lambda s: move(s, entity, id, name, answers), who)

    def decide(
        self, id: int, action: str, who: str, comment: str | None = None, target: int | str | None = None
    ) -> None:
        """The person's decision on its active task of a contract (its latest task where none is active)."""
        task = self.task(id, who)
        self.do(lambda s: approvals.decide(s, task, action, comment, target), who)

    def task(self, id: int, who: str) -> int:
        held = [task for task in self.tasks(id) if task["assignee_id"] == self.id(who) and task["kind"] == "approve"]
        active = [task for task in held if task["state"] == "active"]
        return (active or held)[-1]["id"]

    def tasks(self, id: int) -> list[dict[str, Any]]:
        return self.table("approval_task", record_id=id)

    def table(self, name: str, **where: object) -> list[dict[str, Any]]:
        """The rows of a platform table, oldest first."""
        table = PLATFORM.tables[f"lw_{name}"]
        query = sa.select(table).where(*(table.c[column] == value for column, value in where.items()))
        return self.look(lambda s: [dict(row._mapping) for row in s.connection.execute(query.order_by(table.c.id))])

    def digests(self) -> list[str]:
        """The approval definitions kept."""
        table = PLATFORM.tables["lw_approval_definition"]
        return self.look(lambda s: list(s.connection.execute(sa.select(table.c.digest)).scalars()))

    def waiting(self, id: int) -> list[str]:
        names = {person.user_id: login for login, person in self.people.items()}
        return [names[each.assignee] for each in self.look(lambda s: approvals.waiting(s, "contract", id))]

    def events(self, id: int) -> list[tuple[str, str | None]]:
        """(action, reason) of the record's approvals."""
        instances = [row["id"] for row in self.table("approval_instance", record_id=id)]
        events = [row for row in self.table("approval_event") if row["instance_id"] in instances]
        return [(row["action"], row["reason"]) for row in events]

    def state(self, id: int) -> tuple[object, object]:
        row = self.row("contract", id)
        return row["status"], row["approval"]

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


def company(database: Database, folder: Path, changes: Mapping[str, str] | None = None) -> World:
    """The company, applied and running; `changes` replace files of the pack."""
    clock = FixedClock(START)
    publish(database, changes, clock)
    runtime = Runtime(database, FileStore(folder), flows=Flows(), compilers={"flows": compile_flows}, clock=clock)
    return World(runtime, clock)


def publish(database: Database, changes: Mapping[str, str] | None, clock: FixedClock) -> None:
    """The pack with `changes` in force; a text that is empty takes its file out."""
    files = {**PACK, **(changes or {})}
    loaded = load_files({name: text for name, text in files.items() if text})
    assert loaded.app is not None, [problem.line("en") for problem in loaded.problems]
    apply(database, loaded.app, "tester", "", clock, flows=Flows())


def review(steps: str, more: str = "") -> Mapping[str, str]:
    """The contract's approval with other steps (lines of YAML, indented by two)."""
    back = ", ".join(f"{outcome}: draft" for outcome in ("rejected", "returned", "recalled", "terminated"))
    outcome = f"{{approved: effective, {back}, revoked: void}}"
    head = "approval: contract_review\nentity: contract\nlabel: {zh: 合同评审, en: Contract review}\n"
    return {"flows/contract_review.approval.yaml": f"{head}steps:\n{steps}\n{more}\noutcome: {outcome}\n"}
