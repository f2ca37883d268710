"""A list as a calendar: the records of a month or a week, over the days that they last, and taking them to other days."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape

import httpx2
import pytest

from tests.statements import counted
from tests.web.conftest import Visitor, World, application_of
from web.pages.lists import calendar

FILES = {
    "app.yaml": "app: plans\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "trip.entity.yaml": """
entity: trip
label: {zh: 行程, en: Trip}
title: "{name}"
owned: true
search: [name]
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  begins: {type: date, label: {zh: 开始, en: Begins}}
  ends: {type: date, label: {zh: 结束, en: Ends}}
  leaves: {type: datetime, label: {zh: 出发, en: Leaves}}
  secret: {type: date, label: {zh: 秘密, en: Secret}}
  kind: {type: choice, options: {near: {label: {zh: 近, en: Near}, color: green}}, label: {zh: 类型, en: Kind}}
checks:
  order: {must: begins <= ends, say: {zh: 结束不能早于开始, en: It ends after it begins}, on_field: ends}
""",
    "trips.list.yaml": "list: trips\nentity: trip\nlabel: {zh: 行程日历, en: Trips}\nshow: calendar\nby: begins\nuntil: ends\n"
        "columns: [name, kind]\n",
    "rep.role.yaml": "role: rep\nlabel: {zh: 员工, en: Rep}\nallow:\n  trip: {read: own, create: true, update: own}\nfields:\n"
        "  trip.secret: {hide: true}\n",
    "viewer.role.yaml": "role: viewer\nlabel: {zh: 访客, en: Viewer}\nallow:\n  trip: {read: all}\n",
}
ROLES = {"amy": "rep", "eve": "rep", "vic": "viewer"}
TRIPS = "/e/trip?list=trips&as=calendar&by=begins&on=2026-11"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def plans(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Trips over days."""
    with application_of(request, tmp_path_factory.mktemp(f"plans-{request.param}"), FILES, ROLES) as world:
        yield world


@pytest.fixture(autouse=True)
def cleared(plans: World) -> None:
    """Each test begins without trips."""
    plans.clear("trip")


def trip(world: World, name: str, begins: str = "", ends: str = "", login: str = "amy", **more: object) -> int:
    days = {"begins": (begins and date.fromisoformat(begins)) or None, "ends": (ends and date.fromisoformat(ends)) or None}
    return world.make(login, "trip", name=name, **days, **more)


def days_of(page: str) -> dict[str, list[str]]:
    """The days that hold anything, with the titles of their entries; a day after the first only says that it goes on."""
    found: dict[str, list[str]] = {}
    for part in page.split("<section class=\"cal-day")[1:]:
        name = re.search(r'data-column="([^"]+)"', part)
        lines = part.partition('<ul class="cal-day__lines">')[2].partition("</ul>")[0]
        titles = [unescape(t) for t in re.findall(r'title="([^"]*)"', lines)]
        assert name
        if titles:
            found[name[1]] = titles
    return found


def move(visitor: Visitor, id: int, begin: str, end: str, query: str = "by=begins&until=ends", **more: str) -> httpx2.Response:
    data: dict[str, object] = {"from": begin, "to": end, **more}
    return visitor.send(f"/e/trip/{id}/day?{query}", data, headers={"hx-request": "true"})


def told(answer: httpx2.Response) -> dict[str, object]:
    assert answer.status_code == 204, answer.text
    return json.loads(answer.headers["hx-trigger"])["placed"]


def stored(visitor: Visitor, id: int) -> dict[str, object]:
    return visitor.client.get(f"/api/e/trip/{id}").json()["values"]


def test_a_month_shows_what_lasts_into_it(plans: World) -> None:
    """Of one's own records, those alone that touch the days that are seen: whole weeks from Monday."""
    trip(plans, "跨月", "2026-10-20", "2026-10-27")
    trip(plans, "三天", "2026-11-29", "2026-12-01", kind="near")
    trip(plans, "以前", "2026-10-01", "2026-10-25")
    trip(plans, "以后", "2026-12-07")
    trip(plans, "别人", "2026-11-03", login="eve")
    trip(plans, "无期")
    amy = plans.visitor("amy")
    page = amy.get(TRIPS)
    assert days_of(page) == {
        "2026-10-26": ["跨月"], "2026-10-27": ["跨月"],
        "2026-11-29": ["三天"], "2026-11-30": ["三天"], "2026-12-01": ["三天"],
    }
    assert re.findall(r'data-column="([^"]+)"', page)[::41] == ["2026-10-26", "2026-12-06"]
    assert "cal-entry--green" in page and "2026 年 11 月" in page and "共 2 条" in page
    week = amy.get(f"{TRIPS}-30&span=week")
    assert list(days_of(week)) == ["2026-11-30", "2026-12-01"] and week.count('<section class="cal-day') == 7


def test_one_turns_over_the_leaves(plans: World) -> None:
    amy = plans.visitor("amy")
    page = amy.get(TRIPS)
    steps = [unescape(href) for href in re.findall(r'class="btn btn--icon" href="(/e/trip\?[^"]+)"', page)]
    assert [re.search(r"on=([^&]+)", href)[1] for href in steps] == ["2026-10-01", "2026-12-01"]  # type: ignore[index]
    assert "“2026-99”" in amy.get("/e/trip?as=calendar&by=begins&on=2026-99")
    assert "on=2200-11-01" in amy.get("/e/trip?as=calendar&by=begins&on=2200-12") and amy.get("/e/trip?as=calendar&on=1900-01")
    for address in ("as=calendar&by=secret", "as=calendar&by=name", "as=calendar&by=nothing"):
        assert amy.client.get(f"/e/trip?{address}").status_code == 404
    assert "by=secret" in plans.visitor("vic").get("/e/trip?as=calendar")


