"""Administrators see the pages as somebody else: with the rights of that person, and without writing anything."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.principal import OPERATOR
from engine.records import write
from engine.runtime import WriteSession
from engine.storage.platform import session as session_table
from tests.statements import counted
from tests.web.conftest import Visitor, World
from tests.web.people import Made, deactivate, elsewhere, hire
from tests.web.test_pages import lead_values

BAR = "回到我自己"


def looking(world: World, *roles: str) -> tuple[Visitor, Made]:
    """An administrator who sees the pages as somebody with these roles."""
    boss, person = hire(world, "admin"), hire(world, *(roles or ("sales",)))
    visitor = world.visitor(boss.login, fresh=True)
    assert visitor.send(f"/people/{person.id}/view", {}).headers["location"] == "/"
    return visitor, person


def test_the_pages_are_those_of_the_person(world: World) -> None:
    boss, person, amy = hire(world, "admin"), hire(world, "sales"), world.make("amy", "lead", **lead_values())
    own = world.make(person.login, "lead", **lead_values(company="只属于此人"))
    visitor = world.visitor(boss.login, fresh=True)
    assert "以其身份查看" in visitor.get(f"/e/user/{person.id}") and BAR not in visitor.get("/")
    assert "此人也会收到通知" in visitor.get(f"/people/{person.id}/view")
    assert visitor.client.get(f"/e/lead/{own}").status_code == 404
    visitor.send(f"/people/{person.id}/view", {})
    page = visitor.get("/")
    assert BAR in page and f"以 {person.login.title()} 的身份查看（只读）" in page
    assert "只属于此人" in visitor.get(f"/e/lead/{own}")
    assert visitor.client.get(f"/e/lead/{amy}").status_code == 404
    assert visitor.client.get(f"/people/{person.id}/link").status_code == 403
    assert visitor.send("/viewing/end", {}).headers["location"] == "/"
    assert BAR not in visitor.get("/") and visitor.client.get(f"/e/lead/{own}").status_code == 404
    told = visitor.get(f"/e/user/{person.id}")
    assert told.count("开始以其身份查看页面") == 1 and told.count("结束了以其身份查看") == 1
    assert "管理员正以您的身份查看页面" in world.visitor(person.login, fresh=True).get("/notifications")


def test_every_write_is_refused_and_changes_nothing(world: World) -> None:
    visitor, person = looking(world)
    lead = world.make(person.login, "lead", **lead_values())
    token = visitor.token()
    tables = [table for table in _tables(world) if table.name not in ("lw_session", "lw_attempt")]
    before = _content(world, tables)
    for address, data in (
        ("/e/lead/new", lead_values()), (f"/e/lead/{lead}/edit", {"company": "x"}), (f"/e/lead/{lead}/comment", {"text": "x"}),
        (f"/e/lead/{lead}/trash", {}), ("/notifications/read", {}), ("/profile", {"old": "x", "new": "y", "again": "y"}),
        ("/profile/second-step", {}), ("/profile/keys/new", {"name": "x", "days": "30"}), ("/profile/sessions/end-others", {}),
        (f"/people/{world.people['eve']}/view", {}), ("/approvals/seen", {}),
    ):
        refused = visitor.client.post(address, data={"_csrf": token, **data})
        assert refused.status_code == 403 and "只能看，不能改" in refused.text, (address, refused.status_code)
    api = visitor.client.post("/api/e/lead", json=lead_values(), headers={"x-csrf-token": token})
    assert api.status_code == 403 and api.json()["error"]["code"] == "viewing_only"
    assert _content(world, tables) == before


def _tables(world: World) -> list[sa.Table]:
    everything = sa.MetaData()
    with world.runtime.database.read() as connection:
        everything.reflect(connection)
    return list(everything.tables.values())


def _content(world: World, tables: list[sa.Table]) -> dict[str, int]:
    with world.runtime.database.read() as connection:
        return {table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables}


def test_a_form_from_before_is_none_afterwards(world: World) -> None:
    boss, person = hire(world, "admin"), hire(world, "sales")
    visitor = world.visitor(boss.login, fresh=True)
    token = visitor.token()
    visitor.send(f"/people/{person.id}/view", {})
    seen = visitor.token()
    assert visitor.client.post("/viewing/end", data={"_csrf": token}).status_code == 403
    assert visitor.client.post("/viewing/end", data={"_csrf": seen}).status_code == 303
    assert visitor.client.post("/notifications/read", data={"_csrf": seen}).status_code == 403


def test_who_may_not_is_refused(world: World) -> None:
    person, eve = hire(world, "sales"), world.visitor("eve")
    assert eve.client.get(f"/people/{person.id}/view").status_code == 403
    assert eve.send(f"/people/{person.id}/view", {}).status_code == 403 and BAR not in eve.get("/")
    missing, hidden = (eve.send(f"/people/{number}/view", {}) for number in (999_999, 999_998))
    assert missing.status_code == hidden.status_code == 404
    root, gone = world.visitor("root"), hire(world, "sales")
    assert root.send(f"/people/{world.people['root']}/view", {}).status_code == 403
    deactivate(world, gone)
    assert root.send(f"/people/{gone.id}/view", {}).status_code == 403 and BAR not in root.get("/")


def test_it_ends_with_the_right_and_with_the_person(running_world: World) -> None:
    world = running_world
    visitor, person = looking(world)
    with elsewhere(world, visitor) as (other,):
        assert BAR in other.get("/").text
        deactivate(world, person)
        assert BAR not in other.get("/").text
    boss, seen = hire(world, "admin"), hire(world, "sales")
    visitor = world.visitor(boss.login, fresh=True)
    visitor.send(f"/people/{seen.id}/view", {})

    def demote(session: WriteSession) -> None:
        table = session.app.entities["role_assignment"]
        column = table.fields["user"].column
        assert column is not None
        found = session.connection.execute(sa.select(table.table.c.id).where(column == boss.id)).scalar_one()
        write.update(session, "role_assignment", found, {"role": "employee"})

    world.runtime.writing(OPERATOR, demote)
    page = visitor.get("/")
    assert BAR not in page and boss.login.title() in page


def test_signing_out_ends_it_and_is_told(world: World) -> None:
    visitor, person = looking(world)
    assert visitor.send("/sign-out", {}).status_code == 303
    assert visitor.client.get("/").headers["location"] == "/sign-in"
    assert "结束了以其身份查看" in world.visitor("root").get(f"/e/user/{person.id}")
    with world.runtime.database.read() as connection:
        left = sa.select(session_table).where(session_table.c.viewing_id == person.id)
        assert connection.execute(left).all() == []


def test_the_language_stays_the_viewer_s(world: World) -> None:
    visitor, _ = looking(world)
    assert visitor.send("/language", {"language": "en"}).status_code == 303
    assert "Back to me" in visitor.get("/")


@pytest.mark.parametrize("address", ["/", "/e/lead"])
def test_it_costs_no_statement_more(world: World, address: str) -> None:
    visitor, person = looking(world)
    own = world.visitor(person.login, fresh=True)
    told: list[int] = []
    for one in (own, visitor):
        one.get(address)
        with counted() as seen:
            one.get(address)
        told.append(len(seen))
    assert told[0] == told[1]
