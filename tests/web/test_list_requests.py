"""The address of a list holds the whole view, and nothing that is not on the list of names and operators (T10)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from engine.records.queries import Sort
from engine.refusals import NotFound
from forms.compiled import CompiledForms, CompiledList, ListColumn
from forms.lists import Condition, ListRequest, parse_list, resolve_me
from tests.web.builders import SHANGHAI, field, link, option

LABEL = {"zh": "x", "en": "x"}


def column(name: str, kind: str, sortable: bool = True, **more: Any) -> ListColumn:
    declared = field(name, kind, **more)
    return ListColumn((name,), "lead", declared, declared.label, sortable, (("lead", name),))


NAME, AMOUNT = column("name", "text"), column("amount", "money", scale=2)
STATUS = column("status", "choice", options={"new": option("new", "新"), "won": option("won", "赢")})
OWNER, NOTE = column("owner", "user", link=link("user")), column("note", "long", False)
ALL = CompiledList("lead.all", "lead", LABEL, (NAME, AMOUNT, NOTE), (Sort(("id",), True),), (STATUS,), default=True)
HOT = CompiledList("hot", "lead", LABEL, (NAME,), (Sort(("amount",), True),), (), role="rep")
FORMS = CompiledForms({}, {"lead": (ALL, HOT)}, (), {"lead": (NAME, AMOUNT, STATUS, OWNER)})


def parse(text: str, *roles: str) -> ListRequest:
    return parse_list(FORMS, "lead", frozenset(roles), parse_qsl(text, keep_blank_values=True), SHANGHAI, lambda column: True)


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
            parse_list(FORMS, "lead", frozenset(), parse_qsl(text), SHANGHAI, lambda column: column is not AMOUNT)


def test_paging_starts_anew_when_the_view_changes() -> None:
    request = parse("after=abc&q=x")
    assert "after" not in request.address(search="y") and "after=def" in request.address(after="def")


def test_filters_come_and_go() -> None:
    request = parse("f=status:in:new")
    assert "f=" not in request.without(request.conditions[0])
    assert request.with_condition(Condition(STATUS, "in", "won")).endswith("f=status%3Ain%3Awon")


def test_me_is_whoever_looks() -> None:
    request = resolve_me(parse("f=owner:eq:me"), 7)
    assert request.conditions[0].value == 7
    assert "owner%3Aeq%3Ame" in request.address()
