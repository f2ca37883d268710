"""A list as a map: its records where they are, as far as its reader may know where that is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.statements import counted
from tests.web.conftest import BROWSER, PASSWORD, World, application_of
from web.application import build
from web.pages.lists import map as maps

FILES = {
    "app.yaml": "app: shops\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "shop.entity.yaml": """
entity: shop
label: {zh: 门店, en: Shop}
title: "{name}"
owned: true
search: [name]
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  place: {type: geo, label: {zh: 位置, en: Place}}
  depot: {type: geo, label: {zh: 仓库, en: Depot}}
  street: {type: text, label: {zh: 街道, en: Street}}
  rank:
    type: choice
    label: {zh: 等级, en: Rank}
    options: {gold: {label: {zh: 金, en: Gold}, color: yellow}, plain: {label: {zh: 普通, en: Plain}}}
""",
    "round.list.yaml": "list: round\nentity: shop\nlabel: {zh: 巡店, en: Round}\nshow: map\nby: place\ncolumns: [name, street]\n"
                       "sort: [name]\n",
    "golden.list.yaml": "list: golden\nentity: shop\nlabel: {zh: 金店, en: Golden}\nshow: map\nwhere: rank == 'gold'\n"
                        "columns: [name]\n",
    "rep.role.yaml": "role: rep\nlabel: {zh: 员工, en: Rep}\nallow:\n  shop: {read: own, create: true, update: own}\n",
    "blind.role.yaml": "role: blind\nlabel: {zh: 访客, en: Blind}\nallow:\n  shop: {read: all}\nfields:\n"
                       "  shop.place: {hide: true}\n  shop.depot: {deny: true}\n",
    "half.role.yaml": "role: half\nlabel: {zh: 半知, en: Half}\nallow:\n  shop: {read: all, create: true}\nfields:\n"
                      "  shop.place: {mask: {scope: own}}\n",
}
ROLES = {"amy": "rep", "eve": "rep", "vic": "blind", "hal": "half", "root": "admin"}
MAP = "/e/shop?list=round"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shops(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Shops with places."""
    with application_of(request, tmp_path_factory.mktemp(f"shops-{request.param}"), FILES, ROLES) as world:
        yield world


@pytest.fixture(autouse=True)
def cleared(shops: World) -> None:
    """Each test begins without shops."""
    shops.clear("shop")


def points(page: str) -> dict[str, str]:
    """What stands on the map, and where."""
    cards = re.findall(
        r'<li class="map-card" data-latitude="([^"]*)" data-longitude="([^"]*)".*?class="map-card__title"[^>]*>([^<]*)<', page, re.S
    )
    return {title: f"{latitude},{longitude}" for latitude, longitude, title in cards}


def test_records_stand_where_they_are_with_what_the_columns_say(shops: World) -> None:
    id = shops.make("amy", "shop", name="A<b>", place="31.230400,121.473700", street="南京路", rank="gold")
    shops.make("amy", "shop", name="乙", place="-33.856800,151.215300")
    page = shops.visitor("amy").get(MAP)
    assert points(page) == {"A&lt;b&gt;": "31.230400,121.473700", "乙": "-33.856800,151.215300"}
    assert f'href="/e/shop/{id}"' in page and '<dt class="sr-only">街道</dt><dd title="街道">南京路</dd>' in page
    assert 'data-color="yellow"' in page and 'data-color="gray"' in page and "共 2 条" in page
    assert "没有位置" not in page and 'data-tiles=""' in page


def test_a_map_obeys_searches_filters_and_the_list(shops: World) -> None:
    shops.make("amy", "shop", name="丙", place="31.0,121.0", rank="gold")
    shops.make("amy", "shop", name="丁", place="32.0,121.0", rank="plain")
    amy = shops.visitor("amy")
    assert list(points(amy.get(f"{MAP}&q=丁"))) == ["丁"] == list(points(amy.get(f"{MAP}&f=rank:in:plain")))
    assert list(points(amy.get("/e/shop?list=golden"))) == ["丙"] and "没有符合" in amy.get(f"{MAP}&q=没有这个")
    amy.send("/e/shop/views/save?list=round&f=rank:in:plain", {"label": "普通店"})
    saved = re.findall(r'href="(/e/shop\?[^"]*view=\d+[^"]*)"', amy.get("/e/shop/views?list=round"))
    assert list(points(amy.get(unescape(saved[0])))) == ["丁"]


def test_a_table_is_switched_to_a_map_by_positions_only(shops: World) -> None:
    shops.make("amy", "shop", name="戊", place="31.0,121.0", depot="30.0,120.0")
    amy = shops.visitor("amy")
    assert "as=map&amp;by=place" in amy.get("/e/shop") and "地图" in amy.get("/e/shop")
    assert points(amy.get("/e/shop?as=map")) == {"戊": "31.000000,121.000000"}
    assert points(amy.get("/e/shop?as=map&by=depot")) == {"戊": "30.000000,120.000000"}
    assert "<thead" in amy.get(f"{MAP}&as=table") and amy.client.get("/e/shop?as=map&by=name").status_code == 404


