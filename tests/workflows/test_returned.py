"""A returned approval waits where the return left its record: what happens when the record goes elsewhere."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from engine.principal import OPERATOR
from engine.records import write
from engine.refusals import Invalid, Refused
from engine.storage.database import Database
from engine.storage.verify import verify
from tests.workflows.company import PACK, World, company, review
from workflows import approvals


def _returned(world: World, margin: int | None = None) -> int:
    contract = world.contract(margin=margin)
    world.move(contract, "submit")
    world.decide(contract, "return", "boss", "mend it")
    assert world.state(contract) == ("draft", "returned")
    return contract


def _assert_over(world: World, contract: int, state: str) -> None:
    """The approval ended with the move: nothing waits, and it cannot pull the record back."""
    assert world.state(contract) == (state, "recalled")
    assert [row["state"] for row in world.table("approval_instance", record_id=contract)] == ["recalled"]
    assert world.look(approvals.todo, "amy") == [] and world.look(approvals.todo_count, "amy") == 0
    with pytest.raises(Refused) as refused:
        world.do(lambda s: approvals.recall(s, "contract", contract), "amy")
    assert refused.value.message.code == "approval_none"
    assert world.state(contract)[0] == state
    assert world.events(contract)[-1] == ("end", "moved_on")
    assert list(verify(world.runtime.database)) == []


def test_a_record_that_ends_elsewhere_is_not_pulled_back(world: World) -> None:
    contract = _returned(world)
    world.move(contract, "void", "finance", reason="dead")
    _assert_over(world, contract, "void")


def test_a_record_that_takes_another_way_is_not_pulled_back(world: World) -> None:
    contract = _returned(world, margin=20)
    world.move(contract, "risky")
    _assert_over(world, contract, "effective")


def test_a_record_that_the_flow_itself_takes_on_leaves_its_approval(database: Database, tmp_path: Path) -> None:
    """Right on being returned: the effects of the state it comes back to move it on."""
    flow = PACK["flows/contract.flow.yaml"] + "  draft:\n    - {move: risky}\n"
    world = company(database, tmp_path, {"flows/contract.flow.yaml": flow})
    contract = world.contract(margin=20)
    world.move(contract, "submit")
    world.decide(contract, "return", "boss", "mend it")
    _assert_over(world, contract, "effective")


def test_recalling_what_still_waits_is_possible(world: World) -> None:
    contract = _returned(world)
    world.do(lambda s: approvals.recall(s, "contract", contract), "amy")
    assert world.state(contract) == ("draft", "recalled")


def _taken_over(world: World, contract: int, by: str, amount: int | None = None) -> None:
    """The contract becomes `by`'s, who may change and submit it as a rep."""
    world.create("role_assignment", {"user": world.id(by), "role": "rep"})
    world.people[by] = replace(world[by], roles=world[by].roles | {"rep"})
    world.do(lambda s: write.assign(s, "contract", contract, world.id(by)))
    if amount is not None:
        world.update("contract", contract, {"amount": Decimal(amount)}, by)
    world.move(contract, "submit", by)


def test_who_submits_it_again_does_not_decide_it(world: World) -> None:
    """As in a fresh submission, it waits for the superior of whoever submits."""
    contract = _returned(world)
    _taken_over(world, contract, "boss", 400000)
    assert world.waiting(contract) == ["top"]
    route = world.look(lambda s: approvals.preview(s, "contract", contract), "boss")
    assert route is not None and route.steps[0].people == ("Top",)
    with pytest.raises(Invalid) as refused:
        world.decide(contract, "transfer", "top", None, world.id("boss"))
    assert refused.value.errors[0].message.code == "transfer_initiator"
    world.decide(contract, "approve", "top")
    assert world.state(contract) == ("effective", "approved")
    told = [row["texts"]["en"] for row in world.table("notification", user_id=world.id("amy"))]
    assert told[-1] == "Approved: Contract review", "it remains the approval of who started it"


