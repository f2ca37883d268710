"""`verify` is silent on a whole database and names each fault of a broken one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from engine import files, search
from engine.clock import FixedClock
from engine.compiled import CompiledEntity
from engine.principal import OPERATOR
from engine.records import write
from engine.records.stored import order_values
from engine.runtime import Runtime, WriteSession
from engine.storage import platform
from engine.storage.apply import apply
from engine.storage.verify import verify
from tests.storage.applications import CUSTOMER, ORDER, extended_shop, publish, shop


def insert(session: WriteSession, entity: CompiledEntity, **values: object) -> int:
    """A row written past the service; values by field name, or by column name for system columns."""
    row: dict[str, object] = {"created_at": session.now, "updated_at": session.now}
    for name, value in values.items():
        column = entity.fields[name].column if name in entity.fields else entity.table.c[name]
        assert column is not None
        row[column.name] = value
    row |= order_values(entity, values)
    return session.connection.execute(entity.table.insert().values(row).returning(entity.table.c.id)).scalar_one()


def text_beside_another_order(session: WriteSession) -> None:
    """The name of a customer changed, what it sorts by did not."""
    customer = session.app.entities["customer"]
    column = customer.fields["name"].column
    assert column is not None
    session.connection.execute(customer.table.update().values({column.name: "王"}))


def whole(session: WriteSession) -> None:
    """An order of a customer, with a line and a helper."""
    entities = session.app.entities
    user = insert(session, entities["user"], login="amy")
    customer = insert(session, entities["customer"], name="Acme")
    values = {"subject": "x", "customer": customer, "kind": "direct", "number": "O-2026-0007", "owner": user}
    order = insert(session, entities["order"], **values)
    lines, helpers = entities["order"].fields["lines"], entities["order"].fields["helpers"]
    insert(session, entities["order_line"], product="p", parent_id=order, parent_field=lines.lineage, position=0)
    assert helpers.link is not None and helpers.link.table is not None
    session.connection.execute(helpers.link.table.insert().values(host_id=order, target_id=user))
    search.index_row(session.connection, entities["order"], order, {"subject": "x"})
    number = entities["order"].fields["number"].lineage
    session.connection.execute(platform.numbering.insert().values(field_id=number, period="2026", last=7))


def change_order(session: WriteSession, **values: object) -> None:
    """The order, changed past the service."""
    order = session.app.entities["order"]
    named = {order.fields[name].column: value for name, value in values.items()}
    row = {column.name: value for column, value in named.items() if column is not None}
    row |= order_values(order, values)
    session.connection.execute(order.table.update().values(row))


def dangling_link(session: WriteSession) -> None:
    change_order(session, customer=99)


def dangling_owner(session: WriteSession) -> None:
    change_order(session, owner=99)


def not_in_the_search(session: WriteSession) -> None:
    insert(session, session.app.entities["order"], subject="y")


def trashed_in_the_search(session: WriteSession) -> None:
    change_order(session, archived_at=session.now)


def dangling_many(session: WriteSession) -> None:
    link = session.app.entities["order"].fields["helpers"].link
    assert link is not None and link.table is not None
    session.connection.execute(link.table.insert().values(host_id=1, target_id=99))


def orphan(session: WriteSession) -> None:
    insert(session, session.app.entities["order_line"], parent_id=99, parent_field=1, position=0)


def unknown_option(session: WriteSession) -> None:
    change_order(session, kind="barter")


def number_ahead(session: WriteSession) -> None:
    change_order(session, number="O-2026-0008")


def unknown_history(session: WriteSession) -> None:
    row = {"entity_id": 99, "record_id": 1, "at": session.now, "actor_kind": "system", "kind": "update"}
    session.connection.execute(platform.history.insert().values(**row, changes={}, detail={}))


def file_of_no_record(session: WriteSession) -> None:
    number = files.register(session, session.runtime.files.put([b"x"]), "a.txt")
    owner = {"entity_id": session.app.entities["order"].lineage, "record_id": 99}
    session.connection.execute(platform.file.update().where(platform.file.c.id == number).values(owner))


def instance(session: WriteSession, state: str, *, record: int = 1, ended: bool = False) -> int:
    table = platform.approval_instance
    row = {
        "approval": "a", "digest": "d", "entity_id": session.app.entities["order"].lineage, "record_id": record,
        "state": state, "round": 1, "snapshot": {}, "rev": 1, "started_at": session.now,
        "ended_at": session.now if ended else None,
    }
    return session.connection.execute(table.insert().values(row).returning(table.c.id)).scalar_one()


def approval_of_no_record(session: WriteSession) -> None:
    instance(session, "running", record=99)


def approval_without_end(session: WriteSession) -> None:
    instance(session, "approved")


def two_approvals(session: WriteSession) -> None:
    instance(session, "running")
    instance(session, "returned")


def done_to_no_record(session: WriteSession) -> None:
    row = {
        "entity_id": session.app.entities["order"].lineage, "owner_id": 1, "kind": "trash", "content": {}, "at": session.now,
        "cancelled": False,
    }
    run = session.connection.execute(platform.bulk.insert().values(row).returning(platform.bulk.c.id)).scalar_one()
    items = [{"bulk_id": run, "record_id": 99, "state": "changed"}, {"bulk_id": run, "record_id": 98, "state": "refused"}]
    session.connection.execute(platform.bulk_item.insert(), items)


def member_of_no_record(session: WriteSession) -> None:
    lineage = session.app.entities["order"].lineage
    session.connection.execute(platform.member.insert().values(entity_id=lineage, record_id=99, user_id=1, level="read"))


def task_after_the_end(session: WriteSession) -> None:
    row = {
        "instance_id": instance(session, "approved", ended=True), "entity_id": 1, "record_id": 1, "kind": "approve",
        "seat": 1, "seq": 1, "state": "active", "created_at": session.now,
    }
    session.connection.execute(platform.approval_task.insert().values(row))


def test_a_whole_database_has_no_faults(runtime: Runtime) -> None:
    runtime.writing(OPERATOR, whole)
    assert verify(runtime.database, runtime.files) == []
    publish(runtime.database, extended_shop())
    assert verify(runtime.database, runtime.files) == []


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (dangling_link, "fault_link"), (dangling_owner, "fault_link"), (dangling_many, "fault_link"),
        (not_in_the_search, "fault_search"), (trashed_in_the_search, "fault_search"),
        (orphan, "fault_orphan"), (unknown_option, "fault_option"), (number_ahead, "fault_numbering"),
        (unknown_history, "fault_history"), (file_of_no_record, "fault_file_record"),
        (approval_of_no_record, "fault_approval_record"), (approval_without_end, "fault_approval_state"),
        (two_approvals, "fault_approval_twice"), (task_after_the_end, "fault_approval_task"),
        (text_beside_another_order, "fault_order"), (done_to_no_record, "fault_bulk_record"), (member_of_no_record, "fault_member_record"),
    ],
)
def test_damage_is_named(runtime: Runtime, damage: Callable[[WriteSession], None], code: str) -> None:
    runtime.writing(OPERATOR, whole)
    runtime.writing(OPERATOR, damage)
    faults = verify(runtime.database, runtime.files)
    assert [fault.code for fault in faults] == [code]
    for language in ("zh", "en"):
        assert faults[0].text(language)
        assert "{" not in faults[0].text(language)


FORMULAS = """
  price: {type: decimal, scale: 3}
  due: {type: date}
  half: {type: money, formula: amount / 3}
  share: {type: percent, formula: amount / 700}
  rough: {type: decimal, scale: 1, formula: price * price}
  again: {type: money, formula: half * 2}
  known: {type: bool, formula: customer != blank}
  later: {type: date, formula: due + 1mo}
  named: {type: text, formula: "case(paid, subject, 'open')"}
  rate: {type: int, formula: "case(kind == 'direct', 1, 2)"}
