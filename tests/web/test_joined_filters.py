"""Filters that join several conditions: how an address holds them, which records they leave, and how the dialog makes them."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from urllib.parse import quote

import pytest

from engine.filter_codes import CodeGroup, UnreadGroup, parse_codes
from tests.statements import counted
from tests.web.conftest import Visitor, World
from tests.web.test_linked_filters import names
from tests.web.test_pages import lead_values
from tests.web.test_saved_views import keep, offered


def leads(world: World, mark: str) -> None:
    """Five leads of amy's: A and B to C with a budget of 1 to 3 hundred, one with an intent only, one with neither."""
    for name, intent, budget in (("甲", "A", 100), ("乙", "B", 200), ("丙", "C", 300), ("丁", "A", None), ("戊", None, None)):
        world.make("amy", "lead", **lead_values(title=f"{mark}{name}", intent=intent, budget=budget and Decimal(budget)))


def found(visitor: Visitor, mark: str, filter: str) -> str:
    """The last characters of the titles that the filter leaves, in the order in which they were made."""
    return "".join(name.removeprefix(mark) for name in reversed(names(visitor.get(f"/e/lead?q={mark}&f={quote(filter)}"))))


def forget(visitor: Visitor, entity: str, view: str) -> None:
    """Removes the saved view that is seen at an address."""
    number = view.partition("view=")[2].partition("&")[0]
    assert visitor.send(f"/e/{entity}/views/{number}/remove", {}).status_code == 303


@pytest.mark.parametrize("text", [
    "any(status:in:new)", r"all(name:contains:a\(b\;c\\;owner:eq:me)", "none(a:blank;any(b:blank;all(c:eq:1)))", "any()",
])
def test_the_text_of_a_group_round_trips(text: str) -> None:
    assert parse_codes(text).text == text


@pytest.mark.parametrize("text", [
    "any(", "any", "any(a", "any(a;)", "any(;a)", "any(a))", "any(a)b", "any(a\\", "xor(a)", "(a)", "any(a(b))",
    "any(all(any(all(a))))", f"any({';'.join('a' * 21)})", "any(" * 5000,
])
def test_what_is_no_group_is_refused(text: str) -> None:
    with pytest.raises(UnreadGroup):
        parse_codes(text)


def test_what_becomes_of_the_conditions_of_a_group() -> None:
    group = parse_codes("any(a;all(b;c);none(b))")
    assert group.mapped(lambda code: None if code == "b" else code * 2) == CodeGroup("any", ("aa", CodeGroup("all", ("cc",))))
    assert group.mapped(lambda code: None) is None and group.size == 6


@pytest.mark.parametrize(("filter", "left"), [
    ("any(intent:in:C;budget:le:100)", "甲丙"),
    ("all(intent:in:A,B;budget:ge:100)", "甲乙"),
    ("none(intent:in:A;budget:ge:300)", "乙戊"),
    ("any(intent:blank;all(budget:ge:100;none(intent:in:B,C)))", "甲戊"),
    ("none(any(budget:ge:1;intent:blank))", "丁"),
    ("all(none(budget:le:200);none(intent:blank))", "丙丁"),
    ("any(created_at:within:today;intent:in:C)", "甲乙丙丁戊"),
    ("none(created_at:within:today)", ""),
    ("any(owner:eq:me)", "甲乙丙丁戊"),
    ("any(referrer.name:blank;referrer.industry:in:it)", "甲乙丙丁戊"),
])
def test_records_that_a_group_leaves(world: World, filter: str, left: str) -> None:
    """A condition over a blank value does not hold, so that "none of" leaves the record."""
    amy = world.visitor("amy")
    if "共 5 条" not in amy.get("/e/lead?q=联合一"):
        leads(world, "联合一")
    assert found(amy, "联合一", filter) == left


def test_every_way_of_a_list_follows_it(world: World) -> None:
    amy, gm = world.visitor("amy"), world.visitor("gm")
    leads(world, "联合二")
    address = f"/e/lead?q=联合二&f={quote('any(intent:in:C;budget:le:100)')}"
    page = amy.get(address)
    assert "共 2 条" in page and "满足任一 <b>采购意向 属于 C 暂无计划；预算 不大于 100</b>" in page
    assert re.findall(r'class="pill pill--quiet">(\d+)<', amy.get(address + "&group=intent")) == ["1", "1"]
    board = amy.get(address + "&as=board")
    assert "联合二甲" in board and "联合二乙" not in board
    exported = gm.send(address.replace("/e/lead?", "/e/lead/bulk/export?"), {"_all": "1", "_step": "run", "_form": "csv"}).text
    assert "联合二丙" in exported and "联合二丁" not in exported
    assert [names(amy.get(address + f"&sort={sort}intent")) for sort in ("", "-")] == [["联合二甲", "联合二丙"], ["联合二丙", "联合二甲"]]
    rows = amy.client.get(address.replace("/e/lead", "/api/e/lead")).json()["rows"]
    assert {row["title"] for row in rows} == {"联合二甲", "联合二丙"}
    there = keep(amy, "联合视图", address.partition("?")[2])
    assert offered(amy)["联合视图"] == there and names(amy.get(there)) == ["联合二丙", "联合二甲"]
    forget(amy, "lead", there)


def test_a_page_goes_on_within_a_group_and_costs_no_statement_more(world: World) -> None:
    amy = world.visitor("amy")
    for number in range(53):
        world.make("amy", "lead", **lead_values(title=f"联合三 {number:02d}"))
    with counted() as plain:
        amy.get("/e/lead?q=联合三&f=status:in:new")
    with counted() as joined:
        first = amy.get(f"/e/lead?q=联合三&f={quote('any(status:in:new;intent:blank)')}")
    assert len(plain) == len(joined) and "共 53 条" in first
    after = re.search(r'href="([^"]+after=[^"]+)"', first)
    assert after and amy.get(unescape(after[1])).count("<tr data-id=") == 3


