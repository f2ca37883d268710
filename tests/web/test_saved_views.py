"""Views that people keep of lists: their own, and those for everybody."""

from __future__ import annotations

import re
from html import unescape

import pytest

from engine import saved_views
from engine.refusals import Refused
from tests.web.conftest import Visitor, World
from tests.web.test_pages import lead_values

ADDRESS = "q=看图&cols=company%2Cphone&sort=-company&f=status%3Ain%3Anew"


def keep(visitor: Visitor, label: str, address: str = ADDRESS, entity: str = "lead", **more: str) -> str:
    """Keeps the list at `address`; returns where it is seen."""
    answer = visitor.send(f"/e/{entity}/views/save?{address}", {"label": label, **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def offered(visitor: Visitor, entity: str = "lead") -> dict[str, str]:
    """The saved views in the menu by name, with their addresses."""
    page = visitor.get(f"/e/{entity}/views")
    return {label: unescape(href) for href, label in re.findall(r'href="([^"]+)"[^>]*>.*?</svg>([^<]+)</a>', page)}


def test_a_view_keeps_the_list_as_it_stands(world: World) -> None:
    amy = world.visitor("amy")
    world.make("amy", "lead", **lead_values(company="看图公司", phone="13712348888"))
    there = keep(amy, "看图")
    page = amy.get(there)
    assert "<h1" in page and re.search(r"page-head__title\">看图<", page) and "看图公司" in page
    assert re.findall(r'aria-sort="(\w+)"', page) == ["descending"] and page.count("chip--on") == 1
    assert offered(amy) == {"看图": there}
    assert offered(world.visitor("mgr")) == {}
    assert amy.client.get(there.replace("view=", "view=99")).status_code == 200


def test_a_view_is_changed_and_deleted(world: World) -> None:
    amy = world.visitor("amy")
    there = keep(amy, "先", "q=先&sort=-name", "customer")
    view = re.search(r"view=(\d+)", there)
    assert view
    changed = keep(amy, "后", f"view={view[1]}&q=别的", "customer", change="1")
    assert offered(amy, "customer") == {"后": changed} and "q=" in changed and "sort" not in changed
    other = keep(amy, "另", f"view={view[1]}&q=别的", "customer")
    assert offered(amy, "customer").keys() == {"后", "另"}
    assert world.visitor("mgr").send(f"/e/customer/views/{view[1]}/remove", {}).status_code == 404
    assert amy.send(f"/e/customer/views/{view[1]}/remove", {}).status_code == 303
    assert offered(amy, "customer") == {"另": other}


def test_views_for_everybody_are_kept_by_administrators(world: World) -> None:
    amy, root = world.visitor("amy"), world.visitor("root")
    refused = amy.send("/e/contact/views/save", {"label": "全员", "shared": "1"})
    assert refused.status_code == 403 and "由管理员维护" in refused.text
    dialog = amy.get("/e/contact/views/save?q=x")
    assert 'name="shared"' not in dialog
    made = root.send("/e/product/views/save?q=x", {"label": "全员产品", "shared": "1"})
    assert made.status_code == 303
    page = amy.get("/e/product/views")
    assert "所有人的视图" in page and "全员产品" in page
    number = re.search(r"view=(\d+)", made.headers["location"])
    assert number and amy.send(f"/e/product/views/{number[1]}/remove", {}).status_code == 403
    mine = amy.send(f"/e/product/views/save?view={number[1]}&q=y", {"label": "我的产品", "change": "1"})
    assert mine.status_code == 403
    assert root.send(f"/e/product/views/{number[1]}/remove", {}).status_code == 303


@pytest.mark.parametrize(("label", "told"), [("", "请填写"), ("  ", "请填写"), ("长" * 61, "60"), ("坏\u202e", "U+202E")])
def test_a_bad_name_is_told_at_the_field(world: World, label: str, told: str) -> None:
    answer = world.visitor("amy").send("/e/lead/views/save?q=x", {"label": label})
    assert answer.status_code == 422 and told in answer.text and "view-label-error" in answer.text


def test_a_name_is_used_once_and_there_is_an_end_to_views(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    amy = world.visitor("amy")
    keep(amy, "一次")
    again = amy.send("/e/lead/views/save?q=y", {"label": "一次"})
    assert again.status_code == 422 and "已被使用" in again.text
    monkeypatch.setattr(saved_views, "MOST", 1)
    full = amy.send("/e/lead/views/save?q=z", {"label": "多了"})
    assert full.status_code == Refused.status and "最多保存 1 个视图" in full.text


def test_what_the_reader_does_not_know_of_is_not_told_by_a_view(world: World) -> None:
    """A view for everybody that names a hidden field is not there for whoever may not see it (law 2)."""
    amy, root = world.visitor("amy"), world.visitor("root")
    for address in ("cols=nothing", "f=nothing:eq:1", "list=nothing"):
        assert amy.send(f"/e/lead/views/save?{address}", {"label": "x"}).status_code == 404
    plain = keep(root, "全员合同", "cols=name", "contract", shared="1")
    for at, address in enumerate(("cols=name%2Cmargin", "f=margin%3Age%3A1", "sort=-margin")):
        hidden = keep(root, f"毛利{at}", address, "contract", shared="1")
        assert "毛利" not in amy.get(f"/e/contract?view={hidden.partition('view=')[2].partition('&')[0]}")
    assert offered(root, "contract").keys() == {"全员合同", "毛利0", "毛利1", "毛利2"}
    assert offered(amy, "contract") == {"全员合同": plain} and "margin" not in amy.get("/e/contract/views")
