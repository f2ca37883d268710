"""A list as a board: columns of states or options, what they hold and sum up to, and taking records from one to another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape

import httpx2
import pytest

from tests.statements import counted
from tests.web.conftest import Visitor, World, application_of

FILES = {
    "app.yaml": "app: works\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "job.entity.yaml": """
entity: job
label: {zh: 工单, en: Job}
title: "{name}"
owned: true
search: [name]
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  urgency: {type: choice, options: {low: {zh: 低, en: Low}, high: {zh: 高, en: High}}, label: {zh: 紧急程度, en: Urgency}}
  money: {type: choice, options: {CNY: CNY, USD: USD}, default: CNY, label: {zh: 币种, en: Currency}}
  cost: {type: money, currency: =money, label: {zh: 费用, en: Cost}}
  reason: {type: text, label: {zh: 原因, en: Reason}}
  secret: {type: choice, options: {a: A, b: B}, label: {zh: 秘密, en: Secret}}
""",
    "job.flow.yaml": """
flow: job
entity: job
field: stage
label: {zh: 阶段, en: Stage}
states:
  open: {label: {zh: 待办, en: Open}, start: true}
  busy: {label: {zh: 进行中, en: Busy}}
  held: {label: {zh: 搁置, en: Held}}
  done: {label: {zh: 完成, en: Done}, end: true}
moves:
  begin: {label: {zh: 开始, en: Begin}, from: open, to: busy}
  again: {label: {zh: 退回, en: Again}, from: busy, to: open}
  hold: {label: {zh: 搁置, en: Hold}, from: busy, to: held, ask: {reason: {required: true}}}
  finish: {label: {zh: 完成, en: Finish}, from: busy, to: done, needs: [cost]}
  cancel: {label: {zh: 取消, en: Cancel}, from: busy, to: done}
  resume: {label: {zh: 恢复, en: Resume}, from: held, to: busy}
""",
    "jobs.list.yaml": """
list: jobs
entity: job
label: {zh: 工单看板, en: Job board}
show: board
by: stage
total: cost
columns: [name, urgency, cost, owner]
sort: [name]
""",
    "rep.role.yaml": """
role: rep
label: {zh: 员工, en: Rep}
allow:
  job: {read: own, create: true, update: own, move: {begin: own, again: own, hold: own, finish: own, cancel: own, resume: own}}
fields:
  job.secret: {hide: true}
""",
    "viewer.role.yaml": "role: viewer\nlabel: {zh: 访客, en: Viewer}\nallow:\n  job: {read: all}\nfields:\n"
        "  job.secret: {hide: true}\n  job.cost: {hide: true}\n",
    "peer.role.yaml": "role: peer\nlabel: {zh: 同事, en: Peer}\nallow:\n  job: {read: all, create: true, update: own}\n",
    "chief.role.yaml": "role: chief\nlabel: {zh: 主管, en: Chief}\nallow:\n  job: {read: all, create: true, update: all}\n",
}
ROLES = {"amy": "rep", "eve": "rep", "vic": "viewer", "mgr": "chief", "pat": "peer"}
BOARD = "/e/job?list=jobs"
URGENCY = "/e/job?as=board&by=urgency"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def works(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Jobs that go from state to state."""
    with application_of(request, tmp_path_factory.mktemp(f"works-{request.param}"), FILES, ROLES) as world:
        yield world


@pytest.fixture(autouse=True)
def cleared(works: World) -> None:
    """Each test begins with jobs of nobody."""
    works.clear("job")


def columns_of(page: str) -> dict[str, tuple[str, list[str]]]:
    """The columns of a board by name: their counts and the titles of their cards."""
    found = {}
    for part in page.split('<details class="board-column"')[1:]:
        name = re.search(r'data-column="([^"]*)"', part)
        count = re.search(r'board-column__count num">([^<]*)<', part)
        assert name and count
        found[name[1]] = count[1], [unescape(t) for t in re.findall(r'board-card__title"[^>]*>([^<]*)</a>', part)]
    return found


def totals_of(page: str, column: str) -> list[str]:
    part = next(part for part in page.split('<details class="board-column"') if f'data-column="{column}"' in part)
    return [unescape(total) for total in re.findall(r'board-column__total num">([^<]*)<', part)]


def job(world: World, name: str, login: str = "amy", **values: object) -> int:
    return world.make(login, "job", name=name, **values)


def revision(page: str, id: int) -> str:
    found = re.search(rf'data-id="{id}" data-revision="(\d+)"', page)
    assert found, id
    return found[1]


def place(visitor: Visitor, id: int, to: str, by: str = "stage", **more: str) -> httpx2.Response:
    data: dict[str, object] = {"to": to, "_next": BOARD, **more}
    return visitor.send(f"/e/job/{id}/place?by={by}", data, headers={"hx-request": "true"})


def told(answer: httpx2.Response) -> dict[str, object]:
    assert answer.status_code == 204, answer.text
    return json.loads(answer.headers["hx-trigger"])["placed"]