def test_instants_lie_on_the_day_of_the_zone(plans: World) -> None:
    made = trip(plans, "夜车", leaves=datetime(2026, 11, 10, 17, 30, tzinfo=UTC))
    amy = plans.visitor("amy")
    page = amy.get("/e/trip?as=calendar&by=leaves&on=2026-11")
    assert days_of(page) == {"2026-11-11": ["夜车"]} and ">01:30<" in page
    done = told(move(amy, made, "2026-11-11", "2026-11-20", "by=leaves"))
    assert done == {"id": made, "text": "“夜车”已移到“2026-11-20”", "back": "2026-11-11"}
    assert stored(amy, made)["leaves"] == "2026-11-19T17:30:00+00:00"


def test_a_day_has_room_for_four_and_opens_the_rest(plans: World) -> None:
    for number in range(6):
        trip(plans, f"第{number}", "2026-11-05")
    page = plans.visitor("amy").get(TRIPS)
    assert days_of(page)["2026-11-05"] == ["第0", "第1", "第2"] and "还有 3 条" in page
    whole = page.partition('id="day-2026-11-05"')[2].partition("</section>")[0]
    assert all(f"第{number}" in whole for number in range(6))


def test_a_span_keeps_its_line(plans: World) -> None:
    trip(plans, "长", "2026-11-02", "2026-11-06")
    trip(plans, "短", "2026-11-03", "2026-11-04")
    trip(plans, "后", "2026-11-05")
    page = plans.visitor("amy").get(TRIPS)
    days = days_of(page)
    assert days["2026-11-03"] == ["长", "短"] and days["2026-11-05"] == ["长", "后"] and days["2026-11-06"] == ["长"]


def test_no_more_than_there_is_room_for(plans: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "MOST", 3)
    for number in range(5):
        trip(plans, f"多{number}", f"2026-11-0{number + 1}")
    page = plans.visitor("amy").get(TRIPS)
    assert len(days_of(page)) == 3 and "只显示最早的 3 条" in page and "超过 3 条" in page


def test_statements_do_not_grow_with_records(plans: World) -> None:
    amy = plans.visitor("amy")
    trip(plans, "一", "2026-11-01", "2026-11-02")
    amy.get(TRIPS)
    with counted() as few:
        amy.get(TRIPS)
    for number in range(20):
        trip(plans, f"再{number}", "2026-11-03", "2026-11-07")
    with counted() as many:
        amy.get(TRIPS)
    assert len(few) == len(many) <= 5


def test_a_trip_is_taken_to_another_day_whole(plans: World) -> None:
    amy, made = plans.visitor("amy"), trip(plans, "挪动", "2026-11-02", "2026-11-04")
    page = amy.get(TRIPS)
    assert f'data-place="/e/trip/{made}/day?by=begins&amp;until=ends"' in page
    assert 'data-place="' not in plans.visitor("vic").get(TRIPS)
    revision = re.search(rf'data-id="{made}" data-revision="(\d+)"', page)
    assert revision
    told(move(amy, made, "2026-11-03", "2026-11-10", _revision=revision[1]))
    assert (stored(amy, made)["begins"], stored(amy, made)["ends"]) == ("2026-11-09", "2026-11-11")
    late = move(amy, made, "2026-11-09", "2026-11-01", _revision=revision[1])
    assert late.status_code == 409 and stored(amy, made)["begins"] == "2026-11-09"
    refused = move(amy, made, "2026-11-09", "2026-11-20", "by=begins")
    assert refused.status_code == 422 and stored(amy, made)["begins"] == "2026-11-09"


def test_nobody_moves_what_they_may_not(plans: World) -> None:
    theirs = trip(plans, "别人的", "2026-11-02", login="eve")
    amy, vic = plans.visitor("amy"), plans.visitor("vic")
    assert move(amy, theirs, "2026-11-02", "2026-11-03").status_code == 404
    assert move(vic, theirs, "2026-11-02", "2026-11-03").status_code == 403
    mine = trip(plans, "自己的", "2026-11-02")
    for query in ("by=secret", "by=name", "by=begins&until=secret", ""):
        assert move(amy, mine, "2026-11-02", "2026-11-03", query).status_code == 404
    for begin, end in (("x", "2026-11-03"), ("2026-11-02", ""), ("0001-01-01", "9999-12-31"), ("9999-12-31", "0001-01-01")):
        assert move(amy, mine, begin, end).status_code in (404, 422)
    assert stored(amy, mine)["begins"] == "2026-11-02"


def test_an_empty_day_makes_a_new_one(plans: World) -> None:
    amy = plans.visitor("amy")
    href = re.search(r'cal-day__new" href="(/e/trip/new\?begins=2026-11-05[^"]+)"', amy.get(TRIPS))
    assert href
    form = amy.get(unescape(href[1]))
    assert 'value="2026-11-05"' in form and 'name="_next"' in form
    assert "cal-day__new" not in plans.visitor("vic").get(TRIPS)


def test_a_view_keeps_the_span_and_not_the_day(plans: World) -> None:
    kept = plans.visitor("amy").send("/e/trip/views/save?as=calendar&by=leaves&on=2026-11-01&span=week", {"label": "周"})
    assert kept.status_code == 303 and kept.headers["location"].endswith("as=calendar&by=leaves&span=week")
