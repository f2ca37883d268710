"""Row and field rights through the promised functions, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import access
from engine.principal import ANONYMOUS, OPERATOR, SYSTEM
from engine.records import read
from engine.records.queries import Query, Sort
from engine.refusals import NotFound
from engine.storage.database import Database
from engine.storage.platform import approval_instance, approval_task, member
from tests.records_read.world import NOW, World, build, grant, right, role


def customers(world: World) -> dict[str, int]:
    people = world.people
    rows = {"amy": people["amy"], "bob": people["bob"], "dan": people["dan"], "eve": people["eve"], "pool": None}
    users = world.app.entities["user"].table
    with world.database.read() as connection:
        depts = {row.id: row.dept for row in connection.execute(
            sa.select(users.c.id, world.app.entities["user"].fields["dept"].column.label("dept")))}
    return {
        name: world.insert("customer", name=f"客户{name}", phone="13812345678", credit=5, owner=owner, dept=depts.get(owner))
        for name, owner in rows.items()
    }


def visible(world: World, login: str, verb: str = "read") -> set[str]:
    with world.session(login) as s:
        table = world.app.entities["customer"].table
        name = world.app.entities["customer"].fields["name"].column
        rows = s.connection.execute(sa.select(name).where(access.predicate(s, "customer", verb)).select_from(table))
        return {row[0].removeprefix("客户") for row in rows}


@pytest.mark.parametrize(("scope", "expected"), [
    ("own", {"dan"}), ("own_and_reports", {"dan", "amy", "bob"}), ("dept", {"dan", "bob"}),
    ("dept_tree", {"dan", "bob", "amy"}), ("pool", {"pool"}), ("all", {"dan", "amy", "bob", "eve", "pool"}),
    ("members", set()), ("involved", set()),
])
def test_each_scope_covers_its_rows(database: Database, scope, expected) -> None:
    world = build(database, role("one", grant("customer", "read", scope)))
    customers(world)
    assert visible(world, "dan") == expected


def test_members_by_level_and_until_they_expire(database: Database) -> None:
    world = build(database, role("one", grant("customer", "read", "members"), grant("customer", "update", "members")))
    ids = customers(world)
    lineage = world.app.entities["customer"].lineage
    with database.write() as connection:
        for name, level, expires in (("amy", "read", None), ("bob", "write", NOW + timedelta(days=1)),
                                     ("eve", "write", NOW - timedelta(seconds=1))):
            connection.execute(sa.insert(member).values(
                entity_id=lineage, record_id=ids[name], user_id=world.people["dan"], level=level, expires_at=expires))
    assert visible(world, "dan") == {"amy", "bob"}
    assert visible(world, "dan", "update") == {"bob"}


def test_involved_by_any_task(database: Database) -> None:
    world = build(database, role("one", grant("customer", "read", "involved")))
    ids = customers(world)
    lineage = world.app.entities["customer"].lineage
    with database.write() as connection:
        instance = connection.execute(sa.insert(approval_instance).values(
            approval="a", digest="d", entity_id=lineage, record_id=ids["eve"], state="running", round=1, snapshot={},
            rev=1, started_at=NOW).returning(approval_instance.c.id)).scalar_one()
        connection.execute(sa.insert(approval_task).values(
            instance_id=instance, entity_id=lineage, record_id=ids["eve"], kind="cc", assignee_id=world.people["dan"],
            seat=1, seq=1, state="active", created_at=NOW))
    assert visible(world, "dan") == {"eve"}
    assert visible(world, "amy") == set()


def test_grants_add_up_and_denials_win(database: Database) -> None:
    world = build(
        database, role("none"), role("two", grant("customer", "read", "own"), grant("customer", "read", "pool"),
                                     denies=(grant("customer", "read", "own"),)),
    )
    customers(world)
    assert visible(world, "dan") == {"pool"}
    assert visible(world, "amy") == set()


def test_operator_and_system_see_all_anonymous_nothing(database: Database) -> None:
    world = build(database, role("none"))
    ids = customers(world)
    for principal, sees in ((OPERATOR, True), (SYSTEM, True), (ANONYMOUS, False)):
        with world.session(principal) as s:
            assert access.allowed(s, "customer", "delete", ids["amy"]) is sees
            assert access.may(s, "customer", "read") is sees


def test_what_one_may_not_read_one_may_not_touch(database: Database) -> None:
    world = build(database, role("one", grant("customer", "read", "own"), grant("customer", "update", "all")))
    ids = customers(world)
    with world.session("amy") as s:
        assert access.allowed(s, "customer", "update", ids["amy"])
        assert not access.allowed(s, "customer", "update", ids["bob"])


SELLER = role(
    "seller", grant("customer", "read", "own", "pool"), grant("customer", "update", "own", "pool"),
    grant("customer", "create", "all"),
    fields=(right("customer.phone", mask=True, mask_scopes=("pool",)), right("customer.credit", hide=True),
            right("customer.level", readonly=True)),
)


def test_a_field_needs_one_grant_for_row_and_field(database: Database) -> None:
    world = build(database, SELLER, role("chief", grant("customer", "read", "own_and_reports")))
    ids = customers(world)
    world.insert("role_assignment", user=world.people["dan"], role="seller")
    with world.session("dan") as s:
        assert read.get(s, "customer", ids["amy"]).values["credit"] == 5
        assert "credit" not in read.get(s, "customer", ids["pool"]).values
        assert read.get(s, "customer", ids["dan"]).values["credit"] == 5
    with world.session("amy") as s:
        record = read.get(s, "customer", ids["pool"])
        assert "phone" not in record.values and record.masked == {"phone": "138****5678"}
        assert read.get(s, "customer", ids["amy"]).values["phone"] == "13812345678"


def test_editable_is_what_is_covered_plain_and_not_readonly(database: Database) -> None:
    world = build(database, SELLER)
    ids = customers(world)
    with world.session("amy") as s:
        own = access.editable(s, "customer", ids["amy"])
        assert {"name", "phone", "note"} <= own and not own & {"credit", "level", "owner", "id", "revision"}
        assert "phone" not in access.editable(s, "customer", ids["pool"])
        assert access.editable(s, "customer", ids["bob"]) == frozenset()
        assert {"name", "phone"} <= access.editable(s, "customer", None)
        assert "credit" not in access.editable(s, "customer", None)


def test_an_outside_role_sees_only_what_is_named(database: Database) -> None:
    world = build(database, role("agent", grant("customer", "read", "own"), grant("customer", "update", "own"), outside=True,
                                 fields=(right("customer.name", read=True), right("customer.note", edit=True))))
    ids = customers(world)
    table = world.app.entities["role_assignment"]
    with database.write() as connection:
        connection.execute(sa.delete(table.table).where(table.fields["role"].column == "employee"))
    with world.session("amy") as s:
        assert set(read.get(s, "customer", ids["amy"]).values) == {"id", "name", "note"}
        assert access.editable(s, "customer", ids["amy"]) == {"note"}


def test_denied_fields_are_denied_to_all_roles(database: Database) -> None:
    world = build(database, role("one", grant("customer", "read", "all"), denied_fields=frozenset({("customer", "credit")})))
    ids = customers(world)
    with world.session("amy") as s:
        assert "credit" not in read.get(s, "customer", ids["amy"]).values


def test_child_rows_follow_their_parent_and_its_children_field(database: Database) -> None:
    world = build(database, role("one", grant("contract", "read", "own"), grant("contract", "update", "own"),
                                 fields=(right("contract_line.cost", hide=True),)),
                  role("two", grant("contract", "read", "all"), fields=(right("contract.lines", hide=True),)))
    mine = world.insert("contract", number="A", owner=world.people["amy"])
    other = world.insert("contract", number="B", owner=world.people["eve"])
    through = world.app.entities["contract"].fields["lines"].lineage
    lines = [world.insert("contract_line", parent_id=parent, parent_field=through, position=1, qty=2, cost=9)
             for parent in (mine, other)]
    with world.session("amy") as s:
        assert access.allowed(s, "contract_line", "update", lines[0])
        assert not access.allowed(s, "contract_line", "read", lines[1])
        record = read.get(s, "contract", mine)
        assert [row.values["qty"] for row in record.children["lines"]] == [2]
        assert "cost" not in record.children["lines"][0].values
    with world.session("dan") as s:
        assert read.get(s, "contract", mine).children == {}
        assert not access.may(s, "contract_line", "read")


def test_no_grant_is_as_good_as_no_entity(database: Database) -> None:
    world = build(database, role("none"))
    ids = customers(world)
    with world.session("amy") as s:
        refusals = []
        for call in (lambda: read.get(s, "customer", ids["amy"]), lambda: read.get(s, "customer", 999),
                     lambda: read.page(s, Query("customer", ())), lambda: read.page(s, Query("no_such", ()))):
            with pytest.raises(NotFound) as caught:
                call()
            refusals.append((caught.value.status, caught.value.message))
        assert len({(status, message.code) for status, message in refusals}) == 1
        assert read.title(s, "customer", ids["amy"]) is None


def test_explain_agrees_and_its_change_helps(database: Database) -> None:
    world = build(database, SELLER, role("chief", grant("customer", "read", "own_and_reports")))
    ids = customers(world)
    with world.session("amy") as s:
        for name, id in ids.items():
            for verb in ("read", "update", "delete"):
                told = access.explain(s, "customer", id, verb)
                assert told.allowed == access.allowed(s, "customer", verb, id), (name, verb)
                assert told.rule["zh"] and told.rule["en"] and (told.allowed or told.change is not None)
            for field in ("name", "phone", "credit"):
                seen = name in ("amy", "pool") and field in read.get(s, "customer", id).values
                assert access.explain(s, "customer", id, "read", field).allowed == seen
        told = access.explain(s, "customer", ids["bob"], "read")
        assert told.change == {"zh": "在角色 employee 中加入 allow: {customer: {read: all}}（全部）。",
                               "en": "Add allow: {customer: {read: all}} to role employee (all)."}
        hidden = access.explain(s, "customer", ids["amy"], "read", "credit")
        assert "hide" in hidden.text("en") and "seller" in hidden.text("zh")
        with pytest.raises(NotFound):
            access.explain(s, "customer", 10**6, "read")
    with world.session("dan") as s:
        told = access.explain(s, "customer", ids["pool"], "read")
        assert told.change is not None and "(seller)" in told.change["en"]
    world.insert("role_assignment", user=world.people["dan"], role="seller")
    with world.session("dan") as s:
        s.app.principals.__init__()
    with world.session("dan") as s:
        assert access.allowed(s, "customer", "read", ids["pool"])


def test_the_change_that_explain_names_is_enough_and_can_be_written(database: Database) -> None:
    world = build(
        database, role("employee"), role("reader", grant("customer", "read", "all"), includes=("reader", "employee")),
        role("seller", grant("customer", "read", "own"), includes=("seller", "employee")),
        role("trasher", grant("customer", "read", "all"), grant("customer", "delete", "all"), grant("customer", "export", "all")),
    )
    ids = customers(world)
    with world.session("eve") as s:
        change = access.explain(s, "customer", ids["amy"], "delete").change
        assert change is not None and change["en"] == "Give the role “trasher” (trasher)."
        told = access.explain(s, "customer", ids["amy"], "move.close").change
        assert told == {"zh": "在角色 seller 中加入 allow: {customer: {read: all}}（全部）。",
                        "en": "Add allow: {customer: {read: all}} to role seller (all)."}
        told = access.explain(s, "customer", ids["eve"], "move.close").change
        assert told == {"zh": "在角色 seller 中加入 allow: {customer: {move: {close: own}}}（本人负责的）。",
                        "en": "Add allow: {customer: {move: {close: own}}} to role seller (one's own)."}


def test_a_kept_statement_never_runs_with_another_persons_values(database: Database) -> None:
    world = build(database, SELLER)
    customers(world)
    query = Query("customer", (("name",),), sort=(Sort(("id",)),))
    seen = {}
    for login in ("amy", "bob", "amy"):
        with world.session(login) as s:
            seen[login] = {row[2] for row in read.page(s, query).rows}
    assert seen == {"amy": {"客户amy", "客户pool"}, "bob": {"客户bob", "客户pool"}}
    statement = next(value.statements[0] for key, value in world.app.statements._values.items() if key[0] == "page")
    with database.read() as connection, pytest.raises(sa.exc.StatementError):
        connection.execute(statement, {"lw_limit": 5})
