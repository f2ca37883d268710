"""A new release while approvals run: they follow what is renamed, and what they need does not vanish."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from engine.storage.database import Database
from engine.storage.obstacles import ChangeRefused
from engine.storage.verify import verify
from tests.workflows.company import PACK, World, company, publish
from workflows import approvals

FLOW, APPROVAL, CONTRACT = (
    "flows/contract.flow.yaml", "flows/contract_review.approval.yaml", "entities/contract.entity.yaml",
)


def _submitted(world: World, amount: int = 1000, **values: object) -> int:
    contract = world.contract(amount, **values)
    world.move(contract, "submit")
    return contract


def _states_renamed() -> Mapping[str, str]:
    """draft -> fresh, effective -> inforce."""
    flow = re.sub(r"\beffective\b", "inforce", re.sub(r"\bdraft\b", "fresh", PACK[FLOW]))
    flow = flow.replace("inforce: {label", "inforce: {was: [effective], label")
    flow = flow.replace("fresh: {label", "fresh: {was: [draft], label")
    approval = PACK[APPROVAL].replace(": draft", ": fresh").replace(": effective", ": inforce")
    return {FLOW: flow, APPROVAL: approval}


def _refusal(world: World, changes: Mapping[str, str]) -> ChangeRefused:
    before = world.digest()
    with pytest.raises(ChangeRefused) as refused:
        publish(world.runtime.database, changes, world.clock)
    assert world.digest() == before
    return refused.value


@pytest.mark.parametrize(("end", "state"), [
    (lambda world, id: world.decide(id, "approve", "boss"), ("inforce", "approved")),
    (lambda world, id: world.decide(id, "reject", "boss", "no"), ("fresh", "rejected")),
    (lambda world, id: world.decide(id, "return", "boss", "mend"), ("fresh", "returned")),
    (lambda world, id: world.do(lambda s: approvals.recall(s, "contract", id), "amy"), ("fresh", "recalled")),
    (lambda world, id: world.do(lambda s: approvals.terminate(s, "contract", id, "x"), "admin"), ("fresh", "recalled")),
], ids=["approve", "reject", "return", "recall", "terminate"])
def test_a_running_approval_ends_in_renamed_states(
    world: World, end: Callable[[World, int], None], state: tuple[str, str]
) -> None:
    contract = _submitted(world)
    publish(world.runtime.database, _states_renamed(), world.clock)
    end(world, contract)
    assert world.state(contract) == state
    assert list(verify(world.runtime.database)) == []


def test_what_waits_at_its_initiator_follows_too(world: World) -> None:
    contract = _submitted(world)
    world.decide(contract, "return", "boss", "mend")
    publish(world.runtime.database, _states_renamed(), world.clock)
    world.move(contract, "submit")
    assert ("resubmit", "jump_back") in world.events(contract)
    world.decide(contract, "approve", "boss")
    assert world.state(contract) == ("inforce", "approved")


def _sized(options: str, condition: str, guarded: str = "size", field: str = "size: {") -> Mapping[str, str]:
    """Contracts with a size, on which a step depends."""
    contract = PACK[CONTRACT].replace(
        "  note:", f"  {field}type: choice, options: {{{options}}}, label: {{zh: 大小, en: Size}}}}\n  note:"
    )
    approval = PACK[APPROVAL].replace("if: amount > 500000", f"if: \"{condition}\"")
    return {CONTRACT: contract, APPROVAL: approval.replace("guarded: [amount, lines]", f"guarded: [amount, {guarded}]")}


SMALL, BIG = "small: {zh: 小, en: Small}", "big: {zh: 大, en: Big}"
LARGE = "large: {was: [big], label: {zh: 大, en: Large}}"


@pytest.mark.parametrize(("before", "after"), [
    ("size == 'big'", "size == 'large'"),
    ("'big' == size", "'large' == size"),
    ("size in ['big']", "size in ['large']"),
    ("not (size != 'big')", "not (size != 'large')"),
])
def test_a_condition_follows_a_renamed_option(database: Database, tmp_path: Path, before: str, after: str) -> None:
    world = company(database, tmp_path, _sized(f"{SMALL}, {BIG}", before))
    large, small = _submitted(world, size="big"), _submitted(world, size="small")
    publish(database, _sized(f"{SMALL}, {LARGE}", after), world.clock)
    for contract in (large, small):
        world.decide(contract, "approve", "boss")
    assert world.waiting(large) == ["legal", "finance"] and world.state(small) == ("effective", "approved")


def test_a_condition_follows_an_option_and_its_field_together(database: Database, tmp_path: Path) -> None:
    world = company(database, tmp_path, _sized(f"{SMALL}, {BIG}", "size == 'big'"))
    contract = _submitted(world, size="big")
    publish(database, _sized(f"{SMALL}, {LARGE}", "extent == 'large'", "extent", "extent: {was: [size], "), world.clock)
    world.decide(contract, "approve", "boss")
    assert world.waiting(contract) == ["legal", "finance"]


def test_a_step_asks_a_renamed_role_by_its_new_name(world: World) -> None:
    contract = _submitted(world, 600000)
    renamed = {path: re.sub(r"\blegal\b", "counsel", text) for path, text in PACK.items()}
    renamed["access/legal.role.yaml"] += "was: [legal]\n"
    publish(world.runtime.database, renamed, world.clock)
    world.decide(contract, "approve", "boss")
    assert world.waiting(contract) == ["legal", "finance"]
    world.decide(contract, "approve", "legal")


def test_a_running_approval_goes_on_under_its_own_names_of_steps(world: World) -> None:
    """A step is called otherwise now; what was submitted before is returned to it, decided and finished as it was submitted."""
    before = _submitted(world, 600000)
    world.decide(before, "approve", "boss")
    renamed = PACK[APPROVAL].replace("  manager: {", "  head: {was: [manager], ")
    publish(world.runtime.database, {APPROVAL: renamed}, world.clock)
    world.decide(before, "return", "legal", "mend", "manager")
    assert world.waiting(before) == ["boss"]
    after = _submitted(world, 600000)
    world.decide(after, "approve", "boss")
    world.decide(after, "return", "legal", "mend", "head")
    for contract in (before, after):
        world.decide(contract, "approve", "boss")
        world.decide(contract, "approve", "legal")
        world.decide(contract, "approve", "finance")
        assert world.state(contract) == ("effective", "approved")
    assert list(verify(world.runtime.database)) == []


@pytest.mark.parametrize("end", ["approve", "reject"])
def test_a_running_approval_ends_in_swapped_states(world: World, end: str) -> None:
    """draft and effective exchange their names."""
    contract = _submitted(world)
    names = {"draft": "effective", "effective": "draft"}
    swapped = {path: re.sub(r"\b(draft|effective)\b", lambda found: names[found[0]], PACK[path]) for path in (FLOW, APPROVAL)}
    for old, new in names.items():
        swapped[FLOW] = swapped[FLOW].replace(f"  {new}: {{label", f"  {new}: {{was: [{old}], label")
    publish(world.runtime.database, swapped, world.clock)
    world.decide(contract, end, "boss", "so")
    assert world.state(contract) == {"approve": ("draft", "approved"), "reject": ("effective", "rejected")}[end]
    assert list(verify(world.runtime.database)) == []


def test_a_renamed_option_is_no_changed_value(database: Database, tmp_path: Path) -> None:
    world = company(database, tmp_path, _sized(f"{SMALL}, {BIG}", "size == 'big'"))
    contract = _submitted(world, size="big")
    world.decide(contract, "approve", "boss")
    world.decide(contract, "return", "legal", "mend")
    publish(database, _sized(f"{SMALL}, {LARGE}", "size == 'large'"), world.clock)
    world.move(contract, "submit")
    assert world.waiting(contract) == ["legal", "finance"] and ("resubmit", "jump_back") in world.events(contract)


def _without_amount() -> Mapping[str, str]:
    flow = PACK[FLOW].replace("    if: amount > 0\n", "").replace("received >= amount and ", "")
    flow = flow.replace("lock: [amount, customer]", "lock: [customer]")
    flow = flow.replace("，金额 {amount}", "").replace(" for {amount}", "")
    approval = re.sub(r"    if: amount > \d+\n", "", PACK[APPROVAL]).replace("[amount, lines]", "[lines]")
    retired = PACK[CONTRACT].replace("amount: {type: money, required: true,", "amount: {retired: true, type: money,")
    return {FLOW: flow, APPROVAL: approval, CONTRACT: retired}


def test_a_field_of_a_running_approval_stays(world: World) -> None:
    contract = _submitted(world, 600000)
    refused = _refusal(world, _without_amount())
    assert [problem.line("en") for problem in refused.problems] == [
        "entities/contract.entity.yaml:9:3 LC111 1 running approvals of 'contract_review' still need field "
        "'contract.amount'; a running approval ends under the definition it was submitted under; retire it when they have "
        "ended or an administrator has stopped them; if it was renamed, write was: [amount] on the new one"
    ]
    assert [problem.line("zh") for problem in refused.problems] == [
        "entities/contract.entity.yaml:9:3 LC111 审批“contract_review”有 1 个正在进行，还要用到字段“contract.amount”；"
        "进行中的审批按提交时的定义走完；等它们结束（或由管理员终止）后再停用；改了名就在新字段上写 was: [amount]"
    ]
    world.decide(contract, "reject", "boss", "no")
    publish(world.runtime.database, _without_amount(), world.clock)


def test_the_approval_of_running_ones_stays(world: World) -> None:
    """Without it, their records would have no `approval`, and nothing would end them."""
    contract = _submitted(world)
    flow = PACK[FLOW].replace(", approval: contract_review", "").replace(
        "moves:\n", "moves:\n  go: {label: {zh: 过, en: Go}, from: review, to: effective}\n", 1
    )
    gone = {FLOW: flow, APPROVAL: ""}
    refused = _refusal(world, gone)
    assert [problem.line("en") for problem in refused.problems] == [
        "entities/contract.entity.yaml:2:9 LC112 1 running approvals of 'contract_review' still need entity 'contract'; "
        "until they end, their records need a flow and an approval, and no entity they use may be retired; keep the entity, "
        "its flow and its approval; take them away when they have ended or an administrator has stopped them"
    ]
    assert [problem.line("zh") for problem in refused.problems] == [
        "entities/contract.entity.yaml:2:9 LC112 审批“contract_review”有 1 个正在进行，还要用到实体“contract”；"
        "审批结束之前，其记录要有流程和审批，用到的实体不能停用；保留实体、流程和审批；等它们结束（或由管理员终止）后再去掉"
    ]
    world.do(lambda s: approvals.recall(s, "contract", contract), "amy")
    publish(world.runtime.database, gone, world.clock)


def test_an_entity_under_approval_is_not_retired(world: World) -> None:
    """Its approvers could neither decide nor leave."""
    _submitted(world)
    refused = _refusal(world, without_contracts())
    assert {problem.code.code for problem in refused.problems} == {"LC112"}


def without_contracts() -> Mapping[str, str]:
    """The company with no contracts, and nothing that speaks of them."""
    files = {name: text for name, text in PACK.items() if name not in (FLOW, APPROVAL, "flows/installment.flow.yaml")}
    for name in ("contract", "receipt", "installment", "line"):
        path = f"entities/{name}.entity.yaml"
        files[path] = files[path].replace(f"entity: {name}\n", f"entity: {name}\nretired: true\n")
    for name, text in files.items():
        if name.startswith("access/"):
            kept = [line for line in text.splitlines() if not re.match(r"  (contract|installment)(\.\w+)?:", line)]
            held = "\n".join(kept).replace("fields:", "") + "\n"
            files[name] = held if "\n  " in held else held.replace("allow:", "allow:\n  customer: {read: all}")
    gone = dict.fromkeys(set(PACK) - set(files), "")
    return {**files, **gone}


def test_amounts_that_were_guarded_before_a_rename_are_compared(world: World) -> None:
    contract = _submitted(world, 600000)
    world.decide(contract, "approve", "boss")
    world.decide(contract, "return", "legal", "cheaper")
    publish(world.runtime.database, _states_renamed(), world.clock)
    world.update("contract", contract, {"amount": Decimal(700000)}, "amy")
    world.move(contract, "submit")
    assert ("resubmit", "guarded") in world.events(contract)
