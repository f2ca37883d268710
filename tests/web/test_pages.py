"""People work on the pages: create, change, move, comment, and nothing typed is lost."""

from __future__ import annotations

import itertools
import re
from html import unescape
from urllib.parse import unquote

import pytest

from engine.principal import OPERATOR
from engine.records import read
from engine.records.queries import Query
from tests.web.conftest import PASSWORD, World

_numbers = itertools.count(1)


def lead_values(**more: object) -> dict[str, object]:
    number = next(_numbers)
    return {
        "title": f"采购需求 {number}", "company": f"华鼎科技 {number} 号", "contact_name": "张伟",
        "phone": f"1380000{number:04d}", "source": "web", "need": "需要系统", **more,
    }


def count(world: World, entity: str) -> int:
    with world.runtime.reading(OPERATOR) as session:
        return read.count(session, Query(entity, ()), 10_000).value


def test_every_page_of_the_menu_opens(world: World) -> None:
    for login in ("amy", "mgr", "fin", "law", "gm", "root"):
        visitor = world.visitor(login)
        home = visitor.get("/")
        links = set(re.findall(r'class="nav__link" href="([^"]+)"', home))
        assert {"/", "/approvals", "/trash"} <= links
        for address in links:
            assert visitor.client.get(address).status_code == 200, (login, address)


def test_an_error_page_keeps_the_menu_for_whoever_is_signed_in(world: World) -> None:
    amy = world.visitor("amy")
    for address in ("/e/lead/987654", "/e/nothing", "/nothing/at/all"):
        answer = amy.client.get(address)
        assert answer.status_code == 404 and "没有找到" in answer.text, address
        assert 'class="nav__link" href="/e/lead"' in answer.text, address
    stranger = world.anonymous().get("/nothing/at/all")
    assert stranger.status_code == 404 and "nav__link" not in stranger.text


def test_home_shows_what_i_changed_last(world: World) -> None:
    amy, mgr = world.visitor("amy"), world.visitor("mgr")
    first, second, gone = (world.make("amy", "lead", **lead_values(title=f"最近{n}")) for n in "甲乙丙")
    for id in (second, gone, first):
        form = amy.form(f"/e/lead/{id}/edit")
        assert amy.send(f"/e/lead/{id}/edit", {**form, "city": "苏州"}).status_code == 303
    assert amy.send(f"/e/lead/{gone}/trash", {}).status_code == 303
    card = amy.get("/").partition("最近更新")[2]
    assert re.findall("最近[甲乙丙]", card)[:2] == ["最近甲", "最近乙"] and "最近丙" not in card
    assert "最近甲" not in mgr.get("/").partition("最近更新")[2]


def test_a_long_timeline_shows_its_beginning_and_all_of_it_on_request(world: World) -> None:
    amy, id = world.visitor("amy"), world.make("amy", "lead", **lead_values())
    for number in range(25):
        amy.send(f"/e/lead/{id}/comment", {"text": f"第 {number} 条意见"})
    page = amy.get(f"/e/lead/{id}")
    assert re.findall(r"第 (\d+) 条意见", page) == [str(n) for n in range(24, 4, -1)]
    whole = amy.get(f"/e/lead/{id}/timeline")
    assert re.findall(r"第 (\d+) 条意见", whole) == [str(n) for n in range(24, -1, -1)] and "创建了记录" in whole
    assert f'hx-get="/e/lead/{id}/timeline"' in page and f'hx-get="/e/lead/{id}/timeline"' not in whole


def test_a_record_is_made_seen_and_changed(world: World) -> None:
    amy, values = world.visitor("amy"), lead_values()
    made = amy.send("/e/lead/new", {**amy.form("/e/lead/new"), **values})
    assert made.status_code == 303, made.text
    address = made.headers["location"]
    page = amy.get(address)
    assert str(values["company"]) in page and "李晓梅" in page and "创建了记录" in page
    saved = amy.send(f"{address}/edit", {**amy.form(f"{address}/edit"), **values, "company": "蓝海贸易"})
    assert saved.headers["location"] == address
    assert "蓝海贸易" in amy.get(address) and "修改了记录" in amy.get(address)


