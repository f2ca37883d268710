"""Approvals by the vectors of the specification (T1-T14) and by what may follow what."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from engine.refusals import Denied, Invalid, NotFound, Refused
from engine.storage.database import Database
from tests.workflows.company import World, company, publish, review
from workflows import approvals

JOINT = "  joint: {who: [user(a), user(b), user(c)], mode: %s}"
ABC = ("a", "b", "c", "d", "e")


def _with(database: Database, folder: Path, steps: str, more: str = "") -> World:
    world = company(database, folder, review(steps, more))
    for login in ABC:
        world.person(login, "board")
    return world


def _submitted(world: World, amount: int = 1000) -> int:
    contract = world.contract(amount=amount)
    world.move(contract, "submit")
    return contract


def test_t1_all_with_veto(database: Database, tmp_path: Path) -> None:
    world = _with(database, tmp_path, JOINT % "all")
    contract = _submitted(world)
    assert world.waiting(contract) == ["a", "b", "c"]
    world.decide(contract, "approve", "a")
    world.decide(contract, "reject", "b", "too dear")
    assert world.state(contract) == ("draft", "rejected")
    assert [task["state"] for task in world.tasks(contract)] == ["approved", "rejected", "cancelled"]
    assert world.tasks(contract)[2]["reason"] == "sibling_rejected"
    world.update("contract", contract, {"name": "Mended"}, "amy")
    told = world.table("notification", user_id=world.id("amy"))
    assert [row["texts"]["en"] for row in told] == ["Rejected: Contract review"]
    with pytest.raises(Refused) as refused:
        world.decide(contract, "approve", "c")
    assert refused.value.message.code == "approval_handled" and refused.value.status == 409


def test_t2_ratio_passes_early_and_fails_early(database: Database, tmp_path: Path) -> None:
    who = ", ".join(f"user({login})" for login in ABC)
    world = _with(database, tmp_path, f"  board: {{who: [{who}], mode: ratio, ratio: 60%}}")
    contract = _submitted(world)
    for login in "abc":
        world.decide(contract, "approve", login)
    assert world.state(contract) == ("effective", "approved")
    assert [task["state"] for task in world.tasks(contract)][3:5] == ["cancelled", "cancelled"]
    other = _submitted(world)
    for login in "abc":
        assert world.state(other) == ("review", "pending")
        world.decide(other, "reject", login, "no")
    assert world.state(other) == ("draft", "rejected")


def test_t4_any_the_first_decision_wins(database: Database, tmp_path: Path) -> None:
    world = _with(database, tmp_path, JOINT % "any")
    contract = _submitted(world)
    world.decide(contract, "approve", "b")
    before = world.digest()
    with pytest.raises(Refused) as refused:
        world.decide(contract, "reject", "a", "late")
    assert refused.value.message.code == "approval_handled"
    assert world.digest() == before
    assert world.state(contract) == ("effective", "approved")


def test_seq_calls_one_after_the_other(database: Database, tmp_path: Path) -> None:
    world = _with(database, tmp_path, JOINT % "seq")
    contract = _submitted(world)
    assert world.waiting(contract) == ["a"]
    with pytest.raises(Refused) as refused:
        world.decide(contract, "approve", "b")
    assert refused.value.message.code == "approval_waiting"
    for login in "abc":
        assert world.waiting(contract) == [login]
        world.decide(contract, "approve", login)
    assert world.state(contract) == ("effective", "approved")


@pytest.mark.parametrize(("rule", "asked"), [
    ("consecutive", ["a", "b", "a"]), ("all", ["a", "b"]), ("none", ["a", "a", "b", "a"]),
])
def test_t8_dedupe(database: Database, tmp_path: Path, rule: str, asked: list[str]) -> None:
    steps = "\n".join(f"  n{n}: {{who: user({login})}}" for n, login in enumerate("aaba", 1))
    world = _with(database, tmp_path, steps, f"dedupe: {rule}")
    contract = _submitted(world)
    found = []
    while world.state(contract)[0] == "review":
        found += world.waiting(contract)
        world.decide(contract, "approve", found[-1])
    assert found == asked
    assert world.events(contract).count(("approve", "dedupe")) == 4 - len(asked)


def test_t9_chain_skips_the_disabled_and_names_everybody_once(database: Database, tmp_path: Path) -> None:
    world = _with(database, tmp_path, "  line: {who: chain(3)}")
    over = world.person("over")
    world.update("user", world.id("top"), {"superior": over.user_id})
    world.disable("boss")
    contract = _submitted(world)
    assert world.waiting(contract) == ["top"]
    world.decide(contract, "approve", "top")
    assert world.waiting(contract) == ["over"]
    world.decide(contract, "approve", "over")
    assert world.state(contract) == ("effective", "approved")


def test_t10_nobody_left_goes_to_the_flow_admin(database: Database, tmp_path: Path) -> None:
    world = _with(database, tmp_path, "  boss: {who: role(gm)}")
    world.disable("gm")
    contract = _submitted(world)
    assert world.waiting(contract) == ["admin"]
    assert ("reach", "on_empty") in world.events(contract)


@pytest.mark.parametrize(("rule", "state", "waits"), [
    ("next_up", "review", ["top"]), ("auto_approve", "effective", []), ("auto_reject", "draft", []),
])
def test_nobody_left_by_rule(database: Database, tmp_path: Path, rule: str, state: str, waits: list[str]) -> None:
    world = _with(database, tmp_path, f"  one: {{who: superior(1), on_empty: {rule}}}")
    world.disable("boss")
    contract = _submitted(world)
    assert world.state(contract)[0] == state and world.waiting(contract) == waits
    assert any(reason == "on_empty" for _, reason in world.events(contract))


def test_nobody_left_may_block_the_submit(database: Database, tmp_path: Path) -> None:
    world = _with(database, tmp_path, "  first: {who: user(a)}\n  one: {who: role(gm), on_empty: block_submit}")
    world.disable("gm")
    contract = world.contract()
    before = world.digest()
    with pytest.raises(Refused) as refused:
        world.move(contract, "submit")
    assert refused.value.message.code == "approval_blocked"
    assert world.digest() == before


def test_t14_a_disabled_approver_hands_over(world: World) -> None:
    contract = _submitted(world)
    task = world.task(contract, "boss")
    world.disable("boss")
    assert world.waiting(contract) == ["top"]
    with pytest.raises(Denied) as denied:
        world.do(lambda s: approvals.decide(s, task, "approve"), "boss")
    assert denied.value.status == 403
    seen = world.look(lambda s: approvals.trail(s, "contract", contract), "amy")[0]
    assert [(task.person, task.state, task.reason) for task in seen.steps[0].tasks] == [
        ("Boss", "transferred", "leaver"), ("Top", "active", None),
    ]
    assert any(event.action == "reassign" and event.people == ("Boss", "Top") for event in seen.events)


def test_conditions_are_judged_when_a_step_is_reached(world: World) -> None:
    small, large = _submitted(world), _submitted(world, 600000)
    world.decide(small, "approve", "boss")
    assert world.state(small) == ("effective", "approved")
    world.decide(large, "approve", "boss")
    assert world.waiting(large) == ["legal", "finance"]
    world.decide(large, "approve", "legal")
    world.decide(large, "approve", "finance")
    assert world.state(large) == ("effective", "approved")
    assert ("skip", "condition") in world.events(large)
    copies = [task for task in world.tasks(large) if task["kind"] == "cc"]
    assert [(task["assignee_id"], task["state"]) for task in copies] == [(world.id("finance"), "unread")]


@pytest.mark.parametrize(("rule", "waits", "state"), [
    ("skip", [], "effective"), ("superior", ["boss"], "review"), ("self_approve", ["amy"], "review"),
])
def test_the_initiator_as_approver(database: Database, tmp_path: Path, rule: str, waits: list[str], state: str) -> None:
    world = _with(database, tmp_path, f"  one: {{who: initiator, on_initiator: {rule}}}")
    contract = _submitted(world)
    assert world.waiting(contract) == waits and world.state(contract)[0] == state


@pytest.mark.parametrize(("rule", "state", "waits"), [("approve", "effective", []), ("admin", "review", ["admin"])])
def test_no_step_applies(database: Database, tmp_path: Path, rule: str, state: str, waits: list[str]) -> None:
    world = _with(database, tmp_path, "  one: {who: user(a), if: amount > 5000}", f"if_no_step: {rule}")
    contract = _submitted(world)
    assert world.state(contract)[0] == state and world.waiting(contract) == waits
    if waits:
        world.decide(contract, "approve", "admin")
        assert world.state(contract) == ("effective", "approved")


def test_no_step_applies_and_that_is_refused(database: Database, tmp_path: Path) -> None:
    world = _with(database, tmp_path, "  one: {who: user(a), if: amount > 5000}", "if_no_step: refuse")
    with pytest.raises(Refused) as refused:
        _submitted(world)
    assert refused.value.message.code == "approval_no_step"


def test_rejecting_and_returning_need_a_reason(world: World) -> None:
    contract = _submitted(world)
    for action in ("reject", "return"):
        with pytest.raises(Invalid) as invalid:
            world.decide(contract, action, "boss", "  ")
        assert [error.path for error in invalid.value.errors] == ["comment"]


def test_returned_and_submitted_again_jumps_back(world: World) -> None:
    contract = _submitted(world, 600000)
    world.decide(contract, "approve", "boss")
    world.decide(contract, "approve", "finance")
    world.decide(contract, "return", "legal", "add the penalty clause")
    assert world.state(contract) == ("draft", "returned")
    assert [(i.kind, i.title) for i in world.look(approvals.todo, "amy")] == [("resubmit", "Deal")]
    world.update("contract", contract, {"name": "Mended"}, "amy")
    world.move(contract, "submit")
    assert world.state(contract) == ("review", "pending")
    assert world.waiting(contract) == ["legal", "finance"]
    assert ("resubmit", "jump_back") in world.events(contract)
    assert len(world.table("approval_instance", record_id=contract)) == 1


def test_a_changed_guarded_value_starts_again(world: World) -> None:
    contract = _submitted(world, 600000)
    world.decide(contract, "approve", "boss")
    world.decide(contract, "return", "legal", "cheaper")
    world.update("contract", contract, {"amount": Decimal(700000)}, "amy")
    world.move(contract, "submit")
    assert world.waiting(contract) == ["boss"]
    assert ("resubmit", "guarded") in world.events(contract)


def test_a_step_that_now_applies_is_not_missed(database: Database, tmp_path: Path) -> None:
    steps = "  one: {who: user(a), if: note == 'big'}\n  two: {who: user(b)}"
    world = _with(database, tmp_path, steps)
    contract = _submitted(world)
    world.decide(contract, "return", "b", "say big")
    world.update("contract", contract, {"note": "big"}, "amy")
    world.move(contract, "submit")
    assert world.waiting(contract) == ["a"]


def test_returning_to_a_passed_step(world: World) -> None:
    contract = _submitted(world, 600000)
    world.decide(contract, "approve", "boss")
    with pytest.raises(Invalid):
        world.decide(contract, "return", "legal", "x", "boss")
    world.decide(contract, "return", "legal", "look again", "manager")
    assert world.state(contract) == ("review", "pending") and world.waiting(contract) == ["boss"]
    world.decide(contract, "approve", "boss")
    assert world.waiting(contract) == ["legal", "finance"]
    rounds = [(row["step"], row["round"], row["state"]) for row in world.table("approval_node")]
    assert rounds == [
        ("manager", 1, "passed"), ("joint", 1, "returned"), ("manager", 2, "passed"), ("joint", 2, "active"),
    ]


def test_a_superior_or_an_administrator_hands_on_what_somebody_else_holds(database: Database, tmp_path: Path) -> None:
    """And nobody else does; they may not decide in the holder's place either (approvals.md 8)."""
    world = _with(database, tmp_path, "  one: {who: user(a)}")
    contract = _submitted(world)
    held = world.task(contract, "a")
    admin = replace(world["admin"], admin=True)
    for other in ("b", "legal", "amy"):
        with pytest.raises((Denied, NotFound)):
            world.do(lambda s: approvals.decide(s, held, "transfer", None, world.id("c")), other)
    with pytest.raises(Denied):
        world.do(lambda s: approvals.decide(s, held, "approve"), admin)
    assert world.look(lambda s: approvals.redirectable(s, held), admin)
    world.do(lambda s: approvals.decide(s, held, "transfer", "a is ill", world.id("c")), admin)
    assert world.waiting(contract) == ["c"]
    superior = replace(world["b"], report_ids=(world.id("c"),), roles=frozenset({"finance"}))
    world.do(lambda s: approvals.decide(s, world.task(contract, "c"), "transfer", None, world.id("d")), superior)
    assert world.waiting(contract) == ["d"]
    assert [event[0] for event in world.events(contract)].count("transfer") == 2


