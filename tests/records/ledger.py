"""A ledger of accounts and deals whose rules read what its reps may not: other people's accounts, hidden and masked fields."""

from __future__ import annotations

from collections.abc import Mapping

from tests.records.company import FILES as COMPANY

FILES: Mapping[str, str] = {
    **{name: text for name, text in COMPANY.items() if name == "app.yaml" or name.split("/")[-1].split(".")[0] in (
        "user", "department", "role_assignment")},
    "entities/account.entity.yaml": """
entity: account
label: {zh: 账户, en: Account}
title: "{name}"
owned: true
search: [name]
fields:
  name: {type: text, required: true}
  credit: {type: int}
  region: {type: text}
  floor: {type: int}
  phone: {type: text}
""",
    "entities/deal.entity.yaml": """
entity: deal
label: {zh: 交易, en: Deal}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true}
  account: {type: link, to: account, back: deals}
  partners: {type: links, to: account}
  about: {type: any_link, to: [account, deal]}
  amount: {type: int, max: "=account.credit"}
  region: {type: fetch, fetch: account.region}
  reason: {type: text, required_if: account.credit == 100}
  remark: {type: text, readonly_if: account.credit == 100}
  note: {type: text, visible_if: account.credit != 100}
  score: {type: int, default: 1}
  lines: {type: children, of: deal_line}
checks:
  within:
    must: amount == blank or account.region != 'north'
    say: {zh: 北区账户不可交易, en: No deals with the north}
  partners_pay:
    must: not any(partners, credit == 100)
    say: {zh: 伙伴信用不足, en: A partner has too little credit}
unique:
  once: {fields: [name, account]}
""",
    "entities/deal_line.entity.yaml": """
entity: deal_line
label: {zh: 明细, en: Line}
child: true
fields:
  qty: {type: int, max: "=account.credit"}
  account: {type: link, to: account}
""",
    "access/rep.role.yaml": """
role: rep
label: {zh: 销售, en: Rep}
allow:
  account: {create: own, read: own, update: own}
  deal: {create: own, read: own, update: own, import: own}
  user: {read: all}
""",
}
