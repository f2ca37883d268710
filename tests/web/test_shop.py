"""Forms, pages and prints of an application whose rows, rights and currencies differ from those of the shipped packs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from httpx2 import Response

from engine.principal import OPERATOR
from engine.records import read, write
from engine.records.queries import ChildInput, Filter, Query
from engine.refusals import Invalid, Refused
from tests.statements import counted
from tests.web.conftest import PASSWORD, World, application_of
from tests.web.test_comment_files import send
from workflows import convert, move

FILES = {
    "app.yaml": "app: shop\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "entities/market.entity.yaml": """
entity: market
label: {zh: 市场, en: Market}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  currency: {type: choice, options: [EUR, USD], label: {zh: 币种, en: Currency}}
  mood: {type: text, label: {zh: 状况, en: Mood}}
  limit: {type: int, label: {zh: 上限, en: Limit}}
checks:
  calm: {must: mood != 'sold' or limit == blank, say: {zh: 市场太小, en: The market is too small}, on_field: limit}
  open: {must: status != 'full' or limit == blank, say: {zh: 市场已满, en: The market is full}, on_field: limit}
""",
    "entities/deal.entity.yaml": """
entity: deal
label: {zh: 交易, en: Deal}
title: "{name}"
owned: true
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  code: {type: text, label: {zh: 编码, en: Code}}
  market: {type: link, to: market, back: deals, label: {zh: 市场, en: Market}}
  own_currency: {type: choice, options: [EUR, USD], label: {zh: 币种, en: Currency}}
  price: {type: money, currency: =own_currency, label: {zh: 价格, en: Price}}
  fee: {type: money, currency: =market.currency, label: {zh: 费用, en: Fee}}
  lines: {type: children, of: deal_line, label: {zh: 明细, en: Lines}}
duplicates: {match: [{same: code}], then: block}
""",
    "entities/deal_line.entity.yaml": """
entity: deal_line
label: {zh: 明细, en: Line}
child: true
fields:
  product: {type: text, required: true, label: {zh: 产品, en: Product}}
  cost: {type: money, label: {zh: 成本, en: Cost}}
""",
    "flows/market.flow.yaml": """
flow: market
entity: market
field: status
states:
  free: {label: {zh: 开放, en: Free}, start: true}
  full: {label: {zh: 已满, en: Full}, end: true}
moves:
  fill: {label: {zh: 满, en: Fill}, from: free, to: full, by: system, if: "any(deals, code == 'last')"}
""",
    "flows/deal.flow.yaml": """
flow: deal
entity: deal
field: status
states:
  draft: {label: {zh: 草稿, en: Draft}, start: true}
  sold: {label: {zh: 售出, en: Sold}, end: true, lock: all}
moves:
  sell: {label: {zh: 出售, en: Sell}, from: draft, to: sold, do: [{update: market, set: {mood: sold}}]}
""",
    "converts/repeat.convert.yaml": """
convert: repeat
label: {zh: 再来一单, en: Deal again}
from: deal
to:
  deal: {name: =name}
carry: [comments]
once: false
""",
    "screens/deal.list.yaml": """
list: deals
entity: deal
label: {zh: 交易, en: Deals}
default: true
columns: [name, price, fee]
""",
    "reports/rooms.report.yaml": """
report: rooms
entity: market
label: {zh: 容量, en: Room}
rows: [mood]
measures: {number: count(), room: sum(limit)}
""",
    "reports/moods.report.yaml": """
report: moods
entity: market
label: {zh: 状况, en: Moods}
rows: [mood]
measures: {number: count()}
""",
    "reports/limits.report.yaml": """
report: limits
entity: market
label: {zh: 限额, en: Limits}
rows: [limit]
measures: {number: count()}
""",
    "reports/busy.report.yaml": """
report: busy
entity: market
label: {zh: 繁忙, en: Busy}
rows: [mood]
measures: {number: count()}
where: limit > 5
""",
    "reports/wide.report.yaml": """
report: wide
entity: deal
label: {zh: 宽松, en: Wide}
rows: [name]
measures: {number: count()}
where: market.limit > 5
""",
    "screens/main.menu.yaml": """
extend: menu/main
items: [deal, report.rooms, report.moods, report.limits, report.busy, report.wide]
""",
    "prints/deal.print.yaml": "print: deal\nentity: deal\nlabel: {zh: 交易单, en: Deal sheet}\ntemplate: deal.html\npaper: A5\n",
    "prints/deal.html": "<h1>{{ record.name }}</h1><p>{{ record.price }}</p>\n",
    "access/rep.role.yaml": """