"""


def test_stored_formulas_are_what_their_rows_say(runtime: Runtime) -> None:
    publish(runtime.database, shop(order=ORDER + FORMULAS))
    rows: list[dict[str, object]] = [
        {}, {"amount": Decimal("100.01"), "price": Decimal("2.345"), "due": date(2026, 1, 31), "paid": True, "kind": "direct"},
        {"amount": Decimal("-0.05"), "price": Decimal("-1.005"), "kind": "agency", "paid": False},
    ]
    for row in rows:
        runtime.writing(OPERATOR, lambda s, row=row: write.create(s, "order", {"subject": "x", **row}))
    assert verify(runtime.database) == []
    runtime.writing(OPERATOR, lambda s: change_order(s, again=Decimal("66.68")))
    assert [fault.text("en") for fault in verify(runtime.database)] == [
        "The formula again of order 1 is stored as 66.68; over its row it is None.",
        "The formula again of order 3 is stored as 66.68; over its row it is -0.04.",
    ]
    assert verify(runtime.database)[0].text("zh") == "“order”1 号记录的公式“again”存为 66.68，应为 None。"


COPIES = """
  code: {type: fetch, fetch: customer.code}
  first_code: {type: text, fetch: customer.code, keep: if_blank}
  size: {type: fetch, fetch: customer.size}
  since: {type: fetch, fetch: customer.created_at}
