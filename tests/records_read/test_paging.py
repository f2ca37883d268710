"""Pages, counts and filters through `engine.records.read`, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from engine.principal import OPERATOR
from engine.records import cursor, read
from engine.records.queries import Filter, FilterGroup, Grouping, GroupQuery, Measure, Query, Sort
from engine.refusals import BadRequest, NotFound, Refused
from engine.storage.database import Database
from tests.records_read.world import NOW, World, build, grant, right, role

SALES = role("sales", grant("customer", "read", "own", "pool"), grant("contract", "read", "own"),
             grant("contract", "create", "all"),
             fields=(right("contract.margin", hide=True), right("customer.credit", hide=True)))


@pytest.fixture
def world(database: Database) -> World:
    world = build(database, SALES)
    people = world.people
    owners = [people["amy"], people["bob"], None]
    for number in range(30):
        world.insert("customer", name=f"华为技术{number % 4}" if number % 5 else None, level="abc"[number % 3],
                     credit=Decimal(number), owner=owners[number % 3],
                     next_at=None if number % 4 == 0 else NOW + timedelta(days=number % 7))
    for number in range(9):
        world.insert("contract", number=f"HT-{number}", customer=number + 1, amount=Decimal("100.25") * number,
                     margin=Decimal("0.2"), sign_date=date(2026, 1 + number % 3, 31 if number % 3 == 0 else 5),
                     owner=people["amy"])
    return world


def pages(s, query: Query, backwards: bool = False) -> list[int]:
    """The ids of all pages, from the first on or from the last back."""
    found: list[int] = []
    cursor_ = None
    if backwards:
        last = read.page(s, Query(**{**_fields(query), "limit": 1000}))
        tail = read.page(s, Query(**{**_fields(query), "limit": 999, "after": None}))
        assert [row[0] for row in tail.rows] == [row[0] for row in last.rows]
        rows, cursor_ = [], None
        step = read.page(s, query)
        while step.after:
            step = read.page(s, Query(**{**_fields(query), "after": step.after}))
        rows = [row[0] for row in step.rows]
        while step.before:
            step = read.page(s, Query(**{**_fields(query), "before": step.before}))
            rows = [row[0] for row in step.rows] + rows
        return rows
    while True:
        step = read.page(s, Query(**{**_fields(query), "after": cursor_}))
        found += [row[0] for row in step.rows]
        cursor_ = step.after
        if cursor_ is None:
            return found


def _fields(query: Query) -> dict[str, object]:
    return {name: getattr(query, name) for name in Query.__dataclass_fields__}


@pytest.mark.parametrize("sort", [
    (), (Sort(("next_at",)),), (Sort(("next_at",), True),), (Sort(("name",)), Sort(("next_at",), True)),
    (Sort(("name",), True), Sort(("level",))), (Sort(("owner",)),), (Sort(("owner",), True), Sort(("name",))),
    (Sort(("updated_at",), True),),
])
@pytest.mark.parametrize("who", ["amy", "operator"])
def test_pages_give_every_row_once_in_both_directions(world: World, sort, who) -> None:
    with world.session(OPERATOR if who == "operator" else who) as s:
        whole = [row[0] for row in read.page(s, Query("customer", (), sort=sort, limit=1000)).rows]
        assert len(whole) == (30 if who == "operator" else 20)
        for limit in (1, 7):
            query = Query("customer", (("name",),), sort=sort, limit=limit)
            assert pages(s, query) == whole
            assert pages(s, query, backwards=True) == whole


def test_blanks_come_first_ascending_and_last_descending(world: World) -> None:
    with world.session(OPERATOR) as s:
        up = read.page(s, Query("customer", (("next_at",),), sort=(Sort(("next_at",)),), limit=100)).rows
        down = read.page(s, Query("customer", (("next_at",),), sort=(Sort(("next_at",), True),), limit=100)).rows
    assert [row[2] for row in up][:8] == [None] * 8 and up[8][2] is not None
    assert [row[0] for row in up] == [row[0] for row in down][::-1]


def test_a_cursor_serves_its_own_order_only(world: World) -> None:
    with world.session("amy") as s:
        first = read.page(s, Query("customer", (), sort=(Sort(("name",)),), limit=2))
        assert first.after and first.before is None
        mark = cursor.fingerprint("customer", (Sort(("name",)),))
        bad = ["", "x", "AAAA", "é", first.after[:-3], first.after + "A" * 5000, cursor.encode(mark, ["a", "b"], 1),
               cursor.encode("other", ["a"], 1)]
        for text in bad:
            with pytest.raises(BadRequest):
                read.page(s, Query("customer", (), sort=(Sort(("name",)),), after=text))
        with pytest.raises(BadRequest):
            read.page(s, Query("customer", (), sort=(Sort(("level",)),), after=first.after))


def test_a_cursor_of_the_wrong_type_is_refused(world: World) -> None:
    sort = (Sort(("next_at",)),)
    mark = cursor.fingerprint("customer", sort)
    with world.session("amy") as s:
        for value in ("text", 5, Decimal("1.5"), date(2026, 1, 1), True):
            with pytest.raises(BadRequest):
                read.page(s, Query("customer", (), sort=sort, after=cursor.encode(mark, [value], 1)))


def test_a_page_is_one_statement_whatever_it_shows(world: World) -> None:
    columns = (("number",), ("customer",), ("customer", "name"), ("customer", "owner"), ("owner",), ("owner", "dept"), ("amount",))
    with world.session("amy") as s:
        for count in (1, len(columns)):
            for limit in (2, 100):
                statements: list[str] = []
                sa.event.listen(s.connection, "before_cursor_execute", lambda *a, seen=statements: seen.append(a[2]))
                read.page(s, Query("contract", columns[:count], sort=(Sort(("customer",)),), limit=limit))
                assert len(statements) == 1


def test_counts_stop_at_the_cap(world: World) -> None:
    with world.session("amy") as s:
        assert (read.count(s, Query("customer", ())).value, read.count(s, Query("customer", ())).capped) == (20, False)
        capped = read.count(s, Query("customer", ()), cap=10)
        assert (capped.value, capped.capped) == (10, True)


def test_unreadable_and_unknown_fields_answer_alike(world: World) -> None:
    with world.session("amy") as s:
        answers = set()
        for name in ("margin", "no_such_field", "id; drop", ""):
            path = (name,)
            calls = (
                lambda path=path: read.page(s, Query("contract", (path,))),
                lambda path=path: read.page(s, Query("contract", (), filters=(Filter(path, "gt", Decimal("0.1")),))),
                lambda path=path: read.page(s, Query("contract", (), filters=(Filter(path, "blank"),))),
                lambda path=path: read.page(s, Query("contract", (), sort=(Sort(path),))),
                lambda path=path: read.count(s, Query("contract", (), filters=(Filter(path, "eq", None),))),
                lambda path=path: read.group(s, GroupQuery("contract", (Grouping("g", path),), ())),
                lambda path=path: read.page(s, Query("contract", (("customer", *path),))),
                lambda path=path: read.pick(s, "contract", path[0], "", {}),
            )
            for call in calls:
                with pytest.raises(NotFound) as caught:
                    call()
                answers.add((caught.value.message.text("zh"), caught.value.message.text("en"), caught.value.status))
        assert len(answers) == 1


def test_what_a_link_names_and_one_may_not_read_is_blank(world: World) -> None:
    with world.session("amy") as s:
        rows = read.page(s, Query("contract", (("customer",), ("customer", "level")), sort=(Sort(("id",)),))).rows
        blank = [row[0] for row in rows if row[2] is None]
        assert blank == [2, 5, 8]
        assert all(row[2:] == (None, None, None) for row in (tuple(row)[:5] for row in rows if row[0] in blank))
        hidden = Filter(("customer",), "eq", 2)
        assert read.page(s, Query("contract", (), filters=(hidden,))).rows == []
        assert [row[0] for row in read.page(s, Query("contract", (), filters=(Filter(("customer",), "eq", 1),))).rows] == [1]
        found = read.page(s, Query("contract", (), filters=(Filter(("customer",), "blank"),), sort=(Sort(("id",)),))).rows
        assert [row[0] for row in found] == [2, 5, 8]
        assert "customer" not in read.get(s, "contract", 2).titles and read.get(s, "contract", 2).values["customer"] is None
        assert read.page(s, Query("contract", (), within=("customer", 2))).rows == []


@pytest.mark.parametrize(("one", "expected"), [
    (Filter(("level",), "eq", "a"), 10), (Filter(("level",), "ne", "a"), 20), (Filter(("level",), "in", ("a", "b")), 20),
    (Filter(("level",), "not_in", ("a", "b")), 10), (Filter(("name",), "contains", "技术1"), 6),
    (Filter(("name",), "ne", "华为技术1"), 24), (Filter(("name",), "not_in", ("华为技术1",)), 24),
    (Filter(("name",), "blank"), 6), (Filter(("name",), "eq", None), 6), (Filter(("name",), "not_blank"), 24),
    (Filter(("credit",), "between", (Decimal(5), Decimal(9))), 5), (Filter(("credit",), "ge", Decimal(28)), 2),
    (Filter(("next_at",), "le", NOW), 3), (Filter(("owner",), "blank"), 10), (Filter(("name",), "in", ()), 0),
])
def test_filters(world: World, one: Filter, expected: int) -> None:
    with world.session(OPERATOR) as s:
        assert read.count(s, Query("customer", (), filters=(one,))).value == expected
        assert len(read.page(s, Query("customer", (), filters=(one,), limit=100)).rows) == expected


def test_wildcards_are_literal(world: World) -> None:
    for name in ("100% sure", "a_b", "back\\slash", "plain"):
        world.insert("customer", name=name, owner=world.people["amy"])
    with world.session("amy") as s:
        for text, expected in (("%", "100% sure"), ("_", "a_b"), ("\\", "back\\slash")):
            filtered = read.page(s, Query("customer", (("name",),), filters=(Filter(("name",), "contains", text),)))
            searched = read.page(s, Query("customer", (("name",),), search=text))
            assert [row[2] for row in filtered.rows] == [row[2] for row in searched.rows] == [expected]


def test_requests_out_of_bounds_are_refused(world: World) -> None:
    with world.session("amy") as s:
        for query in (Query("customer", (), filters=(Filter(("name",), "like", "x"),)),
                      Query("customer", (), filters=(Filter(("name",), "eq", "x"),) * 65),
                      Query("customer", (), filters=(FilterGroup("any", (Filter(("name",), "eq", "x"),) * 65),)),
                      Query("customer", (), filters=(Filter(("name",), "in", tuple(map(str, range(1001)))),)),
                      Query("customer", (("name",),) * 201), Query("customer", (), sort=(Sort(("name",)),) * 6)):
            with pytest.raises(Refused):
                read.page(s, query)
        with pytest.raises(NotFound):
            read.page(s, Query("contract", (("customer", "owner", "superior", "superior", "name"),)))


def test_search_finds_two_characters_words_and_beginnings(world: World) -> None:
    world.insert("customer", name="北京海淀华天Acme科技", phone="13800001111", note="第二次拜访", owner=world.people["amy"])
    with world.session("amy") as s:
        for text in ("海淀", "京海", "淀", "华天", "acm", "ACME", "1380000", "北京 拜访", "淀华天a"):
            assert [hit.title for hit in read.search(s, text)] == ["北京海淀华天Acme科技"], text
        for text in ("淀海", "cme", "海淀 上海", "", "  ", "'\"; --"):
            assert read.search(s, text) == [], text
        assert read.search(s, "华为", "customer", limit=3)[0].entity == "customer"
        assert len(read.search(s, "华为", "customer", limit=3)) == 3


def test_groups_buckets_and_exact_measures(world: World) -> None:
    from metadata.expressions.typed import FieldRef, ValueType

    amount = FieldRef("row", (), "contract", "amount", ValueType("decimal", scale=2))
    with world.session("amy") as s:
        rows = read.group(s, GroupQuery(
            "contract", (Grouping("m", ("sign_date",), "month"),), (Measure("n", "count"), Measure("sum", "sum", amount),
                                                                  Measure("avg", "avg", amount), Measure("max", "max", amount))))
        assert [row.keys[0] for row in rows] == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
        assert [row.measures[0] for row in rows] == [3, 3, 3]
        assert rows[0].measures[1] == Decimal("902.25") and rows[0].measures[2] == Decimal("300.75")
        assert rows[0].measures[3] == Decimal("601.50")
        totals = read.group(s, GroupQuery("contract", (), (Measure("n", "count"), Measure("sum", "sum", amount))))
        assert totals[0].keys == () and totals[0].measures == (9, Decimal("3609.00"))
        linked = read.group(s, GroupQuery("contract", (Grouping("c", ("owner",)),), (Measure("n", "count"),)))
        assert [(row.keys, row.titles, row.measures) for row in linked] == [((world.people["amy"],), ("艾米",), (9,))]


def test_buckets_in_the_application_zone(world: World) -> None:
    for hour, name in ((15, "早"), (17, "晚")):
        world.insert("customer", name=name, owner=world.people["eve"], next_at=NOW.replace(month=12, day=31, hour=hour))
    with world.session("eve") as s:
        for bucket, expected in (("day", [date(2026, 12, 31), date(2027, 1, 1)]), ("year", [date(2026, 1, 1), date(2027, 1, 1)]),
                                 ("week", [date(2026, 12, 28)]), ("quarter", [date(2026, 10, 1), date(2027, 1, 1)])):
            rows = read.group(s, GroupQuery(
                "customer", (Grouping("d", ("next_at",), bucket),), (Measure("n", "count"),),
                filters=(Filter(("owner",), "eq", world.people["eve"]),)))
            assert [row.keys[0] for row in rows] == expected


def test_pickers_show_readable_rows_by_title(world: World) -> None:
    with world.session("amy") as s:
        choices = read.pick(s, "contract", "customer", "技术1", {})
        assert choices and {choice.title for choice in choices} == {"华为技术1"}
        assert {choice.id for choice in read.pick(s, "contract", "customer", "", {}, limit=100)} == {
            row[0] for row in read.page(s, Query("customer", (), limit=100)).rows}
        assert {choice.title for choice in read.pick(s, "contract", "owner", "艾", {})} == {"艾米"}


def test_the_trash_is_apart(world: World) -> None:
    gone = world.insert("customer", name="已删", owner=world.people["amy"], archived_at=NOW)
    with world.session("amy") as s:
        assert gone not in {row[0] for row in read.page(s, Query("customer", (), limit=100)).rows}
        assert [row[0] for row in read.page(s, Query("customer", (), trashed=True)).rows] == [gone]
        assert read.get(s, "customer", gone).archived
        assert read.search(s, "已删") == []


@pytest.mark.parametrize("beyond", ["1e30", "99999999999999999999999", "9223372036854775807"])
def test_amounts_beyond_all_that_is_stored_compare_like_others(world: World, beyond: str) -> None:
    with world.session("amy") as s:
        for value, more in ((Decimal(beyond), 0), (-Decimal(beyond), 9)):
            found = read.count(s, Query("contract", (), (Filter(("amount",), "ge", value),)))
            assert found.value == more