def test_transfer_keeps_the_seat(world: World) -> None:
    contract = _submitted(world, 600000)
    world.decide(contract, "approve", "boss")
    for target, code in [(world.id("legal"), "transfer_self"), (world.id("finance"), "transfer_seated"),
                         (world.id("amy"), "transfer_initiator"), (999, "transfer_inactive")]:
        with pytest.raises(Invalid) as invalid:
            world.decide(contract, "transfer", "legal", None, target)
        assert invalid.value.errors[0].message.code == code
    world.decide(contract, "transfer", "legal", None, world.id("gm"))
    assert world.waiting(contract) == ["gm", "finance"]
    with pytest.raises(Denied):
        world.decide(contract, "approve", "legal")
    world.decide(contract, "approve", "gm")
    world.decide(contract, "approve", "finance")
    assert world.state(contract) == ("effective", "approved")


def test_recall(world: World) -> None:
    contract = _submitted(world)
    with pytest.raises(Denied):
        world.do(lambda s: approvals.recall(s, "contract", contract), "boss")
    world.do(lambda s: approvals.recall(s, "contract", contract), "amy")
    assert world.state(contract) == ("draft", "recalled")
    with pytest.raises(Refused):
        world.do(lambda s: approvals.recall(s, "contract", contract), "amy")
    world.move(contract, "submit")
    assert len(world.table("approval_instance", record_id=contract)) == 2


