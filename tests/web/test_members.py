"""Members of records: who may add them, what they then may do, how it ends, and who is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest

from engine.principal import OPERATOR
from engine.records import write
from tests.statements import counted
from tests.web.conftest import Visitor, World, application_of
from tests.web.people import Made, deactivate, hire, later


def customer(world: World, **values: object) -> int:
    return world.make("amy", "customer", **{"name": "共享测试客户", "source": "web", **values})


def add(visitor: Visitor, id: int, user: int, level: str = "read", until: str = "", **more: object):
    values = {"owner": str(user), "level": level, "until": until, **more}
    return visitor.send(f"/e/customer/{id}/members/add", values)


def card(visitor: Visitor, id: int) -> str:
    return visitor.get(f"/e/customer/{id}/members")


def seller(world: World) -> tuple[Made, Visitor]:
    """Somebody of the role sales, who sees nothing but their own and what is shared with them."""
    made = hire(world, "sales")
    return made, world.visitor(made.login)


def status(visitor: Visitor, id: int, more: str = "") -> int:
    return visitor.client.get(f"/e/customer/{id}{more}").status_code


def test_the_owner_shares_and_the_member_reads_until_the_last_day_is_over(running_world: World) -> None:
    world, amy, (one, them) = running_world, running_world.visitor("amy"), seller(running_world)
    id = customer(world)
    assert status(them, id) == 404 and "还没有与他人共享" in card(amy, id)
    last = world.runtime.clock.now().astimezone().date() + timedelta(days=3)
    assert add(amy, id, one.id, until=last.isoformat()).status_code == 303
    assert status(them, id) == 200 and status(them, id, "/edit") == 403
    assert one.login.title() in card(amy, id) and "可查看" in card(amy, id)
    assert "共享测试客户" in them.get("/e/customer")
    home = them.get("/")
    assert "与我共享" in home and "李晓梅与您共享了一条记录" in home and "共享测试客户" in home
    assert f"与{one.login.title()}共享：可查看，至" in amy.get(f"/e/customer/{id}")
    with later(world, timedelta(days=5)):
        amy, them = world.visitor("amy", fresh=True), world.visitor(one.login, fresh=True)
        assert status(them, id) == 404 and "还没有与他人共享" in card(amy, id)
        assert "共享测试客户" not in them.get("/") and "与我共享" not in them.get("/")
        assert add(amy, id, one.id).status_code == 303
        assert status(them, id) == 200


def test_a_member_of_level_write_changes_the_record(running_world: World) -> None:
    world, amy, (one, them) = running_world, running_world.visitor("amy"), seller(running_world)
    id = customer(world)
    add(amy, id, one.id, "write")
    assert status(them, id, "/edit") == 200
    form = them.form(f"/e/customer/{id}/edit")
    assert them.send(f"/e/customer/{id}/edit", {**form, "name": "成员改过的客户"}).status_code == 303
    assert "成员改过的客户" in amy.get(f"/e/customer/{id}")
    edit = f"/e/customer/{id}/members/{one.id}/edit"
    assert 'value="write" checked' in amy.get(edit)
    assert amy.send(edit, {"level": "read", "until": ""}).status_code == 303
    assert status(them, id, "/edit") == 403 and status(them, id) == 200
    assert "李晓梅更改了与您的共享" in them.get("/notifications")


def test_who_is_removed_reads_no_more_and_is_told_without_the_record(running_world: World) -> None:
    world, amy, (one, them) = running_world, running_world.visitor("amy"), seller(running_world)
    id = customer(world, name="不再共享的客户")
    add(amy, id, one.id)
    assert "移除成员" in amy.get(f"/e/customer/{id}/members/{one.id}/remove")
    assert amy.send(f"/e/customer/{id}/members/{one.id}/remove", {"_key": "gone"}).status_code == 303
    assert amy.send(f"/e/customer/{id}/members/{one.id}/remove", {"_key": "gone"}).status_code == 303
    assert amy.send(f"/e/customer/{id}/members/{one.id}/remove", {}).status_code == 404
    notices = them.get("/notifications")
    assert status(them, id) == 404 and "李晓梅结束了与您共享的一条记录" in notices and "不再共享的客户" not in notices
    assert f"结束了与{one.login.title()}的共享" in amy.get(f"/e/customer/{id}")


def test_a_member_leaves_by_themselves_and_shares_with_nobody(running_world: World) -> None:
    world, amy, (one, them) = running_world, running_world.visitor("amy"), seller(running_world)
    other, _ = seller(world)
    id = customer(world)
    add(amy, id, one.id, "write")
    add(amy, id, other.id)
    assert "/members/add" not in card(them, id) and f"/members/{other.id}/" not in card(them, id)
    assert them.client.get(f"/e/customer/{id}/members/add").status_code == 403
    assert add(them, id, world.people["eve"]).status_code == 403
    assert them.send(f"/e/customer/{id}/members/{other.id}/remove", {}).status_code == 403
    assert them.send(f"/e/customer/{id}/members/{one.id}/edit", {"level": "write", "until": "2999-01-01"}).status_code == 403
    left = them.send(f"/e/customer/{id}/members/{one.id}/remove", {})
    assert (left.status_code, left.headers["location"]) == (303, "/e/customer")
    assert status(them, id) == 404 and other.login.title() in card(amy, id)


def test_refusals_keep_what_was_typed_and_change_nothing(running_world: World) -> None:
    world, amy = running_world, running_world.visitor("amy")
    one, gone = hire(world, "sales"), hire(world, "sales")
    deactivate(world, gone)
    id = customer(world)
    for values, told in (
        ((0,), "必填"), ((gone.id,), "请选择在职人员"), ((99999999,), "请选择在职人员"),
        ((world.people["amy"],), "无需添加为成员"), ((one.id, "own"), "请选择可查看或可编辑"),
        ((one.id, "read", "2001-01-01"), "日期应在"), ((one.id, "read", "9999-12-31"), "日期应在"),
        ((one.id, "read", "31 日"), "31 日"),
    ):
        refused = add(amy, id, *values)
        assert refused.status_code == 422 and told in unescape(refused.text), (values, refused.text)
    kept = add(amy, id, one.id, "write", "2001-01-01").text
    assert 'value="2001-01-01"' in kept and 'value="write" checked' in kept and f'name="owner" value="{one.id}"' in kept
    assert add(amy, id, one.id, _csrf="x").status_code == 403
    assert "还没有与他人共享" in card(amy, id)


def test_nobody_becomes_a_member_in_vain(running_world: World) -> None:
    world, amy, bare = running_world, running_world.visitor("amy"), hire(running_world, "employee")
    id = customer(world)
    refused = add(amy, id, bare.id)
    assert refused.status_code == 422 and "不能查看与其共享的此类记录" in refused.text
    assert bare.login.title() not in card(amy, id)


def test_strangers_share_nothing_and_readers_without_the_right_neither(running_world: World) -> None:
    world, (one, _) = running_world, seller(running_world)
    id, eve = customer(world), world.visitor("eve")
    assert add(eve, id, one.id).status_code == 404 and eve.client.get(f"/e/customer/{id}/members").status_code == 404
    assert add(world.visitor("mgr"), id, one.id).status_code == 403


ROLES = {"own": "keeper", "boss": "boss", "told": "told", "mute": "mute", "away": "away", "plain": "plain", "guest": "keeper"}
FILES = {
    "app.yaml": "app: notes\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "entities/note.entity.yaml": """
