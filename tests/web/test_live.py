"""What a page hears of the record it shows: who else is here, that it was changed, and when it hears no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import presence
from engine.principal import OPERATOR
from engine.records import write
from engine.storage.platform import presence as presence_table
from tests.statements import counted
from tests.web.conftest import Visitor, World
from tests.web.listening import KIND, listening, served, until
from tests.web.people import Made, deactivate, hire
from tests.web.test_pages import lead_values
from web import live
from web.application import build
from web.composition import compose


@pytest.fixture(scope="module")
def addresses(running_world: World) -> Iterator[tuple[str, str]]:
    """Two processes over one database."""
    with served(running_world.app) as one, served(build(running_world.settings, compose(running_world.settings))) as other:
        yield one, other


def colleagues(world: World) -> tuple[int, Made, Visitor, Made, Visitor]:
    """A lead of somebody, and somebody above them who reads all leads."""
    one, other = hire(world, "sales"), hire(world, "gm")
    id = world.make(one.login, "lead", **lead_values())
    return id, one, world.visitor(one.login), other, world.visitor(other.login)


def path(id: int, revision: int = 1, editing: bool = False) -> str:
    return f"/e/lead/{id}/live?revision={revision}" + ("&editing=1" if editing else "")


def change(world: World, person: Made, id: int, need: str) -> None:
    """The person saves the lead, whatever their rights."""
    acting = replace(world.principal(person.login), kind="operator")
    world.runtime.writing(acting, lambda session: write.update(session, "lead", id, {"need": need}))


def rows(world: World, id: int) -> int:
    with world.runtime.database.read() as connection:
        here = presence_table.c.record_id == id
        return connection.execute(sa.select(sa.func.count()).select_from(presence_table).where(here)).scalar_one()


def test_colleagues_are_told_of_each_other_in_all_processes(running_world: World, addresses: tuple[str, str]) -> None:
    id, one, mine, other, theirs = colleagues(running_world)
    with listening(addresses[0], mine, path(id)) as me:
        me.hears_nobody()
        with listening(addresses[1], theirs, path(id)) as them:
            them.hears(f"{one.login.title()}正在查看，自 ")
            me.hears(f"{other.login.title()}正在查看")
            assert one.login.title() not in me.told[-1]["here"] and "正在编辑" not in me.told[-1]["here"]
            with listening(addresses[0], theirs, path(id, editing=True)):
                said = me.hears(f"{other.login.title()}正在编辑")
                assert said.count("<li") == 1
        until(lambda: rows(running_world, id) == 1)
        me.hears_nobody()
    until(lambda: rows(running_world, id) == 0)


def test_the_page_says_where_it_listens_and_at_which_revision(running_world: World) -> None:
    id, _, mine, _, _ = colleagues(running_world)
    assert f'data-live="/e/lead/{id}/live?revision=1"' in mine.get(f"/e/lead/{id}")
    assert f'data-live="/e/lead/{id}/live?revision=1&amp;editing=1"' in mine.get(f"/e/lead/{id}/edit")
    assert "data-live" not in mine.get("/e/lead/new") and "data-live" not in mine.get("/e/lead")
    running_world.runtime.writing(OPERATOR, lambda s: write.trash(s, "lead", id))
    assert "data-live" not in mine.get(f"/e/lead/{id}")


def test_a_save_of_somebody_else_is_told_and_ones_own_in_other_words(running_world: World, addresses: tuple[str, str]) -> None:
    world = running_world
    id, one, mine, other, theirs = colleagues(world)
    change(world, other, id, "别人改的需求")
    with listening(addresses[0], mine, path(id)) as me, listening(addresses[1], mine, path(id, editing=True)) as form:
        me.hears(f"{other.login.title()}刚刚修改了这条记录。", "刷新", part="changed")
        form.hears("您填写的内容不会丢失", "载入最新内容", part="changed")
        change(world, one, id, "自己改的需求")
        me.hears("您在另一个窗口修改了这条记录。", part="changed")
    with listening(addresses[0], mine, path(id, 3)) as me:
        me.hears_nobody()
        assert me.told[-1]["changed"] == ""
    mine.send("/language", {"language": "en", "next": "/"})
    with listening(addresses[1], mine, path(id, 2)) as me:
        me.hears("You changed this record in another window.", part="changed")
    with listening(addresses[1], theirs, path(id, 2)) as them:
        them.hears(f"{one.login.title()}刚刚修改了这条记录。", part="changed")


def test_a_stream_ends_with_the_session_the_account_the_right_and_the_record(
    running_world: World, addresses: tuple[str, str]
) -> None:
    world = running_world
    id, _, _, other, _ = colleagues(world)
    leaving = world.visitor(other.login, fresh=True)
    with listening(addresses[1], leaving, path(id)) as them:
        them.hears_nobody()
        leaving.send("/sign-out", {})
        until(lambda: them.ended)
    fired = hire(world, "gm")
    with listening(addresses[1], world.visitor(fired.login), path(id)) as them:
        them.hears_nobody()
        deactivate(world, fired)
        until(lambda: them.ended)
    robbed = hire(world, "sales")
    own = world.make(robbed.login, "lead", **lead_values())
    with listening(addresses[0], world.visitor(robbed.login), path(own)) as them:
        them.hears_nobody()
        world.runtime.writing(OPERATOR, lambda s: write.assign(s, "lead", own, other.id))
        until(lambda: them.ended)
        assert all(told["changed"] == "" for told in them.told)


def test_who_may_not_read_the_record_hears_as_if_it_did_not_exist(world: World) -> None:
    id, _, mine, _, _ = colleagues(world)
    stranger = world.visitor(hire(world, "sales").login).client
    refused, absent = stranger.get(path(id), headers=KIND), stranger.get(path(999_999), headers=KIND)
    assert refused.status_code == absent.status_code == 404
    assert refused.text.replace(path(id), "") == absent.text.replace(path(999_999), "")
    nobody = world.anonymous().get(path(id), headers=KIND)
    assert nobody.status_code == 303
    assert mine.client.get(f"/e/lead/{id}/live", headers=KIND).status_code == 404
    assert mine.client.get(f"/e/lead/{id}/live?revision=x", headers=KIND).status_code == 404
    assert mine.client.get(path(id)).status_code == 406


def test_an_administrator_who_sees_the_pages_as_somebody_is_not_here(world: World) -> None:
    boss, person = hire(world, "admin"), hire(world, "sales")
    id = world.make(person.login, "lead", **lead_values())
    visitor = world.visitor(boss.login, fresh=True)
    visitor.send(f"/people/{person.id}/view", {})
    assert visitor.client.get(path(id), headers=KIND).status_code == 204 and rows(world, id) == 0


def test_one_person_holds_few_streams(running_world: World, addresses: tuple[str, str]) -> None:
    id, one, mine, _, theirs = colleagues(running_world)
    with ExitStack() as stack:
        for _ in range(live.MOST_EACH):
            assert stack.enter_context(listening(addresses[0], mine, path(id))).status == 200
        assert stack.enter_context(listening(addresses[0], mine, path(id))).status == 429
        other = stack.enter_context(listening(addresses[0], theirs, path(id)))
        assert other.hears(one.login.title()).count("<li") == 1


def test_rows_that_nobody_renews_count_for_nothing_and_are_forgotten(world: World) -> None:
    id, one, _, _, _ = colleagues(world)
    lineage, now = _lineage(world), world.runtime.clock.now()
    page = presence.Presence("m" * 32, (lineage, id), one.id, True, now)
    with world.runtime.database.write() as connection:
        presence.renew(connection, [page], now)
        presence.renew(connection, [page], now)
        assert presence.around(connection, [page.about], now) == {page.about: [page]}
        assert presence.around(connection, [page.about], now + presence.KEPT + timedelta(seconds=1)) == {}
        presence.renew(connection, [], now + presence.KEPT + timedelta(seconds=1))
    assert rows(world, id) == 0


def _lineage(world: World) -> int:
    with world.runtime.reading(OPERATOR) as session:
        return session.app.entities["lead"].lineage


def test_a_look_takes_as_many_statements_for_many_streams_as_for_few(running_world: World) -> None:
    world = running_world
    _, one, mine, _, _ = colleagues(world)
    hub = live.Live(world.runtime)
    now, lineage = world.runtime.clock.now(), _lineage(world)
    with world.runtime.reading(OPERATOR) as session:
        release = session.app.release

    def streams(count: int) -> list[live.Stream]:
        ids = [world.make(one.login, "lead", **lead_values()) for _ in range(count)]
        token = next(iter(dict(mine.client.cookies).values()))
        return [live.Stream(token, one.id, (lineage, id), False, now, lambda state: "{}", release) for id in ids]

    def statements(many: list[live.Stream]) -> int:
        hub.look(many, ())
        with counted() as seen:
            hub.look(many, ())
        return len(seen)

    assert statements(streams(2)) == statements(streams(9)) <= 5