@pytest.mark.parametrize(("filter", "told"), [
    ("any(", "无法识别"), ("any(all(any(all(title:blank))))", "最多 3 层"), ("any(budget:ge:viel;title:blank)", "数字"),
    ("any(created_at:within:someday)", "没有时间段“someday”"),
])
def test_what_cannot_be_read_is_told(world: World, filter: str, told: str) -> None:
    page = world.visitor("amy").get(f"/e/lead?f={quote(filter)}")
    assert told in page and "chip--on" not in page
    assert world.visitor("amy").client.get(f"/api/e/lead?f={quote(filter)}").status_code == 422


def test_what_the_reader_does_not_know_of_does_not_exist_in_a_group_either(world: World) -> None:
    amy = world.visitor("amy")
    for path in ("margin", "nothing", "customer.credit_limit", "customer.nothing"):
        for filter in (f"any({path}:ge:1)", f"any(name:blank;none(all({path}:ge:x;amount:ge:x)))"):
            assert amy.client.get(f"/e/contract?f={quote(filter)}").status_code == 404
            assert amy.client.get(f"/e/contract/filter/joined?joined={quote(filter)}").status_code == 404
    root = world.visitor("root")
    there = keep(root, "毛利组合", f"f={quote('any(name:blank;margin:ge:1)')}", "contract", shared="1")
    assert "毛利组合" in offered(root, "contract") and "毛利组合" not in offered(amy, "contract")
    forget(root, "contract", there)


def code(dialog: str) -> str:
    """What the dialog has joined so far."""
    shown = re.search(r'name="joined" value="([^"]*)"', dialog)
    assert shown
    return unescape(shown[1])


def test_the_dialog_joins_conditions_press_by_press(world: World) -> None:
    amy = world.visitor("amy")
    dialog = amy.get("/e/lead/filter/joined?q=x&f=status:in:new")
    assert code(dialog) == "any()" and 'name="field"' in dialog and 'name="f" value="status:in:new"' in dialog
    steps = [
        ("do=put&at=&field=intent&op=in&v=A&v=C", "any(intent:in:A,C)"),
        ("do=nest&at=", "any(intent:in:A,C;all())"),
        ("do=put&at=1&field=referrer&field=referrer.name&op=contains&v=a(b;c", r"any(intent:in:A,C;all(referrer.name:contains:a\(b\;c))"),
        ("do=put&at=1&field=owner&op=eq&me=1", r"any(intent:in:A,C;all(referrer.name:contains:a\(b\;c;owner:eq:me))"),
        ("do=join&at=1&joining.=any&joining.1=none", r"any(intent:in:A,C;none(referrer.name:contains:a\(b\;c;owner:eq:me))"),
        ("do=drop&at=0", r"any(none(referrer.name:contains:a\(b\;c;owner:eq:me))"),
        ("do=drop&at=0.0", "any(none(owner:eq:me))"),
    ]
    at = "any()"
    for step, expected in steps:
        at = code(amy.get(f"/e/lead/filter/joined?joined={quote(at)}&{step}"))
        assert at == expected
    page = amy.get(f"/e/lead?joined={quote(at)}&do=ask&at=&field=intent&op=blank")
    assert f"f={quote('any(none(owner:eq:me);intent:blank)', safe='')}" in page.replace("&amp;", "&")
    assert "chip--on" not in amy.get("/e/lead?joined=any(all())")
    edit = re.search(r'class="chip__edit"[^>]*hx-get="([^"]+)"', page)
    assert edit and code(amy.get(unescape(edit[1]))) == "any(none(owner:eq:me);intent:blank)" and "f=" not in unescape(edit[1])


def test_the_dialog_tells_what_is_wrong_and_keeps_what_there_is(world: World) -> None:
    amy = world.visitor("amy")
    base = "/e/lead/filter/joined?joined=any(title:blank)"
    for step, told in (
        ("do=put&at=&field=budget&op=ge&v=viel", "数字"), ("do=put&at=&field=budget&op=ge&v=", "请填写"), ("do=put&at=", "请填写"),
    ):
        dialog = amy.get(f"{base}&{step}")
        assert code(dialog) == "any(title:blank)" and told in dialog and 'name="do" value="ask"' in dialog
    full = f"any({';'.join(['title:blank'] * 20)})"
    assert code(amy.get(f"/e/lead/filter/joined?joined={full}&do=nest&at=")) == full
    deep = "any(all(none(title:blank)))"
    assert "添加条件组" in amy.get(f"/e/lead/filter/joined?joined={deep}")
    assert code(amy.get(f"/e/lead/filter/joined?joined={deep}&do=nest&at=0.0")) == deep
    for step in ("do=drop&at=7", "do=drop&at=x", "do=join&at=0&joining.0=none", "do=put&at=0.0.0", "do=what&at=0"):
        assert "title:blank" in code(amy.get(f"{base}&{step}")) or step.endswith("at=x")


def test_the_words_are_those_of_the_readers_language(world: World) -> None:
    amy = world.visitor("amy")
    amy.send("/language", {"language": "en"})
    try:
        page = amy.get(f"/e/lead?f={quote('any(owner:eq:me;none(intent:in:A;created_at:within:this_week))')}")
    finally:
        amy.send("/language", {"language": "zh-CN"})
    assert re.search(r"Any of <b>Owner is Me; none of \(Intent is one of A within 3 months; Created within this week\)</b>", page)
