"""Into the trash and back: what is worked out from a link that is cleared or comes back follows, and rules hold."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from engine.records import read, write
from engine.records.queries import ChildInput
from engine.refusals import Invalid, Refusal, Refused
from engine.storage.database import Database
from engine.storage.verify import verify
from tests.workflows.company import PACK, World, company

CONTACT = PACK["entities/contact.entity.yaml"].replace(
    "label: {zh: 客户, en: Customer}}",
    """on_delete: clear, label: {zh: 客户, en: Customer}}
  tags: {type: text, label: {zh: 标签, en: Tags}}
  free: {type: bool, formula: customer == blank, label: {zh: 自由, en: Free}}
  grade: {type: text, fetch: customer.grade, label: {zh: 等级, en: Grade}}
  peers: {type: links, to: contact, back: peers_of, label: {zh: 同伴, en: Peers}}
  ahead: {type: int, formula: count(peers), label: {zh: 同伴数, en: Ahead}}
  behind: {type: int, formula: count(peers_of), label: {zh: 被引用数, en: Behind}}
checks:
  leader:
    must: tags != 'leader' or count(peers_of) == 0
    say: {zh: 已有人引用, en: Follows others}
  last:
    must: tags != 'last' or count(peers) == 0
    say: {zh: 已有同伴, en: Has peers}
  bound:
    must: tags != 'bound' or customer != blank
    say: {zh: 须有客户, en: Needs a customer}
    on_field: tags
  alone:
    must: tags != 'alone' or customer == blank
    say: {zh: 不可有客户, en: Stands alone}
    on_field: tags""",
)
RECEIPT = PACK["entities/receipt.entity.yaml"].replace("back: receipts,", "back: receipts, on_delete: cascade,") + """
checks:
  enough:
    must: sum(contract.receipts, amount) <= 10
    say: {zh: 过多, en: Too much}
"""
CONTRACT = PACK["entities/contract.entity.yaml"] + """
checks:
  paid:
    must: name != 'Paid' or count(receipts) > 0
    say: {zh: 未付, en: Not paid}