def test_sending_a_form_twice_makes_one_record(world: World) -> None:
    amy, before = world.visitor("amy"), count(world, "lead")
    form = {**amy.form("/e/lead/new"), **lead_values()}
    first, second = amy.send("/e/lead/new", form), amy.send("/e/lead/new", form)
    assert first.headers["location"] == second.headers["location"]
    assert count(world, "lead") == before + 1


def test_a_refused_form_keeps_everything_and_writes_nothing(world: World) -> None:
    amy, before = world.visitor("amy"), count(world, "lead")
    form = {**amy.form("/e/lead/new"), **lead_values(title="", budget="一万", need="<b>很急</b>")}
    answer = amy.send("/e/lead/new", form)
    assert answer.status_code == 422
    assert 'value="一万"' in answer.text and "&lt;b&gt;很急&lt;/b&gt;" in answer.text
    assert str(form["_key"]) in answer.text
    assert answer.text.count('aria-invalid="true"') >= 2
    assert count(world, "lead") == before


def test_what_is_too_long_is_kept_whole_and_told(world: World) -> None:
    """No input cuts what is pasted into it: how long it may be is judged when it is sent."""
    amy, long = world.visitor("amy"), "长" * 130
    address = f"/e/lead/{world.make('amy', 'lead', **lead_values())}"
    pages = [amy.get(one) for one in ("/e/lead/new", "/e/contract/new", address, "/profile")]
    data = [page[page.index("<main") :] if "<main" in page else page for page in pages]
    assert not [page for page in data if "maxlength" in page]
    refused = amy.send("/e/lead/new", {**amy.form("/e/lead/new"), **lead_values(title=long)})
    assert refused.status_code == 422 and f'value="{long}"' in refused.text
    assert faults_of(refused.text)["title"] == "最多 120 个字符，现有 130 个。"
    need = "长" * 200_000
    refused = amy.send("/e/lead/new", {**amy.form("/e/lead/new"), **lead_values(need=need)})
    assert refused.status_code == 422 and need in refused.text
    assert "现有 200000 个。" in faults_of(refused.text)["need"]
    said = amy.send(f"{address}/comment", {"text": "长" * 10_001}, headers={"hx-request": "true"})
    assert said.status_code == 422 and unquote(said.headers["x-message"]) == "最多 10000 个字符，现有 10001 个。"
    word = {"old": PASSWORD, "new": "x" * 201, "again": "x" * 201}
    told = amy.send("/profile", word)
    assert told.status_code == 422 and "最多 200 个字符，现有 201 个。" in told.text


def test_an_amount_is_taken_with_the_sign_of_its_currency(world: World) -> None:
    """And in no other: the form says so, and keeps what was typed."""
    amy = world.visitor("amy")
    made = amy.send("/e/lead/new", {**amy.form("/e/lead/new"), **lead_values(budget="￥1,000.50元")})
    assert made.status_code == 303 and "¥1,000.50" in amy.get(made.headers["location"])
    refused = amy.send("/e/lead/new", {**amy.form("/e/lead/new"), **lead_values(budget="USD 1,000")})
    assert refused.status_code == 422 and 'value="USD 1,000"' in refused.text
    said = "这里的金额以 CNY 计，“USD 1,000”是 USD。请换算后填写，例如 1,000.00。"
    assert faults_of(refused.text) == {"budget": said}


