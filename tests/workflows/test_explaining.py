"""`explain`: of a move the right and what stands in its way, as the page tells it; of anything else the right."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.access.explaining import Explanation
from engine.refusals import Refused
from engine.storage.database import Database
from tests.workflows.company import World, company
from workflows import moves
from workflows.explaining import explain


def asked(world: World, contract: int, action: str, login: str = "amy", field: str | None = None) -> Explanation:
    return world.look(lambda s: explain(s, "contract", contract, action, field), login)


def test_a_move_is_explained_by_right_and_by_what_stands_in_its_way(world: World) -> None:
    contract = world.contract(note=None, lines=())
    told = asked(world, contract, "move.submit")
    right, hindrance = told.text("en").splitlines()
    assert not told.allowed and right.startswith("Allowed by role") and hindrance == "It cannot be done now: fill in first: Lines, Note."
    assert told.text("zh").splitlines()[1] == "现在不能执行：请先填写：明细、备注。"
    assert asked(world, contract, "move.void").text("en").endswith("It cannot be done now: it is for Finance to do.")
    for view in world.look(lambda s: moves(s, "contract", contract), "amy"):
        assert asked(world, contract, f"move.{view.name}").allowed == view.allowed, view.name
    ready = world.contract()
    assert asked(world, ready, "move.submit").allowed
    world.move(ready, "submit")
    assert "It cannot be done now: its state is “" in asked(world, ready, "move.submit").text("en")


def test_a_guard_over_what_one_may_not_read_is_not_told(world: World) -> None:
    contract = world.contract(margin=None)
    assert asked(world, contract, "move.risky").text("en").endswith("It cannot be done now: a condition is not met yet.")


def test_without_the_right_both_are_told_and_of_what_one_may_not_read_only_the_right(world: World) -> None:
    contract = world.contract(note=None)
    told = asked(world, contract, "move.submit", "finance").text("en")
    assert "fill in first: Note" in told and "→ " in told and "Allowed" not in told
    assert "Note" not in asked(world, contract, "move.submit", "gm").text("en")


def test_an_action_that_there_is_not_is_named_with_those_there_are(world: World) -> None:
    contract = world.contract()
    for action in ("frobnicate", "move.frobnicate", "submit", "move."):
        with pytest.raises(Refused) as refused:
            asked(world, contract, action)
        told = refused.value.message
        assert f"There is no action “{action}” on " in told.text("en") and "没有动作" in told.text("zh")
        assert ": create, read, update, delete, import, export, print, assign, share, move.submit, " in told.text("en")


def test_what_there_is_not_is_named(world: World) -> None:
    contract = world.contract()
    for entity, number, field, zh, en in (
        ("nothing", 1, None, "没有名为“nothing”的实体；可用：", "There is no entity “nothing”; there are: "),
        ("contract", contract, "amont", "“合同”没有字段“amont”；可用：", "There is no field “amont” of Contract; there are: "),
        ("contract", 10**6, None, "没有 contract/1000000 这条记录。", "There is no record contract/1000000."),
    ):
        with pytest.raises(Refused) as refused:
            world.look(lambda s, entity=entity, number=number, field=field: explain(s, entity, number, "read", field), "amy")
        assert refused.value.message.text("zh").startswith(zh) and refused.value.message.text("en").startswith(en)


def test_other_actions_are_explained_by_their_right(world: World) -> None:
    assert asked(world, world.contract(), "read").allowed and asked(world, world.contract(), "read", field="note").allowed


def test_a_condition_that_decides_is_told_as_a_sentence(database: Database, tmp_path: Path) -> None:
    gm = "role: gm\nlabel: {zh: 总经理, en: General manager}\nallow:\n  contract: {read: {scope: all, if: amount > 5000}}\n"
    world = company(database, tmp_path, {"access/gm.role.yaml": gm})
    small, large = world.contract(amount=1000), world.contract(amount=9000)
    told = asked(world, small, "read", "gm")
    assert told.text("en").splitlines() == [
        "No grant covers this record: role “General manager”, read on Contract: all, where Amount is more than 5,000.",
        "→ Make the record meet the condition of role “General manager”: Amount is more than 5,000.",
    ]
    assert told.text("zh").splitlines()[1] == "→ 使本记录满足角色“总经理”的条件：金额 大于 5,000。"
    assert "where Amount is more than 5,000" in asked(world, large, "read", "gm").text("en")