@pytest.mark.parametrize("rule", ["never", "before_first_decision"])
def test_recall_within_its_window(database: Database, tmp_path: Path, rule: str) -> None:
    world = _with(database, tmp_path, "  one: {who: user(a)}\n  two: {who: user(b)}", f"recall: {rule}")
    contract = _submitted(world)
    if rule == "before_first_decision":
        world.decide(contract, "approve", "a")
    with pytest.raises(Denied):
        world.do(lambda s: approvals.recall(s, "contract", contract), "amy")


def test_terminate_is_the_administrators(world: World) -> None:
    contract = _submitted(world)
    with pytest.raises(Denied):
        world.do(lambda s: approvals.terminate(s, "contract", contract, "stop"), "amy")
    with pytest.raises(Invalid):
        world.do(lambda s: approvals.terminate(s, "contract", contract, " "), "admin")
    world.do(lambda s: approvals.terminate(s, "contract", contract, "stop"), "admin")
    assert world.state(contract) == ("draft", "recalled")
    assert world.table("approval_instance", record_id=contract)[0]["state"] == "terminated"


def test_a_record_under_approval_is_locked(world: World) -> None:
    contract = _submitted(world)
    with pytest.raises((Invalid, Refused)):
        world.update("contract", contract, {"name": "x"}, "amy")
    with pytest.raises(Refused):
        world.move(contract, "submit")


