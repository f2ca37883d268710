"""What a list says is due is marked once its day is over, as long as its flow has not ended, in rows and on cards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape

import pytest

from engine.principal import OPERATOR
from engine.records import read, write
from engine.records.queries import Query
from engine.runtime import WriteSession
from tests.statements import counted
from tests.web.conftest import World, application_of
from workflows import move

FILES = {
    "app.yaml": "app: jobs\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "job.entity.yaml": """
entity: job
label: {zh: 工作, en: Job}
title: "{name}"
owned: true
search: [name]
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  finish: {type: date, label: {zh: 期限, en: Finish by}}
  place: {type: geo, label: {zh: 位置, en: Place}}
  kind: {type: choice, label: {zh: 种类, en: Kind}, options: {big: {zh: 大, en: Big}, small: {zh: 小, en: Small}}}
""",
    "job.flow.yaml": """
flow: job
entity: job
field: status
label: {zh: 状态, en: State}
states:
  open: {label: {zh: 进行, en: Open}, start: true}
  done: {label: {zh: 完成, en: Done}, end: true}
moves:
  close: {label: {zh: 结束, en: Close}, from: open, to: done}
""",
    "told.list.yaml": "list: told\nentity: job\nlabel: {zh: 有期限, en: With a day}\ncolumns: [name, finish]\nsort: [name]\ndue: finish\n",
    "bare.list.yaml": "list: bare\nentity: job\nlabel: {zh: 只有名称, en: Names}\ncolumns: [name, kind]\nsort: [name]\ndue: finish\n",
    "board.list.yaml": "list: board\nentity: job\nlabel: {zh: 看板, en: Board}\nshow: board\nby: status\ncolumns: [name, kind]\n"
                       "due: finish\n",
    "map.list.yaml": "list: map\nentity: job\nlabel: {zh: 图, en: Map}\nshow: map\ncolumns: [name, finish]\ndue: finish\n",
    "plain.list.yaml": "list: plain\nentity: job\nlabel: {zh: 无期限, en: Plain}\ncolumns: [name, finish]\n",
    "rep.home.yaml": "home: rep\nfor: role(rep)\nlists: [told]\n",
    "stateless.home.yaml": "home: stateless\nfor: role(stateless)\nlists: [told]\n",
    "rep.role.yaml": "role: rep\nlabel: {zh: 员工, en: Rep}\nallow:\n  job: {read: all, create: true, update: own, move: all}\n",
    "undated.role.yaml": "role: undated\nlabel: {zh: 不知期限, en: Undated}\nallow:\n  job: {read: all}\n"
                         "fields:\n  job.finish: {hide: true}\n",
    "stateless.role.yaml": "role: stateless\nlabel: {zh: 不知状态, en: Stateless}\nallow:\n  job: {read: all}\n"
                           "fields:\n  job.status: {hide: true}\n",
}
ROLES = {"amy": "rep", "una": "undated", "sid": "stateless"}
WAYS = ("told", "bare", "board", "map", "told&group=kind")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def jobs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Jobs with a day by which they should be done."""
    with application_of(request, tmp_path_factory.mktemp(f"jobs-{request.param}"), FILES, ROLES) as world:
        yield world


@pytest.fixture(autouse=True)
def four(jobs: World) -> None:
    """A job that is late, one that is due today, one without a day, and one that was late and is done."""
    def unit(session: WriteSession) -> None:
        for row in read.page(session, Query("job", (), limit=1000)).rows:
            write.trash(session, "job", int(str(row[0])))
        past = session.today - timedelta(days=3)
        for name, day in (("晚了", past), ("今天", session.today), ("没有", None), ("做完", past)):
            made = write.create(session, "job", {"name": name, "finish": day, "place": "31.0,121.0", "kind": "big"})
            if name == "做完":
                move(session, "job", made, "close", {})

    jobs.runtime.writing(OPERATOR, unit)


def marks(page: str) -> list[str]:
    return re.findall(r'<span class="tag tag--red">([^<]*)</span>', page)


@pytest.mark.parametrize(("way", "dated"), [("told", False), ("bare", True), ("board", True), ("map", False), ("told&group=kind", False)])
def test_what_is_late_is_marked_with_its_day(jobs: World, way: str, dated: bool) -> None:
    page = jobs.visitor("amy").get(f"/e/job?list={way}")
    with jobs.runtime.reading(OPERATOR) as session:
        past = session.today - timedelta(days=3)
    (mark,) = marks(page)
    assert mark.startswith("已逾期") and (mark != "已逾期") == dated
    assert str(past.year) in (mark if dated else page)
    start = page.index("已逾期")
    assert page.rindex("晚了", 0, start) > max(page.rfind(name, 0, start) for name in ("今天", "没有", "做完"))


def test_a_mark_is_told_in_english(jobs: World) -> None:
    amy = jobs.visitor("amy")
    amy.send("/language", {"language": "en"})
    page = amy.get("/e/job?list=bare")
    amy.send("/language", {"language": "zh-CN"})
    assert [mark.split(" ")[0] for mark in marks(page)] == ["Overdue"]


def test_a_list_that_says_nothing_of_it_marks_nothing(jobs: World) -> None:
    assert marks(jobs.visitor("amy").get("/e/job?list=plain")) == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("login", ["una", "sid"])
def test_who_may_not_know_the_day_or_the_state_sees_no_mark(jobs: World, login: str, way: str) -> None:
    page = jobs.visitor(login).get(f"/e/job?list={way}")
    assert "晚了" in page and "做完" in page and "已逾期" not in page


def test_the_first_page_marks_what_the_list_marks(jobs: World) -> None:
    home = jobs.visitor("amy").get("/")
    assert marks(home) == ["已逾期"] and "做完" in home
    assert "晚了" in jobs.visitor("sid").get("/") and "已逾期" not in jobs.visitor("sid").get("/")


@pytest.mark.parametrize("way", WAYS)
def test_marks_cost_no_statement(jobs: World, way: str) -> None:
    amy, asked = jobs.visitor("amy"), []
    plain = {"told": "plain", "told&group=kind": "plain&group=kind", "board": "plain&as=board&by=status", "map": "plain&as=map"}
    for name in (way, plain.get(way, "plain")):
        amy.get(f"/e/job?list={name}")
        with counted() as statements:
            amy.get(f"/e/job?list={name}")
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_a_row_drawn_again_has_its_mark(jobs: World) -> None:
    id = jobs.make("amy", "job", name="改名前", finish=date(2020, 2, 3))
    amy = jobs.visitor("amy")
    form = amy.get(f"/e/job/{id}/cell/name?list=told")
    sent = {name: unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)}
    row = amy.send(f"/e/job/{id}/cell/name?list=told", {**sent, "name": "改名后"})
    assert row.status_code == 200 and "改名后" in row.text and marks(row.text) == ["已逾期"]
