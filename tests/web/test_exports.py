"""Lists as files: few rows at once, many by the worker; never more than their owner may have, and noted either way."""

from __future__ import annotations

import csv
import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote

import httpx2
import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from engine import bulk
from engine.bulk import exporting, runs
from engine.daily import housekeeping
from engine.failpoints import VARIABLE
from engine.jobs import Job
from engine.principal import OPERATOR
from engine.records import write
from engine.runtime import WriteSession
from engine.storage import platform
from tests.web.conftest import Visitor, World
from tests.web.test_bulk import plain, run_of, worked
from tests.web.test_pages import lead_values
from web.pages.lists import export as page

LEAD = "/e/lead/bulk/export"


def leads(world: World, city: str, number: int, **values: object) -> list[int]:
    """Leads of amy in a city of this test."""
    return [world.make("amy", "lead", **lead_values(title=f"{city}{n:02}", city=city, **values)) for n in range(number)]


def of(city: str) -> str:
    return f"{LEAD}?f={quote(f'city:eq:{city}')}"


def send(visitor: Visitor, address: str, form: str = "csv", ids: list[int] | None = None, **more: object) -> httpx2.Response:
    meant: dict[str, object] = {"_all": "1"} if ids is None else {"_id": [str(id) for id in ids]}
    return visitor.send(address, {**meant, "_step": "run", "_form": form, **more})


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def sheet(content: bytes) -> list[list[object]]:
    """The values of a workbook; of a formula it would be what it comes to."""
    return [list(row) for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()]


def kept(world: World, run: int) -> sa.Row[tuple[object, ...]]:
    with world.runtime.database.read() as connection:
        query = sa.select(platform.export, platform.bulk.c.ended_at).join(platform.bulk, platform.bulk.c.id == run)
        return connection.execute(query.where(platform.export.c.bulk_id == run)).one()


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every export is the worker's, in pages of two rows."""
    monkeypatch.setattr(page, "DIRECT", 0)
    monkeypatch.setattr(page, "PAGE", 2)
    monkeypatch.setattr("reports.exchange.exporting.PAGE", 2)
    yield


def test_the_dialog_tells_what_the_file_will_hold(world: World) -> None:
    mgr, ids = world.visitor("mgr"), leads(world, "导甲", 3)
    dialog = plain(mgr.send(of("导甲"), {"_all": "1"}).text)
    assert "导出 · 3 条线索" in dialog and re.search(r"\d+ 列：先是列表所示的列", dialog) and "一次最多 100,000 行" in dialog
    assert "后台" not in dialog
    assert "导出 · 2 条线索" in plain(mgr.send(of("导甲"), {"_id": [str(id) for id in ids[:2]]}).text)
    assert f'hx-post="{LEAD}"' in mgr.get("/e/lead") and LEAD not in world.visitor("amy").get("/e/lead")


def test_few_rows_are_sent_at_once_and_noted(world: World) -> None:
    mgr, ids = world.visitor("mgr"), leads(world, "导乙", 3)
    sent = send(mgr, of("导乙"))
    assert sent.status_code == 200 and sent.headers["content-type"].startswith("text/csv")
    assert re.fullmatch(r"attachment; filename\*=UTF-8''线索-\d{4}-\d\d-\d\d\.csv", unquote(sent.headers["content-disposition"]))
    assert len(rows(sent.content)) == 4
    assert len(rows(send(mgr, of("导乙"), ids=ids[:2]).content)) == 3
    run = run_of(world)
    shown = plain(mgr.get(f"/runs/{run}"))
    assert "导出 · CSV" in shown and "已写入 2 / 2 行" in shown and "勾选的 2 条" in shown and "城市 等于 导乙" in shown
    assert "未另行保留" in shown and "下载结果" not in shown
    assert mgr.client.get(f"/runs/{run}/file").status_code == 404
    told = world.visitor("root").get("/runs")
    assert "所有人的导出" in told and f"/runs/{run}" in told and "所有人的导出" not in mgr.get("/runs")


def test_excel_holds_texts_and_csv_no_formulas(world: World) -> None:
    mgr = world.visitor("mgr")
    leads(world, "导丙", 1, company="=1+1")
    head, row = sheet(send(mgr, of("导丙"), "xlsx").content)
    assert dict(zip(head, row, strict=True))["company"] == "=1+1"
    head, row = rows(send(mgr, of("导丙")).content)
    assert dict(zip(head, row, strict=True))["company"] == "'=1+1"


