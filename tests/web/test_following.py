"""Following records: who does, what they are told, what they are not told, and how they stop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import outbox
from engine.clock import FixedClock
from engine.jobs import Worker
from engine.mentions import mark
from engine.principal import OPERATOR
from engine.records import write
from engine.runtime import Runtime
from engine.storage.platform import outbox as outbox_table
from loomwork.working import EVENT_HANDLERS
from tests.web.conftest import Visitor, World, application_of
from tests.web.people import Made, deactivate, hire
from tests.web.test_pages import lead_values


def deliver(runtime: Runtime) -> None:
    """What waits in the outbox is told now."""
    while outbox.dispatch(runtime, EVENT_HANDLERS):
        pass
    worker = Worker(runtime, outbox.job_handlers(EVENT_HANDLERS))
    while worker.run_once():
        pass


def settled(world: World) -> tuple[int, Made, Made, Visitor]:
    """A lead, its owner, and somebody above who follows it."""
    owner, other = hire(world, "sales"), hire(world, "gm")
    id = world.make(owner.login, "lead", **lead_values())
    them = world.visitor(other.login)
    assert them.send(f"/e/lead/{id}/follow", {"on": "1"}).headers["location"] == f"/e/lead/{id}"
    deliver(world.runtime)
    return id, owner, other, them


def save(world: World, person: Made, id: int, **values: object) -> None:
    acting = replace(world.principal(person.login), kind="operator")
    world.runtime.writing(acting, lambda session: write.update(session, "lead", id, values))


def notices(visitor: Visitor, text: str = "您关注的记录") -> int:
    return visitor.get("/notifications").count(text)


def pressed(visitor: Visitor, id: int) -> bool:
    found = re.search(r'class="btn btn--ghost btn--icon follow[^"]*" type="submit" aria-pressed="(\w+)"', visitor.get(f"/e/lead/{id}"))
    assert found
    return found.group(1) == "true"


def test_followers_are_told_once_of_what_others_save(running_world: World) -> None:
    world = running_world
    id, owner, other, them = settled(world)
    mine = world.visitor(owner.login)
    assert pressed(mine, id) and pressed(them, id) and "我的关注" in them.get("/") and "我的关注" not in mine.get("/")
    save(world, owner, id, need="改过的需求")
    deliver(world.runtime)
    assert notices(them, f"{owner.login.title()}修改了您关注的记录") == 1 and notices(mine) == 0
    for number in range(10):
        save(world, owner, id, need=f"第 {number} 次")
    deliver(world.runtime)
    assert notices(them, f"{owner.login.title()}修改了您关注的记录") == 1 and notices(them) == 1
    save(world, other, id, need="上级改的")
    deliver(world.runtime)
    assert notices(them) == 1 and notices(mine, f"{other.login.title()}修改了您关注的记录") == 1
    them.send("/notifications/read", {})
    save(world, owner, id, need="又改了")
    deliver(world.runtime)
    assert notices(them) == 2


def test_what_is_done_long_after_is_a_notice_of_its_own(running_world: World) -> None:
    world = running_world
    id, owner, _, them = settled(world)
    save(world, owner, id, need="现在")
    clock = world.runtime.clock
    world.runtime.clock = FixedClock(clock.now() + timedelta(minutes=20))
    try:
        save(world, owner, id, need="二十分钟后")
        deliver(world.runtime)
    finally:
        world.runtime.clock = clock
    assert notices(them) == 2


def test_different_things_are_one_notice_that_says_so_and_a_delivery_that_runs_twice_tells_once(running_world: World) -> None:
    world = running_world
    id, owner, _, them = settled(world)
    world.runtime.writing(world.principal(owner.login), lambda s: write.comment(s, "lead", id, "说一句"))
    deliver(world.runtime)
    assert notices(them, f"{owner.login.title()}评论了您关注的记录") == 1
    save(world, owner, id, need="再改一处")
    deliver(world.runtime)
    assert notices(them) == 1 and notices(them, "您关注的记录有多项新动态") == 1
    told = outbox_table.c
    columns = (told.id, told.event, told.entity_id, told.record_id, told.payload, told.at)
    with world.runtime.database.read() as connection:
        rows = connection.execute(sa.select(*columns).where(told.record_id == id, told.event == "record.update")).all()
    for row in rows:
        EVENT_HANDLERS["record.update"]["followers"](world.runtime, outbox.Event(*row))
    assert rows and notices(them) == 1


def test_whoever_comments_follows_until_they_stop_and_then_comments_without(running_world: World) -> None:
    world = running_world
    owner, other = hire(world, "sales"), hire(world, "gm")
    id = world.make(owner.login, "lead", **lead_values())
    them, mine = world.visitor(other.login), world.visitor(owner.login)
    assert not pressed(them, id)
    world.runtime.writing(world.principal(other.login), lambda s: write.comment(s, "lead", id, "我来看看"))
    assert pressed(them, id)
    assert them.send(f"/e/lead/{id}/follow", {"on": ""}).status_code == 303
    world.runtime.writing(world.principal(other.login), lambda s: write.comment(s, "lead", id, "再说一句"))
    assert not pressed(them, id)
    save(world, owner, id, need="没人关注了")
    mine.send(f"/e/lead/{id}/follow", {"on": ""})
    save(world, other, id, need="主人也不关注")
    deliver(world.runtime)
    assert notices(them) == 0 and notices(mine, "修改了您关注的记录") == 0


def test_whom_a_comment_names_is_told_that_alone(running_world: World) -> None:
    world = running_world
    id, owner, other, them = settled(world)
    world.runtime.writing(world.principal(owner.login), lambda s: write.comment(s, "lead", id, f"请 {mark(other.id)} 看看"))
    deliver(world.runtime)
    assert notices(them, "在评论中提到了您") == 1 and notices(them) == 0


def test_one_stops_from_the_notice(running_world: World) -> None:
    world = running_world
    id, owner, _, them = settled(world)
    save(world, owner, id, need="一处")
    deliver(world.runtime)
    assert f'action="/e/lead/{id}/follow"' in them.get("/notifications")
    answer = them.send(f"/e/lead/{id}/follow", {"on": "", "from": "notices"})
    assert answer.headers["location"] == "/notifications" and not pressed(them, id)


def test_a_move_tells_the_state_as_its_reader_may_know_it(running_world: World) -> None:
    world = running_world
    id, owner, _, them = settled(world)
    mine = world.visitor(owner.login)
    answer = mine.send(f"/e/lead/{id}/move/disqualify", {"a.lost_reason": "no_need"})
    assert answer.status_code == 303
    deliver(world.runtime)
    assert notices(them, f"{owner.login.title()}推进了您关注的记录，现为：无效") == 1


def test_who_may_read_no_more_or_is_gone_is_not_told(running_world: World) -> None:
    world = running_world
    id, owner, _, _ = settled(world)
    gone, moved = hire(world, "gm"), hire(world, "sales")
    world.visitor(gone.login).send(f"/e/lead/{id}/follow", {"on": "1"})
    deactivate(world, gone)
    own = world.make(moved.login, "lead", **lead_values())
    world.visitor(moved.login).send(f"/e/lead/{own}/follow", {"on": "1"})
    world.runtime.writing(OPERATOR, lambda s: write.assign(s, "lead", own, owner.id))
    save(world, owner, own, need="不再是他的")
    save(world, owner, id, need="照旧")
    deliver(world.runtime)
    assert notices(world.visitor(moved.login)) == 0 and "我的关注" not in world.visitor(moved.login).get("/")
    assert world.visitor(moved.login).send(f"/e/lead/{own}/follow", {"on": "1"}).status_code == 404
    assert world.visitor(moved.login).send("/e/lead/999999/follow", {"on": "1"}).status_code == 404


FILES = {
    "app.yaml": "app: vault\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "entities/thing.entity.yaml": """
