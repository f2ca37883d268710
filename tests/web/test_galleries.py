"""A list as a gallery: a card with a picture for each record, as far as its reader may know of pictures."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest

from tests.statements import counted
from tests.web.conftest import World, application_of

PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
FILES = {
    "app.yaml": "app: wares\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "ware.entity.yaml": """
entity: ware
label: {zh: 货品, en: Ware}
title: "{name}"
owned: true
search: [name]
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  look: {type: image, label: {zh: 外观, en: Look}}
  papers: {type: file, label: {zh: 资料, en: Papers}}
  colour: {type: text, label: {zh: 颜色, en: Colour}}
""",
    "wares.list.yaml": "list: wares\nentity: ware\nlabel: {zh: 货架, en: Shelf}\nshow: gallery\ncolumns: [name, colour]\nsort: [name]\n",
    "rep.role.yaml": "role: rep\nlabel: {zh: 员工, en: Rep}\nallow:\n  ware: {read: own, create: true, update: own}\n",
    "blind.role.yaml": "role: blind\nlabel: {zh: 访客, en: Blind}\nallow:\n  ware: {read: all}\nfields:\n  ware.look: {hide: true}\n",
}
ROLES = {"amy": "rep", "eve": "rep", "vic": "blind", "root": "admin"}
GALLERY = "/e/ware?list=wares"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def wares(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Wares with pictures."""
    with application_of(request, tmp_path_factory.mktemp(f"wares-{request.param}"), FILES, ROLES) as world:
        yield world


@pytest.fixture(autouse=True)
def cleared(wares: World) -> None:
    """Each test begins without wares."""
    wares.clear("ware")


def pictured(world: World, name: str, login: str = "amy", **more: object) -> tuple[int, str]:
    """A ware with a picture, and where that is seen."""
    visitor = world.visitor(login)
    sent = visitor.client.post(
        "/files?pictures=1&field=look", data={"_csrf": visitor.token()}, files={"_upload.look": ("a.png", PIXEL, "image/png")}
    )
    number = re.findall(r'name="look" value="(\d+)"', sent.text)[0]
    return world.make(login, "ware", name=name, look=int(number), **more), f"/files/{number}/picture"


def titles(page: str) -> list[str]:
    return re.findall(r'class="picture-card__title" href="[^"]*">([^<]*)<', page)


def test_each_record_has_its_picture_or_a_sign_and_what_the_columns_say(wares: World) -> None:
    _, picture = pictured(wares, "椅子", colour="红")
    bare = wares.make("amy", "ware", name="桌子")
    amy = wares.visitor("amy")
    page = amy.get(GALLERY)
    assert titles(page) == ["桌子", "椅子"] or titles(page) == ["椅子", "桌子"]
    assert f'<img src="{picture}" alt=""' in page and page.count("picture-card__picture") == 2 and page.count("<img src=\"/files/") == 1
    assert '<dt class="sr-only">颜色</dt><dd title="颜色">红</dd>' in page and f'href="/e/ware/{bare}"' in page
    assert "共 2 条" in page and amy.client.get(picture).status_code == 200
    assert titles(amy.get(f"{GALLERY}&q=桌子")) == ["桌子"] and "没有符合" in amy.get(f"{GALLERY}&q=没有这个")


def test_a_table_is_switched_to_a_gallery_by_images_only(wares: World) -> None:
    wares.make("amy", "ware", name="灯")
    amy = wares.visitor("amy")
    assert "as=gallery&amp;by=look" in amy.get("/e/ware") and "图库" in amy.get("/e/ware")
    assert titles(amy.get("/e/ware?as=gallery")) == ["灯"] and "<thead" in amy.get(f"{GALLERY}&as=table")
    assert amy.client.get("/e/ware?as=gallery&by=papers").status_code == 404
    assert amy.client.get("/e/ware?as=gallery&by=name").status_code == 404


def test_who_may_not_know_of_pictures_knows_of_no_gallery(wares: World) -> None:
    _, picture = pictured(wares, "柜子")
    vic, eve = wares.visitor("vic"), wares.visitor("eve")
    page = vic.get(GALLERY)
    assert "柜子" in page and "<thead" in page and "picture-card" not in page and "as=gallery" not in page
    assert vic.client.get("/e/ware?as=gallery").status_code == 404 and vic.client.get(picture).status_code == 404
    assert titles(eve.get(GALLERY)) == []


def test_a_gallery_has_pages_and_asks_the_same_number_of_statements(wares: World) -> None:
    amy, asked = wares.visitor("amy"), []
    for number in range(3):
        pictured(wares, f"货{number}")
        amy.get(GALLERY)
        with counted() as statements:
            amy.get(GALLERY)
        asked.append(len(statements))
    assert len(set(asked)) == 1
    for number in range(3, 52):
        wares.make("amy", "ware", name=f"货{number:02}")
    first = amy.get(GALLERY)
    assert len(titles(first)) == 50 and "共 52 条" in first
    following = re.findall(r'href="([^"]+)" rel="next"', first)[0].replace("&amp;", "&")
    assert len(titles(amy.get(following))) == 2 and not set(titles(amy.get(following))) & set(titles(first))
