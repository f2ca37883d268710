"""Every kind of field on the pages of an application that declares them all, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from engine.accounts import credentials
from engine.principal import OPERATOR
from engine.records import write
from engine.runtime import WriteSession
from metadata.field_kinds import FIELD_KINDS
from tests.declared_model import out_of_reach
from tests.web.conftest import BROWSER, PASSWORD, over_base
from web.application import build

FILES = {
    "app.yaml": "app: kinds\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "entities/thing.entity.yaml": """
entity: thing
label: {zh: 物品, en: Thing}
title: "{t}"
owned: true
search: [t, tg]
fields:
  t: {type: text, required: true, label: {zh: 名称, en: Name}}
  b: {type: bool, label: {zh: 是否, en: Flag}}
  l: {type: link, to: product, back: things, label: {zh: 产品, en: Product}}
  c: {type: choice, options: {red: {zh: 红, en: Red}, blue: {zh: 蓝, en: Blue}}, label: {zh: 颜色, en: Colour}}
  i: {type: int, label: {zh: 整数, en: Whole}}
  m: {type: money, label: {zh: 金额, en: Money}}
  n: {type: long, label: {zh: 长文, en: Long}}
  d: {type: decimal, scale: 3, label: {zh: 小数, en: Decimal}}
  a: {type: date, label: {zh: 日期, en: Date}}
  z: {type: datetime, label: {zh: 时间, en: Moment}}
  k: {type: children, of: part, label: {zh: 部件, en: Parts}}
  f: {type: formula, formula: i * 2, label: {zh: 公式, en: Formula}}
  r: {type: rollup, of: k, value: sum(qty), label: {zh: 汇总, en: Total}}
  h: {type: fetch, fetch: l.name, label: {zh: 取值, en: Fetched}}
  s: {type: serial, pattern: "T{0001}", label: {zh: 编号, en: Number}}
  p: {type: percent, label: {zh: 比例, en: Percent}}
  e: {type: email, label: {zh: 邮箱, en: Mail}}
  o: {type: phone, label: {zh: 电话, en: Phone}}
  u: {type: url, label: {zh: 网址, en: Site}}
  x: {type: file, label: {zh: 文件, en: File}}
  y: {type: files, label: {zh: 多文件, en: Files}}
  g: {type: choices, options: {big: {zh: 大, en: Big}, new: {zh: 新, en: New}}, label: {zh: 特征, en: Traits}}
  w: {type: user, label: {zh: 人员, en: Person}}
  v: {type: dept, label: {zh: 部门, en: Unit}}
  q: {type: any_link, to: [customer, contact], label: {zh: 对象, en: About}}
  j: {type: links, to: product, label: {zh: 多产品, en: Products}}
  ra: {type: rating, max: 4, label: {zh: 评分, en: Stars}}
  ti: {type: time, min: "06:00", label: {zh: 时刻, en: Hour}}
  du: {type: duration, max: 100h, label: {zh: 时长, en: Length}}
  ge: {type: geo, label: {zh: 位置, en: Place}}
  co: {type: color, label: {zh: 色号, en: Shade}}
  im: {type: image, label: {zh: 图片, en: Picture}}
  ims: {type: images, label: {zh: 照片, en: Photos}}
  si: {type: signature, label: {zh: 签名, en: Signature}}
  rt: {type: rich, label: {zh: 介绍, en: Details}}
  tg: {type: tags, label: {zh: 标签, en: Tags}}
  dr: {type: rollup, of: k, value: sum(took), label: {zh: 共用时, en: Took in all}}
""",
    "entities/part.entity.yaml": """
entity: part
label: {zh: 部件, en: Part}
child: true
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  qty: {type: int, label: {zh: 数量, en: Quantity}}
  took: {type: duration, label: {zh: 用时, en: Took}}