def faults_of(page: str) -> dict[str, str]:
    """What a refused form says, by the name of the input."""
    found = re.findall(r'<div class="field__error" id="f-([\w.-]+)-error">.*?<span>(.*?)</span>', page, re.S)
    return {name.replace("-", "."): unescape(text) for name, text in found}


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("zh", {
            "title": "请填写。", "phone": "“abc”不是有效的电话号码，应如 13812345678 或 021-55556666。",
            "email": "“nonsense”不是有效的邮箱地址。", "budget": "不能小于 0。",
        }),
        ("en", {
            "title": "Please fill this in.", "phone": "“abc” is not a telephone number; write it like 13812345678 or +86 21 5555 6666.",
            "email": "“nonsense” is not an e-mail address.", "budget": "Must be at least 0.",
        }),
    ],
)
def test_a_refused_form_tells_everything_at_once(world: World, language: str, wanted: dict[str, str]) -> None:
    """What cannot be read, what is missing and what is out of bounds: of a new record and of a stored one."""
    amy = world.visitor("amy", fresh=True)
    amy.send("/language", {"language": language})
    wrong = {"title": "", "phone": "abc", "email": "nonsense", "budget": "-5"}
    stored = world.make("amy", "lead", **lead_values())
    for address in ("/e/lead/new", f"/e/lead/{stored}/edit"):
        answer = amy.send(address, {**amy.form(address), **lead_values(), **wrong})
        assert answer.status_code == 422
        assert faults_of(answer.text) == wanted
    amy.send("/language", {"language": "zh-CN"})


def test_a_refused_grid_tells_everything_at_once(world: World) -> None:
    amy = world.visitor("amy")
    form: dict[str, object] = {
        **amy.form("/e/contract/new"), "name": "", "amount": "-1", "lines._rows": "1", "lines.new1.qty": "两个",
        "lines.new1.price": "-1", "lines.new2.id": "x", "lines.new2.qty": "0",
    }
    faults = faults_of(amy.send("/e/contract/new", form).text)
    assert {"name", "customer", "amount", "lines.new1.qty", "lines.new1.product", "lines.new1.price"} <= faults.keys()


def test_two_people_on_one_record(world: World) -> None:
    amy, mgr = world.visitor("amy"), world.visitor("mgr")
    id = world.make("amy", "lead", **lead_values())
    address = f"/e/lead/{id}/edit"
    mine, theirs = amy.form(address), mgr.form(address)
    shown = {"title": "甲", "company": "原公司"}
    assert mgr.send(address, {**theirs, "company": "经理改的"}).status_code == 303
    clash = amy.send(address, {**mine, **shown, "company": "我改的"})
    assert clash.status_code == 409
    for text in ("经理改的", "我改的", "王经理"):
        assert text in clash.text
    hidden = {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(_[^"]+)" value="([^"]*)"', clash.text)
    }
    again = amy.send(address, {**hidden, **shown, "company": "我改的", "_keep.company": "theirs"})
    assert again.status_code == 303, again.text
    page = amy.get(f"/e/lead/{id}")
    assert "经理改的" in page and "甲" in page


@pytest.mark.parametrize("title", ["", "乙"], ids=["refused", "clash"])
def test_a_form_that_comes_back_shows_what_is_computed(world: World, title: str) -> None:
    amy, id = world.visitor("amy"), world.make("amy", "lead", **lead_values(intent="A", title="甲"))
    address = f"/e/lead/{id}/edit"
    mine, score = amy.form(address), re.compile(r'id="f-score"[^>]* value="60"|value="60"[^>]* id="f-score"')
    assert score.search(amy.get(address))
    if title:
        assert amy.send(address, {**mine, "title": "丙"}).status_code == 303
    again = amy.send(address, {**mine, "title": title})
    assert again.status_code == (409 if title else 422)
    assert score.search(again.text)


def test_changes_of_different_fields_merge(world: World) -> None:
    amy, mgr = world.visitor("amy"), world.visitor("mgr")
    id = world.make("amy", "lead", **lead_values())
    address = f"/e/lead/{id}/edit"
    mine, theirs = amy.form(address), mgr.form(address)
    assert mgr.send(address, {**theirs, "contact_name": "李娜"}).status_code == 303
    assert amy.send(address, {**mine, "city": "宁波"}).status_code == 303
    page = amy.get(f"/e/lead/{id}")
    assert "李娜" in page and "宁波" in page