role: rep
label: {zh: 专员, en: Rep}
includes: [employee]
allow:
  market: {read: own}
  deal: {create: true, read: own, update: own, delete: own, export: own, print: own, move: {sell: own}}
fields:
  deal_line.cost: {hide: true}
""",
    "access/chief.role.yaml": """
role: chief
label: {zh: 主管, en: Chief}
includes: [employee]
allow:
  deal: {read: all, update: all, export: all, print: all, move: {sell: all}}
  market: {read: all, update: all}
reports: [rooms, moods, limits, busy, wide]
""",
    "access/clerk.role.yaml": """
role: clerk
label: {zh: 文员, en: Clerk}
includes: [employee]
allow:
  market: {read: all}
  deal: {read: all}
fields:
  market.limit: {hide: true}
reports: [rooms, moods, limits, busy, wide]
""",
    "access/temp.role.yaml": """
role: temp
label: {zh: 临时工, en: Temp}
includes: [employee]
allow:
  market: {read: all}
fields:
  market.limit: {hide: true}
reports: [rooms, busy, wide]
""",
}


ROLES = {"amy": "rep", "mgr": "chief", "cat": "clerk", "tom": "temp"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Deals of amy, a rep who reads neither the markets of others nor the cost of lines; mgr reads both."""
    with application_of(request, tmp_path_factory.mktemp(f"shop-{request.param}"), FILES, ROLES) as world:
        yield world


def lines(world: World, deal: int) -> list[int]:
    with world.runtime.reading(OPERATOR) as session:
        return [row.id for row in read.get(session, "deal", deal).children["lines"]]


def grid(ids: list[int]) -> dict[str, str]:
    """What the form of a deal posts of its lines."""
    rows = {f"lines.r{id}.id": str(id) for id in ids} | {f"lines.r{id}.product": f"Camera {id}" for id in ids}
    return {"lines._rows": "1", **rows}


def test_a_form_of_more_lines_than_fit_a_screen_keeps_them_all(shop: World) -> None:
    deal = shop.make("amy", "deal", name="Big", lines=tuple(ChildInput(None, {"product": f"P{n}"}) for n in range(620)))
    ids = lines(shop, deal)
    amy = shop.visitor("amy")
    page = amy.send(f"/e/deal/{deal}/edit", {**amy.form(f"/e/deal/{deal}/edit"), "name": "Bigger", **grid(ids)})
    assert page.status_code == 303
    assert lines(shop, deal) == ids


def test_more_lines_than_a_record_may_have_are_refused_in_words(shop: World) -> None:
    amy = shop.visitor("amy")
    rows = {f"lines.new{n}.product": f"P{n}" for n in range(1001)}
    page = amy.send("/e/deal/new", {**amy.form("/e/deal/new"), "name": "Huge", "lines._rows": "1", **rows})
    assert page.status_code == 422 and "最多 1000 项" in page.text


def saved_over(shop: World, product: str) -> tuple[int, int, Response]:
    """A deal of one line, the line, and the answer to amy who saves what she opened before its cost was set, and its product."""
    deal = shop.make("amy", "deal", name="Both", lines=(ChildInput(None, {"product": "Camera"}),))
    line = lines(shop, deal)[0]
    amy = shop.visitor("amy")
    form = amy.form(f"/e/deal/{deal}/edit")
    change = (ChildInput(line, {"product": product, "cost": Decimal("777.77")}),)
    shop.runtime.writing(shop.principal("mgr"), lambda s: write.update(s, "deal", deal, {"lines": change}))
    return deal, line, amy.send(f"/e/deal/{deal}/edit", {**form, **grid([line])})


def test_a_conflict_over_lines_shows_what_its_reader_may_read(shop: World) -> None:
    _, _, page = saved_over(shop, "Tripod")
    assert page.status_code == 409 and "Tripod" in page.text
    assert "777" not in page.text


def test_lines_that_differ_only_where_one_may_not_read_are_no_conflict(shop: World) -> None:
    deal, line, page = saved_over(shop, "Camera")
    assert page.status_code == 303
    with shop.runtime.reading(OPERATOR) as session:
        row = read.get(session, "deal", deal).children["lines"][0]
    assert (row.values["product"], row.values["cost"]) == (f"Camera {line}", Decimal("777.77"))