def test_somebody_elses_task_is_unknown(world: World) -> None:
    contract = _submitted(world)
    task = world.task(contract, "boss")
    with pytest.raises(NotFound):
        world.do(lambda s: approvals.decide(s, task, "approve"), "gm")
    with pytest.raises(Denied):
        world.do(lambda s: approvals.decide(s, task, "approve"), "amy")
    with pytest.raises(NotFound):
        world.look(lambda s: approvals.trail(s, "contract", contract), "gm")


def test_a_running_instance_keeps_its_definition(database: Database, tmp_path: Path) -> None:
    """T13: the second version drops a step; who is under way finishes on the first."""
    world = _with(database, tmp_path, "  one: {who: user(a)}\n  two: {who: user(b), if: amount > 10.5}")
    contract = _submitted(world)
    publish(database, review("  one: {who: user(a)}"), world.clock)
    world.decide(contract, "approve", "a")
    assert world.waiting(contract) == ["b"]
    world.decide(contract, "approve", "b")
    assert world.state(contract) == ("effective", "approved")
    later = _submitted(world)
    world.decide(later, "approve", "a")
    assert world.state(later) == ("effective", "approved")
    assert len(world.digests()) == 2


def test_the_to_do_list(world: World) -> None:
    contracts = [_submitted(world) for _ in range(3)]
    items = world.look(lambda s: approvals.todo(s, limit=2), "boss")
    assert [item.record_id for item in items] == contracts[:0:-1]
    assert items[0].actions == ("approve", "reject", "transfer", "return") and items[0].title == "Deal"
    rest = world.look(lambda s: approvals.todo(s, before=items[-1].task), "boss")
    assert [item.record_id for item in rest] == contracts[:1]
    world.decide(contracts[0], "approve", "boss")
    assert [item.state for item in world.look(approvals.done, "boss")] == ["approved"]
    assert world.look(approvals.todo_count, "boss") == 2