""",
    "prints/few.print.yaml": "print: few\nentity: thing\nlabel: {zh: 少量单, en: Few}\nif: i < 7\n",
    "prints/few.html": "<p>{{ record.t }} is few</p>\n",
    "prints/many.print.yaml": "print: many\nentity: thing\nlabel: {zh: 多量单, en: Many}\nif: i >= 7\n",
    "prints/many.html": "<p>{{ record.t }} is many</p>\n",
    "reports/lengths.report.yaml": (
        "report: lengths\nentity: thing\nlabel: {zh: 时长表, en: Lengths}\nrows: [c]\n"
        "measures:\n  whole: {value: sum(du), label: {zh: 总时长, en: In all}}\n"
        "  usual: {value: avg(du), label: {zh: 平均, en: Usual}}\n"
    ),
    "access/admin.role.yaml": """
extend: role/admin
allow:
  thing: {create: true, read: all, update: all, delete: all, export: all, import: true, print: all}
  customer: {read: all}
reports: [lengths]
""",
}
OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "contains", "between", "blank", "not_blank", "like", "")
VALUES = ("1", "red", "2026-01-02", "true", "x", "1,2", "customer:1", "", "中文", "99999999999999999999", "%", "me")
TYPED = {
    "t": "螺丝", "b": "true", "l": "1", "c": "red", "i": "7", "m": "12.50", "n": "两行\n文字", "d": "1.125", "a": "2026-02-03",
    "z": "2026-02-03T10:30", "p": "25", "e": "a@example.com", "o": "13800001234", "u": "https://example.com", "g": ["", "big"],
    "w": "1", "v": "1", "q": "customer:1", "j": ["1", "2"],
    "ra": "3", "ti": "09:30", "du": "2小时15分", "co": "2F54C8", "ge": "31.2304，121.4737",
    "rt": "<h1 style='x'>规格</h1><ul><li onclick='x()'><strong>5</strong> 毫米 &amp; 镀锌</li></ul>",
    "tg": ["", "VIP，老客户", "ｖｉｐ"],
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A signed-in administrator, with a department, a customer and two products; all of number 1 and up."""
    settings, runtime = over_base(request, tmp_path_factory.mktemp(f"kinds-{request.param}"), FILES)
    runtime.writing(OPERATOR, _stock)
    with TestClient(build(settings, runtime), headers=BROWSER, follow_redirects=False) as client:
        assert client.post("/sign-in", data={"login": "root", "password": PASSWORD}).status_code == 303
        client.get("/")
        with out_of_reach():
            yield client
    runtime.database.close()


def _stock(session: WriteSession) -> None:
    write.create(session, "department", {"name": "仓库"})
    user = write.create(session, "user", {"login": "root", "name": "管理员"})
    write.create(session, "role_assignment", {"user": user, "role": "admin"})
    credentials.store_hash(session, user, credentials.hash_password(PASSWORD))
    write.create(session, "customer", {"name": "海川"})
    for code in ("P1", "P2"):
        write.create(session, "product", {"code": code, "name": f"产品 {code}", "price": 1})


def _token(client: TestClient) -> str:
    found = re.search(r'name="_csrf" value="([^"]+)"', client.get("/e/thing/new").text)
    assert found
    return found.group(1)


@pytest.fixture(scope="module")
def thing(client: TestClient) -> str:
    """The address of a record with a value of every kind."""
    form = {"_csrf": _token(client), **TYPED, "k._rows": "1", "k.new1.name": "垫片", "k.new1.qty": "3", "k.new1.took": "90m"}
    made = client.post("/e/thing/new", data=form)
    assert made.status_code == 303, re.findall(r'field__error"[^>]*>.*?<span>([^<]+)', made.text)
    return made.headers["location"]


def test_the_entity_declares_every_kind() -> None:
    declared = set(re.findall(r"\{type: (\w+)", FILES["entities/thing.entity.yaml"]))
    assert declared == set(FIELD_KINDS)


def test_what_was_typed_is_on_the_record_and_in_its_form(client: TestClient, thing: str) -> None:
    page, form = client.get(thing).text, client.get(f"{thing}/edit").text
    for shown in ("螺丝", "产品 P1", "红", "12.50", "1.125", "2026-02-03", "25%", "a@example.com", "大", "仓库", "海川",
                  "产品 P2", "垫片", "T0001", "14", "3 星（共 4 星）", "09:30", "2 小时 15 分",
                  "1 小时 30 分", "#2f54c8", "31.2304, 121.4737", ">VIP</span>", ">老客户</span>",
                  '<div class="formatted" hx-disable><h2>规格</h2><ul><li><b>5</b> 毫米 &amp; 镀锌</li></ul></div>'):
        assert shown in page, shown
    for held in ("螺丝", 'value="12.50"', 'value="1.125"', 'value="2026-02-03"', 'value="25"', "customer:1", "垫片"):
        assert held in form, held