def test_conditions_are_judged_by_the_server(world: World) -> None:
    amy = world.visitor("amy")
    values = lead_values(source="referral")
    answer = amy.send("/e/lead/judge", values, headers={"hx-request": "true"})
    assert answer.status_code == 200 and f'value="{values["title"]}"' in answer.text
    assert 'name="referrer"' in answer.text
    assert 'name="referrer"' not in amy.send("/e/lead/judge", lead_values(), headers={"hx-request": "true"}).text


def test_forms_are_judged_and_searched_at_the_addresses_they_hold(world: World) -> None:
    """Forms of new records, and of stored ones."""
    amy = world.visitor("amy")
    customer = world.make("amy", "customer", name="宁波启航贸易有限公司", kind="company")
    lead, contact = world.make("amy", "lead", **lead_values()), world.make("amy", "contact", name="李", customer=customer)
    held: list[tuple[str, str]] = []
    for page in ("/e/lead/new", f"/e/lead/{lead}/edit", "/e/contact/new", f"/e/contact/{contact}/edit"):
        held += [(page, address) for address in re.findall(r'hx-post="([^"]+/(?:judge|pick/[^"]+))"', amy.get(page))]
    assert {page for page, address in held if address.endswith("/judge")} >= {"/e/lead/new", f"/e/lead/{lead}/edit"}
    assert {page for page, address in held if "/pick/" in address} >= {"/e/contact/new", f"/e/contact/{contact}/edit"}
    for page, address in held:
        answer = amy.send(address, {**amy.form(page)}, headers={"hx-request": "true"})
        assert answer.status_code == 200, address


def test_the_picker_finds_by_two_characters(world: World) -> None:
    amy = world.visitor("amy")
    world.make("amy", "customer", name="苏州瑞丰物流有限公司", kind="company")
    found = amy.send("/e/contract/pick/customer", {"_text.customer": "瑞丰"})
    assert "苏州瑞丰物流有限公司" in found.text and 'role="option"' in found.text
    assert "没有找到" in amy.send("/e/contract/pick/customer", {"_text.customer": "查无此人"}).text


def test_a_contract_with_lines(world: World) -> None:
    amy, root = world.visitor("amy"), world.visitor("root")
    customer = world.make("amy", "customer", name="杭州云启制造有限公司", kind="company")
    product = world.runtime.writing(OPERATOR, lambda s: __import__("engine.records.write", fromlist=["x"]).create(
        s, "product", {"code": f"P{customer}", "name": "标准版", "price": 100, "unit": "set"})) if root else 0
    row = amy.get("/e/contract/rows/lines?key=new1")
    assert 'name="lines.new1.product"' in row
    form: dict[str, object] = {
        **amy.form("/e/contract/new"), "name": "年度采购", "customer": str(customer), "amount": "200",
        "sign_date": "2026-11-01", "end_date": "2027-11-01", "lines._rows": "1", "lines.new1.product": str(product),
        "lines.new1.qty": "2", "lines.new1.price": "100",
    }
    bad = amy.send("/e/contract/new", {**form, "lines.new1.qty": "两个", "lines.new1.price": "四十"})
    assert bad.status_code == 422 and 'value="两个"' in bad.text and 'value="四十"' in bad.text
    made = amy.send("/e/contract/new", form)
    assert made.status_code == 303, re.findall(r"field__error.*?</div>|note--bad.*?</ul>", made.text, re.S)
    page = amy.get(made.headers["location"])
    assert "标准版" in page and "¥200.00" in page
    edit = amy.get(made.headers["location"] + "/edit")
    assert re.findall(r'value="([^"]*)"\s+id="f-lines-r\d+-subtotal"[^>]*disabled', edit) == ["200.00"]
    assert re.search(r"<tfoot.*¥200\.00.*</tfoot>", edit, re.S)