def test_a_role_near_is_the_nearest_department_s(database: Database, tmp_path: Path) -> None:
    """Climbing from the initiator's department: the first one in which somebody else holds the role."""
    world = _with(database, tmp_path, "  near: {who: 'role(legal, near)'}")
    head = world.create("department", {"name": "Head"})
    region = world.create("department", {"name": "Region", "parent": head})
    branch = world.create("department", {"name": "Branch", "parent": region})
    world.update("user", world.id("amy"), {"dept": branch})
    world.person("far", "legal", dept=head)
    world.person("close", "legal", dept=region)
    assert world.waiting(_submitted(world)) == ["close"]
    world.disable("close")
    assert world.waiting(_submitted(world)) == ["far"]


def test_a_field_names_a_person(database: Database, tmp_path: Path) -> None:
    world = _with(database, tmp_path, "  signer: {who: field(signer), on_empty: next_up}")
    named = world.contract(signer=world.id("b"))
    world.move(named, "submit")
    assert world.waiting(named) == ["b"]
    assert world.waiting(_submitted(world)) == ["boss"], "nobody is named, so the next one up the line decides"


def test_a_chain_ends_at_a_role(database: Database, tmp_path: Path) -> None:
    world = _with(database, tmp_path, "  line: {who: chain(role(gm)), mode: seq}")
    chief = world.person("chief", "gm", superior="boss")
    world.update("user", world.id("amy"), {"superior": chief.user_id})
    world.update("user", chief.user_id or 0, {"superior": world.id("boss")})
    contract = _submitted(world)
    assert world.waiting(contract) == ["chief"]
    world.decide(contract, "approve", "chief")
    assert world.state(contract) == ("effective", "approved")


@pytest.mark.parametrize(("rule", "asked"), [
    ("always", {"approve", "reject"}), ("on_reject", {"reject"}), ("never", set()),
])
def test_a_comment_is_asked_for_as_declared(database: Database, tmp_path: Path, rule: str, asked: set[str]) -> None:
    world = _with(database, tmp_path, f"  one: {{who: user(a), comment: {rule}}}")
    for action in ("approve", "reject"):
        contract = _submitted(world)
        item = world.look(lambda s, c=contract: next(iter(approvals.my_tasks(s, "contract", c)), None), "a")
        assert item is not None and item.comment_required == rule
        if action in asked:
            before = world.digest()
            with pytest.raises(Invalid) as refused:
                world.decide(contract, action, "a", " ")
            assert [error.path for error in refused.value.errors] == ["comment"]
            assert world.digest() == before
        world.decide(contract, action, "a", "because" if action in asked else None)


def test_an_old_task_is_found_behind_many_newer_ones(database: Database, tmp_path: Path) -> None:
    world = _with(database, tmp_path, "  one: {who: user(a)}")
    task = world.task(_submitted(world), "a")
    for _ in range(3):
        _submitted(world)
    assert task not in [item.task for item in world.look(lambda s: approvals.todo(s, 2), "a")]
    found = world.look(lambda s: approvals.open_task(s, task), "a")
    assert found is not None and found.task == task
    assert world.look(lambda s: approvals.open_task(s, task), "b") is None