def test_who_may_not_know_of_positions_knows_of_no_map(shops: World) -> None:
    shops.make("amy", "shop", name="己", place="31.111111,121.111111", depot="30.111111,120.111111")
    vic = shops.visitor("vic")
    page = vic.get(MAP)
    assert "己" in page and "<thead" in page and "as=map" not in page and "leaflet" not in page
    assert "31.111111" not in page and "30.111111" not in page
    for address in ("/e/shop?as=map", "/e/shop?as=map&by=place", "/e/shop?as=map&by=depot", "/e/shop?as=map&by=nothing"):
        answer = vic.client.get(address)
        assert answer.status_code == 404 and answer.text == vic.client.get("/e/shop?as=nothing").text
    assert vic.client.get("/e/shop?f=place:not_blank").status_code == 404
    assert points(shops.visitor("eve").get(MAP)) == {}


def test_a_masked_position_is_none(shops: World) -> None:
    shops.make("amy", "shop", name="庚", place="31.222222,121.222222")
    shops.make("hal", "shop", name="辛", place="30.555555,120.555555")
    page = shops.visitor("hal").get(MAP)
    assert points(page) == {"庚": "31.222222,121.222222"} and "30.555555" not in page
    assert "1 条没有位置" in page and "辛" in shops.visitor("hal").get("/e/shop?as=table&f=place:blank")


def test_records_without_a_position_are_counted_and_found(shops: World) -> None:
    for name in ("壬", "癸"):
        shops.make("amy", "shop", name=name, rank="gold")
    amy = shops.visitor("amy")
    nothing = amy.get(MAP)
    assert "没有可在地图上显示的记录" in nothing and "“位置”" in nothing and "共 2 条" in nothing
    shops.make("amy", "shop", name="子", place="31.0,121.0", rank="gold")
    page = amy.get(f"{MAP}&f=rank:in:gold")
    way = unescape(re.findall(r'<p class="map-bare">.*?href="([^"]+)">2 条没有位置<', page)[0])
    assert "as=table" in way and "f=place%3Ablank" in way and "f=rank" in way
    found = amy.get(way)
    assert "壬" in found and "癸" in found and "子" not in re.findall(r"<tbody>.*</tbody>", found, re.S)[0]


def test_more_than_a_map_shows_is_told(shops: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "MOST", 2)
    amy = shops.visitor("amy")
    for number in range(2):
        shops.make("amy", "shop", name=f"店{number}", place="31.0,121.0")
    assert "只显示前" not in amy.get(MAP)
    for number in range(2, 5):
        shops.make("amy", "shop", name=f"店{number}", place="31.0,121.0")
    page = amy.get(MAP)
    assert len(points(page)) == 2 and "共 5 条" in page
    assert "地图只显示前 2 条，另有 3 条有位置而未显示，请筛选以查看其余。" in page


def test_a_map_asks_the_same_number_of_statements(shops: World) -> None:
    amy, asked = shops.visitor("amy"), []
    for number in range(4):
        shops.make("amy", "shop", name=f"处{number}", place=f"3{number}.0,121.0", rank="gold")
        amy.get(MAP)
        with counted() as statements:
            amy.get(MAP)
        asked.append(len(statements))
    assert len(set(asked)) == 1


def test_only_maps_load_what_draws_them_and_only_they_may_show_tiles(shops: World) -> None:
    shops.make("amy", "shop", name="丑", place="31.0,121.0")
    table, plain = (shops.visitor("amy").client.get(address) for address in ("/e/shop", MAP))
    assert "leaflet" not in table.text and "map.css" not in table.text and "vendor/leaflet.js" in plain.text
    settings = replace(shops.settings, map_tiles="https://tiles.example.com/{z}/{x}/{y}.png?a='\"", map_credit="© 图 <b>")
    client = TestClient(build(settings, shops.runtime), base_url="http://testserver", follow_redirects=False, headers=BROWSER)
    assert client.post("/sign-in", data={"login": "amy", "password": PASSWORD}).status_code == 303
    tiled = client.get(MAP)
    assert "data-tiles=\"https://tiles.example.com/{z}/{x}/{y}.png?a=&#39;&#34;\"" in tiled.text and "© 图 &lt;b&gt;" in tiled.text
    allowed = tiled.headers["content-security-policy"]
    assert "img-src 'self' data: https://tiles.example.com;" in allowed
    assert allowed.replace(" https://tiles.example.com", "") == plain.headers["content-security-policy"]
    assert "tiles.example.com" not in client.get("/e/shop").headers["content-security-policy"]