def test_a_record_is_begun_as_a_copy(world: World) -> None:
    """With what a second one may have, and what the reader may see."""
    amy = world.visitor("amy")
    lead = world.make("amy", "lead", **lead_values(title="原线索", company="原公司", phone="13712347777"))
    assert f'href="/e/lead/new?_copy={lead}"' in amy.get(f"/e/lead/{lead}")
    form = amy.get(f"/e/lead/new?_copy={lead}&title=新线索")
    named = {name: value for value, name in re.findall(r'value="([^"]*)"\s+id="f-(\w+)"', form)}
    assert named["title"] == "新线索" and named["company"] == "原公司" and named["phone"] == ""
    assert re.search(r'<option value="web" selected>', form)
    for bad in ("999999", "x", "-1", "²"):
        assert amy.client.get(f"/e/lead/new?_copy={bad}").status_code == 404
    assert world.visitor("law").client.get(f"/e/lead/new?_copy={lead}").status_code in (403, 404)


def test_a_copy_takes_its_lines_along(world: World) -> None:
    amy = world.visitor("amy")
    customer = world.make("amy", "customer", name="复制明细客户", kind="company")
    product = world.make("root", "product", code=f"C{customer}", name="复制产品", price=100, unit="set")
    made = amy.send("/e/contract/new", {
        **amy.form("/e/contract/new"), "name": "复制合同", "customer": str(customer), "amount": "200", "sign_date": "2026-11-01",
        "end_date": "2027-11-01", "lines._rows": "1", "lines.new1.product": str(product), "lines.new1.qty": "2", "lines.new1.price": "100",
    })
    address = made.headers["location"]
    form = amy.get(f"/e/contract/new?_copy={address.rpartition('/')[2]}")
    assert 'name="lines.new1.product" value="' + str(product) in form and "lines.new1.id" not in form
    assert re.search(r'value="复制合同"\s+id="f-name"', form) and re.search(r"<tfoot.*¥200\.00", form, re.S)


def test_line_formulas_and_totals_follow_what_is_typed(world: World) -> None:
    """Before anything is saved; what is no number counts as nothing."""
    amy = world.visitor("amy")
    form = {"lines._rows": "1", "lines.new1.qty": "2", "lines.new1.price": "100", "lines.new1.discount": "10",
            "lines.new2.qty": "3", "lines.new2.price": "0.5", "lines.new3.qty": "两个", "lines.new3.price": "7"}

    def shown(answer: str) -> tuple[list[str], str]:
        subtotals = re.findall(r'value="([^"]*)"\s+id="f-lines-new\d-subtotal"[^>]*disabled', answer)
        foot = re.search(r"<tfoot.*?</tfoot>", answer, re.S)
        return subtotals, foot[0] if foot else ""

    subtotals, foot = shown(amy.send("/e/contract/judge", form).text)
    assert subtotals == ["180.00", "1.50", ""] and "¥181.50" in foot and "合计" in foot
    page = amy.get("/e/contract/new")
    assert "小计" in page and "<tfoot" not in page and 'hx-post="/e/contract/judge"' in page
    assert 'id="f-lines-new9-subtotal"' in amy.get("/e/contract/rows/lines?key=new9")
    sent = amy.client.post("/e/contract/new", data={**form, "_csrf": amy.token(), "lines.new1.subtotal": "999999"})
    assert sent.status_code == 422


def test_lists_filter_sort_page_and_count(world: World) -> None:
    amy = world.visitor("amy")
    for number in range(55):
        world.make("amy", "lead", **lead_values(title=f"翻页 {number:02d}"))
    first = amy.get("/e/lead?q=翻页")
    assert "共 55 条" in first and "下一页" in first
    after = unescape(re.search(r'href="([^"]+after=[^"]+)"', first).group(1))  # type: ignore[union-attr]
    second = amy.get(after)
    assert second.count("<tr data-id=") == 5 and "翻页" in second
    assert "共 0 条" in amy.get("/e/lead?q=翻页&f=status:in:converted")
    assert 'href="/e/lead?q=%E7%BF%BB%E9%A1%B5&amp;sort=company"' in first
    assert "sort=-company" in amy.get("/e/lead?q=翻页&sort=company")
    assert amy.client.get("/e/lead?sort=nothing").status_code == 404
    assert amy.client.get("/e/lead?f=nothing:eq:1").status_code == 404


