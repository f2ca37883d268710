"""Whoever leaves can always be deactivated, whatever became of the records that wait for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.principal import SYSTEM
from engine.records import read, write
from engine.refusals import Refused
from engine.storage.apply import apply
from engine.storage.database import Database
from metadata.loader import load_files
from tests.workflows.company import PACK, World, company, review
from tests.workflows.test_release import without_contracts

CONTRACT = "entities/contract.entity.yaml"
ADMIN = "access/admin.role.yaml"
CASCADE = {
    CONTRACT: PACK[CONTRACT].replace("back: contracts,", "back: contracts, on_delete: cascade,"),
    ADMIN: PACK[ADMIN] + "  customer: {read: all, delete: all}\n",
    "access/board.role.yaml": "role: board\nlabel: {zh: 董事, en: Board}\nallow:\n  customer: {read: all, delete: all}\n",
}


def _submitted(world: World) -> int:
    contract = world.contract()
    world.move(contract, "submit")
    return contract


def test_a_record_under_approval_does_not_go_with_what_it_hangs_on(database: Database, tmp_path: Path) -> None:
    """It is locked, on its own and as a part of something else (I4)."""
    world = company(database, tmp_path, CASCADE)
    contract = _submitted(world)
    customer = world.row("contract", contract)["customer"]
    assert isinstance(customer, int)
    world.person("stranger", "board")
    for who, zh, en in [
        ("admin", "“合同”中要一并删除的记录已锁定，不能删除。",
         "Records of “Contract” that would go with this one are locked; it cannot be deleted."),
        ("stranger", "仍有其他记录引用此记录，不能删除。", "Other records still refer to this one; it cannot be deleted."),
    ]:
        with pytest.raises(Refused) as refused:
            world.do(lambda s: write.trash(s, "customer", customer), who)
        assert [refused.value.message.text(language) for language in ("zh", "en")] == [zh, en]
    assert world.row("contract", contract)["archived_at"] is None
    world.decide(contract, "reject", "boss", "no")
    world.do(lambda s: write.trash(s, "customer", customer), "admin")
    assert world.row("contract", contract)["archived_at"] is not None


def test_a_task_on_a_record_in_the_trash_keeps_nobody(world: World) -> None:
    contract = _submitted(world)
    world.do(lambda s: write.trash(s, "contract", contract), SYSTEM)
    world.disable("boss")
    assert [(task["state"], task["reason"]) for task in world.tasks(contract)] == [("cancelled", "leaver")]


def test_a_task_on_an_entity_no_longer_used_keeps_nobody(world: World) -> None:
    contract = _submitted(world)
    loaded = load_files({name: text for name, text in without_contracts().items() if text})
    assert loaded.app is not None
    apply(world.runtime.database, loaded.app, "tester", "", world.clock)
    world.disable("boss")
    assert [(task["state"], task["reason"]) for task in world.tasks(contract)] == [("cancelled", "leaver")]


@pytest.mark.parametrize(("step", "heirs"), [
    ("{who: superior(1)}", ["admin"]),
    ("{who: superior(1), on_empty: next_up}", ["top"]),
    ("{who: superior(1), on_empty: auto_approve}", ["admin"]),
    ("{who: [superior(1), user(a)], mode: all}", ["a", "admin"]),
])
def test_a_leavers_seat_goes_to_whom_the_step_would_ask_today(
    database: Database, tmp_path: Path, step: str, heirs: list[str]
) -> None:
    """As a contract submitted afterwards would be asked for; nobody decides by having left (approvals.md 25, I9)."""
    world = company(database, tmp_path, review(f"  one: {step}"))
    world.person("a", "board")
    contract = _submitted(world)
    world.disable("boss")
    assert sorted(world.waiting(contract)) == heirs and world.state(contract)[0] == "review"


def test_administrators_read_what_comes_to_them_to_decide(database: Database, tmp_path: Path) -> None:
    """Whatever else their role may not read (I9)."""
    world = company(database, tmp_path, {
        **review("  one: {who: role(gm)}"),
        ADMIN: "role: admin\nlabel: {zh: 管理员, en: Administrator}\nadmin: true\nallow:\n  user: {read: all, update: all}\n",
    })
    world.disable("gm")
    contract, other = _submitted(world), world.contract()
    assert world.waiting(contract) == ["admin"]
    assert world.look(lambda s: read.title(s, "contract", contract), "admin") is not None
    assert world.look(lambda s: read.title(s, "contract", other), "admin") is None
    world.decide(contract, "approve", "admin")
    assert world.state(contract) == ("effective", "approved")


def test_a_seat_that_waits_its_turn_calls_nobody_yet(database: Database, tmp_path: Path) -> None:
    """Who takes it over is told when it is their turn."""
    world = company(database, tmp_path, review("  one: {who: [user(a), user(b)], mode: seq}"))
    for login in "ab":
        world.person(login, "board")
    contract = _submitted(world)
    world.disable("b")
    assert world.table("notification", user_id=world.id("admin")) == []
    world.decide(contract, "approve", "a")
    assert world.waiting(contract) == ["admin"]
    told = [row["texts"]["en"] for row in world.table("notification", user_id=world.id("admin"))]
    assert told == ["Waiting for you: Contract review, one"]