def test_every_kind_but_files_rows_and_formatted_texts_is_edited_in_a_cell(client: TestClient, thing: str) -> None:
    """What the form of a cell holds is what is stored: sent as it was typed, it is saved."""
    for name, typed in TYPED.items():
        if name == "rt":
            continue
        piece = client.get(f"{thing}/cell/{name}").text
        held = dict(re.findall(r'<input type="hidden" name="(_[^"]+)" value="([^"]*)"', piece))
        held |= {"_csrf": _token(client), "_seen": unescape(held["_seen"])}
        saved = client.post(f"{thing}/cell/{name}", data={**held, name: typed})
        assert saved.status_code == 200 and "<tr data-id=" in saved.text, (name, saved.text)
    for name in ("x", "y", "im", "ims", "si", "k", "s", "f", "r", "h", "rt"):
        assert client.get(f"{thing}/cell/{name}").status_code == 403, name


def test_every_kind_is_grouped_by_or_unknown(client: TestClient, thing: str) -> None:
    assert thing
    grouped = set()
    for name in re.findall(r"^  (\w): ", FILES["entities/thing.entity.yaml"], re.M):
        answers = [client.get(f"/e/thing?group={name}{span}").status_code for span in ("", ":month")]
        assert set(answers) <= {200, 404}, name
        grouped |= {name} if 200 in answers else set()
    assert grouped == set("blcazwv")


def test_an_address_fills_in_several_values_also_over_those_of_a_copy(client: TestClient, thing: str) -> None:
    """`g=big&g=new` are both; a copy holds every kind that a second record may have."""
    for copy in ("", f"&_copy={thing.rpartition('/')[2]}"):
        form = client.get(f"/e/thing/new?g=big&g=new{copy}").text
        assert re.findall(r'name="g" value="(\w+)" checked', form) == ["big", "new"], copy
    for held in ("螺丝", 'value="12.50"', 'value="1.125"', 'value="2026-02-03"', 'value="25"', "customer:1", "垫片"):
        assert held in form, held
    assert "T0001" not in form


@pytest.mark.parametrize("operator", OPERATORS)
def test_no_filter_of_an_address_is_a_fault_of_the_server(client: TestClient, thing: str, operator: str) -> None:
    """A filter works, is answered as unknown, or its value is refused: whatever the field, the operator and the value."""
    fields = re.findall(r"^  (\w+): \{type", FILES["entities/thing.entity.yaml"], re.MULTILINE)
    wrong = []
    for name in (*fields, "id", "owner", "dept", "created_at", "revision", "l.name", "l.price", "q.name", "nope"):
        for value in VALUES:
            for base in ("/e/thing", "/api/e/thing"):
                answer = client.get(base, params={"f": f"{name}:{operator}:{value}"})
                if answer.status_code not in (200, 404, 409, 422):
                    wrong.append((base, name, value, answer.status_code))
    assert not wrong, wrong[:10]


