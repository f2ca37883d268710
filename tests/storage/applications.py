"""Small applications as texts, for tests of storage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from engine.clock import FixedClock
from engine.storage.apply import Applied, apply
from engine.storage.database import Database
from metadata.loader import load_files
from metadata.specs.app import AppSpec

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

APP = """
app: shop
language: 1
layers: [.]
zone: Asia/Shanghai
currency: CNY
languages: [zh-CN, en]
"""

USER = """
entity: user
label: {zh: 用户, en: User}
title: "{name}"
fields:
  login: {type: text, required: true, unique: true}
  name: {type: text}
"""

DEPARTMENT = """
entity: department
label: {zh: 部门, en: Department}
title: "{name}"
fields:
  name: {type: text}
"""

ORDER = """
entity: order
label: {zh: 订单, en: Order}
title: "{number} {subject}"
owned: true
search: [subject]
fields:
  number: {type: serial, pattern: "O-{yyyy}-{0001}", reset: year, gapless: true}
  subject: {type: text, required: true, max: 120}
  kind: {type: choice, options: {direct: {zh: 直销, en: Direct}, agency: {zh: 代理, en: Agency}}}
  paid: {type: bool}
  amount: {type: money}
  customer: {type: link, to: customer, back: orders}
  helpers: {type: links, to: user}
  lines: {type: children, of: order_line}
"""

ORDER_LINE = """
entity: order_line
label: {zh: 明细, en: Line}
child: true
fields:
  product: {type: text}
  qty: {type: int}
"""

CUSTOMER = """
entity: customer
label: {zh: 客户, en: Customer}
title: "{name}"
fields:
  name: {type: text}
  code: {type: text}
"""

SHOP: Mapping[str, str] = {
    "app.yaml": APP,
    "entities/user.entity.yaml": USER,
    "entities/department.entity.yaml": DEPARTMENT,
    "entities/order.entity.yaml": ORDER,
    "entities/order_line.entity.yaml": ORDER_LINE,
    "entities/customer.entity.yaml": CUSTOMER,
}


def load_app(files: Mapping[str, str]) -> AppSpec:
    """The application in `files`; fails with its problems."""
    return _loaded(frozenset(files.items()))


@lru_cache(maxsize=100)
def _loaded(files: frozenset[tuple[str, str]]) -> AppSpec:
    loaded = load_files(dict(files))
    assert loaded.app is not None, [problem.line("en") for problem in loaded.problems]
    return loaded.app


def shop(**changed: str | None) -> AppSpec:
    """The shop with entities replaced, added, or (None) left out."""
    files = dict(SHOP)
    for name, text in changed.items():
        path = f"entities/{name}.entity.yaml"
        if text is None:
            del files[path]
        else:
            files[path] = text
    return load_app(files)


def extended_shop() -> AppSpec:
    """The shop with a new entity, field, option, index, unique rule and search."""
    customer = CUSTOMER.replace("code: {type: text}", "code: {type: text, unique: true}")
    customer = customer.replace("fields:", "search: [name]\nindexes: [[name, code]]\nfields:") + "  vip: {type: bool}\n"
    order = ORDER.replace("agency: {zh", "online: {zh: 线上, en: Online}, agency: {zh")
    return shop(customer=customer, order=order, product=CUSTOMER.replace("entity: customer", "entity: product"))


def publish(database: Database, spec: AppSpec, *allow: str) -> Applied:
    """Apply at a fixed time."""
    return apply(database, spec, "tester", "", FixedClock(START), allow)
