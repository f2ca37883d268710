"""Every rule of a field or record refuses with its code at its path, and leaves the database as it was, byte for
byte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal

import pytest

from engine.ports import NoFlows
from engine.principal import Principal
from engine.records import system, write
from engine.records.queries import ChildInput, RecordRef
from engine.records.stored import read_children
from engine.refusals import Denied, Invalid, Message, NotFound, Refusal, Refused, Unread
from engine.runtime import WriteSession
from tests.records.company import World, errors


def row(**values: object) -> ChildInput:
    return ChildInput(None, {"product": "Desk", "qty": 1, "price": Decimal(10), **values})


REFUSED: list[tuple[str, Mapping[str, object], dict[str, str]]] = [
    ("required", {"name": None}, {"name": "required"}),
    ("blank text", {"name": "   "}, {"name": "required"}),
    ("too long", {"name": "x" * 21}, {"name": "too_long"}),
    ("wrong type", {"name": 5, "amount": "12"}, {"name": "not_text", "amount": "not_number"}),
    ("too small", {"amount": Decimal("-0.01")}, {"amount": "too_small"}),
    ("too large", {"discount": Decimal("0.51")}, {"discount": "too_large"}),
    ("too many digits", {"amount": Decimal(10**16)}, {"amount": "too_many_digits"}),
    ("not finite", {"amount": Decimal("NaN")}, {"amount": "not_number"}),
    ("required if", {"amount": Decimal(100001)}, {"discount": "required"}),
    ("required where visible", {"kind": "agency"}, {"fee": "required"}),
    ("unknown option", {"kind": "other"}, {"kind": "unknown_option"}),
    ("unknown name", {"nope": 1}, {"nope": "unknown_input"}),
    ("long unknown name", {"n" * 200: 1}, {"n" * 200: "unknown_input"}),
    ("system field", {"revision": 9, "created_by": 99, "id": 77},
     {"revision": "readonly", "created_by": "readonly", "id": "readonly"}),
    ("derived", {"received": Decimal(1), "open": Decimal(1), "number": "X"},
     {"received": "readonly", "open": "readonly", "number": "readonly"}),
    ("no such record", {"customer": 999}, {"customer": "no_such_record"}),
    ("no such person", {"helpers": (999,)}, {"helpers": "no_such_record"}),
    ("no such target", {"about": RecordRef("customer", 999)}, {"about": "no_such_record"}),
    ("wrong target", {"about": RecordRef("user", 1)}, {"about": "bad_target"}),
    ("no such file", {"papers": (999,)}, {"papers": "no_such_file"}),
    ("check", {"lines": (row(price=Decimal(1001)),)}, {"amount": "check_failed"}),
    ("row by row", {"lines": (row(), row(qty=0, product=None), row(nope=1))},
     {"lines.1.qty": "too_small", "lines.1.product": "required", "lines.2.nope": "unknown_input"}),
    ("derived in a row", {"lines": (row(subtotal=Decimal(1)),)}, {"lines.0.subtotal": "readonly"}),
    ("row of another", {"lines": (ChildInput(999, {}),)}, {"lines.0": "no_such_row"}),
    ("rows of wrong type", {"lines": ({"product": "x"},)}, {"lines": "not_list"}),
    ("unread", {"name": Unread(Message("not_text")), "discount": Decimal("0.51")}, {"name": "not_text", "discount": "too_large"}),
    ("unread where it is read-only", {"received": Unread(Message("not_list"))}, {"received": "readonly"}),
    ("unread and unknown", {"nope": Unread(Message("not_list"))}, {"nope": "unknown_input"}),
    ("unread in a row", {"lines": (row(), row(qty=Unread(Message("not_list")), product=None)), "amount": Decimal(-1)},
     {"lines.1.qty": "not_list", "lines.1.product": "required", "amount": "too_small"}),
    ("a check of what was not read", {"amount": Unread(Message("not_list")), "lines": (row(price=Decimal(200000)),)},
     {"amount": "not_list"}),
    ("a check of what is worked out beside it",
     {"lines": (row(qty=Unread(Message("not_list"))), row(price=Decimal(3000)))}, {"lines.0.qty": "not_list"}),
    ("all at once", {"name": None, "amount": Decimal(-1), "kind": "x", "nope": 1},
     {"name": "required", "amount": "too_small", "kind": "unknown_option", "nope": "unknown_input"}),
]


@pytest.mark.parametrize("moment", ["create", "update"])
def test_a_rule_refuses_at_its_path_and_nothing_changes(world: World, moment: str) -> None:
    customer = world.customer(world.amy)
    stored = world.contract(customer, world.amy)
    complete = {"name": "Other", "amount": Decimal(1000)}
    before = world.digest()
    for title, values, wanted in REFUSED:
        with pytest.raises(Invalid) as refused:
            if moment == "create":
                world.create("contract", {**complete, "customer": customer, **values}, world.amy)
            else:
                world.update("contract", stored, values, world.amy)
        assert errors(refused.value) == wanted, title
        for error in refused.value.errors:
            assert error.message.text("zh") and error.message.text("en")
    assert world.digest() == before


def test_uniques_are_refused_with_a_friendly_answer(world: World) -> None:
    customer = world.customer(code="A001")
    world.contract(customer, name="One")
    other = world.customer(name="Other", code="A002")
    before = world.digest()
    for unit, wanted in (
        (lambda: world.customer(code="A001"), {"code": "taken"}),
        (lambda: world.update("customer", other, {"code": "A001"}), {"code": "taken"}),
        (lambda: world.contract(customer, name="One"), {"customer": "taken_together"}),
        (lambda: world.customer(code="a001"), {"code": "bad_pattern"}),
    ):
        with pytest.raises(Invalid) as refused:
            unit()
        assert errors(refused.value) == wanted
    assert world.digest() == before
    assert world.contract(other, name="One")


def test_what_is_taken_in_the_trash_is_free(world: World) -> None:
    first = world.customer(code="A001")
    world.trash("customer", first)
    assert world.customer(code="A001")
    with pytest.raises(Invalid) as refused:
        world.restore("customer", first)
    assert errors(refused.value) == {"code": "taken"}


def test_read_only_and_set_once(world: World) -> None:
    contract = world.contract(world.customer(), reference="R1", signed=date(2026, 3, 1))
    world.update("contract", contract, {"reference": "R1", "paid_up": True, "signed": date(2026, 3, 1)})
    before = world.digest()
    with pytest.raises(Invalid) as refused:
        world.update("contract", contract, {"reference": "R2", "signed": date(2026, 3, 2)})
    assert errors(refused.value) == {"reference": "set_once", "signed": "readonly_now"}
    assert world.digest() == before


def test_an_invisible_field_keeps_what_is_stored(world: World) -> None:
    contract = world.contract(world.customer(), kind="agency", fee=Decimal(5))
    world.update("contract", contract, {"kind": "direct", "fee": Decimal(9)})
    assert world.row("contract", contract)["fee"] == Decimal(5)
    assert world.contract(world.customer(name="B"), kind="direct", fee=None)


def test_hidden_fields_are_unknown_and_read_only_ones_refused(world: World) -> None:
    customer = world.customer(world.amy)
    before = world.digest()
    for values, wanted in (
        ({"secret": "x"}, {"secret": "unknown_input"}), ({"secret": None}, {"secret": "unknown_input"}),
        ({"tax_no": "x"}, {"tax_no": "readonly"}), ({"owner": 99}, {"owner": "readonly"}),
    ):
        with pytest.raises(Invalid) as refused:
            world.update("customer", customer, values, world.amy)
        assert errors(refused.value) == wanted
        unknown = next(iter(refused.value.errors))
        assert unknown.path == next(iter(wanted))
    assert world.digest() == before


def test_what_others_own_is_not_found(world: World) -> None:
    theirs = world.customer(world.bob)
    mine = world.contract(world.customer(world.amy), world.amy)
    amy = world.amy.user_id or 0
    before = world.digest()
    for unit in (
        lambda s: write.update(s, "customer", theirs, {"name": "x"}),
        lambda s: write.trash(s, "customer", theirs),
        lambda s: write.restore(s, "customer", theirs),
        lambda s: write.assign(s, "customer", theirs, amy),
        lambda s: write.comment(s, "customer", theirs, "x"),
        lambda s: write.create(s, "receipt", {"amount": Decimal(1)}),
        lambda s: write.update(s, "nothing", 1, {}),
        lambda s: write.create(s, "contract_line", {"product": "x", "qty": 1}),
    ):
        with pytest.raises(NotFound):
            world.do(unit, world.amy)
    with pytest.raises(Invalid) as refused:
        world.update("contract", mine, {"customer": theirs}, world.amy)
    assert errors(refused.value) == {"customer": "no_such_record"}
    assert world.digest() == before


def test_a_write_may_not_leave_the_rows_of_its_grant(world: World) -> None:
    contract = world.contract(world.customer(world.amy), world.amy)
    before = world.digest()
    with pytest.raises(Denied) as refused:
        world.update("contract", contract, {"kind": "agency", "fee": Decimal(1)}, world.amy)
    assert refused.value.message.code == "result_denied"
    with pytest.raises(Denied):
        world.do(lambda s: write.assign(s, "contract", contract, world.bob.user_id or 0), world.amy)
    assert world.digest() == before


def test_values_of_the_platform(world: World) -> None:
    customer = world.customer(world.amy, tax_no=None)
    contract = world.contract(customer, world.amy, amount=Decimal("10.005"))
    stored = world.row("contract", contract)
    assert stored["owner"] == world.amy.user_id == stored["created_by"]
    assert (stored["amount"], stored["received"], stored["open"]) == (Decimal("10.01"), Decimal(0), Decimal("10.01"))
    assert (stored["number"], stored["quick"], stored["kind"]) == ("HT-2026-0001", "Q0001", "direct")
    world.update("contract", contract, {"name": "Deal"}, world.amy)
    assert world.row("contract", contract)["revision"] == 1, "nothing changed"
    world.update("contract", contract, {"name": "New"}, world.amy)
    assert world.row("contract", contract)["revision"] == 2


def test_a_fetched_value_fills_a_blank_and_leaves_what_was_typed(world: World) -> None:
    customer = world.customer(tax_no="T1")
    assert world.row("contract", world.contract(customer))["tax_no"] == "T1"
    assert world.row("contract", world.contract(customer, name="B", tax_no="own"))["tax_no"] == "own"


def test_the_state_has_one_writer(world: World) -> None:
    contract = world.contract(world.customer())
    wanted = {"paid_up": True, "reference": "x"}
    world.do(lambda s: system.set_fields(s, "contract", contract, wanted, "move", {"move": "pay"}))
    assert world.row("contract", contract)["paid_up"] is True
    with pytest.raises(Invalid):
        world.do(lambda s: system.set_fields(s, "contract", contract, {"amount": "x"}, "move"))
    with pytest.raises(Invalid):
        world.do(lambda s: system.set_fields(s, "contract", contract, {"received": Decimal(1)}, "move"))


def test_rows_come_go_and_change_places(world: World) -> None:
    contract = world.contract(world.customer(), lines=(row(product="a"), row(product="b"), row(product="c")))

    def rows() -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        field = world.app.entities["contract"].fields["lines"]
        stored: list[dict[str, object]] = []
        world.do(lambda s: stored.extend(values for _, values in read_children(s, field, contract)))
        found += [(int(str(values["id"])), str(values["product"])) for values in stored]
        return found

    (a, _), _, (c, _) = rows()
    world.update("contract", contract, {"lines": (ChildInput(c, {}), row(product="n"), ChildInput(a, {"qty": 3}))})
    assert [product for _, product in rows()] == ["c", "n", "a"]
    stored = world.row("contract", contract)
    assert (stored["line_total"], stored["revision"]) == (Decimal(50), 2)
    world.update("contract", contract, {"lines": tuple(ChildInput(id_, {}) for id_, _ in rows())})
    assert world.row("contract", contract)["revision"] == 2, "the same rows again"
    world.update("contract", contract, {"lines": ()})
    assert rows() == []
    assert world.row("contract", contract)["line_total"] == 0


def test_a_refusal_names_nothing_that_its_reader_may_not_know(world: World) -> None:
    """A rule over a hidden field speaks of the record, a taken combination does not list it, and what stands in the way of
    deleting is named to those who may know of it (law 2)."""
    hidden = world.customer(world.amy, name="A")
    world.update("customer", hidden, {"secret": "x"})
    with pytest.raises(Invalid) as refused:
        world.update("customer", hidden, {"name": "T"}, world.amy)
    assert errors(refused.value) == {"": "rule_untold"}
    with pytest.raises(Invalid) as refused:
        world.update("customer", hidden, {"name": "T"})
    assert errors(refused.value) == {"secret": "check_failed"}
    other = world.customer(world.amy, name="B")
    world.update("customer", other, {"secret": "x"})
    with pytest.raises(Invalid) as refused:
        world.update("customer", other, {"name": "A"}, world.amy)
    assert errors(refused.value) == {"": "taken_alike"}
    assert "secret" not in refused.value.errors[0].message.text("en").lower()


def test_trash_and_back(world: World) -> None:
    customer, payer = world.customer(), world.customer(name="Payer")
    contract = world.contract(customer, lines=(row(),))
    receipt = world.create("receipt", {"contract": contract, "amount": Decimal(5), "confirmed": True, "payer": payer})
    with pytest.raises(Refused) as refused:
        world.trash("customer", customer)
    assert refused.value.message.code == "linked_from"
    world.trash("customer", payer)
    assert world.row("receipt", receipt)["payer"] is None
    world.trash("contract", contract)
    assert world.row("receipt", receipt)["archived_at"] is not None
    assert world.row("customer", customer)["total"] == 0
    with pytest.raises(Refusal):
        world.update("contract", contract, {"name": "x"})
    world.restore("customer", payer)
    world.restore("contract", contract)
    assert world.row("receipt", receipt)["archived_at"] is None
    assert world.row("customer", customer)["total"] == Decimal(5)
    assert world.row("contract", contract)["line_total"] == Decimal(10)


def test_a_cleared_link_comes_back_with_its_record(world: World) -> None:
    payer = world.customer(name="Payer")
    receipt = world.create("receipt", {"amount": Decimal(5), "payer": payer})
    world.trash("customer", payer)
    world.restore("customer", payer)
    assert world.row("receipt", receipt)["payer"] == payer


def test_nobody_stands_above_themselves(world: World) -> None:
    amy, bob = world.amy.user_id or 0, world.bob.user_id or 0
    world.update("user", amy, {"superior": bob})
    for superior in (bob, amy):
        with pytest.raises(Invalid):
            world.update("user", bob, {"superior": amy if superior == bob else bob})


def test_a_link_must_pass_its_filter(world: World) -> None:
    live, gone = (world.create("product", {"name": name, "live": name == "live"}) for name in ("live", "gone"))
    customer = world.customer()
    assert world.contract(customer, lines=(row(item=live),))
    with pytest.raises(Invalid) as refused:
        world.contract(customer, name="Other", lines=(row(item=live), row(item=gone)))
    assert errors(refused.value) == {"lines.1.item": "no_such_record"}


def test_a_check_sees_the_other_rows_as_this_write_leaves_them(world: World) -> None:
    contract = world.contract(world.customer())
    receipt = world.receipt(contract, 6000)
    with pytest.raises(Invalid) as refused:
        world.receipt(contract, 4001)
    assert errors(refused.value) == {"amount": "check_failed"}
    world.receipt(contract, 4000)
    with pytest.raises(Invalid):
        world.update("receipt", receipt, {"amount": Decimal(6001)})
    world.update("receipt", receipt, {"amount": Decimal(5999)})


def test_a_roll_up_follows_what_its_rows_point_at(world: World) -> None:
    desk = world.create("product", {"name": "Desk", "category": "service"})
    customer = world.customer()
    contract = world.contract(customer, lines=(row(item=desk, qty=2), row(qty=3)))
    assert world.row("product", desk)["sold"] == 2
    assert world.row("contract", contract)["hardware"] == 0
    world.update("product", desk, {"category": "hardware"})
    assert world.row("contract", contract)["hardware"] == Decimal(20)
    assert world.row("customer", customer)["hardware"] == Decimal(20)


class Locking(NoFlows):
    """Paid contracts have their amount and lines locked, signed ones everything; new ones start as agency deals."""

    def start_values(self, session: WriteSession, entity: str) -> Mapping[str, object]:
        return {"reference": "begun"} if entity == "contract" else {}

    def locked(
        self, session: WriteSession, entity: str, values: Mapping[str, object]
    ) -> frozenset[str] | Literal["all"]:
        if values.get("signed"):
            return "all"
        return frozenset({"amount", "lines"}) if values.get("paid_up") else frozenset()


def test_the_flow_starts_and_locks_records(world: World) -> None:
    world.runtime.flows = Locking()
    contract = world.contract(world.customer(), paid_up=True, lines=(row(),))
    assert world.row("contract", contract)["reference"] == "begun"
    before = world.digest()
    for values, wanted in (
        ({"amount": Decimal(5000), "name": "x"}, {"amount": "locked"}), ({"lines": ()}, {"lines": "locked"}),
    ):
        with pytest.raises(Invalid) as refused:
            world.update("contract", contract, values)
        assert errors(refused.value) == wanted
    assert world.digest() == before
    world.update("contract", contract, {"name": "free"})
    world.do(lambda s: system.set_fields(s, "contract", contract, {"amount": Decimal(5000)}, "update"))
    world.do(lambda s: system.set_fields(s, "contract", contract, {"signed": date(2026, 3, 1)}, "update"))
    with pytest.raises(Refused) as kept:
        world.trash("contract", contract)
    assert kept.value.message.code == "locked_record"
    world.receipt(contract, 5)
    assert world.row("contract", contract)["received"] == Decimal(5), "derived values obey no lock"


def test_who_may_create_may_fill_in_the_rows_and_nothing_later(world: World) -> None:
    clerk = replace(world.bob, roles=frozenset({"clerk"}))
    contract = world.contract(world.customer(), clerk, lines=(row(),))
    assert world.row("contract", contract)["line_total"] == Decimal(10)
    with pytest.raises(Denied) as refused:
        world.update("contract", contract, {"lines": ()}, clerk)
    assert refused.value.message.code == "may_not_update"


@pytest.mark.parametrize(("login", "code"), [
    ("AMY", "taken"), ("ａｍｙ", "taken"), ("am\u200by", "login_unseen"), ("a my", "login_unseen"), ("a\u202emy", "bad_character"),
])
def test_log_ins_cannot_be_mistaken_for_each_other(world: World, login: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        world.create("user", {"login": login, "name": "Another"})
    assert errors(refused.value) == {"login": code}
    for language in ("zh", "en"):
        assert refused.value.errors[0].message.text(language)


def test_a_log_in_of_the_trash_is_free_until_it_comes_back(world: World) -> None:
    first = world.create("user", {"login": "Zoe", "name": "Zoe"})
    world.trash("user", first)
    world.create("user", {"login": "zoe", "name": "Other"})
    with pytest.raises(Invalid) as refused:
        world.restore("user", first)
    assert errors(refused.value) == {"login": "taken"}


def test_a_masked_value_is_not_guessed_by_sending_it(world: World) -> None:
    """What a scout sees in part is answered alike whatever is sent, the stored value too (T18)."""
    scout = Principal("user", user_id=world.bob.user_id, login="bob", roles=frozenset({"scout"}))
    masked, plain = (world.customer(name=name, tax_no="91310000") for name in ("Masked", "Plain"))
    for tax_no in ("91310000", "91310001"):
        with pytest.raises(Invalid) as refused:
            world.update("customer", masked, {"tax_no": tax_no}, scout)
        assert errors(refused.value) == {"tax_no": "readonly"}
    world.update("customer", plain, {"tax_no": "91310000"}, scout)