entity: note
label: {zh: 笔记, en: Note}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
""",
    "access/people.role.yaml": """
role: people
label: {zh: 认识人, en: Knows people}
allow:
  user: {read: all}
""",
    "access/keeper.role.yaml": """
role: keeper
label: {zh: 保管, en: Keeper}
includes: [people]
allow:
  note: {create: true, read: [own, members], update: [own, members]}
""",
    "access/boss.role.yaml": """
role: boss
label: {zh: 主管, en: Boss}
includes: [people]
admin: true
allow:
  note: {create: true, read: all}
""",
    "access/told.role.yaml": """
role: told
label: {zh: 获授权, en: Granted}
includes: [people]
allow:
  note: {create: true, read: all, share: all}
""",
    "access/mute.role.yaml": """
role: mute
label: {zh: 禁止共享, en: Denied}
includes: [keeper]
deny:
  note: {share: true}
""",
    "access/away.role.yaml": """
role: away
label: {zh: 外部, en: Outside}
outside: true
allow:
  user: {read: all}
  note: {create: true, read: [own, members]}
fields:
  note.name: {read: true, edit: true}
  note.owner: {read: true}
  user.name: {read: true}
""",
    "access/plain.role.yaml": """
role: plain
label: {zh: 读者, en: Reader}
includes: [people]
allow:
  note: {create: true, read: all}
fields:
  note.owner: {hide: true}
""",
}
SHARES = {"own": "own", "boss": "all", "told": "all", "mute": "", "away": "", "plain": ""}
"""What each may share: their own notes, all that they read, or none. Who may not see whom a note belongs to
neither sees members nor makes any."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def notes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with application_of(request, tmp_path_factory.mktemp(f"notes-{request.param}"), FILES, ROLES) as world:
        yield world


@pytest.mark.parametrize("login", SHARES)
def test_the_owner_administrators_and_who_is_granted_it_share(notes: World, login: str) -> None:
    visitor, guest = notes.visitor(login), notes.people["guest"]
    mine, others = notes.make(login, "note", name="自己的"), notes.make("guest", "note", name="别人的")
    for id, wanted in ((mine, ("own", "all")), (others, ("all",))):
        person = notes.people["own"] if login != "own" and id == others else guest
        answer = visitor.send(f"/e/note/{id}/members/add", {"owner": str(person), "level": "read", "until": ""})
        assert (answer.status_code == 303) == (SHARES[login] in wanted), (login, id, answer.text)


