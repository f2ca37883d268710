"""Computed values of rows that were there before: filled when a formula or roll-up is declared, and when it changes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from engine.principal import OPERATOR
from engine.records import read, write
from engine.records.queries import ChildInput
from engine.refusals import Invalid
from engine.runtime import Runtime, WriteSession
from engine.storage.operations import AddField, ComputeField, IndexSearch
from engine.storage.verify import verify
from metadata.specs.app import AppSpec
from tests.storage.applications import CUSTOMER, ORDER, ORDER_LINE, START, USER, publish, shop


def computing(
    double: str = "qty * 2", total: str = "sum(qty)", where: str = "qty > 0"
) -> AppSpec:
    line = ORDER_LINE + f"""\
  double:
    type: formula
    formula: {double}
"""
    order = ORDER + f"""\
  total:
    type: rollup
    of: lines
    value: {total}
    where: {where}
  half:
    type: formula
    formula: total / 2
    scale: 2
"""
    customer = CUSTOMER + "  order_count: {type: rollup, of: orders, value: count()}\n"
    return shop(order_line=line, order=order, customer=customer)


@pytest.fixture
def filled(runtime: Runtime) -> Runtime:
    """Two customers; the first has an order with three lines."""

    def unit(session: WriteSession) -> None:
        acme = write.create(session, "customer", {"name": "Acme"})
        write.create(session, "customer", {"name": "Bolt"})
        lines = tuple(ChildInput(None, {"product": "p", "qty": qty}) for qty in (1, 2, -5))
        write.create(session, "order", {"subject": "x", "customer": acme, "lines": lines})

    runtime.writing(OPERATOR, unit)
    return runtime


def column(runtime: Runtime, entity: str, field: str) -> list[object]:
    with runtime.reading(OPERATOR) as session:
        compiled = session.app.entities[entity]
        found = compiled.fields[field].column
        assert found is not None
        return list(session.connection.execute(sa.select(found).order_by(compiled.table.c.id)).scalars())


def test_new_computed_fields_are_filled(filled: Runtime) -> None:
    operations = publish(filled.database, computing()).operations
    assert {one for one in operations if isinstance(one, ComputeField)} == {
        ComputeField("order_line", "double"), ComputeField("order", "total"), ComputeField("order", "half"),
        ComputeField("customer", "order_count"),
    }
    assert column(filled, "order_line", "double") == [2, 4, -10]
    assert column(filled, "order", "total") == [3]
    assert [float(str(value)) for value in column(filled, "order", "half")] == [1.5]
    assert column(filled, "customer", "order_count") == [1, 0]
    assert verify(filled.database) == []
    assert publish(filled.database, computing()).operations == ()


def test_changed_definitions_are_computed_anew(filled: Runtime) -> None:
    publish(filled.database, computing())
    changed = computing(double="qty * 3", where="qty > 1")
    assert list(publish(filled.database, changed).operations) == [
        ComputeField("order", "total"), ComputeField("order_line", "double"),
    ]
    assert column(filled, "order_line", "double") == [3, 6, -15]
    assert column(filled, "order", "total") == [2]
    assert [float(str(value)) for value in column(filled, "order", "half")] == [1.0]


def test_a_total_over_computed_values_follows_their_definition(filled: Runtime) -> None:
    """What the total counts has no column of its own; here it reads a further formula over a link."""

    def weighing(weight: str, letters: str = "len(customer.name)") -> AppSpec:
        formulas = {"letters": letters, "weight": weight}
        order = ORDER + "".join(f"  {name}:\n    type: formula\n    formula: {text}\n" for name, text in formulas.items())
        return shop(order=order, customer=CUSTOMER + "  load: {type: rollup, of: orders, value: sum(weight)}\n")

    publish(filled.database, weighing("letters + 1"))
    assert column(filled, "customer", "load") == [5, 0]
    assert list(publish(filled.database, weighing("letters + 2")).operations) == [ComputeField("customer", "load")]
    assert column(filled, "customer", "load") == [6, 0]
    publish(filled.database, weighing("letters + 2", "len(customer.name) * 10"))
    assert column(filled, "customer", "load") == [42, 0]
    assert verify(filled.database) == []


def test_a_formula_may_become_stored(filled: Runtime) -> None:
    """One that read the clock was computed in the SELECT and had no column."""
    publish(filled.database, computing(double="case($today == $today, qty, 0)"))
    operations = publish(filled.database, computing()).operations
    assert list(operations) == [AddField("order_line", "double"), ComputeField("order_line", "double")]
    assert column(filled, "order_line", "double") == [2, 4, -10]


def test_a_wrong_stored_total_is_a_fault(filled: Runtime) -> None:
    publish(filled.database, computing())
    with filled.reading(OPERATOR) as session:
        order = session.app.entities["order"]
        total = order.fields["total"].column
    assert total is not None
    with filled.database.write() as connection:
        connection.execute(order.table.update().values({total.name: 4}))
    # A formula over the total is as wrong as the total.
    assert [fault.code for fault in verify(filled.database)] == ["fault_formula", "fault_rollup"]


def test_search_is_built_for_rows_that_are_there(filled: Runtime) -> None:
    spec = shop(customer=CUSTOMER.replace("fields:", "search: [name, code]\nfields:"))
    assert publish(filled.database, spec).operations == (IndexSearch("customer", ("name", "code")),)
    with filled.reading(OPERATOR) as session:
        lineage = session.app.entities["customer"].lineage
        assert session.connection.execute(sa.text(f"SELECT count(*) FROM s{lineage}")).scalar_one() == 2
    assert verify(filled.database) == []


def test_a_formula_over_what_the_platform_writes_is_right_from_the_first_save_on(runtime: Runtime) -> None:
    """The id, the revision and the times of a row are known only once it is written."""
    formulas = {"day": "date(created_at)", "next": "revision + 1", "fresh": "updated_at == created_at"}
    order = ORDER + "".join(f"  {name}:\n    type: formula\n    formula: {text}\n" for name, text in formulas.items())
    publish(runtime.database, shop(order=order))
    made = runtime.writing(OPERATOR, lambda session: write.create(session, "order", {"subject": "x"}))
    assert read_fields(runtime, made, *formulas) == [START.date(), 2, True]
    runtime.clock = FixedClock(START + timedelta(days=1))
    runtime.writing(OPERATOR, lambda session: write.update(session, "order", made, {"subject": "y"}))
    assert read_fields(runtime, made, *formulas) == [START.date(), 3, False]


def test_a_formula_counts_many_to_many_links_from_both_ends(runtime: Runtime) -> None:
    """What a roll-up cannot store."""
    order = ORDER.replace("to: user}", "to: user, back: helping}") + "  helped:\n    type: formula\n    formula: count(helpers)\n"
    user = USER + "  busy:\n    type: formula\n    formula: count(helping)\n"
    publish(runtime.database, shop(order=order, user=user))

    def unit(session: WriteSession) -> tuple[int, int]:
        person = write.create(session, "user", {"login": "a", "name": "A"})
        return person, write.create(session, "order", {"subject": "x", "helpers": (person,)})

    person, made = runtime.writing(OPERATOR, unit)
    assert read_fields(runtime, made, "helped") == [1]
    with runtime.reading(OPERATOR) as session:
        assert read.get(session, "user", person).values["busy"] == 1


def read_fields(runtime: Runtime, order: int, *names: str) -> list[object]:
    with runtime.reading(OPERATOR) as session:
        values = read.get(session, "order", order).values
        return [values[name] for name in names]


FETCHING = ORDER + """\
  code: {type: text, fetch: customer.code}
  known_as: {type: fetch, fetch: customer.known_as}
  since: {type: fetch, fetch: customer.created_at}
  seller: {type: fetch, fetch: owner.name}
  rate: {type: decimal, scale: 1, fetch: customer.rate}
  prompt: {type: fetch, fetch: customer.prompt}
