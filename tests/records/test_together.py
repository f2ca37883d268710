"""Several writers at once: conflicts and merges, double submits, numbers without gaps, exact sums."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from engine import files
from engine.records import write
from engine.records.rollups import verify_rollups
from engine.refusals import Conflict, Invalid, Refused
from engine.runtime import WriteSession
from tests.records.company import World, errors

WRITERS = 50


def at_once(unit: Callable[[int], object]) -> list[object]:
    with ThreadPoolExecutor(16) as threads:
        return list(threads.map(unit, range(WRITERS)))


def test_changes_of_different_fields_are_merged(world: World) -> None:
    contract = world.contract(world.customer(), reference=None)
    seen = {"name": "Deal", "amount": Decimal(1000), "reference": None}
    world.update("contract", contract, {**seen, "name": "Amy's"}, revision=1, original=seen)
    world.update("contract", contract, {**seen, "reference": "Bob's"}, revision=1, original=seen)
    stored = world.row("contract", contract)
    assert (stored["name"], stored["reference"], stored["revision"]) == ("Amy's", "Bob's", 3)


def test_changes_of_one_field_conflict_and_show_all_three(world: World) -> None:
    contract = world.contract(world.customer(world.amy), world.amy)
    seen = {"name": "Deal", "amount": Decimal(1000)}
    world.update("contract", contract, {**seen, "name": "First"}, world.amy, revision=1, original=seen)
    before = world.digest()
    with pytest.raises(Conflict) as conflict:
        world.update("contract", contract, {**seen, "name": "Second"}, world.amy, revision=1, original=seen)
    clash, = conflict.value.clashes
    assert (clash.field, clash.original, clash.mine, clash.theirs) == ("name", "Deal", "Second", "First")
    assert conflict.value.revision == 2
    assert "您在另一处" in conflict.value.message.text("zh") and "You, elsewhere, saved" in conflict.value.message.text("en")
    assert world.digest() == before
    world.update("contract", contract, {**seen, "name": "First"}, world.amy, revision=1, original=seen)
    with pytest.raises(Conflict) as others:
        world.update("contract", contract, {**seen, "name": "Second"}, revision=1, original=seen)
    assert "Amy" in others.value.message.text("zh")


def test_a_stale_write_that_does_not_say_what_it_saw_conflicts(world: World) -> None:
    contract = world.contract(world.customer())
    world.update("contract", contract, {"name": "First"}, revision=1)
    with pytest.raises(Conflict):
        world.update("contract", contract, {"name": "Second"}, revision=1)


def test_one_key_makes_one_record(world: World) -> None:
    customer = world.customer()
    values = {"name": "Once", "customer": customer, "amount": Decimal(1)}
    made = at_once(lambda _: world.do(lambda s: write.create(s, "contract", values), key="form-1"))
    assert len(set(made)) == 1
    assert world.row("customer", customer)["contract_count"] == 1


def test_gapless_numbers_have_no_gap_and_no_twin(world: World) -> None:
    """Every fifth create is refused after it was judged: its number is not spent."""
    customer = world.customer()

    def create(n: int) -> object:
        try:
            return world.contract(customer, name=f"Deal {n - n % 5}" if n % 5 == 1 else f"Deal {n}")
        except Invalid:
            return None

    made = [number for number in at_once(create) if number is not None]
    numbers = sorted(str(world.row("contract", int(str(id_)))["number"]) for id_ in made)
    assert numbers == [f"HT-2026-{n:04d}" for n in range(1, len(made) + 1)]
    quick = [str(world.row("contract", int(str(id_)))["quick"]) for id_ in made]
    assert len(set(quick)) == len(quick)


def test_parallel_receipts_add_up(world: World) -> None:
    customer = world.customer()
    contract = world.contract(customer)
    at_once(lambda n: world.receipt(contract, f"{n}.01"))
    total = sum(Decimal(f"{n}.01") for n in range(WRITERS))
    assert world.row("contract", contract)["received"] == total
    assert world.row("customer", customer)["total"] == total
    with world.runtime.database.read() as connection:
        assert verify_rollups(connection, world.app) == []


def test_one_of_two_twins_is_taken(world: World) -> None:
    def create(_: int) -> str:
        try:
            return str(world.customer(code="A001"))
        except Invalid as refused:
            return refused.errors[0].message.code

    answers = at_once(create)
    assert answers.count("taken") == WRITERS - 1


def while_open(world: World, first: Callable[[WriteSession], object], second: Callable[[WriteSession], object]) -> None:
    """Run `first`, and `second` when `first` has written and not committed yet. Raises what `second` raises."""
    written = threading.Event()

    def unit(session: WriteSession) -> None:
        first(session)
        written.set()
        time.sleep(0.3)  # the other writer comes up to what this one holds; later is as good

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(world.do, unit)
        try:
            assert written.wait(20)
            world.do(second)
        finally:
            running.result()


def test_what_is_being_linked_is_not_trashed_meanwhile(world: World) -> None:
    dept = world.create("department", {"name": "North"})
    amy = world.amy.user_id or 0
    with pytest.raises(Refused, match="linked_from"):
        while_open(
            world, lambda s: write.update(s, "user", amy, {"dept": dept}), lambda s: write.trash(s, "department", dept)
        )
    assert world.row("department", dept)["archived_at"] is None


def test_what_is_being_trashed_is_not_linked_meanwhile(world: World) -> None:
    dept = world.create("department", {"name": "North"})
    amy = world.amy.user_id or 0
    with pytest.raises(Invalid) as refused:
        while_open(
            world, lambda s: write.trash(s, "department", dept), lambda s: write.update(s, "user", amy, {"dept": dept})
        )
    assert errors(refused.value) == {"dept": "no_such_record"}
    assert world.row("user", amy)["dept"] is None


def test_two_writers_close_no_circle(world: World) -> None:
    north, south = (world.create("department", {"name": name}) for name in ("North", "South"))
    with pytest.raises(Invalid) as refused:
        while_open(
            world,
            lambda s: write.update(s, "department", north, {"parent": south}),
            lambda s: write.update(s, "department", south, {"parent": north}),
        )
    assert errors(refused.value) == {"parent": "no_such_record"}


def test_one_upload_goes_to_one_record(world: World) -> None:
    def upload(session: WriteSession) -> object:
        content = session.runtime.files.put([b"once"])
        return files.register(session, content, "once.txt")

    paper = world.do(upload)

    north, south = (world.contract(world.customer(), name=name) for name in ("North", "South"))
    with pytest.raises(Invalid) as refused:
        while_open(
            world,
            lambda s: write.update(s, "contract", north, {"papers": (paper,)}),
            lambda s: write.update(s, "contract", south, {"papers": (paper,)}),
        )
    assert errors(refused.value) == {"papers": "no_such_file"}
    assert world.row("contract", south)["papers"] in (None, ())