@pytest.mark.parametrize(("rule", "waits"), [("skip", ["gm"]), ("superior", ["gm", "top"])])
def test_on_initiator_looks_at_everybody_who_submitted(
    database: Database, tmp_path: Path, rule: str, waits: list[str]
) -> None:
    steps = f"  one: {{who: [role(gm), role(boss)], mode: all, on_initiator: {rule}}}"
    world = company(database, tmp_path, review(steps))
    contract = _returned(world)
    _taken_over(world, contract, "boss")
    assert world.waiting(contract) == waits


def test_an_approval_of_who_submits_it_now_does_not_stand(world: World) -> None:
    contract = world.contract(amount=600000)
    world.move(contract, "submit")
    world.decide(contract, "approve", "boss")
    world.decide(contract, "return", "legal", "mend it")
    _taken_over(world, contract, "boss")
    assert world.waiting(contract) == ["top"] and ("resubmit", "submitter") in world.events(contract)


def test_a_step_repeated_is_not_for_who_submitted_it_meanwhile(database: Database, tmp_path: Path) -> None:
    world = company(database, tmp_path, review("  one: {who: [role(boss), role(gm)]}\n  two: {who: role(legal)}"))
    contract = _returned(world)
    _taken_over(world, contract, "boss")
    world.decide(contract, "approve", "gm")
    world.decide(contract, "return", "legal", "again", "one")
    assert world.waiting(contract) == ["gm"]


def test_a_step_that_stood_with_the_administrators_is_repeated_as_it_was(database: Database, tmp_path: Path) -> None:
    """Any of them decides again, whatever the step asks of those whom it names."""
    world = company(database, tmp_path, review("  one: {who: role(board), mode: all}\n  two: {who: role(gm)}"))
    world.person("deputy", "admin")
    contract = world.contract()
    world.move(contract, "submit")
    world.decide(contract, "approve", "admin")
    world.decide(contract, "return", "gm", "again", "one")
    assert world.waiting(contract) == ["admin", "deputy"]
    world.decide(contract, "approve", "deputy")
    assert world.waiting(contract) == ["gm"]


def test_a_record_under_approval_keeps_its_owner(database: Database, tmp_path: Path) -> None:
    """Whose it is decides who acts on it: that stands while it is decided (I4), whoever may assign it otherwise."""
    role = PACK["access/rep.role.yaml"].replace("contract: {create: true,", "contract: {create: true, assign: own,")
    world = company(database, tmp_path, {"access/rep.role.yaml": role})
    world.person("eve", "rep", superior="boss")
    contract = world.contract()
    world.move(contract, "submit")
    for who in ("amy", OPERATOR):
        with pytest.raises(Refused) as refused:
            world.do(lambda s: write.assign(s, "contract", contract, world.id("eve")), who)
        assert refused.value.message.text("zh") == "审批进行中，结束后才能转给他人。"
        assert refused.value.message.text("en") == "It is under approval, and can be assigned when that has ended."
    world.decide(contract, "return", "boss", "mend it")
    world.do(lambda s: write.assign(s, "contract", contract, world.id("eve")), "amy")
    assert world.row("contract", contract)["owner"] == world.id("eve")


def test_a_returned_record_in_the_trash_waits_for_nobody(database: Database, tmp_path: Path) -> None:
    """Brought back, it waits again where it was."""
    world = company(database, tmp_path)
    contract = _returned(world)
    world.do(lambda s: write.trash(s, "contract", contract))
    assert world.look(approvals.todo, "amy") == [] and world.look(approvals.todo_count, "amy") == 0
    world.do(lambda s: write.restore(s, "contract", contract))
    assert [item.kind for item in world.look(approvals.todo, "amy")] == ["resubmit"]
    world.move(contract, "submit")
    assert world.waiting(contract) == ["boss"] and ("resubmit", "jump_back") in world.events(contract)
