"""From declared to compiled: everything requests need is there, and nothing declared is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.clock import FixedClock
from engine.compile import compile_app
from engine.compiled import CompiledApp
from engine.principal import OPERATOR
from engine.runtime import Runtime
from engine.storage import catalogue
from engine.storage.database import Database
from metadata.expressions.typed import Binary, ContextRef, FieldRef, Hop, Literal_, TypedExpression, ValueType
from metadata.formulas import stored_formulas
from metadata.specs.app import AppSpec
from metadata.specs.common import Expression, Label
from metadata.specs.entity import FieldSpec, RollupSpec
from tests.declared_model import out_of_reach, specs_held_by
from tests.storage.applications import START, publish, shop

NUMBER = ValueType("int")
LABEL = Label({"zh": "值", "en": "Value"})


def own(field: str) -> FieldRef:
    return FieldRef("row", (), "order_line", field, NUMBER)


def formula(name: str, typed: TypedExpression, text: str = "") -> FieldSpec:
    expression = Expression(text or name, typed=typed)
    return FieldSpec(name, "formula", "int", LABEL, formula=expression)


def double(field: str) -> Binary:
    return Binary("*", own(field), Literal_(2, NUMBER), NUMBER)


FORMULAS = (
    formula("four_times", double("twice")),
    formula("twice", double("qty")),
    formula("overdue", Binary("-", ContextRef("today", "", ValueType("date")), own("qty"), NUMBER)),
    formula("after_overdue", double("overdue")),
    formula("over_a_link", FieldRef("row", (Hop("order_line", "x", "customer"),), "customer", "code", NUMBER)),
    formula("of_parent", FieldRef("parent", (), "order", "amount", NUMBER)),
)


def with_fields(spec: AppSpec, entity: str, *fields: FieldSpec) -> AppSpec:
    found = spec.entities[entity]
    grown = replace(found, fields={**found.fields, **{field.name: field for field in fields}})
    return replace(spec, entities={**spec.entities, entity: grown}, digest=f"{spec.digest[1:]}+")


def richer() -> AppSpec:
    sum_of_lines = RollupSpec("lines", "sum", Expression("qty", typed=own("qty")))
    total = FieldSpec("total", "rollup", "int", LABEL, rollup=sum_of_lines)
    orders = FieldSpec("orders_count", "rollup", "int", LABEL, rollup=RollupSpec("orders", "count"))
    spec = with_fields(with_fields(shop(), "order_line", *FORMULAS), "order", total)
    return with_fields(spec, "customer", orders)


@pytest.fixture
def app(database: Database) -> CompiledApp:
    spec = richer()
    publish(database, spec)
    with database.read() as connection:
        return compile_app(spec, catalogue.load(connection), 1)


def test_fields_stand_in_order_with_their_columns(app: CompiledApp) -> None:
    order = app.entities["order"]
    declared = ["number", "subject", "kind", "paid", "amount", "customer", "helpers", "lines", "total"]
    system = ["id", "revision", "created_at", "created_by", "updated_at", "updated_by", "archived_at", "owner", "dept"]
    assert list(order.fields) == declared + system
    without = {name for name, field in order.fields.items() if field.column is None}
    assert without == {"helpers", "lines"}
    assert all(field.system for name, field in order.fields.items() if name in system)
    assert all(field.lineage for name, field in order.fields.items() if name in declared)
    assert order.title == (("field", "number"), ("text", " "), ("field", "subject"))


def test_links_and_their_reverse(app: CompiledApp) -> None:
    customer = app.entities["order"].fields["customer"].link
    helpers = app.entities["order"].fields["helpers"].link
    owner = app.entities["order"].fields["owner"].link
    assert customer is not None and customer.to == ("customer",)
    assert helpers is not None and helpers.table is not None
    assert owner is not None and owner.to == ("user",)
    back = app.entities["customer"].backs["orders"]
    assert (back.entity, back.field) == ("order", "customer")
    assert set(back.label) >= {"zh", "en"}


def test_formulas_are_told_apart(app: CompiledApp) -> None:
    line = app.entities["order_line"]
    computed = {field.name: field.computed for field in line.fields.values() if field.computed}
    assert computed == {
        "four_times": "row", "twice": "row", "overdue": "select", "after_overdue": "select", "over_a_link": "select",
        "of_parent": "select",
    }
    assert line.formulas == ("twice", "four_times")
    assert [name for name in computed if line.fields[name].column is None] == [
        "overdue", "after_overdue", "over_a_link", "of_parent",
    ]


def test_roll_ups_know_what_they_count(app: CompiledApp) -> None:
    total, orders = app.entities["order"].fields["total"].rollup, app.entities["customer"].fields["orders_count"].rollup
    assert total is not None and (total.source, total.link, total.function) == ("order_line", None, "sum")
    assert orders is not None and (orders.source, orders.link) == ("order", "customer")
    assert app.entities["order_line"].feeds == (("order", "total"),)
    assert app.entities["order"].feeds == (("customer", "orders_count"),)


def test_unique_indexes_carry_their_fields(app: CompiledApp) -> None:
    assert list(app.entities["order"].unique_indexes.values()) == [("number",)]
    assert list(app.entities["user"].unique_indexes.values()) == [("login",)]


def test_nothing_declared_is_left(app: CompiledApp) -> None:
    assert specs_held_by(app) == set()
    assert specs_held_by([richer()]) == {"AppSpec"}


def test_a_compiled_application_runs_with_the_declared_model_out_of_reach(database: Database) -> None:
    publish(database, shop())
    runtime = Runtime(database, clock=FixedClock(START))
    with runtime.reading(OPERATOR) as session:
        assert session.app.release == 1
    with out_of_reach(), runtime.reading(OPERATOR) as session:
        for entity in session.app.entities.values():
            assert entity.label["zh"]
            session.connection.execute(entity.table.select()).all()


def test_out_of_reach_raises() -> None:
    spec = shop()
    with out_of_reach(), pytest.raises(AssertionError, match=r"AppSpec\.name"):
        _ = spec.name
    assert stored_formulas(spec.entities["order"]) == ()
