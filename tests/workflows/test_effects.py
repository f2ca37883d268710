"""Effects over many-to-many links, texts that look over a link, and what comes along with a conversion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine import files
from engine.records import write
from engine.refusals import Refused
from engine.runtime import WriteSession
from engine.storage.database import Database
from tests.workflows.company import PACK, World, company, publish
from workflows import convert, notify

CONTRACT = PACK["entities/contract.entity.yaml"]
FLOW = PACK["flows/contract.flow.yaml"]
ASK = "    ask: {reason: {type: text, required: true, label: {zh: 原因, en: Reason}}}\n"
COVERS = "  covers: {type: links, to: installment, back: covering, label: {zh: 覆盖, en: Covers}}\n"


@pytest.fixture
def linked(database: Database, tmp_path: Path) -> World:
    """Contracts cover instalments; those come due with the contract, and can annul what covers them."""
    flow = FLOW.replace("each: installments}", "each: covers, where: seq < 3}").replace(f"    by: role(finance)\n{ASK}", "")
    gone = "  gone: {label: {zh: 取消, en: Gone}, end: true}\nmoves:"
    annul = "  annul: {label: {zh: 取消, en: Annul}, from: due, to: gone, do: [{move: void, each: covering}]}\n"
    instalments = PACK["flows/installment.flow.yaml"].replace("moves:", gone)
    role = PACK["access/rep.role.yaml"].replace("installment: {", "installment: {move: {annul: all}, ")
    return company(database, tmp_path / "files", {
        "entities/contract.entity.yaml": CONTRACT + COVERS, "flows/contract.flow.yaml": flow,
        "flows/installment.flow.yaml": instalments + annul, "access/rep.role.yaml": role,
    })


def test_the_records_of_many_to_many_links_move_from_both_ends(linked: World) -> None:
    covered = [linked.create("installment", {"seq": number}) for number in (1, 2, 3)]
    contract = linked.contract(margin=20, covers=tuple(covered))
    linked.move(contract, "risky")
    assert [linked.row("installment", id)["status"] for id in covered] == ["due", "due", "planned"]
    linked.move(covered[0], "annul", entity="installment")
    assert linked.state(contract)[0] == "void"


def test_a_notice_looks_over_links_as_far_as_its_reader_may(database: Database, tmp_path: Path) -> None:
    text = FLOW.replace('en: "{name} is in force for {amount}"', 'en: "{name} of {customer.name} ({owner.superior.name})"')
    world = company(database, tmp_path / "files", {"flows/contract.flow.yaml": text})
    contract = world.contract(margin=20)
    world.move(contract, "risky")
    world.create("role_assignment", {"user": world.id("legal"), "role": "finance"})
    finance = replace(world["legal"], roles=frozenset({"legal", "finance"}))
    assert [notice.text for notice in world.look(notify.notices, finance)] == ["Deal of … (…)"]
    reader = replace(world["legal"], roles=frozenset({"legal", "finance", "rep"}))
    assert [notice.text for notice in world.look(notify.notices, reader)] == ["Deal of Acme (Boss)"]


def test_a_notice_follows_what_it_names_through_renames(database: Database, tmp_path: Path) -> None:
    """The record, its fields and those over a link; what is retired is not shown."""
    text = FLOW.replace('en: "{name} is in force for {amount}"', 'en: "{name} of {customer.name} by {owner.name}: {note}"')
    world = company(database, tmp_path / "files", {"flows/contract.flow.yaml": text})
    contract = world.contract(margin=20)
    world.move(contract, "risky")
    world.create("role_assignment", {"user": world.id("legal"), "role": "finance"})
    reader = replace(world["legal"], roles=frozenset({"legal", "finance", "rep"}))
    assert [notice.text for notice in world.look(notify.notices, reader)] == ["Deal of Acme by Amy: n"]
    renamed = CONTRACT.replace("entity: contract\n", "entity: deal\nwas: contract\n").replace("  name: {", "  subject: {was: name, ")
    renamed = renamed.replace("  customer: {", "  client: {was: customer, ")
    customer = PACK["entities/customer.entity.yaml"].replace("  name: {", "  called: {was: name, ")
    customer = customer.replace("entity: customer\n", "entity: client\nwas: customer\n")
    changes = {
        "flows/contract.flow.yaml": text, "entities/contract.entity.yaml": renamed, "entities/customer.entity.yaml": customer,
    }
    publish(database, changes, world.clock)
    [notice] = world.look(notify.notices, reader)
    assert (notice.text, notice.entity, notice.record_id, notice.title) == ("Deal of Acme by Amy: n", "deal", contract, "Deal")
    reused = renamed.replace("  note: {type: text, ", "  remark: {was: note, type: text, ")
    reused = reused.replace("  signer: {", "  note: {type: text, fresh: true, label: {zh: 注, en: Note}}\n  signer: {")
    publish(database, {**changes, "entities/contract.entity.yaml": reused}, world.clock)
    assert [notice.text for notice in world.look(notify.notices, reader)] == ["Deal of Acme by Amy: n"]


@pytest.fixture
def scanned(database: Database, tmp_path: Path) -> World:
    """Leads with a scan that reps may not read, beside a photo, become notes."""
    fields = "".join(f"  {name}: {{type: file, label: {{zh: 文件, en: File}}}}\n" for name in ("scan", "photo"))
    note = f'entity: note\nlabel: {{zh: 便签, en: Note}}\ntitle: "{{name}}"\nowned: true\nfields:\n  name: {{type: text}}\n{fields}'
    rep = PACK["access/rep.role.yaml"].replace("allow:", "allow:\n  note: {create: true, read: own, update: own}")
    flow = PACK["flows/lead.flow.yaml"].replace("lost: {label: {zh: 无效, en: Lost}}", "lost: {label: {zh: 无效, en: Lost}, lock: all}")
    return company(database, tmp_path / "files", {
        "entities/lead.entity.yaml": PACK["entities/lead.entity.yaml"] + fields, "entities/note.entity.yaml": note,
        "converts/jot.convert.yaml": "convert: jot\nfrom: lead\nto:\n  note: {name: =name}\ncarry: [files]\nonce: false\n",
        "access/rep.role.yaml": rep + "  lead.scan: {hide: true}\n", "flows/lead.flow.yaml": flow,
    })


def test_files_that_may_not_be_read_stay_behind(scanned: World) -> None:
    lead = scanned.create("lead", {"name": "Acme"}, "amy")
    for name in ("scan", "photo"):
        def attach(s: WriteSession, name: str = name) -> None:
            write.update(s, "lead", lead, {name: files.register(s, s.runtime.files.put([name.encode()]), f"{name}.txt")})
        scanned.do(attach)
    made = scanned.do(lambda s: convert(s, "jot", lead), "amy")["note"]
    row = scanned.row("note", made.id)
    assert row["scan"] is None and row["photo"] is not None
    whole = scanned.row("note", scanned.do(lambda s: convert(s, "jot", lead))["note"].id)
    assert whole["scan"] is not None and whole["photo"] is not None


def test_a_record_that_its_state_locks_is_not_converted(scanned: World) -> None:
    lead = scanned.create("lead", {"name": "Acme"}, "amy")
    scanned.move(lead, "lose", entity="lead", lost_reason="price")
    before = scanned.digest()
    with pytest.raises(Refused) as refused:
        scanned.do(lambda s: convert(s, "jot", lead), "amy")
    assert refused.value.message.code == "locked_record" and scanned.digest() == before


def test_rows_go_over_to_the_new_version_of_their_record(database: Database, tmp_path: Path) -> None:
    renewal = "convert: renew\nfrom: contract\nto:\n  contract: {name: =name, amount: =amount}\ncarry: [receipts]\n"
    world = company(database, tmp_path / "files", {"converts/renew.convert.yaml": renewal})
    first = world.contract()
    paid = world.create("receipt", {"contract": first, "amount": 5, "confirmed": True})
    made = world.do(lambda s: convert(s, "renew", first))["contract"]
    assert world.row("receipt", paid)["contract"] == made.id
    assert [world.row("contract", id)["received"] for id in (first, made.id)] == [0, 5]
