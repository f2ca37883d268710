"""Who no longer holds the role that a step asks for decides nothing there (approvals.md I5): the seat goes to whom the step
asks today."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.principal import SYSTEM
from engine.records import write
from engine.refusals import Denied
from engine.storage.database import Database
from tests.statements import counted
from tests.workflows.company import World, company, publish, review
from workflows import approvals


def _assignment(world: World, login: str) -> int:
    rows = [row for row in world.table_of("role_assignment") if row["user"] == world.id(login) and row["archived_at"] is None]
    return int(str(rows[0]["id"]))


def _take_role(world: World, login: str) -> None:
    held = _assignment(world, login)
    world.do(lambda s: write.trash(s, "role_assignment", held), SYSTEM)


def _decided_by(database: Database, folder: Path, who: str, mode: str = "any", *people: tuple[str, str]) -> tuple[World, int]:
    world = company(database, folder, review(f"  one: {{who: {who}, mode: {mode}, allow: [transfer, return]}}"))
    for login, role in people:
        world.person(login, role)
    contract = world.contract()
    world.move(contract, "submit")
    return world, contract


def _states(world: World, contract: int) -> list[tuple[str, str, str | None]]:
    names = {person.user_id: login for login, person in world.people.items()}
    return [(names[task["assignee_id"]], task["state"], task["reason"]) for task in world.tasks(contract)]


def test_a_seat_goes_to_who_holds_the_role_now(database: Database, tmp_path: Path) -> None:
    world, contract = _decided_by(database, tmp_path, "role(legal)")
    world.person("lena", "legal")
    _take_role(world, "legal")
    assert _states(world, contract) == [("legal", "transferred", "role"), ("lena", "active", None)]
    assert world.events(contract)[-1] == ("reassign", "role")
    told = [row["texts"]["zh"] for row in world.table("notification", user_id=world.id("lena"))]
    assert told == ["待您审批：合同评审·one"]
    with pytest.raises(Denied) as denied:
        world.decide(contract, "approve", "legal")
    assert denied.value.message.code == "approval_not_yours"
    world.decide(contract, "approve", "lena")
    assert world.state(contract) == ("effective", "approved")


def test_without_a_holder_it_goes_to_the_administrator(database: Database, tmp_path: Path) -> None:
    world, contract = _decided_by(database, tmp_path, "role(legal)")
    _take_role(world, "legal")
    assert world.waiting(contract) == ["admin"]
    world.person("second", "admin")
    _take_role(world, "admin")
    assert world.waiting(contract) == ["second"]


def test_a_seat_that_nobody_else_can_take_drops_out(database: Database, tmp_path: Path) -> None:
    world, contract = _decided_by(database, tmp_path, "role(board)", "all", ("a", "board"), ("b", "board"))
    world.decide(contract, "approve", "a")
    _take_role(world, "b")
    assert _states(world, contract) == [("a", "approved", None), ("b", "cancelled", "role")]
    assert world.state(contract) == ("effective", "approved")


def test_each_role_of_a_joint_step_keeps_its_voice(database: Database, tmp_path: Path) -> None:
    world, contract = _decided_by(database, tmp_path, "[role(legal), role(finance)]", "all")
    world.person("lena", "legal")
    _take_role(world, "legal")
    assert world.waiting(contract) == ["lena", "finance"]
    world.decide(contract, "approve", "finance")
    assert world.state(contract)[1] == "pending"


def test_the_seat_of_a_role_stays_with_the_role(database: Database, tmp_path: Path) -> None:
    """Whichever of the step's roles is taken, and whoever else is free."""
    world, contract = _decided_by(database, tmp_path, "[role(legal), role(finance)]", "all")
    world.person("lena", "legal")
    world.person("fred", "finance")
    _take_role(world, "finance")
    assert world.waiting(contract) == ["legal", "fred"]


@pytest.mark.parametrize("who", ["[role(legal), superior(1)]", "[role(legal), user(boss)]"])
def test_whom_a_step_names_in_another_way_stays(database: Database, tmp_path: Path, who: str) -> None:
    """Resolved when the step was reached (approvals.md 11), whatever the organisation became since."""
    world, contract = _decided_by(database, tmp_path, who, "all")
    world.update("user", world.id("amy"), {"superior": world.id("top")})
    world.update("user", world.id("boss"), {"login": "chief"})
    world.person("lena", "legal")
    _take_role(world, "legal")
    _take_role(world, "boss")
    world.decide(contract, "approve", "boss")
    world.decide(contract, "approve", "lena")
    assert world.state(contract) == ("effective", "approved")


def test_a_seat_is_looked_for_one_by_one(database: Database, tmp_path: Path) -> None:
    """Nobody is locked who does not get it."""
    world, contract = _decided_by(database, tmp_path, "role(legal)")
    for number in range(8):
        world.person(f"lawyer{number}", "legal")
    with counted() as statements:
        _take_role(world, "legal")
    assert len([each for each in statements if "FOR SHARE" in each]) == (1 if database.dialect == "postgresql" else 0)
    assert world.waiting(contract) == ["lawyer0"]


