"""What a posted form means: each text read by its kind, faults at their inputs, nothing typed lost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from starlette.datastructures import FormData

from engine.compiled import CompiledApp
from engine.records.queries import ChildInput
from forms.binding import bind, bind_fields
from tests.web.builders import SHANGHAI, entity, field, option

LINE = entity("line", field("product", "text"), field("qty", "int"), field("done", "bool"), child=True)
CONTRACT = entity(
    "contract",
    field("name", "text", length=20), field("amount", "money", scale=2), field("discount", "percent", scale=4),
    field("signed", "date"), field("at", "datetime"), field("active", "bool"), field("note", "long"),
    field("tags", "choices", options={"a": option("a", "A"), "b": option("b", "B")}),
    field("total", "money", computed="rollup"), field("lines", "children", children="line"),
)
APP = cast(CompiledApp, SimpleNamespace(entities={"line": LINE, "contract": CONTRACT}))


def bound(*pairs: tuple[str, str]) -> Any:
    return bind(APP, CONTRACT, FormData(pairs), SHANGHAI)


def test_each_kind_is_read() -> None:
    values = bound(
        ("name", " 合同 "), ("amount", "1,200.50"), ("discount", "15"), ("signed", "2026-03-05"),
        ("at", "2026-03-05T08:30"), ("active", "false"), ("active", "true"), ("note", "一\r\n二"), ("tags", ""),
        ("tags", "b"),
    ).values
    assert values["amount"] == Decimal("1200.50")
    assert values["discount"] == Decimal("0.15")
    assert values["signed"] == date(2026, 3, 5)
    assert values["at"] == datetime(2026, 3, 5, 0, 30, tzinfo=UTC)
    assert values["active"] is True
    assert values["note"] == "一\n二"
    assert values["tags"] == ("b",)


def test_what_cannot_be_read_is_an_error_at_its_input_and_stays_as_typed() -> None:
    found = bound(("amount", "12x"), ("signed", "2026-02-30"), ("name", "好"))
    assert {error.path for error in found.errors} == {"amount", "signed"}
    assert found.texts["amount"] == "12x"
    assert found.values == {"name": "好"}


def test_what_was_not_posted_is_not_touched_and_computed_fields_are_never_read() -> None:
    assert bound(("total", "5"), ("name", "x")).values == {"name": "x"}


def test_rows_of_a_grid() -> None:
    found = bound(
        ("lines._rows", "1"), ("lines.r7.id", "7"), ("lines.r7.product", "甲"), ("lines.r7.qty", "2"),
        ("lines.new1.product", ""), ("lines.new1.done", "false"), ("lines.new2.product", "乙"), ("lines.new2.qty", "x"),
    )
    assert found.values["lines"] == (
        ChildInput(7, {"product": "甲", "qty": 2}), ChildInput(None, {"product": "乙"}),
    )
    assert [error.path for error in found.errors] == ["lines.1.qty"]
    assert [row.key for row in found.rows["lines"]] == ["r7", "new2"]


def test_a_grid_without_rows_is_emptied_and_one_that_is_not_there_is_left_alone() -> None:
    assert bound(("lines._rows", "1")).values == {"lines": ()}
    assert "lines" not in bound(("name", "x")).values


def test_row_ids_are_numbers_or_nothing() -> None:
    for text in ("0x7", "-1", "9" * 40, "７"):
        rows = bound(("lines._rows", "1"), ("lines.r1.id", text), ("lines.r1.product", "甲")).values["lines"]
        assert rows[0].id in (None, 7) and rows[0].id is None


def test_questions_stand_alone() -> None:
    found = bind_fields([field("reason", "long")], FormData([("reason", "因为")]), SHANGHAI)
    assert found.values == {"reason": "因为"}
