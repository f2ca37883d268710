"""The address of a list holds the whole view, and nothing that is not on the list of names and operators (T10)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest

from engine.records.queries import Sort
from engine.refusals import NotFound
from forms.compiled import CompiledForms, CompiledList, ListColumn
from forms.filters import Condition
from forms.lists import ListRequest, parse_list, resolve
from tests.web.builders import SHANGHAI, field, link, option

ZONE = ZoneInfo("Asia/Shanghai")
LABEL = {"zh": "x", "en": "x"}


def column(name: str, kind: str, sortable: bool = True, **more: Any) -> ListColumn:
    declared = field(name, kind, **more)
    return ListColumn((name,), "lead", declared, declared.label, sortable, (("lead", name),))


NAME, AMOUNT = column("name", "text"), column("amount", "money", scale=2)
DUE, MADE = column("due", "date"), column("made", "datetime")
STATUS = column("status", "choice", options={"new": option("new", "新"), "won": option("won", "赢")})
OWNER, NOTE = column("owner", "user", link=link("user")), column("note", "long", False)
ALL = CompiledList("lead.all", "lead", LABEL, (NAME, AMOUNT, NOTE), (Sort(("id",), True),), (STATUS,), default=True)
HOT = CompiledList("hot", "lead", LABEL, (NAME,), (Sort(("amount",), True),), (), role="rep")
FORMS = CompiledForms({}, {"lead": (ALL, HOT)}, (), {"lead": (NAME, AMOUNT, STATUS, OWNER, DUE, MADE)})


def parse(text: str, *roles: str) -> ListRequest:
    pairs = parse_qsl(text, keep_blank_values=True)
    return parse_list(FORMS, "lead", frozenset(roles), pairs, SHANGHAI, lambda column: True, lambda column: True)


def test_the_address_round_trips() -> None:
    text = "list=hot&q=%E5%8D%8E%E4%B8%BA&sort=-amount&f=status%3Ain%3Anew%2Cwon&f=amount%3Age%3A1000"
    request = parse(text, "rep")
    assert request.view is HOT and request.search == "华为" and request.sort == (Sort(("amount",), True),)
    assert [c.code for c in request.conditions] == ["status:in:new,won", "amount:ge:1000"]
    assert urlsplit(request.address()).query == text


def test_a_list_for_another_role_does_not_exist() -> None:
    with pytest.raises(NotFound):
        parse("list=hot")


@pytest.mark.parametrize("text", [
    "sort=nothing", "sort=note", "sort=-note", "f=nothing:eq:1", "f=amount:like:1", "f=amount", "f=:eq:1",
    "sort=name;drop table", "f=name%20or%201%3D1:eq:1", "list=lead_all'--",
])
def test_unknown_names_and_operators(text: str) -> None:
    with pytest.raises(NotFound):
        parse(text)


def test_a_value_that_cannot_be_read_is_told() -> None:
    request = parse("f=amount:ge:abc&f=status:in:new")
    assert [error.path for error in request.errors] == ["amount"]
    assert [c.code for c in request.conditions] == ["status:in:new"]


def test_the_address_names_the_columns() -> None:
    request = parse("cols=status&cols=name,status&q=x")
    assert request.columns == (STATUS, NAME) and request.query().columns == (("status",), ("name",))
    assert request.address() == "/e/lead?q=x&cols=status%2Cname"
    assert request.within("columns") == "/e/lead/columns?q=x&cols=status%2Cname"
    assert request.address(chosen=()) == "/e/lead?q=x" and parse("cols=").columns == ALL.columns


def test_a_column_that_the_reader_does_not_know_of_does_not_exist() -> None:
    for text in ("cols=nothing", "cols=name,amount"):
        with pytest.raises(NotFound):
            parse_list(FORMS, "lead", frozenset(), parse_qsl(text), SHANGHAI, lambda column: column is not AMOUNT, bool)


def test_paging_starts_anew_when_the_view_changes() -> None:
    request = parse("after=abc&q=x")
    assert "after" not in request.address(search="y") and "after=def" in request.address(after="def")


def test_filters_come_and_go() -> None:
    request = parse("f=status:in:new")
    assert "f=" not in request.without(request.conditions[0])
    assert request.with_condition(Condition(STATUS, "in", "won")).endswith("f=status%3Ain%3Awon")


def test_me_is_whoever_looks() -> None:
    request = resolve(parse("f=owner:eq:me"), 7, date(2026, 11, 30), ZONE)
    assert request.conditions[0].value == 7
    assert "owner%3Aeq%3Ame" in request.address()


@pytest.mark.parametrize(("name", "first", "after"), [
    ("today", "2026-11-30", "2026-12-01"), ("yesterday", "2026-11-29", "2026-11-30"), ("tomorrow", "2026-12-01", "2026-12-02"),
    ("this_week", "2026-11-30", "2026-12-07"), ("last_week", "2026-11-23", "2026-11-30"), ("next_week", "2026-12-07", "2026-12-14"),
    ("this_month", "2026-11-01", "2026-12-01"), ("last_month", "2026-10-01", "2026-11-01"), ("next_month", "2026-12-01", "2027-01-01"),
    ("this_quarter", "2026-10-01", "2027-01-01"), ("last_quarter", "2026-07-01", "2026-10-01"),
    ("this_year", "2026-01-01", "2027-01-01"), ("last_year", "2025-01-01", "2026-01-01"),
    ("past_7_days", "2026-11-24", "2026-12-01"), ("past_30_days", "2026-11-01", "2026-12-01"),
    ("next_7_days", "2026-11-30", "2026-12-07"), ("next_30_days", "2026-11-30", "2026-12-30"),
    ("before_today", None, "2026-11-30"), ("after_today", "2026-12-01", None),
])
def test_periods_move_with_the_calendar(name: str, first: str | None, after: str | None) -> None:
    request = resolve(parse(f"f=due:within:{name}"), 7, date(2026, 11, 30), ZONE)
    asked = {one.operator: str(one.value) for one in request.query().filters}
    assert asked == {operator: day for operator, day in (("ge", first), ("lt", after)) if day}
    assert urlsplit(request.address()).query == f"f=due%3Awithin%3A{name}"


def test_days_of_instants_begin_at_midnight_where_the_application_is() -> None:
    request = resolve(parse("f=made:within:today"), 7, date(2026, 11, 30), ZONE)
    assert [one.value for one in request.query().filters] == [
        datetime(2026, 11, 29, 16, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC),
    ]


def test_a_period_that_there_is_not_is_told() -> None:
    request = parse("f=due:within:someday")
    assert [error.message.text("en") for error in request.errors] == ["There is no period “someday”."]
    assert [error.message.text("zh") for error in request.errors] == ["没有时间段“someday”。"] and request.conditions == ()
    with pytest.raises(NotFound):
        parse("f=amount:within:today")
