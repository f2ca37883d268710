"""Views that stand above a list, and the one that it opens with: one's own, or that of a role."""

from __future__ import annotations

import re
from html import unescape

import pytest

from engine import saved_views, view_places
from engine.principal import OPERATOR
from tests.statements import counted
from tests.web.conftest import Visitor, World
from tests.web.people import hire
from tests.web.test_joined_filters import forget
from tests.web.test_saved_views import keep, offered


def number_of(view: str) -> str:
    return view.partition("view=")[2].partition("&")[0]


def whole_of(entity: str) -> str:
    """Where the usual list of the entity is, whatever it opens with."""
    return f"/e/{entity}?list={entity}_all"


def place(visitor: Visitor, entity: str, view: str, what: str, on: bool = True) -> int:
    return visitor.send(f"/e/{entity}/views/{number_of(view)}/{what}", {"on": "1" if on else ""}).status_code


def tabs(page: str) -> dict[str, tuple[str, bool]]:
    """What stands above the list: where each leads, and whether one is there."""
    found = re.findall(r'<a class="view-tabs__tab" href="([^"]+)"( aria-current="page")?>([^<]+)<', page)
    return {label: (unescape(href), bool(current)) for href, current, label in found}


def seller(world: World) -> Visitor:
    """Somebody of the role sales who has kept nothing yet."""
    return world.visitor(hire(world, "sales").login)


def test_a_pinned_view_stands_above_the_list_for_whoever_pinned_it(world: World) -> None:
    one, other = seller(world), seller(world)
    assert tabs(one.get("/e/product")) == {}
    view = keep(one, "固定甲", "q=甲", "product")
    assert "固定在列表上方" in one.get(f"/e/product/views?view={number_of(view)}")
    assert [place(one, "product", view, "pin") for _ in range(2)] == [303, 303]
    assert tabs(one.get("/e/product")) == {"产品": (whole_of("product"), True), "固定甲": (view, False)}
    shown = tabs(one.get(view))
    assert shown["固定甲"] == (view, True) and not shown["产品"][1] and one.get(shown["产品"][0])
    assert place(other, "product", view, "pin") == 404 and tabs(other.get("/e/product")) == {}
    assert "取消固定" in one.get(f"/e/product/views?view={number_of(view)}")
    assert place(one, "product", view, "pin", False) == 303 and tabs(one.get("/e/product")) == {}


def test_a_list_opens_with_the_view_that_one_chose(world: World) -> None:
    one = seller(world)
    first, second = (keep(one, f"打开{name}", f"q={name}", "product") for name in "甲乙")
    assert place(one, "product", first, "opening") == place(one, "product", second, "opening") == 303
    opened = one.client.get("/e/product")
    assert opened.status_code == 303 and number_of(opened.headers["location"]) == number_of(second)
    page = one.get("/e/product?q=x")
    whole, _ = tabs(page)["产品"]
    assert "打开乙" in tabs(page) and "打开甲" not in tabs(page)
    assert "view=" not in whole and tabs(one.get(whole))["产品"][1]
    cleared = re.findall(r'href="([^"]+)">清除筛选<', one.get("/e/product?q=x"))
    assert cleared and all(one.client.get(unescape(address)).status_code == 200 for address in cleared)
    assert place(one, "product", second, "opening", False) == 303 and one.client.get("/e/product").status_code == 200
    assert place(one, "product", first, "opening") == 303
    forget(one, "product", first)
    assert one.client.get("/e/product").status_code == 200, "a view that is no more is not opened"


def test_administrators_give_a_role_the_view_that_its_list_opens_with(world: World) -> None:
    root, one = world.visitor("root"), seller(world)
    view = keep(root, "销售默认", "q=销售", "product", shared="1")
    roles = f"/e/product/views/{number_of(view)}/roles"
    assert 'value="sales"' in root.get(roles) and "checked" not in root.get(roles) and "销售" in root.get(roles)
    assert one.client.get(roles).status_code == 404 and one.send(roles, {"role": "sales"}).status_code == 403
    assert root.send(roles, {"role": ["nothing"]}).status_code == 404
    assert root.send(roles, {"role": ["sales", "legal"]}).status_code == 303
    try:
        assert number_of(one.client.get("/e/product").headers["location"]) == number_of(view)
        assert 'value="sales" checked' in root.get(roles)
        own = keep(one, "我的默认", "q=我", "product")
        assert place(one, "product", own, "opening") == 303
        assert number_of(one.client.get("/e/product").headers["location"]) == number_of(own)
        later = keep(root, "后来默认", "q=后来", "product", shared="1")
        assert root.send(f"/e/product/views/{number_of(later)}/roles", {"role": "sales"}).status_code == 303
        assert 'value="sales" checked' not in root.get(roles) and 'value="legal" checked' in root.get(roles)
        forget(root, "product", later)
    finally:
        forget(root, "product", view)
    other = seller(world)
    assert other.client.get("/e/product").status_code == 200


def test_a_view_over_what_the_reader_does_not_know_of_stands_nowhere(world: World) -> None:
    root, amy = world.visitor("root"), world.visitor("amy")
    view = keep(root, "毛利默认", "f=margin:ge:1", "contract", shared="1")
    assert place(amy, "contract", view, "pin") == place(amy, "contract", view, "opening") == 404
    assert root.send(f"/e/contract/views/{number_of(view)}/roles", {"role": "sales"}).status_code == 303
    try:
        assert amy.client.get("/e/contract").status_code == 200 and "毛利默认" not in amy.get("/e/contract")
    finally:
        forget(root, "contract", view)


def test_an_own_view_is_given_to_no_role(world: World) -> None:
    root = world.visitor("root")
    view = keep(root, "自己的视图", "q=自己", "product")
    roles = f"/e/product/views/{number_of(view)}/roles"
    assert root.client.get(roles).status_code == 404 and root.send(roles, {"role": "sales"}).status_code == 403
    forget(root, "product", view)


def test_views_above_a_list_cost_one_statement(world: World) -> None:
    one = seller(world)
    with counted() as before:
        one.get("/e/product?q=数")
    for name in "甲乙丙":
        assert place(one, "product", keep(one, f"数{name}", f"q={name}", "product"), "pin") == 303
    with counted() as after:
        one.get("/e/product?q=数")
    assert len(before) == len(after)


def test_the_platform_itself_pins_nothing(world: World) -> None:
    view = keep(world.visitor("root"), "平台视图", "q=平台", "product", shared="1")
    number = int(number_of(view))
    with pytest.raises(saved_views.Denied):
        world.runtime.writing(OPERATOR, lambda s: view_places.set_pin(s, "product", number, True))
    forget(world.visitor("root"), "product", view)
    assert "平台视图" not in offered(world.visitor("root"), "product")