def test_a_filter_made_in_the_dialog(world: World) -> None:
    amy = world.visitor("amy")
    dialog = amy.get("/e/lead/filter?field=status")
    assert 'name="op"' in dialog and 'value="new"' in dialog
    fields = re.findall(r'<option value="([^"]+)"', amy.get("/e/lead/filter"))
    assert {"status", "created_at"} <= set(fields) and not {"revision", "archived_at"} & set(fields)
    page = amy.get("/e/lead?field=status&op=in&v=new")
    assert page.count("chip--on") == 1 and "f=status%3Ain%3Anew" in page


def test_a_filter_on_a_record_one_may_not_know_says_what_the_address_says(world: World) -> None:
    """By its number, whether there is such a record or not (law 2); one that may be read by its title."""
    amy = world.visitor("amy")
    hidden = world.make("eve", "customer", name="伊娃的客户有限公司")
    known = world.make("amy", "customer", name="晓梅的客户有限公司")

    def chip(number: int) -> str:
        found = re.search(r'chip--on"><span>(.*?)</span>', amy.get(f"/e/contract?f=customer:eq:{number}"))
        assert found
        return re.sub(r"<.*?>", "", found[1])

    assert chip(hidden) == f"客户 等于 #{hidden}" and chip(987654) == "客户 等于 #987654"
    assert chip(known) == "客户 等于 晓梅的客户有限公司"
    parent = re.search(r'chip--on"><span>(.*?)</span>', amy.get(f"/e/activity?f=parent:eq:customer:{hidden}"))
    assert parent and f"#{hidden}" in parent[1]


def test_periods_move_with_the_calendar(world: World) -> None:
    amy = world.visitor("amy")
    world.make("amy", "lead", **lead_values(title="时间段"))
    assert "共 1 条" in amy.get("/e/lead?q=时间段&f=created_at:within:today")
    assert "共 0 条" in amy.get("/e/lead?q=时间段&f=created_at:within:before_today")
    assert "没有时间段“someday”。" in amy.get("/e/lead?f=created_at:within:someday")
    dialog = amy.get("/e/lead/filter?field=created_at")
    assert re.search(r'<option value="within">', dialog) and '<option value="this_week">本周</option>' in dialog
    assert "data-operand hidden" in dialog
    page = amy.get("/e/lead?q=时间段&field=created_at&op=within&period=this_week")
    assert re.search(r"chip--on.*?创建时间 在 <b>本周</b>", page, re.S) and "f=created_at%3Awithin%3Athis_week" in page
    assert "f=sign_date%3Awithin%3Athis_month" in amy.get("/e/contract")


def test_columns_are_chosen_in_the_dialog(world: World) -> None:
    amy = world.visitor("amy")
    world.make("amy", "lead", **lead_values(company="选列公司", phone="13712349999"))
    dialog = amy.get("/e/lead/columns?q=选列&cols=phone,company")
    offered = re.findall(r'name="cols" value="([^"]+)"( checked)?', dialog)
    assert offered[:2] == [("phone", " checked"), ("company", " checked")] and not any(on for _, on in offered[2:])
    assert 'name="q" value="选列"' in dialog and not {"revision", "archived_at"} & {name for name, _ in offered}
    page = amy.get("/e/lead?q=选列&cols=phone&cols=company")
    head = re.search(r"<thead.*?</thead>", page, re.S)
    assert head and re.findall(r'<a href="([^"]+)"', head[0]) == [
        f"/e/lead?q=%E9%80%89%E5%88%97&amp;cols=phone%2Ccompany&amp;sort={name}" for name in ("phone", "company")
    ]
    assert "选列公司" in page and "13712349999" in page
    assert amy.client.get("/e/lead?cols=nothing").status_code == 404