def test_the_usual_filters_find_the_record(client: TestClient, thing: str) -> None:
    for code in ("t:contains:螺", "b:eq:true", "l:eq:1", "c:in:red,blue", "i:ge:7", "m:between:12,13", "d:eq:1.125",
                 "a:le:2026-02-03", "z:ge:2026-02-03T10:00", "f:eq:14", "r:eq:3", "p:eq:25%", "g:contains:big", "w:eq:1",
                 "v:eq:1", "q:eq:customer:1", "j:eq:2", "j:not_blank", "s:eq:T0001", "e:contains:example", "ra:eq:3", "ra:between:2,3",
                 "ti:ge:9:30", "ti:between:09:00,10:00", "du:eq:135m", "du:le:2:15", "dr:eq:1:30",
                 "tg:contains:vip", "tg:contains:Vip，老客户", "tg:not_blank", "rt:contains:5 毫米 & 镀", "rt:not_blank",
                 "co:eq:#2F54C8", "co:contains:54c8", "ge:not_blank"):
        answer = client.get("/e/thing", params={"f": code})
        assert answer.status_code == 200 and f'href="{thing}"' in answer.text, code
    for code in ("j:ne:2", "j:blank", "g:contains:new", "q:ne:customer:1", "l:eq:2", "ra:ge:4", "ti:le:09:29", "du:ge:3h",
                 "co:ne:2f54c8", "ge:blank", "tg:contains:vip,老", "tg:blank",
                 "rt:contains:li", "rt:contains:amp", "rt:contains:规格5", "rt:blank"):
        assert f'href="{thing}"' not in client.get("/e/thing", params={"f": code}).text, code


def test_the_dialog_offers_an_input_for_every_field_it_lists(client: TestClient, thing: str) -> None:
    offered = re.findall(r'<option value="([\w.]+)"', client.get("/e/thing/filter").text)
    assert {"t", "i", "j", "l"} <= set(offered)
    for name in offered:
        assert client.get("/e/thing/filter", params={"field": name}).status_code == 200, name


def test_the_api_gives_and_takes_every_kind(client: TestClient, thing: str) -> None:
    record = client.get(f"/api{thing}").json()
    assert record["values"]["m"] == "12.50" and record["values"]["j"] == ["1", "2"] and record["values"]["ra"] == 3, record
    assert (record["values"]["ti"], record["values"]["du"]) == ("09:30", "2:15"), "as they are read"
    assert record["values"]["tg"] == ["VIP", "老客户"]
    assert record["values"]["rt"] == "<h2>规格</h2><ul><li><b>5</b> 毫米 &amp; 镀锌</li></ul>"


