"""Absences on pages: entered in one's settings, shown above every page, decided by the stand-in, ended again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

from engine import absences
from engine.principal import OPERATOR
from tests.statements import counted
from tests.web.conftest import Visitor, World
from tests.web.people import Made, deactivate, hire
from tests.web.test_flows import contract, task_of


def day(world: World, days: int = 0) -> str:
    return world.runtime.writing(OPERATOR, lambda s: (s.today + timedelta(days=days)).isoformat())


def enter(visitor: Visitor, person: int, stand_in: int | str, first: str, last: str, more: str = "", **values: str):
    given = {"stand_in": str(stand_in), "first": first, "last": last, "note": "", **values}
    return visitor.send(f"/people/{person}/away{more}", given)


@contextmanager
def away(world: World, login: str, stand_in: int) -> Iterator[int]:
    """`login` is away today and tomorrow; afterwards they are back, as others need them."""
    person = world.principal(login).user_id
    assert person is not None
    today = world.runtime.writing(OPERATOR, lambda s: s.today)
    number = world.runtime.writing(OPERATOR, lambda s: absences.enter(s, person, stand_in, today, today + timedelta(days=1)))
    try:
        yield number
    finally:
        world.runtime.writing(OPERATOR, lambda s: absences.end(s, person, number))


def test_one_enters_changes_and_ends_an_absence_of_ones_own(world: World) -> None:
    one, other = hire(world, "sales"), hire(world, "sales")
    me, them = world.visitor(one.login), world.visitor(other.login)
    assert "没有外出安排" in me.get("/profile")
    assert 'name="stand_in"' in me.get(f"/people/{one.id}/away")
    refused = enter(me, one.id, one.id, day(world), day(world, -1), note="展会")
    assert refused.status_code == 422 and "代理人不能是外出者本人" in refused.text
    assert 'value="展会"' in refused.text and "日期应在" in refused.text
    assert enter(me, one.id, other.id, day(world), day(world, 2), note="展会").status_code == 303
    page = me.get("/profile")
    assert f"由 {other.login.title()} 代理 · 展会" in page and "外出中" in page
    bar = me.get("/e/lead")
    assert f"期间由 {other.login.title()} 代为审批" in bar and 'class="away"' not in them.get("/e/lead")
    assert "由您代为审批" in them.get("/notifications")
    base = page.split(f'hx-get="/people/{one.id}/away/')[1].split('"')[0]
    form = me.get(f"/people/{one.id}/away/{base}")
    assert "已经开始，不能再改" in form and other.login.title() in form
    assert enter(me, one.id, other.id, "", day(world, 5), f"/{base}", note="延期").status_code == 303
    assert "延期" in me.get("/profile")
    assert "立即结束外出" in me.get(f"/people/{one.id}/away/{base}/end")
    ended = me.send(f"/people/{one.id}/away/{base}/end", {"next": "/e/lead"})
    assert ended.status_code == 303 and ended.headers["location"] == "/e/lead"
    assert 'class="away"' not in me.get("/e/lead")
    assert me.client.get(f"/people/{one.id}/away/{base}").status_code == 404


def test_others_may_not_and_administrators_may(world: World) -> None:
    one, other = hire(world, "sales"), hire(world, "sales")
    them, admin = world.visitor(other.login), world.visitor(hire(world, "admin").login)
    assert them.client.get(f"/people/{one.id}/away").status_code in (403, 404)
    assert enter(them, one.id, other.id, day(world), day(world)).status_code in (403, 404)
    assert "外出代理" in admin.get(f"/e/user/{one.id}") and "外出代理" not in them.get("/e/lead")
    answer = enter(admin, one.id, other.id, day(world, 1), day(world, 2))
    assert answer.status_code == 303 and answer.headers["location"] == f"/e/user/{one.id}"
    page = admin.get(f"/e/user/{one.id}")
    assert "未开始" in page and "登记了外出" in page
    assert "为您登记了外出" in world.visitor(one.login).get("/notifications")
    found = admin.send(f"/people/{one.id}/away/pick/stand_in", {"_text.stand_in": other.login.title()})
    assert other.login.title() in found.text
    assert f'data-value="{one.id}"' not in admin.send(f"/people/{one.id}/away/pick/stand_in", {"_text.stand_in": one.login}).text


def test_the_stand_in_finds_and_decides_it_and_the_trail_says_for_whom(world: World) -> None:
    amy, deputy = world.visitor("amy"), hire(world, "sales_manager")
    them, id = world.visitor(deputy.login), contract(world)
    address = f"/e/contract/{id}"
    assert them.client.get(address).status_code == 404
    with away(world, "law", deputy.id):
        amy.send(f"{address}/move/submit", {})
        mgr = world.visitor("mgr")
        mgr.send(task_of(mgr.get(address)), {"action": "approve", "comment": "同意"})
        assert f"外出，{deputy.login.title()} 可代办" in amy.get(address)
        for page in ("/", "/approvals"):
            assert "代 吴法务" in them.get(page)
        assert "待您代 吴法务 审批" in unescape(them.get("/notifications"))
        shown = them.get(address)
        assert "等待您代 吴法务 审批" in shown
        answer = them.send(task_of(shown), {"action": "approve", "comment": "条款无异议"})
        assert answer.status_code == 303
        assert "代 吴法务" in them.get("/approvals?tab=done")
        law = world.visitor("law")
        assert f"由 {deputy.login.title()} 代办" in law.get("/approvals?tab=done")
    assert them.client.get(address).status_code == 404
    trail = amy.get(address)
    assert f"{deputy.login.title()} 代 吴法务" in trail


def test_the_list_of_what_waits_takes_as_many_statements_however_much_waits(world: World) -> None:
    deputy = hire(world, "sales_manager")
    them, amy, mgr = world.visitor(deputy.login), world.visitor("amy"), world.visitor("mgr")
    with away(world, "law", deputy.id):
        taken = []
        for _ in range(2):
            id = contract(world)
            amy.send(f"/e/contract/{id}/move/submit", {})
            mgr.send(task_of(mgr.get(f"/e/contract/{id}")), {"action": "approve", "comment": "同意"})
            them.get("/approvals")
            with counted() as statements:
                them.get("/approvals")
            taken.append(len(statements))
    assert taken[0] == taken[1]


def test_a_stand_in_who_leaves_is_no_fault_of_the_page(world: World) -> None:
    one, other = hire(world, "sales"), hire(world, "sales")
    me = world.visitor(one.login)
    enter(me, one.id, other.id, day(world), day(world, 2))
    deactivate(world, Made(other.id, other.login))
    assert other.login.title() in me.get("/profile")
    assert "已停用；请在个人设置中另选代理人" in me.get("/notifications")
