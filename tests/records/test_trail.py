"""What a write leaves besides the row: history by lineage, search, outbox, files, numbers, and the access stamp."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from engine.records import write
from engine.records.queries import ChildInput
from engine.refusals import Invalid, Refused
from engine.storage.platform import file, history, outbox, version
from tests.records.company import World, errors


def rows(world: World, query: sa.Select[Any]) -> list[Any]:
    with world.runtime.database.read() as connection:
        return list(connection.execute(query))


def changes(world: World, entity: str, record: int) -> list[tuple[str, dict[str, Any]]]:
    """Kind and changes of each history row, with lineage numbers put back into names."""
    app = world.app
    names = {str(f.lineage): f.name for e in app.entities.values() for f in e.fields.values() if f.lineage}

    def named(changed: dict[str, Any]) -> dict[str, Any]:
        return {names.get(k, k): parts(value) if isinstance(value, dict) else value for k, value in changed.items()}

    def parts(value: dict[str, Any]) -> dict[str, Any]:
        return {part: {row: named(content) for row, content in found.items()} for part, found in value.items()}

    lineage = app.entities[entity].lineage
    mine = (history.c.entity_id == lineage) & (history.c.record_id == record)
    found = rows(world, sa.select(history).where(mine).order_by(history.c.id))
    return [(row.kind, named(row.changes)) for row in found]


def test_one_history_row_for_each_change_set(world: World) -> None:
    customer = world.customer()
    line = ChildInput(None, {"product": "Desk", "qty": 2, "price": Decimal(3)})
    contract = world.contract(customer, lines=(line,))
    world.update("contract", contract, {"name": "Deal", "amount": Decimal(1000)})
    world.update("contract", contract, {"name": "New", "lines": ()})
    world.receipt(contract, 5)
    world.do(lambda s: write.comment(s, "contract", contract, "well done"))
    (created, first), (updated, second), (said, third) = changes(world, "contract", contract)
    assert (created, updated, said) == ("create", "update", "comment")
    assert first["name"] == [None, "Deal"] and first["amount"] == [None, "1000.00"]
    assert first["lines"] == {"added": {"1": {"product": "Desk", "qty": 2, "price": "3.00"}}}
    assert second == {
        "name": ["Deal", "New"], "lines": {"removed": {"1": {"product": "Desk", "qty": 2, "price": "3.00"}}}
    }
    assert third == {}
    assert not {"received", "open", "line_total"} & set(first), "derived values follow from the rest"


def test_derived_values_bump_no_revision_and_tell_the_flows(world: World) -> None:
    contract = world.contract(world.customer())
    seen: list[Any] = []

    def unit(session: Any) -> None:
        write.create(session, "receipt", {"contract": contract, "amount": Decimal(5), "confirmed": True})
        seen.extend(session.written)

    world.do(unit)
    assert world.row("contract", contract)["revision"] == 1
    assert [set(one.changed) for one in seen if one.entity == "contract"] == [{"received", "open", "mean"}]


def test_each_write_is_announced(world: World) -> None:
    customer = world.customer()
    world.update("customer", customer, {"name": "New"})
    world.trash("customer", customer)
    lineage = world.app.entities["customer"].lineage
    events = rows(world, sa.select(outbox.c.event).where(outbox.c.entity_id == lineage).order_by(outbox.c.id))
    assert [row.event for row in events] == ["record.create", "record.update", "record.delete"]


def test_people_and_roles_raise_the_access_stamp(world: World) -> None:
    def stamp() -> int:
        return int(rows(world, sa.select(version.c.access_stamp))[0][0])

    before = stamp()
    world.customer()
    assert stamp() == before
    world.update("user", world.amy.user_id or 0, {"active": False})
    assert stamp() == before + 1


def test_files_are_taken_once_and_from_their_uploader(world: World) -> None:
    def upload(by: int | None) -> int:
        row = {
            "storage": "x", "digest": "x", "name": "a.txt", "media_type": "text/plain", "size": 1, "created_by": by,
            "created_at": world.runtime.clock.now(),
        }
        made: list[int] = []
        statement = file.insert().values(row).returning(file.c.id)
        world.do(lambda s: made.append(s.connection.execute(statement).scalar_one()))
        return made[0]

    mine, theirs = upload(world.amy.user_id), upload(world.bob.user_id)
    customer = world.customer(world.amy)
    contract = world.contract(customer, world.amy, papers=(mine,))
    attached = rows(world, sa.select(file.c.record_id).where(file.c.id == mine))
    assert [row.record_id for row in attached] == [contract]
    for papers in ((mine, theirs), (theirs,)):
        with pytest.raises(Invalid) as refused:
            world.update("contract", contract, {"papers": papers}, world.amy)
        assert errors(refused.value) == {"papers": "no_such_file"}
    with pytest.raises(Invalid):
        world.contract(customer, world.amy, name="Other", papers=(mine,))
    world.update("contract", contract, {"papers": (mine,), "name": "kept"}, world.amy)


def test_a_series_begins_anew_each_year_of_the_application(world: World) -> None:
    clock = world.runtime.clock
    assert isinstance(clock, FixedClock)
    customer = world.customer()
    clock.set(datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    old = world.contract(customer, name="old")
    clock.set(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    new = world.contract(customer, name="new")
    numbers = [world.row("contract", id_)["number"] for id_ in (old, new)]
    assert numbers == ["HT-2026-0001", "HT-2027-0001"]


def test_what_is_in_the_trash_takes_no_comment(world: World) -> None:
    customer = world.customer()
    world.trash("customer", customer)
    with pytest.raises(Refused) as refused:
        world.do(lambda s: write.comment(s, "customer", customer, "too late"))
    assert refused.value.message.code == "in_trash"


def test_a_comment_says_something(world: World) -> None:
    customer = world.customer()
    for text in ("", "  ", "a\x00", "x" * 10_001):
        with pytest.raises(Invalid):
            world.do(lambda s, text=text: write.comment(s, "customer", customer, text))