def test_many_rows_are_the_workers(world: World, behind: None) -> None:
    mgr, ids = world.visitor("mgr"), leads(world, "导丁", 5)
    assert "后台生成" in plain(mgr.send(of("导丁"), {"_all": "1"}).text)
    answer = send(mgr, f"{of('导丁')}&sort=-title", _key="once-only-1")
    run = run_of(world)
    assert answer.status_code == 303 and answer.headers["location"] == f"/runs/{run}"
    send(mgr, f"{of('导丁')}&sort=-title", _key="once-only-1")
    assert run_of(world) == run, "a form sent twice is one export"
    waiting = mgr.get(f"/runs/{run}")
    assert "已写入 0 / 5 行" in plain(waiting) and f"/runs/{run}/cancel" in waiting
    worked(world)
    done = plain(mgr.get(f"/runs/{run}"))
    assert "已写入 5 / 5 行" in done and "下载文件（" in done and "只有您能下载" in done
    file = mgr.client.get(f"/runs/{run}/file")
    assert [line[0] for line in rows(file.content)[1:]] == [f"导丁{n:02}" for n in (4, 3, 2, 1, 0)] and len(ids) == 5
    assert file.headers["content-type"] == "application/octet-stream" and ".csv" in file.headers["content-disposition"]
    assert "导出已结束" in mgr.get("/notifications")
    assert world.visitor("amy").client.get(f"/runs/{run}").status_code == 404
    assert world.visitor("amy").client.get(f"/runs/{run}/file").status_code == 404
    admin = world.visitor("root")
    told = admin.get(f"/runs/{run}")
    assert "线索 · " in plain(told) and "已写入 5 / 5 行" in plain(told) and f"/runs/{run}/file" not in told and "导丁" not in told
    assert admin.client.get(f"/runs/{run}/file").status_code == 404, "the file is its owner's alone"


def test_a_selection_is_the_workers_too(world: World, behind: None) -> None:
    mgr, ids = world.visitor("mgr"), leads(world, "导戊", 4)
    send(mgr, LEAD, "xlsx", ids[:3])
    worked(world)
    assert len(sheet(mgr.client.get(f"/runs/{run_of(world)}/file").content)) == 4


def test_a_stopped_export_makes_no_file(world: World, behind: None) -> None:
    mgr = world.visitor("mgr")
    leads(world, "导己", 3)
    send(mgr, of("导己"))
    run = run_of(world)
    assert mgr.send(f"/runs/{run}/cancel", {}).status_code == 303
    worked(world)
    assert kept(world, run).storage is None and "已停止" in mgr.get(f"/runs/{run}")
    assert mgr.client.get(f"/runs/{run}/file").status_code == 404


def hired(world: World, login: str) -> tuple[int, int]:
    def unit(session: WriteSession) -> tuple[int, int]:
        user = write.create(session, "user", {"login": login, "name": login})
        return user, write.create(session, "role_assignment", {"user": user, "role": "gm"})

    return world.runtime.writing(OPERATOR, unit)


def begun(world: World, login: str, city: str) -> int:
    parameters = [("f", f"city:eq:{city}")]
    return world.runtime.writing(
        world.principal(login), lambda session: bulk.start_export(session, "lead", "csv", parameters, [], 3)
    )


def test_rights_are_those_of_the_moment(world: World, behind: None) -> None:
    """Whose role is taken away is refused, before rows are read or meanwhile; whoever is inactive gets nothing."""
    user, role = hired(world, "extern")
    leads(world, "导庚", 3)
    run = begun(world, "extern", "导庚")
    world.runtime.writing(OPERATOR, lambda s: write.trash(s, "role_assignment", role))
    worked(world)
    found = kept(world, run)
    assert found.storage is None and found.ended_at is not None and "无权导出" in found.reason["zh"]
    admin = plain(world.visitor("root").get(f"/runs/{run}"))
    assert "没有生成文件" in admin and "未完成" in admin
    role = world.runtime.writing(OPERATOR, lambda s: write.create(s, "role_assignment", {"user": user, "role": "gm"}))
    run = begun(world, "extern", "导庚")
    world.runtime.writing(OPERATOR, lambda s: write.update(s, "user", user, {"active": False}))
    worked(world)
    assert kept(world, run).storage is None and "已停用" in kept(world, run).reason["zh"]