def test_one_number_is_one_value_however_it_is_written(world: World) -> None:
    """C4: unique, searched by the whole number, its groups and its last four digits."""
    amy = world.visitor("amy")
    world.make("amy", "lead", **lead_values(title="同号", phone="139 1234-5678"))
    again = amy.send("/e/lead/new", lead_values(title="再来", phone="(139)12345678"))
    assert again.status_code == 422 and "已被使用" in again.text
    for text in ("13912345678", "139-1234-5678", "139 1234 5678", "12345678", "5678"):
        assert "同号" in amy.get(f"/search?q={text}"), text
    assert "同号" not in amy.get("/search?q=3912")


def test_a_move_is_asked_and_made(world: World) -> None:
    amy = world.visitor("amy")
    id = world.make("amy", "lead", **lead_values())
    page = amy.get(f"/e/lead/{id}")
    moves = re.findall(rf'hx-get="(/e/lead/{id}/move/[a-z_]+)"', page)
    assert moves
    dialog = amy.get(moves[0])
    assert "<form" in dialog and 'name="_key"' in dialog


def test_comments_and_trash(world: World) -> None:
    amy = world.visitor("amy")
    id = world.make("amy", "lead", **lead_values())
    assert amy.send(f"/e/lead/{id}/comment", {"text": "<i>明天联系</i>"}).status_code == 303
    assert "&lt;i&gt;明天联系&lt;/i&gt;" in amy.get(f"/e/lead/{id}")
    page = amy.get(f"/e/lead/{id}")
    if "移入回收站" not in page:
        return
    gone = amy.send(f"/e/lead/{id}/trash", {})
    assert gone.status_code == 303 and gone.headers["location"] == "/e/lead"
    assert f"/e/lead/{id}" in amy.get("/trash")
    assert amy.send(f"/e/lead/{id}/restore", {}).status_code == 303
    assert f'"/e/lead/{id}"' not in amy.get("/trash")


def test_search_finds_chinese_by_two_characters_and_only_what_is_mine(world: World) -> None:
    world.make("amy", "customer", name="宁波天成软件有限公司", kind="company")
    assert "宁波天成软件有限公司" in world.visitor("amy").get("/search?q=天成")
    assert "宁波天成软件有限公司" not in world.visitor("eve").get("/search?q=天成")


def test_a_view_that_holds_nothing_says_so(world: World) -> None:
    """It is a filter, so nothing is missing; a list without one says how records come."""
    law = world.visitor("law")
    page = law.get("/e/task?list=task_mine")
    assert "“我的待办”里没有记录" in page and "请管理员导入" not in page
    assert "还没有" in law.get("/e/task?list=task_all")


def test_a_section_without_a_name_has_none_on_either_page(world: World) -> None:
    amy, id = world.visitor("amy"), world.make("amy", "lead", **lead_values())

    def titles(address: str) -> list[str]:
        page = amy.get(address)
        return re.findall(r'<summary class="card__head">.*?<h2>(.*?)</h2>', page[page.index("<main") :])

    assert titles(f"/e/lead/{id}/edit") == ["基本信息", "需求与意向"]
    assert titles(f"/e/lead/{id}") == ["基本信息", "需求与意向", "系统信息"]


def test_the_language_switch(world: World) -> None:
    visitor = world.visitor("gm", fresh=True)
    assert "工作台" in visitor.get("/")
    visitor.send("/language", {"language": "en", "next": "/"})
    page = visitor.get("/")
    assert 'lang="en"' in page and ">Home<" in page and "工作台" not in page
    visitor.send("/language", {"language": "zh-CN", "next": "/"})
