"""Records of one's team: people of one's own department, of those that one manages and of all below, as far as one may know."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from engine.records import read
from engine.records.queries import Filter, FilterGroup, Query, Sort
from engine.refusals import Refused
from engine.storage.database import Database
from tests.records_read.world import World, build, grant, role


def owned(world: World, who: str, *filters: Filter | FilterGroup) -> list[str]:
    """The names of the customers that the filters leave."""
    query = Query("customer", (("name",),), filters=filters, sort=(Sort(("name",)),))
    with world.session(who) as s:
        return [str(row[2]) for row in read.page(s, query).rows]


def manage(world: World, unit: str, login: str) -> None:
    """Makes somebody the manager of a department."""
    compiled = world.app.entities["department"]
    with world.database.write() as connection:
        column = compiled.fields["manager"].column
        assert column is not None
        row = compiled.table.c[compiled.fields["name"].column.name] == unit  # type: ignore[union-attr]
        connection.execute(sa.update(compiled.table).where(row).values({column.name: world.people[login]}))


@pytest.fixture
def world(database: Database) -> World:
    """Dan and Bob are of A, Amy is of A1 below it, Eve of B; each has a customer, and one is nobody's."""
    made = build(
        database, role("sales", grant("customer", "read", "all")), role("lead", grant("customer", "read", "all")),
        role("blind", grant("customer", "read", "all"), denied_fields=frozenset({("user", "dept")})),
    )
    for login in ("amy", "bob", "dan", "eve"):
        made.insert("customer", name=login, owner=made.people[login])
    made.insert("customer", name="nobody's")
    return made


IN, OUT = Filter(("owner",), "in_team"), Filter(("owner",), "not_in_team")


def test_a_team_is_ones_own_department(world: World) -> None:
    assert owned(world, "bob", IN) == ["bob", "dan"] and owned(world, "amy", IN) == ["amy"]
    assert owned(world, "bob", OUT) == ["amy", "eve", "nobody's"]
    assert owned(world, "bob", FilterGroup("none", (IN,))) == owned(world, "bob", OUT)
    assert owned(world, "bob", FilterGroup("any", (IN, Filter(("name",), "eq", "eve"), IN))) == ["bob", "dan", "eve"]


def test_it_is_those_of_the_departments_one_manages_too_and_of_all_below(world: World) -> None:
    manage(world, "A组", "eve")
    manage(world, "B组", "amy")
    assert owned(world, "amy", IN) == ["amy", "eve"] and owned(world, "bob", IN) == ["bob", "dan"]


def test_who_may_not_know_who_belongs_where_has_oneself_alone(world: World) -> None:
    manage(world, "A组", "eve")
    assert owned(world, "eve", IN) == ["eve"] and owned(world, "eve", OUT) == ["amy", "bob", "dan", "nobody's"]


def test_only_people_are_of_a_team(world: World) -> None:
    with world.session("amy") as s, pytest.raises(Refused):
        read.page(s, Query("customer", (), (replace(IN, path=("name",)),)))