def test_what_a_move_breaks_beyond_its_makers_sight_is_not_told(shop: World) -> None:
    market = shop.runtime.writing(OPERATOR, lambda s: write.create(s, "market", {"name": "South", "limit": 5}))
    deal = shop.make("amy", "deal", name="Move")
    shop.runtime.writing(OPERATOR, lambda s: write.update(s, "deal", deal, {"market": market}))
    told: dict[str, list[tuple[str, str]]] = {}
    for who in ("amy", "mgr"):
        with pytest.raises((Invalid, Refused)) as refused:
            shop.runtime.writing(shop.principal(who), lambda s: move(s, "deal", deal, "sell"))
        errors = getattr(refused.value, "errors", ())
        told[who] = [(error.path, error.message.text("en")) for error in errors]
    assert told["mgr"] == [("limit", "The market is too small")]
    assert [path for path, _ in told["amy"]] == [""] and "market" not in told["amy"][0][1].lower()


def test_what_a_write_sets_off_beyond_its_writers_sight_is_not_told(shop: World) -> None:
    """The platform moves the market when a deal takes its last place; the market's check refuses that."""
    market = shop.runtime.writing(OPERATOR, lambda s: write.create(s, "market", {"name": "West", "limit": 5}))
    told: dict[str, list[tuple[str, str]]] = {}
    for who in ("amy", "mgr"):
        deal = shop.make("amy", "deal", name="Last")
        shop.runtime.writing(OPERATOR, lambda s, deal=deal: write.update(s, "deal", deal, {"market": market}))
        with pytest.raises((Invalid, Refused)) as refused:
            shop.runtime.writing(shop.principal(who), lambda s, deal=deal: write.update(s, "deal", deal, {"code": "last"}))
        told[who] = [(error.path, error.message.text("en")) for error in getattr(refused.value, "errors", ())]
    assert told["mgr"] == [("limit", "The market is full")]
    assert [path for path, _ in told["amy"]] == [""] and "full" not in told["amy"][0][1]


def test_an_amount_stands_with_the_currency_of_its_record(shop: World) -> None:
    market = shop.runtime.writing(OPERATOR, lambda s: write.create(s, "market", {"name": "South", "currency": "EUR"}))
    deal = shop.make("amy", "deal", name="Priced", own_currency="USD", price=Decimal(5), fee=Decimal(7))
    shop.runtime.writing(OPERATOR, lambda s: write.update(s, "deal", deal, {"market": market}))
    shown = {who: shop.visitor(who).get(f"/e/deal/{deal}") for who in ("amy", "mgr")}
    assert all("US$5.00" in page for page in shown.values())
    assert "€7.00" in shown["mgr"] and "€" not in shown["amy"] and "7.00" in shown["amy"]
    listed = shop.visitor("mgr").get("/e/deal")
    assert "US$5.00" in listed and "€7.00" in listed
    sheet = shop.visitor("mgr").send("/e/deal/bulk/export", {"_all": "1", "_step": "run", "_form": "csv"}).text
    assert "US$" not in sheet and "5.00" in sheet
    assert re.search(r"<p>5(\.00)?</p>", shop.visitor("mgr").get(f"/prints/deal/{deal}"))


def test_a_sum_of_whole_numbers_is_whole_also_of_none(shop: World) -> None:
    for mood, limit in (("calm", 7), ("quiet", None)):
        values = {"name": mood, "mood": mood, "limit": limit}
        shop.runtime.writing(OPERATOR, lambda s, values=values: write.create(s, "market", values))
    page = shop.visitor("mgr").get("/reports/rooms")
    lines = {name: page.split(f">{name}<")[1].split("</tr>")[0] for name in ("calm", "quiet")}
    rows = {name: re.findall(r"<td[^>]*>([^<]*)</td>", line) for name, line in lines.items()}
    assert rows == {"calm": ["1", "7"], "quiet": ["1", "0"]}
    assert not re.search(r">\d+\.00<", page.split("<tfoot")[-1])


def test_the_reports_that_are_offered_are_those_that_open(shop: World) -> None:
    """In the menu and on the page of reports: what groups by, measures or is narrowed by a hidden field is for nobody who may
    not read that."""
    counts: set[int] = set()
    for login, opening in (("mgr", {"rooms", "moods", "limits", "busy", "wide"}), ("cat", {"moods"}), ("tom", set())):
        visitor = shop.visitor(login)
        with counted() as statements:
            page = visitor.get("/reports")
        counts.add(len(statements))
        rows = set(re.findall(r'<a class="rows__item" href="/reports/(\w+)"', page))
        menu = set(re.findall(r'<a class="nav__link[^"]*" href="/reports/(\w+)"', visitor.get("/")))
        names = ("rooms", "moods", "limits", "busy", "wide")
        opened = {name for name in names if visitor.client.get(f"/reports/{name}").status_code == 200}
        assert opened == rows == menu == opening
        assert ('href="/reports"' in page) == bool(opening)
    assert len(counts) == 1