def test_rights_that_go_while_rows_are_read_end_the_export(
    world: World, behind: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, role = hired(world, "midway")
    leads(world, "导辛", 5)
    run = begun(world, "midway", "导辛")
    taken: list[str] = []

    def take(name: str) -> None:
        if name == "export.rows_written" and not taken:
            taken.append(name)
            world.runtime.writing(OPERATOR, lambda s: write.trash(s, "role_assignment", role))

    monkeypatch.setattr(exporting, "failpoint", take)
    worked(world)
    assert taken and kept(world, run).done == 2 and kept(world, run).storage is None and "无权导出" in kept(world, run).reason["zh"]


def test_a_killed_worker_is_followed_by_another_and_there_is_one_file(world: World, behind: None) -> None:
    mgr = world.visitor("mgr")
    leads(world, "导壬", 3)
    send(mgr, of("导壬"))
    run = run_of(world)
    url = world.runtime.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.web.work_once", url, str(world.settings.data)]
    for point in ("export.rows_written", "export.file_stored"):
        killed = subprocess.run(
            command, env={**os.environ, VARIABLE: f"{point}=kill"}, capture_output=True, check=False, text=True
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert kept(world, run).storage is None
        with world.runtime.database.write() as connection:
            over = datetime.now(UTC) - timedelta(minutes=1)
            connection.execute(platform.job.update().where(platform.job.c.state == "running").values(lease_until=over))
    worked(world)
    assert len(rows(mgr.client.get(f"/runs/{run}/file").content)) == 4
    before = mgr.get("/notifications").count("导出已结束")
    worked(world)
    assert mgr.get("/notifications").count("导出已结束") == before


def test_files_are_kept_for_a_week_and_the_note_for_a_year(world: World, behind: None) -> None:
    mgr = world.visitor("mgr")
    leads(world, "导癸", 1)
    send(mgr, of("导癸"))
    worked(world)
    run = run_of(world)
    storage = str(kept(world, run).storage)
    tidy(world)
    assert mgr.client.get(f"/runs/{run}/file").status_code == 200, "the sweep spares it"

    def age(days: int) -> None:
        with world.runtime.database.write() as connection:
            old = datetime.now(UTC) - timedelta(days=days)
            connection.execute(platform.bulk.update().where(platform.bulk.c.id == run).values(ended_at=old))

    age(8)
    os.utime(content_of(world, storage), (0, 0))
    tidy(world)
    assert mgr.client.get(f"/runs/{run}/file").status_code == 404 and "保留期" in mgr.get(f"/runs/{run}")
    assert not content_of(world, storage).exists()
    age(60)
    tidy(world)
    assert mgr.client.get(f"/runs/{run}").status_code == 200
    with world.runtime.database.write() as connection:
        assert runs.forget(connection, datetime.now(UTC) + timedelta(days=366)) >= 1
    assert mgr.client.get(f"/runs/{run}").status_code == 404


def tidy(world: World) -> None:
    """The night's work, as the worker does it."""
    housekeeping(world.runtime, Job(0, "daily.housekeeping", {}, 1, 1))


def content_of(world: World, storage: str) -> Path:
    return world.runtime.files.folder / storage[:2].lower() / storage


def test_what_may_not_be_exported_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mgr, amy = world.visitor("mgr"), world.visitor("amy")
    ids = leads(world, "导子", 2)
    assert send(amy, of("导子")).status_code == 403
    assert send(mgr, LEAD, ids=[]).status_code == 409
    assert mgr.send(LEAD, {"_id": "x", "_step": "run", "_form": "csv"}).status_code == 400
    assert send(mgr, LEAD, "exe").status_code == 404
    assert send(mgr, "/e/nothing/bulk/export").status_code == 404
    assert send(mgr, f"{LEAD}?f=budget:ge:viel").status_code == 409
    assert mgr.client.post(LEAD, data={"_all": "1", "_step": "run", "_form": "csv"}).status_code != 200
    monkeypatch.setattr(bulk, "MOST_EXPORTED", 1)
    many = send(mgr, of("导子"))
    assert many.status_code == 409 and "一次最多导出 1 行" in many.text and len(ids) == 2