def test_who_may_not_know_the_owner_sees_no_members_and_no_name_in_the_timeline(notes: World) -> None:
    own, plain, guest = notes.visitor("own"), notes.visitor("plain"), notes.people["guest"]
    id = notes.make("own", "note", name="有成员的")
    own.send(f"/e/note/{id}/members/add", {"owner": str(guest), "level": "write", "until": ""})
    page = plain.get(f"/e/note/{id}")
    assert "更改了成员" in page and "与Guest共享" not in page and "/members" not in page
    assert plain.client.get(f"/e/note/{id}/members").status_code == 404
    assert "与Guest共享：可编辑" in own.get(f"/e/note/{id}")


def test_nobody_gives_more_than_they_may_do(notes: World) -> None:
    boss, guest, id = notes.visitor("boss"), notes.people["guest"], notes.make("own", "note", name="只读的主管")
    address = f"/e/note/{id}/members/add"
    refused = boss.send(address, {"owner": str(guest), "level": "write", "until": ""})
    assert refused.status_code == 422 and "您自己现在不能编辑" in refused.text
    assert boss.send(address, {"owner": str(guest), "level": "read", "until": ""}).status_code == 303


def test_sharing_waits_for_the_way_back_from_the_trash(running_world: World) -> None:
    world, amy, (one, _) = running_world, running_world.visitor("amy"), seller(running_world)
    id = customer(world)
    world.runtime.writing(OPERATOR, lambda s: write.trash(s, "customer", id))
    refused = add(amy, id, one.id)
    assert refused.status_code == 409 and "回收站" in refused.text and "/members/add" not in card(amy, id)


def test_a_second_click_adds_once(running_world: World) -> None:
    world, amy, (one, them) = running_world, running_world.visitor("amy"), seller(running_world)
    id = customer(world)
    for _ in range(2):
        assert add(amy, id, one.id, _key="member-once").status_code == 303
    assert add(amy, id, one.id).status_code == 303
    assert card(amy, id).count("rows__item") == 1 and them.get("/notifications").count("与您共享了一条记录") == 1


def test_the_statements_of_the_card_and_the_page_do_not_grow(running_world: World) -> None:
    world, amy = running_world, running_world.visitor("amy")
    id = customer(world)

    def asked(address: str) -> int:
        amy.get(address)
        with counted() as seen:
            amy.get(address)
        return len(seen)

    add(amy, id, hire(world, "sales").id)
    few = asked(f"/e/customer/{id}/members"), asked(f"/e/customer/{id}")
    for _ in range(4):
        add(amy, id, hire(world, "sales").id)
    assert (asked(f"/e/customer/{id}/members"), asked(f"/e/customer/{id}")) == few


def test_whose_roles_change_no_shared_records_gets_no_level_that_says_so(notes: World) -> None:
    own, told, id = notes.visitor("own"), notes.people["told"], notes.make("own", "note", name="不能编辑的成员")
    address = f"/e/note/{id}/members/add"
    refused = own.send(address, {"owner": str(told), "level": "write", "until": ""})
    assert refused.status_code == 422 and "不能编辑与其共享的此类记录" in refused.text
    assert "Told" not in own.get(f"/e/note/{id}/members")
    assert own.send(address, {"owner": str(told), "level": "read", "until": ""}).status_code == 303


def test_a_list_shows_what_is_shared_with_its_reader(running_world: World) -> None:
    world, amy, (one, them) = running_world, running_world.visitor("amy"), seller(running_world)
    id, own = customer(world, name="列表共享客户甲"), world.make(one.login, "customer", name="列表共享客户乙", source="web")
    add(amy, id, one.id)
    assert "共 2 条" in them.get("/e/customer?q=列表共享") and own
    page = them.get("/e/customer?q=列表共享&shared=1&group=source")
    assert "列表共享客户甲" in page and "列表共享客户乙" not in page and re.search(r'aria-current="true">.*?与我共享', page)
    assert "列表共享客户甲" not in amy.get("/e/customer?q=列表共享&shared=1") and "shared=1" in amy.get("/e/customer")
    assert "shared=1" not in amy.get("/e/product"), "what nobody owns is not shared"


def test_a_list_is_filtered_by_ones_team(running_world: World) -> None:
    world, amy = running_world, running_world.visitor("amy")
    customer(world, name="团队筛选客户")
    assert 'name="team"' in amy.get("/e/customer/filter?field=owner") and 'name="team"' not in amy.get("/e/customer/filter?field=name")
    page = amy.get("/e/customer?q=团队筛选&field=owner&op=eq&team=1")
    assert "f=owner%3Aeq%3Amy_team" in page and "负责人 等于 <b>我的团队</b>" in page and "共 1 条" in page
    assert "共 0 条" in amy.get("/e/customer?q=团队筛选&f=none(owner:eq:my_team)")
    assert amy.client.get("/e/customer?f=name:eq:my_team").status_code == 200
    assert "chip--on" not in amy.get("/e/customer?f=owner:in:my_team")
