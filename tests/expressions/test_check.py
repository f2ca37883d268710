"""What an expression may say, and where a fault in it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.expressions.closure import compile_closure
from metadata.expressions.check import check_expression
from metadata.expressions.dependencies import dependencies
from metadata.expressions.functions import AGGREGATES, FUNCTIONS
from metadata.expressions.lexer import MAX_LENGTH
from metadata.expressions.parser import parse, parse_measure
from metadata.expressions.scope import PLACES
from metadata.expressions.typed import FieldRef, ValueType
from metadata.problems import Place, Problem
from tests.expressions import world

AT = Place("thing.entity.yaml", 10, 7)


def problem(text: str, expected: ValueType | None = None, **more: Any) -> Problem:
    typed, problems = check_expression(text, AT, world.scope(**more), expected)
    assert typed is None, text
    return problems[0]


@pytest.mark.parametrize(("text", "kind"), [
    ("n1 + n2", "int"), ("n1 + 1.5", "decimal"), ("n1 / n2", "decimal"), ("m1 * p1", "decimal"), ("a1 - a2", "int"),
    ("a1 + 2wd", "date"), ("i1 - 4wh", "datetime"), ("t1 == blank", "bool"), ("count(lines)", "int"), ("l1.region", "link"),
    ("max(receipts, paid)", "date"), ("avg(lines, qty)", "decimal"), ("coalesce(t1, 'x')", "text"), ("$user.dept", "dept"),
    ("case(b1, a1, a2)", "date"), ("$this.l1.since", "date"), ("sum(lines, qty)", "int"), ("created_at", "datetime"),
])
def test_types(text: str, kind: str) -> None:
    assert world.typed(text).type.name == kind


@pytest.mark.parametrize(("text", "code"), [
    ("a1 == i1", "LW432"), ("i1 < $today", "LW432"), ("a1 < $now", "LW432"), ("m1 + usd", "LW433"), ("m1 > usd", "LW433"),
    ("t1 + 1", "LW430"), ("t1 < t2", "LW431"), ("n1 and b1", "LW430"), ("c1 == 'drafd'", "LW425"), ("a1 + 4wh", "LW431"),
    ("l1 == u1", "LW431"), ("case(b1, n1, t1)", "LW431"), ("count(l1)", "LW436"), ("lines", "LW437"), ("n1 == 'x'", "LW431"),
    ("x in role(finance)", "LW420"), ("t1 in role(finance)", "LW431"), ("u1 in role(sales)", "LW426"), ("a < b < c", "LW413"),
    ("round(d1, n1)", "LW434"), ("round(d1, 99)", "LW434"), ("any(receipts, $parent.m1 > 1)", "LW423"), ("$parent.m1 > 1", "LW423"),
    ("15d < 15d", "LW440"), ("a1 + case(b1, 1d, 2d)", "LW440"), ("1d + 1d", "LW430"),
    ("changed(l1.worth)", "LW434"), ("changed(n1 + 1)", "LW434"), ("not", "LW408"), ("n1 >", "LW408"), ("", "LW408"),
])
def test_faults(text: str, code: str) -> None:
    assert problem(text).code.code == code


@pytest.mark.parametrize(("text", "line", "column"), [
    ("sise > 1", 10, 7), ("n1 > 1 and sise > 1", 10, 18), ("n1 > 1\nand sise > 1", 11, 11), ("l1.nam == 'x'", 10, 10),
    ("'中文' == t1 and §", 10, 22), ("sum(lines, prise) > 1", 10, 18), ("n1 > (1", 10, 14), ("c1 == 'x'", 10, 13),
])
def test_places_of_faults(text: str, line: int, column: int) -> None:
    assert problem(text).place == Place("thing.entity.yaml", line, column)


def test_near_names_are_suggested() -> None:
    assert problem("recipts == 1").fix("en") == "did you mean receipts?"
    assert problem("count(linse)").fix("zh") == "是否想写 lines？"
    assert problem("$usr == u1").fix("en") == "did you mean $user?"


@pytest.mark.parametrize(("text", "found"), [
    ("n1 = 1 && n2 ≥ 2", [("=", 4), ("&&", 8), ("≥", 14)]), ('t1 = "a & b" || b1', [("=", 4), ('"', 6), ("||", 14)]),
    ("t1 == “a && b”，1x", [("“", 7), ("，", 15), ("1x", 16)]), ('t1 = "a && b', [("=", 4), ('"', 6)]),
    ("n1 = 1 & b1 && b1", [("=", 4), ("&", 8)]),
    ("n1 = 'a && b", [("=", 4), ("", 6)]), ("，" * 99, [("，", at) for at in range(1, 11)]),
])
def test_every_slip_is_told_that_is_plain(text: str, found: list[tuple[str, int]]) -> None:
    node, problems = parse(text, Place("a.yaml", 1, 1))
    assert node is None and [(one.values.get("found", ""), one.place.column) for one in problems] == found


def test_words_that_are_no_python_may_name_fields() -> None:
    node, problems = parse("class > 1 and from.user.parent == $user and case2 == 3", AT)
    assert node is not None and not problems


@pytest.mark.parametrize(("place", "text"), [
    ("row_rule", "$old.n1 == 1"), ("row_rule", "changed(n1)"), ("list", "is_new()"), ("measure", "$user == u1"),
    ("rollup", "$today == a1"), ("stored_formula", "$old.n1 == 1"), ("guard", "$new.x == l1"), ("list", "$this.n1 == n1"),
])
def test_each_place_has_its_words(place: str, text: str) -> None:
    assert problem(text, contexts=PLACES[place]).code.code in ("LW423", "LW427")


@pytest.mark.parametrize(("text", "expected", "fits"), [
    ("n1", ValueType("decimal"), True), ("blank", ValueType("date"), True), ("a1", ValueType("datetime"), False),
    ("l1", ValueType("link", entity="partner"), True), ("l1", ValueType("link", entity="region"), False),
    ("$user", ValueType("user"), True), ("m1", ValueType("decimal", currency="USD"), False), ("t1", ValueType("bool"), False),
    ("$this", ValueType("link", entity="sample"), True),
])
def test_results_fit_their_place(text: str, expected: ValueType, fits: bool) -> None:
    typed, problems = check_expression(text, AT, world.scope(), expected)
    assert (typed is not None) == fits == (not problems)


@pytest.mark.parametrize(("text", "found"), [
    ("sum(amount)", ("sum", "amount", Place(AT.file, 10, 11))), ("count()", ("count", None, AT)),
    ("avg( a * 2 )", ("avg", " a * 2 ", Place(AT.file, 10, 11))),
])
def test_measures(text: str, found: tuple[str, str | None, Place]) -> None:
    measure, problems = parse_measure(text, AT)
    assert measure is not None and not problems
    assert (measure.function, measure.text, measure.place) == found


@pytest.mark.parametrize("text", ["amount", "count(a)", "sum()", "sum(a, b)", "median(a)", "sum(a) + 1"])
def test_what_is_no_measure(text: str) -> None:
    assert parse_measure(text, AT)[1][0].code.code == "LW416"


def test_limits() -> None:
    assert problem("n1 == " + "1" * (MAX_LENGTH + 1)).code.code == "LW401"
    assert problem("(" * 500 + "n1" + ")" * 500).code.code == "LW411"
    assert problem("not " * 499 + "b1").code.code == "LW411"
    assert problem("n1" + " + n1" * 99).code.code == "LW411"
    assert problem("n1 in [" + ", ".join(["1"] * 600) + "]").code.code == "LW412"


def test_checking_takes_no_longer_than_reading() -> None:
    """Each part is typed once, however deep it lies."""
    assert world.typed("n1" + " + n1" * 90).type.name == "int"
    assert world.typed("-(" * 40 + "n1 * 2" + ")" * 40).type.name == "int"


def test_dependencies() -> None:
    found = dependencies(world.typed(
        "l1.region.rate * m1 > $setting.cap and any(receipts, state == 'done') and u1 in role(finance) and i1 < $now"
    ))
    assert {("sample", "l1"), ("partner", "region"), ("region", "rate"), ("sample", "m1"), ("receipt", "sample")} <= found.fields
    assert found.collections == {("sample", "receipts")}
    assert (found.settings, found.roles) == ({"cap"}, {"finance"})
    assert (found.uses_clock, found.uses_user, found.uses_old, found.own_only) == (True, False, False, False)


def test_own_row_only() -> None:
    assert dependencies(world.typed("m1 * (1 - coalesce(p1, 0%))")).own_only
    for text in ("l1.worth", "m1 * $setting.rate", "$old.m1 - m1", "sum(lines, price)", "$today - a1"):
        assert not dependencies(world.typed(text)).own_only


def test_renamed_fields_are_found_by_their_present_name() -> None:
    typed = world.typed("m1 > 1")
    assert isinstance(typed.left, FieldRef) and typed.left.field == "m1"  # type: ignore[union-attr]


# Anything at all: a value or typed problems, never an exception.

NAMES = ("n1", "m1", "t1", "b1", "a1", "i1", "c1", "s1", "l1", "u1", "lines", "receipts", "l1.region.rate", "$user", "$user.dept",
         "$today", "$now", "$this.m1", "$old.n1", "$setting.rate", "nothing", "id")
ATOMS = st.sampled_from((*NAMES, "0", "-1", "2.5", "25%", "15d", "2wd", "4wh", "1mo", "'中文'", "''", "true", "blank", "[1, 2]",
                         "role(finance)", "is_new()"))
OPERATORS = st.sampled_from(("and", "or", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "+", "-", "*", "/"))
CALLS = st.sampled_from((*FUNCTIONS, *AGGREGATES, "case", "role", "sine"))


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} {} {})".format, inner, OPERATORS, inner), st.builds("not ({})".format, inner),
        st.builds("-{}".format, inner), st.builds("{}({})".format, CALLS, st.lists(inner, max_size=3).map(", ".join)),
    )


EXPRESSIONS = st.recursive(ATOMS, _grown, max_leaves=12)
CHARACTERS = st.text("abn1m$.()[],'+-*/<>=! \n\t0159%dw中（“\u0000\ud800é", max_size=40)


@settings(max_examples=600, deadline=None)
@given(EXPRESSIONS)
def test_generated_expressions_have_a_value_or_problems(text: str) -> None:
    typed, problems = check_expression(text, AT, world.scope())
    assert (typed is None) == bool(problems)
    for one in problems:
        assert one.line("zh") and one.line("en") and one.place.line == 10
    if typed is not None:
        row = world.sample_rows()[97]
        memory = world.Memory(world.data([row]))
        compile_closure(typed)(memory.environment(row))
        dependencies(typed)


@settings(max_examples=600, deadline=None)
@given(CHARACTERS)
def test_any_characters_have_a_tree_or_problems(text: str) -> None:
    typed, problems = check_expression(text, AT, world.scope())
    assert (typed is None) == bool(problems)