def test_columns_hold_what_their_reader_may_read(works: World) -> None:
    """Cards, counts and sums are of one's own records, each currency by itself; a hidden amount is neither said nor summed."""
    job(works, "甲", cost=Decimal("100"), urgency="high")
    job(works, "乙", cost=Decimal("30"), money="USD")
    job(works, "丙", "eve", cost=Decimal("7"))
    page = works.visitor("amy").get(BOARD)
    assert columns_of(page) == {"open": ("2", ["甲", "乙"]), "busy": ("0", []), "held": ("0", []), "done": ("0", [])}
    assert totals_of(page, "open") == ["¥100", "US$30"] and "共 2 条" in page
    seen = works.visitor("vic").get(BOARD)
    assert columns_of(seen)["open"] == ("3", ["丙", "甲", "乙"]) and totals_of(seen, "open") == []
    assert 'draggable="true"' in page and 'draggable="true"' not in seen


def test_a_table_in_groups_sums_each_currency_by_itself_and_no_hidden_amount(works: World) -> None:
    for name, cost, money in (("总甲", "100", "CNY"), ("总乙", "30", "USD"), ("总丙", "8", "CNY")):
        job(works, name, cost=Decimal(cost), money=money)
    address = "/e/job?as=table&group=stage&q=总"
    sums = re.findall(r'group-sum">([^<]+)<', works.visitor("amy").get(address))
    assert sums == ["¥108.00", "US$30.00"] * 2, "of the group, then of the whole list"
    assert "group-sum" not in works.visitor("vic").get(address)
    assert works.visitor("amy").client.get("/e/job?as=table&group=secret").status_code == 404


def test_filters_and_search_work_as_in_the_table(works: World) -> None:
    job(works, "红木桌", urgency="high")
    job(works, "红木椅", urgency="low")
    job(works, "白墙", urgency="high")
    amy = works.visitor("amy")
    assert columns_of(amy.get(f"{BOARD}&q=红木"))["open"] == ("2", ["红木椅", "红木桌"])
    assert columns_of(amy.get(f"{BOARD}&f=urgency:in:high&q=红木"))["open"] == ("1", ["红木桌"])
    assert columns_of(amy.get(f"{URGENCY}&f=urgency:in:high")) == {"high": ("2", ["白墙", "红木桌"])}


def test_a_board_of_options_has_a_column_for_those_without(works: World) -> None:
    job(works, "有", urgency="low")
    job(works, "无")
    amy = works.visitor("amy")
    page = amy.get(URGENCY)
    assert columns_of(page) == {"-": ("1", ["无"]), "low": ("1", ["有"]), "high": ("0", [])}
    assert "未填写" in page


def test_the_switch_offers_what_the_reader_knows_of(works: World) -> None:
    amy = works.visitor("amy")
    page = amy.get("/e/job")
    assert re.findall(r'btn--mode" href="([^"]+)"', page) == ["/e/job?as=table", "/e/job?as=board&amp;by=stage"]
    assert "as=board&amp;by=secret" not in amy.get(URGENCY) and "as=board&amp;by=secret" in works.visitor("mgr").get(URGENCY)
    for address in ("as=board&by=secret", "as=board&by=nothing", "as=board&by=name", "as=nothing", "as="):
        assert amy.client.get(f"/e/job?{address}").status_code == 404
    assert "data-board" not in amy.get(f"{BOARD}&as=table")


def test_further_cards_are_loaded_in_place(works: World) -> None:
    for number in range(25):
        job(works, f"第{number:02}")
    amy = works.visitor("amy")
    page = amy.get(BOARD)
    assert columns_of(page)["open"] == ("25", [f"第{number:02}" for number in range(20)])
    more = re.search(r'hx-get="(/e/job/cards[^"]+)"', page)
    assert more
    rest = amy.get(unescape(more[1]))
    assert re.findall(r'board-card__title"[^>]*>([^<]*)</a>', rest) == [f"第{number:02}" for number in range(20, 25)]
    assert "hx-get" not in rest


def test_statements_do_not_grow_with_records(works: World) -> None:
    amy = works.visitor("amy")
    for name, urgency in (("a", "low"), ("b", "high"), ("c", None)):
        job(works, name, urgency=urgency)
    amy.get(URGENCY)
    with counted() as few:
        amy.get(URGENCY)
    for number in range(45):
        job(works, f"x{number}", urgency=("low", "high", None)[number % 3])
    with counted() as many:
        amy.get(URGENCY)
    assert len(few) == len(many) <= 9


def test_a_card_goes_where_one_move_leads_and_comes_back(works: World) -> None:
    amy, made = works.visitor("amy"), job(works, "一单")
    page = amy.get(BOARD)
    assert 'data-column="open" data-targets="busy"' in page
    done = told(place(amy, made, "busy", _revision=revision(page, made)))
    assert done == {"id": made, "text": "“一单”已移到“进行中”", "back": "open"}
    assert columns_of(amy.get(BOARD))["busy"] == ("1", ["一单"])
    assert told(place(amy, made, "open"))["back"] == "busy"