"""
COPIED = CUSTOMER + "  size: {type: rollup, of: orders, value: count()}\n"


def test_copies_are_what_their_source_held(runtime: Runtime, clock: FixedClock) -> None:
    """When their record was last written: what people may enter, what became of the source since, and what is counted over
    other rows says nothing."""
    publish(runtime.database, shop(order=ORDER + COPIES, customer=COPIED))
    hour = timedelta(hours=1)

    def later(unit: Callable[[WriteSession], object]) -> None:
        clock.advance(hour)
        runtime.writing(OPERATOR, unit)

    later(lambda s: write.create(s, "customer", {"name": "Acme", "code": "x"}))
    for values in ({"customer": 1}, {}, {"customer": 1}):
        later(lambda s, values=values: write.create(s, "order", {"subject": "x", **values}))
    runtime.writing(OPERATOR, lambda s: write.create(s, "customer", {"name": "Bolt", "code": "z"}))
    runtime.writing(OPERATOR, lambda s: write.create(s, "order", {"subject": "x", "customer": 2}))
    assert verify(runtime.database) == []
    later(lambda s: write.trash(s, "order", 3))
    later(lambda s: change_order(s, code="y", first_code="y"))
    assert [fault.text("en") for fault in verify(runtime.database)] == [
        "code of order 1 is stored as y; its source customer.code held x when the record was written.",
        "code of order 2 is stored as y; its source customer.code held None when the record was written.",
    ]
    assert verify(runtime.database)[0].text("zh") == "“order”1 号记录的“code”存为 y，应为写入时其来源 customer.code 的值 x。"
    later(lambda s: write.update(s, "customer", 1, {"name": "Acme & Co"}))
    assert [fault.text("en")[:15] for fault in verify(runtime.database)] == ["code of order 2"]


def test_copies_of_another_declaration_are_left_as_they_are(runtime: Runtime, clock: FixedClock) -> None:
    def unit(session: WriteSession) -> None:
        write.create(session, "order", {"subject": "x", "customer": 1})

    runtime.writing(OPERATOR, lambda s: write.create(s, "customer", {"name": "Acme", "code": "x"}))
    clock.advance(timedelta(hours=1))
    runtime.writing(OPERATOR, unit)
    for source in ("name", "code"):
        clock.advance(timedelta(hours=1))
        copying = ORDER + f"  copy: {{type: text, fetch: customer.{source}}}\n"
        apply(runtime.database, shop(order=copying), "tester", "", clock, ())
        assert verify(runtime.database) == []
        runtime.writing(OPERATOR, unit)
        assert verify(runtime.database) == []
    runtime.writing(OPERATOR, lambda s: change_order(s, copy="y"))
    assert [fault.code for fault in verify(runtime.database)] == ["fault_copy"]
    assert verify(runtime.database)[0].text("en").startswith("copy of order 3 is stored as y")


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ('DROP TABLE "{table}"', "fault_no_table"),
        ('ALTER TABLE "{table}" DROP COLUMN "{column}"', "fault_no_column"),
        ('DROP INDEX "{index}"', "fault_no_index"),
        ('DROP TABLE "l{helpers}"', "fault_no_table"),
        ('DROP TABLE "s{order}"', "fault_no_table"),
    ],
)
def test_missing_tables_are_named(runtime: Runtime, statement: str, code: str) -> None:
    with runtime.reading(OPERATOR) as session:
        user, order = session.app.entities["user"], session.app.entities["order"]
        name = user.fields["name"].column
        assert name is not None
        values = {
            "table": user.table.name, "column": name.name, "index": next(iter(user.unique_indexes)),
            "helpers": order.fields["helpers"].lineage, "order": order.lineage,
        }
    with runtime.database.write() as connection:
        connection.execute(sa.text(statement.format(**values)))
    assert [fault.code for fault in verify(runtime.database)] == [code]


def test_contents_are_compared(runtime: Runtime) -> None:
    def unit(session: WriteSession) -> list[int]:
        return [files.register(session, session.runtime.files.put([text]), "a.txt") for text in (b"1", b"2", b"3")]

    runtime.writing(OPERATOR, unit)
    with runtime.database.read() as connection:
        query = sa.select(platform.file.c.storage).order_by(platform.file.c.id)
        _, changed, missing = connection.execute(query).scalars()
    paths = {path.name: path for path in runtime.files.folder.rglob("*") if path.is_file()}
    paths[changed].write_bytes(b"other")
    paths[missing].unlink()
    faults = verify(runtime.database, runtime.files)
    assert [fault.code for fault in faults] == ["fault_file_changed", "fault_file_missing"]


def test_a_database_without_release_says_so(database: object, runtime: Runtime) -> None:
    with runtime.database.write() as connection:
        connection.execute(platform.version.update().values(release=0))
    assert [fault.code for fault in verify(runtime.database)] == ["database_empty"]