def test_a_locked_record_is_not_converted_and_its_page_says_why(shop: World) -> None:
    market = shop.runtime.writing(OPERATOR, lambda s: write.create(s, "market", {"name": "North"}))
    amy, deal = shop.visitor("amy"), shop.make("amy", "deal", name="Once only")
    shop.runtime.writing(OPERATOR, lambda s: write.update(s, "deal", deal, {"market": market}))
    convert = f"/e/deal/{deal}/convert/repeat"
    button = f'<button class="btn" type="button" hx-get="{convert}" hx-target="#dialog">'
    assert button in amy.get(f"/e/deal/{deal}")
    shop.runtime.writing(shop.principal("amy"), lambda s: move(s, "deal", deal, "sell"))
    for language, told in (
        ("en", "<b>Deal again</b>: The record is locked in its present state."), ("zh-CN", "<b>再来一单</b>：记录处于当前状态时已锁定。"),
    ):
        amy.send("/language", {"language": language, "next": "/"})
        page = amy.get(f"/e/deal/{deal}")
        assert told in page
        assert convert not in page
        refused = amy.send(convert, {})
        assert refused.status_code == 409 and told.rpartition("</b>")[2].lstrip("：: ") in refused.text
    with shop.runtime.reading(OPERATOR) as session:
        named = Filter(("name",), "eq", "Once only")
        assert read.count(session, Query("deal", (), filters=(named,))).value == 1


def test_carried_comments_stand_in_the_timeline(shop: World) -> None:
    """Each with its own files, of which there are then two entries: one may be taken back without the other."""
    deal, amy = shop.make("amy", "deal", name="First of two"), shop.visitor("amy")
    number = send(amy, ("offer.txt", b"offer"))[0]
    for text, carried in (("Call on Monday", []), ("See the offer", [number])):
        shop.runtime.writing(shop.principal("amy"), lambda s, text=text, carried=carried: write.comment(s, "deal", deal, text, carried))
    made = shop.runtime.writing(shop.principal("amy"), lambda s: convert(s, "repeat", deal))
    page = amy.get(f"/e/deal/{made['deal'].id}")
    assert "Call on Monday" in page
    told = page.partition("See the offer")[2].partition("timeline__item")[0]
    copy = re.search(r'href="/files/(\d+)">offer.txt</a>', told)
    assert copy and int(copy[1]) != number and amy.client.get(f"/files/{copy[1]}").content == b"offer"


def test_a_twin_that_may_not_be_is_not_offered(shop: World) -> None:
    shop.make("amy", "deal", name="First", code="A-1")
    amy = shop.visitor("amy")
    page = amy.send("/e/deal/new", {**amy.form("/e/deal/new"), "name": "Second", "code": "A-1"})
    assert page.status_code == 422
    assert "不允许重复" in page.text and "_anyway" not in page.text


def test_paper_is_as_declared(shop: World) -> None:
    deal = shop.make("amy", "deal", name="Sheet")
    page = shop.visitor("amy").get(f"/prints/deal/{deal}")
    classes = re.search(r'<body class="([^"]+)"', page)
    styles = shop.visitor("amy").get(re.findall(r'href="([^"]+print\.css[^"]*)"', page)[0])
    assert classes and classes.group(1) == "paper paper--a5"
    for paper in ("a5", "a4-landscape", "letter"):
        assert f".paper--{paper} {{ page: {paper}; }}" in styles and f"@page {paper} {{ size:" in styles


def test_restoring_twice_is_restoring_once(shop: World) -> None:
    deal = shop.make("amy", "deal", name="Back")
    shop.runtime.writing(shop.principal("amy"), lambda s: write.trash(s, "deal", deal))
    amy = shop.visitor("amy")
    assert [amy.send(f"/e/deal/{deal}/restore", {}).status_code for _ in range(2)] == [303, 303]
    amy.get(f"/e/deal/{deal}")


def test_ones_own_password_is_not_guessed_at_an_open_desk(shop: World) -> None:
    amy = shop.visitor("amy")
    tried = {"new": "a whole new secret 5", "again": "a whole new secret 5"}
    answers = [amy.send("/profile", {**tried, "old": f"guess {n}"}).status_code for n in range(11)]
    assert answers == [422] * 10 + [429]
    assert amy.send("/profile", {**tried, "old": PASSWORD}).status_code == 429


def test_the_api_asks_who_before_what(shop: World) -> None:
    deal = shop.make("amy", "deal", name="Api")
    stranger = shop.anonymous()
    for body in ("{", '{"revision": "x"}'):
        answer = stranger.patch(f"/api/e/deal/{deal}", content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_in_needed")
