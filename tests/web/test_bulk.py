"""The same done to many records of a list: seen beforehand, done once each, told, taken back; every rule holds for every one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import unquote

import httpx2
import pytest
import sqlalchemy as sa

from engine import bulk
from engine.bulk import runs
from engine.bulk.actions import edit, perform
from engine.failpoints import VARIABLE
from engine.jobs import Worker
from engine.principal import OPERATOR
from engine.records import read, write
from engine.records.queries import RecordRef
from engine.runtime import WriteSession
from engine.storage import platform
from loomwork.working import HANDLERS
from tests.statements import counted
from tests.web.conftest import Visitor, World
from tests.web.test_pages import lead_values
from web.pages.bulk import runs as work_pages

RECORD = "/e/lead/"


def leads(world: World, number: int, login: str = "amy", **values: object) -> list[int]:
    """Leads of that person."""
    return [world.make(login, "lead", **lead_values(**values)) for _ in range(number)]


def stored(world: World, id: int, *names: str) -> tuple[object, ...]:
    """What a lead holds, in the trash or not."""
    with world.runtime.reading(OPERATOR) as session:
        values = read.get(session, "lead", id).values
    return tuple(values.get(name) for name in names)


def send(
    visitor: Visitor, action: str, ids: Sequence[int | str], step: str, address: str = "", **typed: object
) -> httpx2.Response:
    """One step of the dialog."""
    data = {"_step": step, "_id": [str(id) for id in ids], **{name.replace("__", "."): value for name, value in typed.items()}}
    return visitor.send(f"/e/lead/bulk/{action}{address}", data)


def plain(html: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def said(answer: httpx2.Response) -> str:
    """What the next page says once."""
    return unquote(unquote(str(answer.cookies.get("flash"))))


def run_of(world: World) -> int:
    """The latest run."""
    with world.runtime.reading(OPERATOR) as session:
        return session.connection.execute(sa.select(sa.func.max(platform.bulk.c.id))).scalar_one()


def states(world: World, run: int) -> Mapping[str, int]:
    with world.runtime.reading(OPERATOR) as session:
        return bulk.find(session, run).counts


def worked(world: World) -> None:
    """The worker does what is due."""
    Worker(world.runtime, HANDLERS).run_due()


def test_a_field_is_changed_after_a_look_and_taken_back(world: World) -> None:
    amy, ids = world.visitor("amy"), leads(world, 3)
    world.runtime.writing(OPERATOR, lambda session: write.update(session, "lead", ids[2], {"city": "苏州"}))
    shown = send(amy, "edit", ids, "", _field="city")
    assert shown.status_code == 200 and 'name="city"' in shown.text and "3 条线索" in plain(shown.text)
    preview = send(amy, "edit", ids, "preview", _field="city", city="苏州")
    assert "2 条将被更改" in plain(preview.text) and "1 条已是如此" in plain(preview.text) and "城市 → 苏州" in plain(preview.text)
    assert stored(world, ids[0], "city", "revision") == (None, 1)
    done = send(amy, "edit", ids, "run", _field="city", city="苏州")
    assert done.status_code == 303 and done.headers["location"] == "/e/lead" and "work.done_edit|count=2" in said(done)
    assert [stored(world, id, "city") for id in ids] == [("苏州",)] * 3
    history = amy.get(f"{RECORD}{ids[0]}")
    assert "苏州" in history and "李晓梅" in history
    run = run_of(world)
    undone = amy.send(f"/runs/{run}/undo", {})
    assert undone.status_code == 303 and "work.done_undo|count=2" in said(undone)
    assert [stored(world, id, "city") for id in ids] == [(None,), (None,), ("苏州",)]
    assert amy.send(f"/runs/{run}/undo", {"_key": "again"}).status_code == 409


def test_each_record_keeps_its_rules_and_one_refused_stops_no_other(world: World) -> None:
    amy, ids = world.visitor("amy"), leads(world, 3)
    preview = plain(send(amy, "edit", ids, "preview", _field="phone", phone="13999990001").text)
    assert "1 条将被更改" in preview and "2 条不能更改" in preview and "电话 · " in preview
    done = send(amy, "edit", ids, "run", _field="phone", phone="13999990001")
    run = run_of(world)
    assert done.headers["location"] == f"/runs/{run}" and states(world, run) == {"changed": 1, "refused": 2}
    page = amy.get(f"/runs/{run}")
    assert "电话 · " in plain(page) and f"{RECORD}{ids[2]}" in page
    file = amy.client.get(f"/runs/{run}/csv").content.decode("utf-8-sig").splitlines()
    assert len(file) == 4 and file[1].startswith(f"{ids[0]},") and "被拒绝" in file[2] and "电话" in file[2]
    unread = send(amy, "edit", ids, "preview", _field="budget", budget="十二万")
    assert unread.status_code == 422 and "f-budget-error" in unread.text and 'value="十二万"' in unread.text
    blank = plain(send(amy, "edit", ids, "preview", _field="title", title="").text)
    assert "没有记录会被更改" in blank and "线索主题 · " in blank


def test_moves_go_through_the_flow(world: World) -> None:
    amy, mgr, ids = world.visitor("amy"), world.visitor("mgr"), leads(world, 2)
    choice = send(amy, "move", ids, "")
    assert "标记无效" in choice.text and "convert" in choice.text
    asked = send(amy, "move", ids, "", _move="disqualify")
    assert 'name="a.lost_reason"' in asked.text
    missing = send(amy, "move", ids, "preview", _move="disqualify", a__lost_reason="")
    assert missing.status_code == 422 and "f-a-lost_reason-error" in missing.text
    guarded = plain(send(amy, "move", ids, "preview", _move="contact").text)
    assert "没有记录会被更改" in guarded and "2 条不能流转" in guarded
    world.make("amy", "activity", parent=RecordRef("lead", ids[0]), subject="聊过", content="聊了")
    one_way = plain(send(amy, "move", ids, "preview", _move="contact").text)
    assert "1 条将流转" in one_way and "没有退回" in one_way
    preview = plain(send(amy, "move", ids, "preview", _move="disqualify", a__lost_reason="no_need").text)
    assert "2 条将流转" in preview and "7 天内可撤销" in preview
    assert stored(world, ids[0], "status") == ("new",)
    assert send(amy, "move", ids, "run", _move="disqualify", a__lost_reason="no_need").status_code == 303
    assert [stored(world, id, "status", "lost_reason") for id in ids] == [("unqualified", "no_need")] * 2
    run = run_of(world)
    assert mgr.client.get(f"/runs/{run}").status_code == 404
    amy.send(f"/runs/{run}/undo", {})
    assert states(world, run_of(world)) == {"refused": 2}, "only a manager may take the way back"
    assert send(mgr, "move", ids, "run", _move="reopen").status_code == 303
    assert stored(world, ids[0], "status") == ("new",)


def test_reassigning_and_deleting_are_taken_back_too(world: World) -> None:
    mgr, ids = world.visitor("mgr"), leads(world, 2)
    send(mgr, "assign", ids, "run", owner=str(world.people["eve"]))
    assert [stored(world, id, "owner") for id in ids] == [(world.people["eve"],)] * 2
    given = run_of(world)
    world.runtime.writing(world.principal("eve"), lambda s: write.update(s, "lead", ids[0], {"city": "变了"}))
    undone = mgr.send(f"/runs/{given}/undo", {})
    run = run_of(world)
    assert undone.headers["location"] == f"/runs/{run}" and states(world, run) == {"changed": 1, "refused": 1}
    assert "又被修改过" in mgr.get(f"/runs/{run}")
    assert stored(world, ids[0], "owner") == (world.people["eve"],) and stored(world, ids[1], "owner") == (world.people["amy"],)
    preview = plain(send(mgr, "trash", ids, "").text)
    assert "2 条将移入回收站" in preview and "删除 2 条" in preview and "更改" not in preview
    trashed = send(mgr, "trash", ids, "run")
    assert "work.done_trash|count=2" in said(trashed)
    shown = plain(mgr.get(f"/runs/{run_of(world)}"))
    assert "已移入回收站" in shown and "已更改" not in shown
    assert stored(world, ids[0], "archived_at") != (None,)
    mgr.send(f"/runs/{run_of(world)}/undo", {})
    assert stored(world, ids[0], "archived_at") == (None,)


def test_all_that_the_list_shows_is_the_workers_and_follows_the_list(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_pages, "DIRECT", 1)
    monkeypatch.setattr("web.pages.bulk.actions.DIRECT", 1)
    amy, ids = world.visitor("amy"), leads(world, 3, city="全部城")
    address, typed = "?f=any(city:eq:全部城;all(city:eq:全部城;owner:eq:me))", {"_all": "1", "_field": "city", "city": "新城"}
    preview = send(amy, "edit", [], "preview", address, **typed)
    assert "3 条将被更改" in plain(preview.text) and "后台" in preview.text
    begun = send(amy, "edit", [], "run", address, **typed)
    run = run_of(world)
    assert begun.headers["location"] == f"/runs/{run}" and states(world, run) == {"waiting": 3}
    page = amy.get(f"/runs/{run}")
    assert 'hx-trigger="every 2s"' in page and "已处理 0 / 3" in page
    world.runtime.writing(OPERATOR, lambda s: write.update(s, "lead", ids[1], {"city": "离开了"}))
    worked(world)
    assert states(world, run) == {"changed": 2, "left": 1}
    assert [stored(world, id, "city")[0] for id in ids] == ["新城", "离开了", "新城"]
    assert "已不在列表中" in amy.get(f"/runs/{run}") and "every 2s" not in amy.get(f"/runs/{run}")
    assert 'href="/runs"' in amy.get("/notifications") and "批量处理已完成" in amy.get("/notifications")
    assert f"/runs/{run}" in amy.get("/runs") and f"/runs/{run}" not in world.visitor("mgr").get("/runs")
    assert world.visitor("mgr").client.get(f"/runs/{run}/csv").status_code == 404
    assert world.visitor("mgr").send(f"/runs/{run}/undo", {}).status_code == 404
    assert world.visitor("mgr").send(f"/runs/{run}/cancel", {}).status_code == 404
    assert world.visitor("root").client.get(f"/runs/{run}").status_code == 200


def begun(world: World, login: str, ids: list[int], value: str) -> int:
    """A run that waits for the worker."""
    def unit(session: WriteSession) -> int:
        action = edit(session.app.entities["lead"].fields["city"], "set", value)
        return bulk.start(session, "lead", action, ids, None, timedelta(0))

    return world.runtime.writing(world.principal(login), unit)


def test_a_stopped_run_does_no_more(world: World) -> None:
    amy, ids = world.visitor("amy"), leads(world, 2)
    run = begun(world, "amy", ids, "不会")
    assert amy.send(f"/runs/{run}/cancel", {}).status_code == 303
    worked(world)
    assert states(world, run) == {"waiting": 2} and stored(world, ids[0], "city") == (None,)
    assert "已停止" in amy.get(f"/runs/{run}") and "未处理" in amy.get(f"/runs/{run}")


def test_rights_are_those_of_the_moment(world: World) -> None:
    """Whose role is taken away meanwhile is refused; whoever is inactive does nothing more."""
    def hire(session: WriteSession) -> tuple[int, int]:
        user = write.create(session, "user", {"login": "tmp", "name": "临时"})
        return user, write.create(session, "role_assignment", {"user": user, "role": "sales_manager"})

    user, role = world.runtime.writing(OPERATOR, hire)
    ids = leads(world, 2, "tmp")
    run = begun(world, "tmp", ids, "无权")
    world.runtime.writing(OPERATOR, lambda s: write.trash(s, "role_assignment", role))
    worked(world)
    assert states(world, run) == {"refused": 2} and stored(world, ids[0], "city") == (None,)
    run = begun(world, "tmp", ids, "已走")
    world.runtime.writing(OPERATOR, lambda s: write.update(s, "user", user, {"active": False}))
    worked(world)
    assert states(world, run) == {"refused": 2}
    with world.runtime.reading(OPERATOR) as session:
        assert [reason.texts["zh"] for reason in bulk.result(session, run).reasons] == ["发起人已停用，其余记录未处理。"]


def test_a_killed_worker_is_followed_by_another_that_does_none_twice(world: World) -> None:
    ids = leads(world, 3)
    run = begun(world, "amy", ids, "杀不死")
    url = world.runtime.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.web.work_once", url, str(world.settings.data)]
    killed = subprocess.run(
        command, env={**os.environ, VARIABLE: "bulk.record_done=kill"}, capture_output=True, check=False, text=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert states(world, run) == {"changed": 1, "waiting": 2}
    with world.runtime.database.write() as connection:
        over = datetime.now(UTC) - timedelta(minutes=1)
        connection.execute(platform.job.update().where(platform.job.c.state == "running").values(lease_until=over))
    worked(world)
    assert states(world, run) == {"changed": 3}
    assert [stored(world, id, "city", "revision") for id in ids] == [("杀不死", 2)] * 3
    with world.runtime.reading(OPERATOR) as session:
        changes = [len([one for one in read.history(session, "lead", id) if one.kind == "update"]) for id in ids]
    assert changes == [1, 1, 1]


def test_a_fault_of_the_program_stops_no_other_record(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = leads(world, 3)
    run = begun(world, "amy", ids, "出错")

    def failing(session: WriteSession, port: bulk.BulkPort, entity: str, record: int, action: bulk.Action) -> bool:
        if record == ids[1]:
            raise ZeroDivisionError("a fault of the program")
        return perform(session, port, entity, record, action)

    monkeypatch.setattr("engine.bulk.work.perform", failing)
    worked(world)
    assert states(world, run) == {"changed": 2, "refused": 1}
    assert [stored(world, id, "city") for id in ids] == [("出错",), (None,), ("出错",)]
    amy = world.visitor("amy").get(f"/runs/{run}")
    assert "处理这条记录时程序出错，记录未改动；请把时间告诉管理员，日志中有原因。" in amy and "ZeroDivision" not in amy
    with world.runtime.reading(OPERATOR) as session:
        assert [reason.texts["en"] for reason in bulk.result(session, run).reasons] == [
            "The program failed at this record, which was not changed; tell an administrator the time, the log says why."
        ]


def test_a_form_sent_twice_is_one_run(world: World) -> None:
    amy, ids = world.visitor("amy"), leads(world, 2)
    first = send(amy, "edit", ids, "run", _field="city", city="一次", _key="twice-1")
    run = run_of(world)
    second = send(amy, "edit", ids, "run", _field="city", city="一次", _key="twice-1")
    assert (first.status_code, second.status_code) == (303, 303) and run_of(world) == run
    assert stored(world, ids[0], "revision") == (2,)


def test_what_is_no_selection_or_not_ones_own_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    amy, eve = world.visitor("amy"), world.visitor("eve")
    foreign = leads(world, 1, "eve")
    for step in ("preview", "run"):
        assert send(amy, "edit", ["x", "²"], step, _field="city", city="a").status_code == 400
        assert send(amy, "edit", [], step, _field="city", city="a").status_code == 409
        assert send(amy, "edit", foreign, step, _field="score", score="1").status_code == 404
        assert send(amy, "edit", foreign, step, _field="status", status="converted").status_code == 404
        assert send(amy, "edit", foreign, step, _field="nothing").status_code == 404
        assert send(amy, "move", foreign, step, _move="nothing").status_code == 404
        assert send(amy, "nothing", foreign, step).status_code == 404
        filtered = send(amy, "edit", [], step, "?f=budget:ge:viel", _all="1", _field="city", city="a")
        assert filtered.status_code == 409 and "筛选条件" in filtered.text
    missing = plain(send(amy, "edit", [*foreign, 10**12], "preview", _field="city", city="偷").text)
    assert "2 条不能更改" in missing and "没有找到" in missing
    send(amy, "edit", [*foreign, 10**12], "run", _field="city", city="偷")
    assert states(world, run_of(world)) == {"refused": 2} and stored(world, foreign[0], "city") == (None,)
    assert f"{RECORD}{foreign[0]}" not in amy.get(f"/runs/{run_of(world)}")
    monkeypatch.setattr(runs, "LONGEST_SELECTION", 1)
    monkeypatch.setattr("web.pages.bulk.forms.LONGEST_SELECTION", 1)
    many = send(eve, "edit", [*foreign, foreign[0] + 1], "run", _field="city", city="多")
    assert many.status_code == 409 and "一次最多处理 1 条" in many.text


def test_whoever_may_do_nothing_sees_no_boxes(world: World) -> None:
    amy, fin = world.visitor("amy"), world.visitor("fin")
    customer = world.make("amy", "customer", name="没有框")
    assert 'name="_id"' in amy.get("/e/customer") and "data-select-page" in amy.get("/e/customer")
    page = fin.client.get("/e/customer")
    assert page.status_code == 200 and f"/e/customer/{customer}" in page.text
    offered = re.findall(r'hx-post="/e/customer/bulk/(\w+)', page.text)
    refused = [kind for kind in ("edit", "assign", "trash", "move") if kind not in offered]
    assert refused
    for kind in refused:
        answer = fin.send(f"/e/customer/bulk/{kind}", {"_id": str(customer), "_step": "run"})
        assert answer.status_code in (403, 404), kind


def test_pages_of_work_ask_the_same_number_of_statements_whatever_they_show(world: World) -> None:
    amy, asked = world.visitor("amy"), []
    for number in (1, 4):
        ids = leads(world, number)
        send(amy, "edit", ids, "run", _field="phone", phone=f"1370000000{number}")
        if number == 1:
            send(amy, "edit", [*ids, 10**12], "run", _field="phone", phone="13700000009")
        run = run_of(world)
        with counted() as statements:
            amy.get(f"/runs/{run}")
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_old_runs_are_forgotten_and_cannot_be_taken_back(world: World) -> None:
    ids = leads(world, 1)
    send(world.visitor("amy"), "edit", ids, "run", _field="city", city="旧")
    run = run_of(world)

    def age(days: int) -> None:
        with world.runtime.database.write() as connection:
            old = datetime.now(UTC) - timedelta(days=days)
            connection.execute(platform.bulk.update().where(platform.bulk.c.id == run).values(ended_at=old))

    age(8)
    assert world.visitor("amy").send(f"/runs/{run}/undo", {}).status_code == 409
    age(31)
    with world.runtime.database.write() as connection:
        assert runs.forget(connection, datetime.now(UTC)) == 1
    assert world.visitor("amy").client.get(f"/runs/{run}").status_code == 404
