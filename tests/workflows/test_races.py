"""Decisions made at once: each is taken once, whoever comes second is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread

import pytest

from engine import absences
from engine.principal import SYSTEM
from engine.records import write
from engine.refusals import Invalid, Refusal
from engine.runtime import WriteSession
from engine.storage.database import Database
from tests.workflows.company import PACK, START, World, company, review
from workflows import approvals, convert, move
from workflows.approvals.handover import hand_over

HANDS = 10


def _at_once(count: int, act: Callable[[int], object]) -> Counter[str]:
    """What became of `count` calls of `act`, started together on `HANDS` threads: `done`, or a refusal's code."""
    together = Barrier(min(HANDS, count))

    def run(number: int) -> str:
        if number < together.parties:
            together.wait()
        try:
            act(number)
        except Refusal as refusal:
            return refusal.message.code
        return "done"

    with ThreadPoolExecutor(HANDS) as pool:
        return Counter(pool.map(run, range(count)))


def test_fifty_decisions_on_twenty_five_contracts_are_twenty_five(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path, "  one: {who: [user(a), user(b)], mode: any}")
    contracts = [_submitted(world) for _ in range(25)]
    tasks = {login: [world.task(id, login) for id in contracts] for login in "ab"}

    def decide(number: int) -> None:
        login = "ab"[number % 2]
        world.do(lambda s: approvals.decide(s, tasks[login][number // 2], "approve"), login)

    assert _at_once(50, decide) == {"done": 25, "approval_handled": 25}
    votes = [row for row in world.table("approval_task") if row["kind"] == "approve"]
    assert Counter(row["state"] for row in votes) == {"approved": 25, "cancelled": 25}
    assert [row["rev"] for row in world.table("approval_instance")] == [2] * 25
    assert {world.state(id) for id in contracts} == {("effective", "approved")}


def test_the_absent_person_and_the_stand_in_deciding_at_once_are_one_decision(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path, "  one: {who: user(a)}")
    day = START.date()
    world.do(lambda s: absences.enter(s, world.id("a"), world.id("b"), day, day))
    contracts = [_submitted(world) for _ in range(10)]
    tasks = [world.task(id, "a") for id in contracts]
    result = _at_once(20, lambda n: world.do(lambda s: approvals.decide(s, tasks[n // 2], "approve"), "ab"[n % 2]))
    assert result == {"done": 10, "approval_handled": 10}
    assert {world.state(id) for id in contracts} == {("effective", "approved")}
    votes = [event for event in world.table("approval_event") if event["action"] == "approve"]
    told = {(world.id("a"), None), (world.id("b"), world.id("a"))}
    assert len(votes) == 10 and {(vote["actor_id"], vote["behalf_id"]) for vote in votes} <= told


def test_of_two_who_name_each_other_at_once_one_is_refused(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path, "  one: {who: user(a)}")
    day = START.date()

    def enter(number: int) -> None:
        who, other = ("ab", "ba")[number]
        world.do(lambda s: absences.enter(s, world.id(who), world.id(other), day, day))

    assert _at_once(2, enter) == {"done": 1, "invalid": 1}


def test_all_of_ten_deciding_together_are_counted_once_each(database: Database, tmp_path: Path) -> None:
    logins = [f"p{number}" for number in range(10)]
    who = ", ".join(f"user({login})" for login in logins)
    world = company(database, tmp_path, review(f"  one: {{who: [{who}], mode: all}}"))
    for login in logins:
        world.person(login, "board")
    contract = _submitted(world)
    tasks = [world.task(contract, login) for login in logins]
    result = _at_once(10, lambda n: world.do(lambda s: approvals.decide(s, tasks[n], "approve"), logins[n]))
    assert result == {"done": 10}
    assert world.state(contract) == ("effective", "approved")
    ends = [event for event in world.events(contract) if event[0] == "end"]
    assert len(ends) == 1


def test_submitting_and_converting_twice_at_once_happens_once(database: Database, tmp_path: Path) -> None:
    world = _world(database, tmp_path, "  one: {who: user(a)}")
    contract = world.contract()
    done = _at_once(6, lambda n: world.do(lambda s: move(s, "contract", contract, "submit", {}), "amy"))
    assert done["done"] == 1
    assert len(world.table("approval_instance")) == 1
    lead = world.create("lead", {"name": "Acme"}, "amy")
    made = _at_once(6, lambda n: world.do(lambda s: convert(s, "lead_to_customer", lead)))
    assert made == {"done": 1, "already_converted": 5}


def _world(database: Database, folder: Path, steps: str) -> World:
    world = company(database, folder, review(steps))
    for login in "ab":
        world.person(login, "board")
    return world


def _submitted(world: World) -> int:
    contract = world.contract()
    world.move(contract, "submit")
    return contract


def test_nobody_who_leaves_meanwhile_keeps_a_task(database: Database, tmp_path: Path) -> None:
    """Whoever deactivates waits for what gives the person a task, and then moves it on (F13)."""
    world = _world(database, tmp_path, "  one: {who: user(a)}")
    leaving = [Thread(target=world.disable, args=(login,)) for login in ("a", "b")]
    contract, other = world.contract(), world.contract()

    def submit(s: WriteSession) -> None:
        move(s, "contract", contract, "submit", {})
        _begin(leaving[0])

    world.do(submit, "amy")
    leaving[0].join()
    assert world.waiting(contract) == ["admin"]
    world.update("user", world.id("a"), {"active": True})
    world.move(other, "submit")
    task = world.task(other, "a")

    def transfer(s: WriteSession) -> None:
        approvals.decide(s, task, "transfer", None, world.id("b"))
        _begin(leaving[1])

    world.do(transfer, "a")
    leaving[1].join()
    assert world.waiting(other) == ["a"]


def test_nobody_whose_role_is_taken_meanwhile_keeps_a_task(database: Database, tmp_path: Path) -> None:
    """Whoever takes the role waits for what gives its holder a task, or what gives the task sees the role gone (I5)."""
    world = company(database, tmp_path, review("  one: {who: role(legal)}"))
    roles = {row["user"]: int(str(row["id"])) for row in world.table_of("role_assignment")}
    held = roles[world.id("legal")]
    taking = Thread(target=lambda: world.do(lambda s: write.trash(s, "role_assignment", held), SYSTEM))
    giving = Thread(target=lambda: world.create("role_assignment", {"user": world.id("legal"), "role": "legal"}))
    first, second = world.contract(), world.contract()

    def submit(s: WriteSession) -> None:
        move(s, "contract", first, "submit", {})
        _begin(taking)

    world.do(submit, "amy")
    taking.join()
    assert world.waiting(first) == ["admin"]
    giving.start()
    giving.join()
    again = max(int(str(row["id"])) for row in world.table_of("role_assignment"))
    submitting = Thread(target=lambda: world.move(second, "submit"))

    def take(s: WriteSession) -> None:
        write.trash(s, "role_assignment", again)
        _begin(submitting)

    world.do(take, SYSTEM)
    submitting.join()
    assert world.waiting(second) == ["admin"]


def test_a_step_repeated_meanwhile_asks_nobody_whose_role_is_taken(database: Database, tmp_path: Path) -> None:
    world = company(database, tmp_path, review("  one: {who: role(legal)}\n  two: {who: role(gm), allow: [return]}"))
    roles = {row["user"]: int(str(row["id"])) for row in world.table_of("role_assignment")}
    contract = world.contract()
    world.move(contract, "submit")
    world.decide(contract, "approve", "legal")
    world.person("lena", "legal")
    returning = Thread(target=lambda: world.decide(contract, "return", "gm", "look again", "one"))

    def take(s: WriteSession) -> None:
        write.trash(s, "role_assignment", roles[world.id("legal")])
        hand_over(s, [world.id("legal")])
        _begin(returning)

    world.do(take, SYSTEM)
    returning.join()
    assert world.waiting(contract) == ["lena"]


def _begin(leaving: Thread) -> None:
    """Let it go as far as it can while this unit is open."""
    if leaving.ident is None:
        leaving.start()
    leaving.join(1)


LIMITED = """
entity: installment
label: {zh: 分期, en: Instalment}
title: "{seq}"
fields:
  contract: {type: link, to: contract, back: installments, label: {zh: 合同, en: Contract}}
  seq: {type: int, label: {zh: 期次, en: Number}}
checks:
  within:
    must: sum(contract.installments, seq) <= 100
    say: {zh: 超过上限, en: Above the limit}
"""


def test_a_check_over_other_rows_holds_for_all_who_write_at_once(database: Database, tmp_path: Path) -> None:
    """Ten of 30 against a limit of 100: three get in, whoever they are; raised at once, two of them may (F13)."""
    world = company(database, tmp_path, {"entities/installment.entity.yaml": LIMITED})
    contract = world.contract()
    result = _at_once(10, lambda _: world.create("installment", {"contract": contract, "seq": 30}))
    assert result == {"done": 3, "invalid": 7}
    ids = [int(str(row["id"])) for row in world.table_of("installment")]
    assert _at_once(3, lambda n: world.update("installment", ids[n], {"seq": 35})) == {"done": 2, "invalid": 1}


def test_a_guard_over_other_records_lets_one_of_many_pass(database: Database, tmp_path: Path) -> None:
    flow = PACK["flows/contract.flow.yaml"].replace(
        "if: margin > 10", "if: count(customer.contracts, status == 'effective') == 0"
    )
    world = company(database, tmp_path, {"flows/contract.flow.yaml": flow})
    customer = world.create("customer", {"name": "Acme"})
    contracts = [world.contract(customer=customer) for _ in range(8)]
    result = _at_once(8, lambda n: world.do(lambda s: move(s, "contract", contracts[n], "risky", {}), "amy"))
    assert result == {"done": 1, "move_refused": 7}


def test_a_check_that_reads_a_formula_holds_for_all_who_write_at_once(database: Database, tmp_path: Path) -> None:
    """The formula counts the rows beside; the check names nothing but the formula."""
    used = "  used: {type: formula, formula: 'sum(contract.installments, seq)', label: {zh: 已用, en: Used}}\nchecks:"
    limited = LIMITED.replace("checks:", used).replace("sum(contract.installments, seq)", "used", 2).replace(
        "formula: 'used'", "formula: 'sum(contract.installments, seq)'"
    )
    world = company(database, tmp_path, {"entities/installment.entity.yaml": limited})
    contract = world.contract()
    result = _at_once(10, lambda _: world.create("installment", {"contract": contract, "seq": 30}))
    assert result == {"done": 3, "invalid": 7}


@pytest.mark.parametrize("rule", ["if: rivals == 0", "needs: [alone]"])
def test_a_move_that_reads_a_formula_of_a_formula_is_made_by_one_of_many(database: Database, tmp_path: Path, rule: str) -> None:
    flow = PACK["flows/contract.flow.yaml"].replace("if: margin > 10", rule)
    contract_file = PACK["entities/contract.entity.yaml"] + """\
  rivals: {type: formula, formula: customer.effective, label: {zh: 同客户生效, en: Rivals}}
  alone: {type: formula, formula: rivals == 0, label: {zh: 独家, en: Alone}}
"""
    customer_file = PACK["entities/customer.entity.yaml"] + """\
  effective:
    type: formula
    formula: count(contracts, status == 'effective')
    label: {zh: 生效, en: Effective}
"""
    world = company(database, tmp_path, {
        "flows/contract.flow.yaml": flow, "entities/contract.entity.yaml": contract_file,
        "entities/customer.entity.yaml": customer_file,
    })
    customer = world.create("customer", {"name": "Acme"})
    contracts = [world.contract(customer=customer) for _ in range(8)]
    result = _at_once(8, lambda n: world.do(lambda s: move(s, "contract", contracts[n], "risky", {}), "amy"))
    assert result == {"done": 1, "move_refused": 7}


def test_a_check_over_a_formula_of_totals_holds_for_all_who_change_them_at_once(database: Database, tmp_path: Path) -> None:
    """Each writes a receipt of another contract; what binds them is the customer, two formulas away."""
    contract_file = PACK["entities/contract.entity.yaml"] + """\
  paid: {type: formula, formula: received * 1, label: {zh: 实收, en: Paid}}
checks:
  within:
    must: customer.takings <= 100
    say: {zh: 超过上限, en: Above the limit}
"""
    customer_file = PACK["entities/customer.entity.yaml"] + """\
  takings: {type: formula, formula: 'sum(contracts, paid + customer.nothing)', label: {zh: 收入, en: Takings}}
  nothing: {type: formula, formula: 'count(contracts) * 0', label: {zh: 零, en: Nothing}}
"""
    world = company(database, tmp_path, {
        "entities/contract.entity.yaml": contract_file, "entities/customer.entity.yaml": customer_file,
    })
    customer = world.create("customer", {"name": "Acme"})
    contracts = [world.contract(customer=customer) for _ in range(8)]

    def receive(number: int) -> None:
        world.create("receipt", {"contract": contracts[number], "amount": Decimal(30), "confirmed": True})

    assert _at_once(8, receive) == {"done": 3, "invalid": 5}


def test_a_check_over_rows_of_rows_holds_for_all_who_write_at_once(database: Database, tmp_path: Path) -> None:
    """Each writes a row of another contract of one customer; inside, the rows look at their own contract again."""
    rows = "sum(contract.customer.contracts, sum(installments, seq + len(contract.name) * 0))"
    limited = LIMITED.replace("sum(contract.installments, seq)", rows)
    world = company(database, tmp_path, {"entities/installment.entity.yaml": limited})
    customer = world.create("customer", {"name": "Acme"})
    contracts = [world.contract(customer=customer) for _ in range(6)]
    result = _at_once(6, lambda n: world.create("installment", {"contract": contracts[n], "seq": 30}))
    assert result == {"done": 3, "invalid": 3}
    world.update("contract", contracts[0], {"name": "Renamed"})


def test_what_was_read_before_the_lock_is_read_again(database: Database, tmp_path: Path) -> None:
    """A copy reads the contract before anything is locked; the check that follows must not go by what it was then."""
    copying = LIMITED.replace("checks:", "  name: {type: text, fetch: contract.name, label: {zh: 名称, en: Name}}\nchecks:")
    limited = copying.replace("<= 100", "<= contract.amount")
    world = company(database, tmp_path, {"entities/installment.entity.yaml": limited})
    contract = world.contract(amount=Decimal(100))
    refused: list[Invalid] = []

    def pay() -> None:
        try:
            world.create("installment", {"contract": contract, "seq": 80})
        except Invalid as refusal:
            refused.append(refusal)

    paying = Thread(target=pay)

    def lower(s: WriteSession) -> None:
        write.update(s, "contract", contract, {"amount": Decimal(50)})
        _begin(paying)

    world.do(lower, SYSTEM)
    paying.join()
    assert len(refused) == 1


@pytest.mark.parametrize("far", [False, True])
def test_a_check_over_many_to_many_links_holds_for_all_who_write_at_once(database: Database, tmp_path: Path, far: bool) -> None:
    """Ten that are shared by one contract, by the link's own end or (`far`) by the other: three of 30 get in."""
    own = "  shared: {type: links, to: contract, back: sharers, label: {zh: 共享, en: Shared}}\nchecks:"
    other = "  parts: {type: links, to: installment, back: shared, label: {zh: 组成, en: Parts}}\n"
    rule = f"all(shared, sum({'parts' if far else 'sharers'}, seq) <= 100)"
    limited = LIMITED.replace("sum(contract.installments, seq) <= 100", rule)
    world = company(database, tmp_path, {
        "entities/installment.entity.yaml": limited if far else limited.replace("checks:", own),
        "entities/contract.entity.yaml": PACK["entities/contract.entity.yaml"] + (other if far else ""),
    })
    contract = world.contract()
    if far:
        ids = [world.create("installment", {"seq": 0}) for _ in range(10)]
        world.update("contract", contract, {"parts": tuple(ids)})
        result = _at_once(10, lambda n: world.update("installment", ids[n], {"seq": 30}))
    else:
        result = _at_once(10, lambda _: world.create("installment", {"shared": (contract,), "seq": 30}))
    assert result == {"done": 3, "invalid": 7}


def test_a_limit_that_is_worked_out_from_other_rows_holds_for_all_who_write_at_once(database: Database, tmp_path: Path) -> None:
    entity, _, _ = LIMITED.partition("checks:")
    limited = entity.replace("{type: int, ", "{type: int, max: '=100 - used + seq', ")
    limited += "  used: {type: formula, formula: 'sum(contract.installments, seq)', label: {zh: 已用, en: Used}}\n"
    world = company(database, tmp_path, {"entities/installment.entity.yaml": limited})
    contract = world.contract()
    result = _at_once(10, lambda _: world.create("installment", {"contract": contract, "seq": 30}))
    assert result == {"done": 3, "invalid": 7}