entity: thing
label: {zh: 物品, en: Thing}
title: "{name}"
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  secret: {type: text, label: {zh: 秘密, en: Secret}}
""",
    "access/clerk.role.yaml": """
role: clerk
label: {zh: 文员, en: Clerk}
includes: [employee]
allow:
  thing: {read: all}
fields:
  thing.secret: {hide: true}
""",
    "access/chief.role.yaml": """
role: chief
label: {zh: 主管, en: Chief}
includes: [employee]
allow:
  thing: {read: all, update: all}
""",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def vault(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An application in which a field is hidden from some."""
    with application_of(request, tmp_path_factory.mktemp("vault"), FILES, {"ann": "clerk", "bob": "chief", "cid": "chief"}) as world:
        yield world


def test_what_is_hidden_is_not_told_of_and_the_system_is_nobody(vault: World) -> None:
    id = vault.runtime.writing(OPERATOR, lambda s: write.create(s, "thing", {"name": "匣子"}))
    for login in ("ann", "bob"):
        vault.visitor(login).send(f"/e/thing/{id}/follow", {"on": "1"})
    cid = vault.principal("cid")
    vault.runtime.writing(cid, lambda s: write.update(s, "thing", id, {"secret": "不为人知"}))
    deliver(vault.runtime)
    assert notices(vault.visitor("bob"), "Cid修改了您关注的记录") == 1 and notices(vault.visitor("ann")) == 0
    vault.runtime.writing(cid, lambda s: write.update(s, "thing", id, {"name": "新匣子"}))
    deliver(vault.runtime)
    assert notices(vault.visitor("ann"), "Cid修改了您关注的记录") == 1 and "新匣子" in vault.visitor("ann").get("/notifications")
    vault.visitor("ann").send("/notifications/read", {})
    vault.runtime.writing(OPERATOR, lambda s: write.update(s, "thing", id, {"name": "旧匣子"}))
    deliver(vault.runtime)
    assert notices(vault.visitor("ann"), "您关注的记录有自动变更") == 1
