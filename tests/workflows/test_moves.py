"""Moves: who may make them, why not, what happens with them, and that a refusal leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine.kept import bring_up_to_date
from engine.records.queries import RecordRef
from engine.refusals import Denied, Invalid, Message, NotFound, Refused, Unread
from engine.storage.database import Database
from tests.workflows.company import PACK, World, company
from workflows import approvals, convert, move, moves, notify, run_daily_moves, state_path


def test_moves_say_whether_and_why_not(world: World) -> None:
    contract = world.contract(note=None, lines=())
    views = {view.name: view for view in world.look(lambda s: moves(s, "contract", contract), "amy")}
    assert list(views) == ["submit", "void", "risky"]
    assert [reason.text("en") for reason in views["submit"].reasons] == ["fill in first: Lines, Note"]
    assert [reason.text("zh") for reason in views["submit"].reasons] == ["请先填写：明细、备注"]
    assert [reason.text("en") for reason in views["void"].reasons] == ["it is for Finance to do"]
    assert [question.name for question in views["void"].questions] == ["reason"]


def test_a_guard_over_what_one_may_not_read_is_not_told(world: World) -> None:
    contract = world.contract(margin=None)
    views = {view.name: view for view in world.look(lambda s: moves(s, "contract", contract), "amy")}
    assert [reason.code for reason in views["risky"].reasons] == ["move_guard_hidden"]


def test_a_guard_is_told_in_words(world: World) -> None:
    contract = world.contract(amount=0)
    with pytest.raises(Refused) as refused:
        world.move(contract, "submit")
    assert "Amount" in refused.value.message.text("en") and "金额" in refused.value.message.text("zh")


def test_a_refused_move_leaves_the_database_as_it_was(world: World) -> None:
    contract = world.contract(note=None)
    before = world.digest()
    with pytest.raises(Refused) as refused:
        world.move(contract, "submit")
    assert "fill in first: Note" in refused.value.message.text("en")
    assert world.digest() == before


def test_without_the_right_a_move_is_denied_and_without_reading_unknown(world: World) -> None:
    contract = world.contract()
    with pytest.raises(Denied):
        world.move(contract, "submit", "finance")
    with pytest.raises(NotFound):
        world.move(contract, "submit", "gm")


def test_answers_are_read_and_kept_with_the_move(world: World) -> None:
    contract = world.contract()
    with pytest.raises(Invalid) as refused:
        world.move(contract, "void", "finance", surprise="x")
    assert {error.path for error in refused.value.errors} == {"reason", "surprise"}
    world.move(contract, "void", "finance", reason="Cancelled")
    kept = [row for row in world.table("history", record_id=contract) if row["kind"] == "move"]
    assert kept[-1]["detail"] == {"move": "void", "from": "draft", "to": "void", "answers": {"reason": "Cancelled"}}


def test_an_answer_named_like_a_field_is_written_to_it(world: World) -> None:
    lead = world.create("lead", {"name": "Acme"}, "amy")
    world.move(lead, "lose", entity="lead", lost_reason="price")
    assert world.row("lead", lead)["lost_reason"] == "price"


def test_effects_come_with_the_state(world: World) -> None:
    contract = world.contract(margin=Decimal(20))
    plan = world.create("installment", {"contract": contract, "seq": 1})
    world.move(contract, "risky")
    row = world.row("contract", contract)
    assert row["status"] == "effective"
    assert world.row("installment", plan)["status"] == "due"
    assert world.row("customer", int(str(row["customer"])))["grade"] == "A"
    contacts = world.do(lambda s: s.connection.execute(s.app.entities["contact"].table.select()).all())
    assert [(contact.created_by, contact.owner) for contact in contacts] == [(world.id("amy"), world.id("amy"))]


def test_a_notice_shows_only_what_its_reader_may_read(world: World) -> None:
    contract = world.contract(margin=Decimal(20))
    world.move(contract, "risky")
    told = world.look(notify.notices, "legal")
    assert [notice.text for notice in told] == ["… is in force for …"]
    assert told[0].title is None


def test_a_notice_speaks_of_the_record_as_its_reader_sees_it(world: World) -> None:
    contract = world.contract(margin=Decimal(20))
    world.move(contract, "risky")
    told = world.look(notify.notices, "admin")
    assert told == []
    world.create("role_assignment", {"user": world.id("legal"), "role": "finance"})
    reader = replace(world["legal"], roles=frozenset({"legal", "finance"}))
    told = world.look(notify.notices, reader)
    assert [(notice.text, notice.title) for notice in told] == [("Deal is in force for 1000.00", "Deal")]


def test_a_decision_settles_the_notice_that_asked_for_it(world: World) -> None:
    contract = world.contract()
    world.move(contract, "submit")
    assert world.look(notify.unread, "boss") == 1
    world.decide(contract, "approve", "boss")
    assert world.look(notify.unread, "boss") == 0


def test_the_state_locks_fields(world: World) -> None:
    contract = world.contract(margin=Decimal(20))
    world.move(contract, "risky")
    with pytest.raises(Invalid):
        world.update("contract", contract, {"amount": Decimal(2)}, "amy")
    world.update("contract", contract, {"note": "free"}, "amy")


def test_a_system_move_fires_with_the_write_that_makes_it_true(world: World) -> None:
    contract = world.contract(margin=Decimal(20), end_date=date(2026, 3, 1))
    world.move(contract, "risky")
    receipt = world.create("receipt", {"contract": contract, "amount": Decimal(1000)})
    assert world.row("contract", contract)["status"] == "effective"
    world.update("receipt", receipt, {"confirmed": True})
    assert world.row("contract", contract)["status"] == "fulfilled"


def test_a_system_move_fires_daily_when_time_makes_it_true(world: World) -> None:
    contract = world.contract(margin=Decimal(20), end_date=date(2026, 3, 5))
    world.move(contract, "risky")
    world.create("receipt", {"contract": contract, "amount": Decimal(1000), "confirmed": True})
    assert world.do(run_daily_moves) == 0
    world.clock.advance(timedelta(days=4))
    assert world.do(run_daily_moves) == 1
    assert world.row("contract", contract)["status"] == "fulfilled"


def test_a_system_move_fires_with_the_day_that_makes_it_true(database: Database, tmp_path: Path) -> None:
    """The guard reads a formula that is kept by the day; where the day breaks a rule of a record, it is that day all the same."""
    contract = PACK["entities/contract.entity.yaml"] + (
        '  left: {type: formula, formula: "days_between($today, end_date)", kept: daily}\n'
        "checks:\n  in_time:\n    must: left >= 0 or status != 'draft'\n    say: {zh: 已过期, en: It is over}\n"
    )
    flow = PACK["flows/contract.flow.yaml"].replace("if: received >= amount and end_date <= $today", "if: left == -1")
    files = {"flows/contract.flow.yaml": flow, "entities/contract.entity.yaml": contract}
    world = company(database, tmp_path, files)
    over, broken = (world.contract(margin=Decimal(20), end_date=date(2026, 3, day)) for day in (5, 4))
    world.move(over, "risky")
    world.clock.advance(timedelta(days=4))
    world.do(bring_up_to_date)
    assert [world.row("contract", id)["left"] for id in (over, broken)] == [-1, -2]
    assert [world.row("contract", id)["status"] for id in (over, broken)] == ["fulfilled", "draft"]


def test_nobody_makes_a_system_move_by_hand(world: World) -> None:
    contract = world.contract(margin=Decimal(20))
    world.move(contract, "risky")
    with pytest.raises(Denied):
        world.move(contract, "fulfil")


def test_the_state_path_names_all_states(world: World) -> None:
    contract = world.contract()
    path = world.look(lambda s: state_path(s, "contract", contract), "amy")
    assert [(state.name, state.current) for state in path][:2] == [("draft", True), ("review", False)]


def test_a_lead_is_converted_once_with_what_it_carries(world: World) -> None:
    lead = world.create("lead", {"name": "Acme"}, "amy")
    call = world.create("activity", {"subject": "Call", "about": RecordRef("lead", lead)}, "amy")
    world.do(lambda s: move(s, "lead", lead, "convert", {}), "amy")
    made = world.table_of("customer")
    assert [(row["name"], row["lead"], row["owner"]) for row in made] == [("Acme", lead, world.id("amy"))]
    contact = world.table_of("contact")[0]
    assert contact["customer"] == made[0]["id"]
    assert world.row("activity", call)["about"] == RecordRef("contact", int(str(contact["id"])))
    with pytest.raises(Refused) as refused:
        world.do(lambda s: convert(s, "lead_to_customer", lead))
    assert refused.value.message.code == "already_converted"


def test_a_conversion_that_fails_leaves_nothing(world: World) -> None:
    lead = world.create("lead", {"name": "A name that is much too long"}, "amy")
    before = world.digest()
    with pytest.raises(Invalid):
        world.move(lead, "convert", entity="lead")
    assert world.digest() == before


def test_the_route_is_shown_before_submitting(world: World) -> None:
    contract = world.contract(amount=600000)
    route = world.look(lambda s: approvals.preview(s, "contract", contract), "amy")
    assert route is not None and route.provisional and not route.running
    assert [(step.name, step.applies, step.people) for step in route.steps] == [
        ("manager", True, ("Boss",)), ("joint", True, ("Legal", "Finance")), ("boss", False, ()),
    ]
    assert route.steps[1].condition is not None and "500,000" in route.steps[1].condition["en"]


def test_an_answer_is_judged_as_a_form_would(database: Database, tmp_path: Path) -> None:
    """Bounds of the question itself, records that exist and that the mover may read (R25)."""
    flow = PACK["flows/lead.flow.yaml"].replace(
        "ask: {lost_reason: {required: true}}",
        "ask: {lost_reason: {required: true}, score: {type: int, min: 1, max: 5, label: {zh: 评分, en: Score}}, "
        "contact: {type: link, to: contact, label: {zh: 联系人, en: Contact}}}",
    )
    world = company(database, tmp_path, {"flows/lead.flow.yaml": flow})
    lead = world.create("lead", {"name": "Acme"}, "amy")
    hidden = world.create("contact", {"name": "Unseen"})
    for answers, wrong in (
        ({}, {"lost_reason": "required"}),
        ({"lost_reason": "price", "score": "7"}, {"score": "too_large"}),
        ({"lost_reason": "price", "score": "0"}, {"score": "too_small"}),
        ({"lost_reason": "price", "contact": str(hidden)}, {"contact": "no_such_record"}),
        ({"lost_reason": "price", "contact": "999"}, {"contact": "no_such_record"}),
        ({"score": Unread(Message("not_number"))}, {"score": "not_number", "lost_reason": "required"}),
    ):
        with pytest.raises(Invalid) as refused:
            world.do(lambda s, given=answers: move(s, "lead", lead, "lose", given), "amy")
        assert {error.path: error.message.code for error in refused.value.errors} == wrong
    world.do(lambda s: move(s, "lead", lead, "lose", {"lost_reason": "price", "score": "5"}), "amy")
    assert world.row("lead", lead)["status"] == "lost"


def test_a_question_named_like_a_field_keeps_its_own_bounds(database: Database, tmp_path: Path) -> None:
    flow = PACK["flows/contract.flow.yaml"].replace("    if: margin > 10", "    ask: {amount: {max: 5}}")
    world = company(database, tmp_path, {"flows/contract.flow.yaml": flow})
    contract = world.contract()
    with pytest.raises(Invalid) as refused:
        world.move(contract, "risky", amount="7")
    assert refused.value.errors[0].message.code == "too_large"
    world.move(contract, "risky", amount="4")
    assert world.row("contract", contract)["amount"] == Decimal(4)


def test_zero_is_something_to_those_who_need_a_value(database: Database, tmp_path: Path) -> None:
    flow = PACK["flows/contract.flow.yaml"].replace("needs: [lines, note]", "needs: [margin]").replace("if: amount > 0", "")
    world = company(database, tmp_path, {"flows/contract.flow.yaml": flow})
    contract = world.contract(margin=Decimal(0))
    world.move(contract, "submit")
    assert world.row("contract", contract)["status"] == "review"


def test_a_system_move_hears_of_rows_that_leave_and_of_what_they_read(database: Database, tmp_path: Path) -> None:
    """A guard that counts rows is tried when one goes to another record, and when what a counted row links to changes."""
    flow = PACK["flows/contract.flow.yaml"].replace(
        "if: received >= amount and end_date <= $today", "if: count(installments) == 0 and amount > 0"
    )
    world = company(database, tmp_path, {"flows/contract.flow.yaml": flow})
    first, second = world.contract(margin=Decimal(20)), world.contract(name="Other")
    plan = world.create("installment", {"contract": first, "seq": 1})
    world.move(first, "risky")
    assert world.row("contract", first)["status"] == "effective"
    world.update("installment", plan, {"contract": second})
    assert world.row("contract", first)["status"] == "fulfilled"


def test_a_guard_over_what_counted_rows_link_to(database: Database, tmp_path: Path) -> None:
    receipt = PACK["entities/receipt.entity.yaml"] + "  payer: {type: link, to: customer, label: {zh: 付款方, en: Payer}}\n"
    flow = PACK["flows/contract.flow.yaml"].replace(
        "if: received >= amount and end_date <= $today", "if: any(receipts, payer.grade == 'B')"
    )
    world = company(database, tmp_path, {"flows/contract.flow.yaml": flow, "entities/receipt.entity.yaml": receipt})
    contract, payer = world.contract(margin=Decimal(20)), world.create("customer", {"name": "Payer"})
    world.move(contract, "risky")
    world.create("receipt", {"contract": contract, "amount": Decimal(5), "payer": payer})
    world.update("customer", payer, {"grade": "B"})
    assert world.do(run_daily_moves) == 1
    assert world.row("contract", contract)["status"] == "fulfilled"


def test_a_total_may_not_break_the_rules_of_its_record(database: Database, tmp_path: Path) -> None:
    contract = PACK["entities/contract.entity.yaml"] + (
        "checks:\n  not_overpaid:\n    must: received <= amount\n    say: {zh: 超额回款, en: More than is owed}\n"
    )
    world = company(database, tmp_path, {"entities/contract.entity.yaml": contract})
    id = world.contract(amount=100)
    world.create("receipt", {"contract": id, "amount": Decimal(60), "confirmed": True})
    before = world.digest()
    with pytest.raises(Invalid) as refused:
        world.create("receipt", {"contract": id, "amount": Decimal(60), "confirmed": True})
    assert refused.value.errors[0].message.text("en") == "More than is owed" and world.digest() == before
    world.update("contract", id, {"note": "still open"}, "amy")


def test_a_move_may_need_rows_of_a_reverse_collection(database: Database, tmp_path: Path) -> None:
    flow = PACK["flows/contract.flow.yaml"].replace("needs: [lines, note]", "needs: [lines, installments]")
    world = company(database, tmp_path / "files", {"flows/contract.flow.yaml": flow})
    contract = world.contract()
    with pytest.raises(Refused) as refused:
        world.move(contract, "submit")
    assert "the number of Instalment is more than 0" in refused.value.message.text("en")
    world.create("installment", {"contract": contract, "seq": 1})
    world.move(contract, "submit")
    assert world.state(contract)[0] == "review"


def test_a_question_for_a_person_may_have_a_filter(database: Database, tmp_path: Path) -> None:
    ask = 'ask: {reason: {type: text, required: true}, next: {type: user, filter: "active", required: true}}'
    flow = PACK["flows/contract.flow.yaml"].replace(
        "ask: {reason: {type: text, required: true, label: {zh: 原因, en: Reason}}}", ask
    )
    role = PACK["access/finance.role.yaml"] + "  user: {read: all}\n"
    changed = {"flows/contract.flow.yaml": flow, "access/finance.role.yaml": role}
    world = company(database, tmp_path / "files", changed)
    contract = world.contract()
    world.disable("legal")
    with pytest.raises(Invalid) as refused:
        world.move(contract, "void", "finance", reason="x", next=str(world.id("legal")))
    assert [(error.path, error.message.code) for error in refused.value.errors] == [("next", "no_such_record")]
    world.move(contract, "void", "finance", reason="x", next=str(world.id("boss")))
    assert world.state(contract)[0] == "void"


def test_a_question_proposes_what_its_default_works_out(database: Database, tmp_path: Path) -> None:
    ask = "ask: {reason: {type: text, default: late}, until: {type: date, default: =$today + 7d}, gone: {type: int, retired: true}}"
    flow = PACK["flows/contract.flow.yaml"].replace(
        "ask: {reason: {type: text, required: true, label: {zh: 原因, en: Reason}}}", ask
    )
    world = company(database, tmp_path / "files", {"flows/contract.flow.yaml": flow})
    contract = world.contract()
    void = next(view for view in world.look(lambda s: moves(s, "contract", contract), "finance") if view.name == "void")
    assert [(q.name, q.default) for q in void.questions] == [("reason", "late"), ("until", date(2026, 3, 9))]