def test_what_a_move_asks_is_asked_first(works: World) -> None:
    amy, made = works.visitor("amy"), job(works, "二单")
    told(place(amy, made, "busy"))
    asked = told(place(amy, made, "held"))
    assert asked == {"ask": f"/e/job/{made}/move/hold?_next=%2Fe%2Fjob%3Flist%3Djobs"}
    dialog = amy.get(str(asked["ask"]))
    assert 'name="a.reason"' in dialog and f'name="_next" value="{BOARD}"' in dialog
    sent = amy.send(f"/e/job/{made}/move/hold", {"a.reason": "缺料", "_next": BOARD}, headers={"hx-request": "true"})
    assert sent.headers["hx-redirect"] == BOARD and columns_of(amy.get(BOARD))["held"][0] == "1"
    away = amy.send(f"/e/job/{made}/move/resume", {"_next": "//evil.example"}, headers={"hx-request": "true"})
    assert away.headers["hx-redirect"] == "/"


def test_one_of_several_moves_is_chosen_and_what_hinders_it_is_said(works: World) -> None:
    amy, made = works.visitor("amy"), job(works, "三单")
    nowhere = place(amy, made, "done")
    assert nowhere.status_code == 422 and "x-message" in nowhere.headers
    told(place(amy, made, "busy"))
    assert told(place(amy, made, "done", move="cancel"))["back"] == ""
    other = job(works, "四单", cost=Decimal("5"))
    told(place(amy, other, "busy"))
    chosen = place(amy, other, "done")
    assert chosen.status_code == 200
    assert re.findall(r'name="choice" value="([^"]+)"', chosen.text) == ["done finish", "done cancel"]
    assert told(amy.send(f"/e/job/{other}/place?by=stage", {"choice": "done finish"}))["id"] == other


def test_the_menu_says_where_to_and_why_not(works: World) -> None:
    amy, made = works.visitor("amy"), job(works, "五单")
    told(place(amy, made, "busy"))
    menu = amy.get(f"/e/job/{made}/place?by=stage")
    assert re.findall(r'name="choice" value="([^"]+)"', menu) == ["open again", "held hold", "done cancel"]
    assert 'aria-disabled="true"' in menu and "费用" in menu
    assert re.findall(r'name="choice" value="([^"]+)"', amy.get(f"/e/job/{made}/place?by=urgency")) == ["low ", "high "]


def test_two_people_do_not_overwrite_each_other(works: World) -> None:
    amy, made = works.visitor("amy"), job(works, "六单", urgency="low")
    old = revision(amy.get(URGENCY), made)
    assert told(place(works.visitor("mgr"), made, "high", "urgency", _revision=old))["back"] == "low"
    late = place(amy, made, "-", "urgency", _revision=old)
    assert late.status_code == 409 and "x-message" in late.headers
    assert columns_of(amy.get(URGENCY))["high"] == ("1", ["六单"])
    assert place(amy, made, "busy", _revision=old).status_code == 409


def test_sent_twice_it_is_done_once(works: World) -> None:
    amy, made = works.visitor("amy"), job(works, "七单", urgency="low")
    first, second = (told(place(amy, made, "high", "urgency", _key="k-seven")) for _ in range(2))
    assert first == second
    assert amy.get(f"/e/job/{made}/timeline").count("timeline__item") == 2


def test_nobody_moves_what_they_may_not(works: World) -> None:
    theirs = job(works, "八单", "eve", urgency="low")
    amy, vic, mgr = works.visitor("amy"), works.visitor("vic"), works.visitor("mgr")
    for to, by in (("busy", "stage"), ("high", "urgency"), ("a", "secret"), ("nothing", "stage")):
        assert place(amy, theirs, to, by).status_code == 404
    assert amy.client.get(f"/e/job/{theirs}/place?by=stage").status_code == 404
    assert place(vic, theirs, "high", "urgency").status_code == 403
    assert vic.client.get(f"/e/job/{theirs}/place?by=urgency").status_code == 403
    assert place(mgr, theirs, "busy").status_code == 422
    assert place(amy, job(works, "九单"), "a", "secret").status_code == 404
    bare = amy.client.post(f"/e/job/{theirs}/place?by=urgency", data={"to": "high"})
    assert bare.status_code == 403
    assert columns_of(works.visitor("eve").get(URGENCY))["low"] == ("1", ["八单"])


def test_what_one_may_not_change_is_not_dragged(works: World) -> None:
    theirs, mine = job(works, "十单"), job(works, "十一单", "pat")
    page = works.visitor("pat").get(URGENCY)
    dragged = re.findall(r'data-id="(\d+)"[^>]*draggable="true"', page)
    assert dragged == [str(mine)] and f'data-id="{theirs}"' in page


def test_a_view_keeps_the_board(works: World) -> None:
    amy = works.visitor("amy")
    kept = amy.send("/e/job/views/save?as=board&by=urgency&q=x", {"label": "紧急"})
    assert kept.status_code == 303 and "as=board&by=urgency&q=x" in kept.headers["location"]
    hidden = works.visitor("mgr").send("/e/job/views/save?as=board&by=secret", {"label": "秘密"})
    assert "secret" in hidden.headers["location"]