class Controls(HTMLParser):
    """What a browser posts of the record form: names and values of its inputs, text areas and selects, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self._inside = False
        self._select = ""
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id") == "record-form"
        if not self._inside or "disabled" in given:
            return
        if tag == "input" and given.get("name"):
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio", "file") or (kind != "file" and "checked" in given):
                self.pairs.append((given["name"], given.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and "selected" in given:
            self.pairs.append((self._select, given.get("value", "")))
        elif tag == "textarea":
            self.pairs.append((given.get("name", ""), ""))
            self._area = given.get("name", "")

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            name, text = self.pairs[-1]
            self.pairs[-1] = (name, text + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = None


def test_saving_what_the_form_shows_changes_nothing(client: TestClient, thing: str) -> None:
    """Of no kind a value is lost or altered; files above all."""
    token = {"x-csrf-token": _token(client)}
    for field, name in (("x", "one.txt"), ("y", "two.txt")):
        shown = client.post(f"/files?field={field}", files={f"_upload.{field}": (name, b"text")}, headers=token).text
        number = re.search(r'value="(\d+)"', shown)
        assert number
        value = number.group(1) if field == "x" else [number.group(1)]
        assert client.patch(f"/api{thing}", json={field: value}, headers=token).status_code == 200
    before = client.get(f"/api{thing}").json()
    assert before["values"]["x"] and before["values"]["y"]
    controls = Controls()
    controls.feed(client.get(f"{thing}/edit").text)
    posted: dict[str, list[str]] = {}
    for name, value in controls.pairs:
        posted.setdefault(name, []).append(value)
    assert {"t", "x", "y", "_seen"} <= posted.keys()
    assert client.post(f"{thing}/edit", data=posted).status_code == 303
    after = client.get(f"/api{thing}").json()
    assert {n: v for n, v in after["values"].items() if v != before["values"][n]} == {}
    assert after == before
    posted["x"] = [""]
    assert client.post(f"{thing}/edit", data=posted).status_code == 303
    assert client.get(f"/api{thing}").json()["values"]["x"] is None, "taking a file away is a change like any other"


def test_a_print_is_there_for_records_that_fulfil_its_condition(client: TestClient, thing: str) -> None:
    page, number = client.get(thing).text, thing.rpartition("/")[2]
    assert f"/prints/many/{number}" in page and f"/prints/few/{number}" not in page
    assert "螺丝 is many" in client.get(f"/prints/many/{number}").text
    assert client.get(f"/prints/few/{number}").status_code == client.get("/prints/nothing/1").status_code == 404


def test_a_file_goes_to_the_field_it_was_chosen_for(client: TestClient) -> None:
    """The browser posts every file input of the form that it finds filled."""
    page = client.get("/e/thing/new").text
    assert page.count('name="_upload.x"') == page.count('name="_upload.y"') == 1
    chosen = {"_upload.x": ("one.txt", b"1"), "_upload.y": ("two.txt", b"2")}
    shown = client.post("/files?field=y", files=chosen, headers={"x-csrf-token": _token(client)}).text
    assert "two.txt" in shown and "one.txt" not in shown


def test_a_rating_is_given_within_its_stars_and_taken_away(client: TestClient, thing: str) -> None:
    """One radio for each star and one for none; what is beyond them is refused at the field."""
    form = client.get(f"{thing}/edit").text
    assert re.findall(r'type="radio"[^>]* name="ra" value="(\d?)"', form) == ["1", "2", "3", "4", ""]
    token = {"_csrf": _token(client)}
    refused = client.post(f"{thing}/edit", data={**token, "ra": "5"})
    assert refused.status_code == 422 and "应为 1 到 4 的整数" in refused.text
    assert client.post(f"{thing}/edit", data={**token, "ra": ["", ""]}).status_code == 303
    assert client.get(f"/api{thing}").json()["values"]["ra"] is None
    assert client.post(f"{thing}/edit", data={**token, "ra": ["", "3"]}).status_code == 303
    assert 'aria-label="3 星（共 4 星）"' in client.get("/e/thing?cols=t,ra").text


def test_durations_are_added_up_as_durations(client: TestClient, thing: str) -> None:
    """In a roll-up over lines (`dr`) and in a report; what is written wrongly says how it is written."""
    report = client.get("/reports/lengths").text
    assert report.count("2 小时 15 分") >= 4 and "8100" not in report, "sum and average, of the group and in all"
    token = {"_csrf": _token(client)}
    for name, text, told in (("du", "90", "2:15"), ("ti", "25:00", "09:30"), ("ti", "05:59", "06:00"), ("du", "101h", "100:00")):
        refused = client.post(f"{thing}/edit", data={**token, name: text})
        assert refused.status_code == 422 and told in refused.text and f'value="{text}"' in refused.text, text
    assert client.get(f"/api{thing}").json()["values"]["du"] == "2:15"


def test_a_colour_is_kept_in_one_spelling_and_drawn_without_inline_style(client: TestClient, thing: str) -> None:
    token = {"_csrf": _token(client)}
    for text in ("red", "#12345", 'url("x")', "#2f54c8;}"):
        refused = client.post(f"{thing}/edit", data={**token, "co": text})
        assert refused.status_code == 422 and "#2f54c8" in refused.text and 'type="color" value="#ffffff"' in refused.text, text
    assert client.post(f"{thing}/edit", data={**token, "co": "＃2F54C8"}).status_code == 303
    page = client.get(thing).text
    assert 'fill="#2f54c8"' in page and "style=" not in page


def test_a_position_leads_to_a_map_of_it(client: TestClient, thing: str) -> None:
    token = {"_csrf": _token(client)}
    for text in ("上海", "121.4737, 31.2304", "31.2304", "1,2,3", "91,0", '31.2,121.4"><b>'):
        refused = client.post(f"{thing}/edit", data={**token, "ge": text})
        assert refused.status_code == 422 and "例如 31.2304, 121.4737" in refused.text and "<b>" not in refused.text, text
    assert client.post(f"{thing}/edit", data={**token, "ge": "31.2304 121.47370"}).status_code == 303
    assert client.get(f"/api{thing}").json()["values"]["ge"] == "31.230400,121.473700"
    page = client.get(thing).text
    assert 'href="https://uri.amap.com/marker?position=121.4737,31.2304&amp;coordinate=wgs84"' in page
    assert "geolocation=(self)" in client.get(thing).headers["permissions-policy"]