def test_the_role_given_to_another_person_takes_the_task_along(database: Database, tmp_path: Path) -> None:
    """An assignment is changed instead of one taken and one given: whoever held it is looked at, too."""
    world, contract = _decided_by(database, tmp_path, "role(legal)")
    world.update("role_assignment", _assignment(world, "legal"), {"user": world.id("top")})
    assert world.waiting(contract) == ["top"]


def test_another_role_changes_nothing(database: Database, tmp_path: Path) -> None:
    """Seats by the reporting line and by transfer stay."""
    world, contract = _decided_by(database, tmp_path, "superior(1)")
    _take_role(world, "boss")
    assert world.waiting(contract) == ["boss"]
    world.person("stand_in", "board")
    world.decide(contract, "transfer", "boss", target=world.id("stand_in"))
    _take_role(world, "stand_in")
    assert world.waiting(contract) == ["stand_in"]


def test_who_holds_the_role_by_another_assignment_keeps_the_seat(database: Database, tmp_path: Path) -> None:
    world, contract = _decided_by(database, tmp_path, "role(legal)")
    world.create("role_assignment", {"user": world.id("legal"), "role": "legal"})
    _take_role(world, "legal")
    assert world.waiting(contract) == ["legal"]


def test_a_step_repeated_asks_who_holds_the_role_now(database: Database, tmp_path: Path) -> None:
    world = company(database, tmp_path, review(
        "  one: {who: role(legal)}\n  two: {who: role(gm), allow: [return]}"
    ))
    contract = world.contract()
    world.move(contract, "submit")
    world.decide(contract, "approve", "legal")
    world.person("lena", "legal")
    _take_role(world, "legal")
    world.decide(contract, "return", "gm", "look again", "one")
    assert world.waiting(contract) == ["lena"]


@pytest.mark.parametrize("stand_in", ["flow_admin", "next_up"])
def test_who_stands_in_stays_when_the_role_is_filled(database: Database, tmp_path: Path, stand_in: str) -> None:
    """A step that nobody could decide went to somebody else, who decides it whoever gets the role later."""
    world = company(database, tmp_path, review(f"  one: {{who: role(board), on_empty: {stand_in}}}"))
    contract = world.contract()
    world.move(contract, "submit")
    holder = {"flow_admin": "admin", "next_up": "boss"}[stand_in]
    assert world.waiting(contract) == [holder]
    world.person("dora", "board")
    world.decide(contract, "approve", holder)
    assert world.state(contract) == ("effective", "approved")


def test_a_superior_who_stands_in_for_the_initiator_stays(database: Database, tmp_path: Path) -> None:
    world = company(database, tmp_path, review("  one: {who: role(rep), on_initiator: superior}"))
    contract = world.contract()
    world.move(contract, "submit")
    assert world.waiting(contract) == ["boss"]
    _take_role(world, "amy")
    world.decide(contract, "approve", "boss")
    assert world.state(contract) == ("effective", "approved")


def test_who_got_it_by_transfer_is_asked_again_after_a_return(database: Database, tmp_path: Path) -> None:
    """Also where they never held the role."""
    world = company(database, tmp_path, review(
        "  one: {who: role(legal), allow: [transfer]}\n  two: {who: role(gm), allow: [return]}"
    ))
    world.person("friend", "board")
    contract = world.contract()
    world.move(contract, "submit")
    world.decide(contract, "transfer", "legal", target=world.id("friend"))
    world.decide(contract, "approve", "friend")
    world.decide(contract, "return", "gm", "look again", "one")
    assert world.waiting(contract) == ["friend"]
    world.decide(contract, "approve", "friend")
    assert world.waiting(contract) == ["gm"]


def test_who_lost_the_role_in_another_way_is_told(database: Database, tmp_path: Path) -> None:
    """A release can take a role, too: then nothing moves by itself, and the decision is refused."""
    board = "role: board\nlabel: {zh: 董事, en: Board}\n%sallow:\n  contract: {read: involved}\n"
    steps = review("  one: {who: role(legal), allow: [transfer]}")
    with_legal = {**steps, "access/board.role.yaml": board % "includes: [legal]\n"}
    world = company(database, tmp_path, with_legal)
    world.person("dora", "board")
    _take_role(world, "legal")
    contract = world.contract()
    world.move(contract, "submit")
    assert world.waiting(contract) == ["dora"]
    publish(database, {**steps, "access/board.role.yaml": board % ""}, world.clock)
    before = world.digest()
    with pytest.raises(Denied) as denied:
        world.decide(contract, "approve", "dora")
    assert [denied.value.message.text(language) for language in ("zh", "en")] == [
        "您已没有此步骤所需的角色，不能再审批；请由流程管理员转交。",
        "You no longer hold the role that this step asks for, so you cannot decide it; an administrator of the flow can hand "
        "it to somebody else.",
    ]
    assert world.digest() == before
    lena, task = world.person("lena", "legal"), world.task(contract, "dora")
    world.do(lambda s: approvals.decide(s, task, "transfer", None, lena.user_id), "admin")
    assert world.waiting(contract) == ["lena"]
