"""The transition table of the specification (2.5): every action in every state of an instance, and nothing else goes.
"""

from __future__ import annotations

from pathlib import Path

from engine.refusals import Refusal
from engine.storage.database import Database
from tests.workflows.company import World, company, review
from workflows import approvals

ACTIONS = ("submit", "approve", "reject", "return", "transfer", "recall", "terminate")
WAYS = {
    "approved": "approve", "rejected": "reject", "returned": "return", "recalled": "recall", "terminated": "terminate",
}
STATES = ("unsubmitted", "running", "returned", "approved", "rejected", "recalled", "terminated")
LISTED = {
    ("unsubmitted", "submit"), ("returned", "submit"), ("rejected", "submit"), ("recalled", "submit"),
    ("terminated", "submit"),
    *(("running", action) for action in ACTIONS if action != "submit"),
    ("returned", "recall"), ("returned", "terminate"),
}
"""What is possible; a record that an administrator stopped may be submitted anew, as one that was taken back."""


def test_only_what_the_table_lists_goes_through(database: Database, tmp_path: Path) -> None:
    world = company(database, tmp_path, review("  one: {who: user(a)}"))
    world.person("a", "board")
    done = {(state, action) for state in STATES for action in ACTIONS if _goes(world, _in_state(world, state), action)}
    assert done == LISTED


def _in_state(world: World, state: str) -> int:
    contract = world.contract()
    if state == "unsubmitted":
        return contract
    world.move(contract, "submit")
    if state in WAYS:
        _act(world, contract, WAYS[state])
    return contract


def _goes(world: World, contract: int, action: str) -> bool:
    before = world.digest()
    try:
        _act(world, contract, action)
    except Refusal:
        assert world.digest() == before
        return False
    return True


def _act(world: World, contract: int, action: str) -> None:
    if action == "submit":
        world.move(contract, "submit")
    elif action == "recall":
        world.do(lambda s: approvals.recall(s, "contract", contract), "amy")
    elif action == "terminate":
        world.do(lambda s: approvals.terminate(s, "contract", contract, "stop"), "admin")
    else:
        held = [task for task in world.tasks(contract) if task["kind"] == "approve"]
        task = int(str(held[-1]["id"])) if held else 0
        target = world.id("gm") if action == "transfer" else None
        world.do(lambda s: approvals.decide(s, task, action, "because", target), "a")