"""
REP = PACK["access/rep.role.yaml"].replace("customer: {read: all}", "customer: {create: true, read: all, delete: all}")
"""Reads its own leads only, and no contacts."""


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    line = PACK["entities/line.entity.yaml"] + "  asked: {type: link, to: lead, label: {zh: 线索, en: Lead}}\n"
    entities = {"line": line, "contact": CONTACT, "receipt": RECEIPT, "contract": CONTRACT}
    files = {f"entities/{name}.entity.yaml": text for name, text in entities.items()}
    return company(database, tmp_path / "files", {**files, "access/rep.role.yaml": REP})


def trash(world: World, entity: str, id: int, who: str | None = None) -> None:
    world.do(lambda s: write.trash(s, entity, id), *((who,) if who else ()))


def restore(world: World, entity: str, id: int, who: str | None = None) -> None:
    world.do(lambda s: write.restore(s, entity, id), *((who,) if who else ()))


def held(world: World, contact: int) -> Mapping[str, object]:
    row = world.row("contact", contact)
    return {name: row[name] for name in ("customer", "free", "grade")}


def test_what_follows_from_a_link_follows_when_it_is_cleared_and_comes_back(world: World) -> None:
    customer = world.create("customer", {"name": "Acme", "grade": "A"})
    contact = world.create("contact", {"name": "Ann", "customer": customer})
    linked = {"customer": customer, "free": False, "grade": "A"}
    assert held(world, contact) == linked
    trash(world, "customer", customer)
    assert held(world, contact) == {"customer": None, "free": True, "grade": None}
    assert verify(world.runtime.database) == []
    restore(world, "customer", customer)
    assert held(world, contact) == linked
    assert verify(world.runtime.database) == []


def test_what_follows_from_a_link_follows_when_its_own_record_comes_back(world: World) -> None:
    customer = world.create("customer", {"name": "Acme", "grade": "A"})
    contact = world.create("contact", {"name": "Ann", "customer": customer})
    trash(world, "contact", contact)
    world.update("customer", customer, {"grade": "B"})
    restore(world, "contact", contact)
    assert held(world, contact) == {"customer": customer, "free": False, "grade": "B"}


def refusal(world: World, unit: object, *args: object) -> Refusal:
    """What the call refuses with; nothing has changed."""
    before = world.digest()
    with pytest.raises(Refusal) as refused:
        unit(world, *args)  # type: ignore[operator]
    assert world.digest() == before
    return refused.value


def test_a_rule_that_needs_the_link_keeps_its_record(world: World) -> None:
    customer = world.create("customer", {"name": "Acme"})
    world.create("contact", {"name": "Ann", "customer": customer, "tags": "bound"})
    told = refusal(world, trash, "customer", customer)
    assert isinstance(told, Refused)
    assert told.message.text("en") == "“Ann” (Contact) refers to this record and would break a rule: Needs a customer"
    assert told.message.text("zh") == "“Ann”（联系人）引用此记录，这样将不符合它的规则：须有客户"
    untold = refusal(world, trash, "customer", customer, "amy")
    assert untold.message.text("en") == "A record that you may not see refers to this one and would break a rule of its own."
    assert untold.message.text("zh") == "您无权查看的一条记录引用此记录，这样将不符合它的规则。"


def test_a_rule_that_forbids_the_link_keeps_its_record_in_the_trash(world: World) -> None:
    customer = world.create("customer", {"name": "Acme"})
    contact = world.create("contact", {"name": "Ann", "customer": customer})
    trash(world, "customer", customer)
    world.update("contact", contact, {"tags": "alone"})
    told = refusal(world, restore, "customer", customer)
    assert told.message.text("en") == "“Ann” (Contact) refers to this record and would break a rule: Stands alone"


def test_a_restored_record_keeps_its_own_rules(world: World) -> None:
    contract = world.contract()
    first = world.create("receipt", {"contract": contract, "amount": Decimal(6)})
    trash(world, "receipt", first)
    second = world.create("receipt", {"contract": contract, "amount": Decimal(5)})
    told = refusal(world, restore, "receipt", first)
    assert isinstance(told, Invalid) and [error.message.text("en") for error in told.errors] == ["Too much"]
    trash(world, "receipt", second)
    restore(world, "receipt", first)


def test_what_stands_below_a_trashed_record_holds_nothing(world: World) -> None:
    lead, contract = world.create("lead", {"name": "Ask"}), world.contract()
    world.update("contract", contract, {"lines": (ChildInput(None, {"product": "x", "asked": lead}),)})
    assert refusal(world, trash, "lead", lead).message.code == "linked_from"
    trash(world, "contract", contract)
    trash(world, "lead", lead)
    told = refusal(world, restore, "contract", contract)
    assert told.message.text("en") == "This record refers to “Ask” (Lead), which is in the trash; restore that first."
    assert told.message.text("zh") == "此记录引用的“Ask”（线索）在回收站中，请先恢复它。"
    restore(world, "lead", lead)
    restore(world, "contract", contract)


def test_no_record_comes_back_with_a_link_into_the_trash(world: World) -> None:
    lead = world.create("lead", {"name": "Ask"})
    customer = world.create("customer", {"name": "Acme", "lead": lead})
    trash(world, "customer", customer)
    trash(world, "lead", lead)
    assert refusal(world, restore, "customer", customer).message.code == "link_in_trash"
    untold = refusal(world, restore, "customer", customer, "amy")
    assert untold.message.text("en") == "This record refers to one that is in the trash; that one must be restored first."
    assert untold.message.text("zh") == "此记录引用的一条记录在回收站中，须先恢复那条记录。"


def test_a_link_that_may_be_cleared_is_blank_when_its_record_comes_back(world: World) -> None:
    customer = world.create("customer", {"name": "Acme", "grade": "A"})
    contact = world.create("contact", {"name": "Ann", "customer": customer})
    trash(world, "contact", contact)
    trash(world, "customer", customer)
    restore(world, "contact", contact)
    assert held(world, contact) == {"customer": None, "free": True, "grade": None}


def test_rules_are_judged_when_all_that_went_together_is_back(world: World) -> None:
    contract = world.contract()
    receipt = world.create("receipt", {"contract": contract, "amount": Decimal(6)})
    world.update("contract", contract, {"name": "Paid"})
    trash(world, "contract", contract)
    assert world.row("receipt", receipt)["archived_at"] is not None
    restore(world, "contract", contract)
    assert world.row("receipt", receipt)["archived_at"] is None


@pytest.mark.parametrize(("tag", "end", "other"), [("last", 0, 1), ("leader", 1, 0)])
def test_the_trash_does_not_count_at_either_end_of_many_links(world: World, tag: str, end: int, other: int) -> None:
    second = world.create("contact", {"name": "Ben"})
    pair = world.create("contact", {"name": "Ann", "peers": (second,)}), second

    def counted() -> tuple[object, object]:
        found = [world.look(lambda s, id=id: read.get(s, "contact", id).values) for id in pair if id != gone]
        return found[0]["ahead"], found[0]["behind"]

    gone = None
    with pytest.raises(Invalid):
        world.update("contact", pair[end], {"tags": tag})
    gone = pair[other]
    trash(world, "contact", gone)
    assert counted() == (0, 0)
    world.update("contact", pair[end], {"tags": tag})
