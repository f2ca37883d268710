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
    "entities/loan.entity.yaml": """
entity: loan
label: {zh: 借款, en: Loan}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true}
  grade: {type: text}
  limit: {type: int}
  code: {type: text}
  mail: {type: email, default: "=backer.contact"}
  backer: {type: link, to: backer}
  amount: {type: int, max: "=limit"}
  least: {type: int, min: "=backer.share"}
  extra: {type: text, visible_if: limit > 100}
  cause: {type: text, required_if: limit > 100}
  fixed: {type: text, readonly_if: limit > 100}
checks:
  graded:
    must: grade != 'bad' or amount == blank
    say: {zh: 评级为差不可借款, en: No loans to a bad grade}
    on_field: amount
unique:
  coded: {fields: [code], say: {zh: 内部编码重复, en: The internal code is taken}}
""",
    "entities/backer.entity.yaml": """
entity: backer
label: {zh: 担保人, en: Backer}
title: "{name}"
fields:
  name: {type: text, required: true}
  contact: {type: text}
  share: {type: int}
""",
    "access/loner.role.yaml": """
role: loner
label: {zh: 独行, en: Loner}
allow:
  account: {create: all, read: all, update: all, assign: all}
""",
    "access/rep.role.yaml": """
role: rep
label: {zh: 销售, en: Rep}
allow:
  account: {create: own, read: own, update: own}
  deal: {create: own, read: own, update: own, import: own}
  loan: {create: own, read: own, update: own, delete: own}
  backer: {read: all}
  user: {read: all}
fields:
  loan.limit: {hide: true}
  loan.code: {hide: true}
  loan.mail: {hide: true}
  loan.grade: {mask: {if: name == 'Masked'}}
  backer.share: {hide: true}
""",
}
