"""A returned approval waits where the return left its record: what happens when the record goes elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.refusals import Refused
from engine.storage.database import Database
from engine.storage.verify import verify
from tests.workflows.company import PACK, World, company
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