"""
FETCHED = CUSTOMER + """\
  boss: {type: link, to: customer}
  rate: {type: decimal, scale: 3}
  prompt: {type: bool, default: true}
  known_as:
    type: formula
    formula: concat(name, boss.name)
"""


def fetching() -> AppSpec:
    return shop(order=FETCHING, customer=FETCHED, user=USER + "  dept: {type: dept}\n")


def test_copies_are_made_of_whatever_a_linked_record_holds(runtime: Runtime) -> None:
    """Computed values, what the platform writes, over the owner too; each as its field holds it."""
    publish(runtime.database, fetching())

    def unit(session: WriteSession) -> int:
        seller = write.create(session, "user", {"login": "a", "name": "Amy"})
        boss = write.create(session, "customer", {"name": "B"})
        of = write.create(session, "customer", {"name": "A", "code": "x", "boss": boss, "rate": Decimal("1.25")})
        return write.create(session, "order", {"subject": "x", "customer": of, "owner": seller})

    made = runtime.writing(OPERATOR, unit)
    found = read_fields(runtime, made, "code", "known_as", "since", "seller", "rate", "prompt")
    assert found == ["x", "AB", START, "Amy", Decimal("1.3"), True]


def test_a_copy_that_follows_its_source_is_not_entered(runtime: Runtime) -> None:
    publish(runtime.database, fetching())
    with pytest.raises(Invalid) as raised:
        runtime.writing(OPERATOR, lambda session: write.create(session, "order", {"subject": "x", "code": "mine"}))
    assert [(error.path, error.message.code) for error in raised.value.errors] == [("code", "readonly")]
    made = runtime.writing(OPERATOR, lambda session: write.create(session, "order", {"subject": "x"}))
    assert read_fields(runtime, made, "code", "prompt") == [None, False]
