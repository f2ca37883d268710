"""A list as a tree: roots first, what is below them when it is asked for, and what is found with what stands above it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

from engine.principal import OPERATOR
from engine.records import system, write
from tests.statements import counted
from tests.web.conftest import World, application_of
from web.pages.lists import tree

FILES = {
    "app.yaml": "app: parts\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "part.entity.yaml": """
entity: part
label: {zh: 部件, en: Part}
title: "{name}"
owned: true
search: [name]
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  within: {type: link, to: part, back: parts, on_delete: clear, label: {zh: 所属, en: Within}}
  kind: {type: choice, options: {old: {zh: 旧, en: Old}}, label: {zh: 类型, en: Kind}}
  maker: {type: user, label: {zh: 制造, en: Maker}}
""",
    "parts.list.yaml": "list: parts\nentity: part\nlabel: {zh: 部件树, en: Parts}\nshow: tree\nby: within\ncolumns: [name, kind]\n"
        "sort: [name]\n",
    "rep.role.yaml": "role: rep\nlabel: {zh: 员工, en: Rep}\nallow:\n  part: {read: own, create: true, update: own}\n",
    "blind.role.yaml": "role: blind\nlabel: {zh: 访客, en: Blind}\nallow:\n  part: {read: all}\nfields:\n  part.within: {hide: true}\n",
}
ROLES = {"amy": "rep", "eve": "rep", "vic": "blind", "root": "admin"}
TREE = "/e/part?list=parts"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def parts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Parts within parts."""
    with application_of(request, tmp_path_factory.mktemp(f"parts-{request.param}"), FILES, ROLES) as world:
        yield world


@pytest.fixture(autouse=True)
def cleared(parts: World) -> None:
    """Each test begins without parts."""
    parts.clear("part")


def part(world: World, name: str, within: int | None = None, login: str = "amy", **more: object) -> int:
    """A part; it may be within one that its maker may not read."""
    made = world.make(login, "part", name=name, **more)
    if within is not None:
        world.runtime.writing(OPERATOR, lambda s: system.set_fields(s, "part", made, {"within": within}, "update"))
    return made


def grown(page: str) -> str:
    """What of a page is its tree, and after it."""
    return page.partition('role="tree"')[2]


def names(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'class="tree__title"[^>]*>([^<]*)</a>', page)]


def loads(page: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'hx-get="(/e/part/branch[^"]+)"', page)]


def test_roots_first_and_what_is_below_when_it_is_opened(parts: World) -> None:
    car = part(parts, "车")
    door = part(parts, "门", car)
    part(parts, "把手", door)
    part(parts, "轮", car)
    part(parts, "船")
    amy = parts.visitor("amy")
    page = amy.get(TREE)
    assert names(page) == ["车", "船"] and "共 5 条" in page and grown(page).count('aria-expanded="false"') == 1
    below = amy.get(loads(page)[0])
    assert names(below) == ["轮", "门"] and names(amy.get(loads(below)[0])) == ["把手"]


def test_what_is_found_stands_below_what_is_above_it(parts: World) -> None:
    car = part(parts, "车")
    door = part(parts, "门", car)
    part(parts, "把手", door, kind="old")
    part(parts, "轮", car)
    part(parts, "把手箱")
    page = parts.visitor("amy").get(f"{TREE}&q=把手")
    assert names(page) == ["把手箱", "车", "门", "把手"] and page.count("tree__row--found") == 2 and "共 2 条" in page
    assert not loads(page) and grown(page).count('aria-expanded="true"') == 2
    assert names(parts.visitor("amy").get(f"{TREE}&f=kind:in:old")) == ["车", "门", "把手"]


def test_below_what_one_may_not_read_is_a_root(parts: World) -> None:
    """Nothing tells that there is anything above it; a parent to be asked for is not known either."""
    theirs = part(parts, "别人的车", login="eve")
    mine = part(parts, "我的门", theirs)
    part(parts, "我的把手", mine)
    part(parts, "别人的锁", mine, login="eve")
    amy = parts.visitor("amy")
    page = amy.get(TREE)
    assert names(page) == ["我的门"] and "别人" not in page and names(amy.get(loads(page)[0])) == ["我的把手"]
    assert names(amy.get(f"{TREE}&q=我的把手")) == ["我的门", "我的把手"]
    unknown = [amy.get(f"/e/part/branch?as=tree&by=within&of={id}") for id in (theirs, 10**9)]
    assert unknown[0] == unknown[1] and not names(unknown[0])
    alone = part(parts, "独门", login="eve")
    part(parts, "别人的板", alone, login="eve")
    assert names(parts.visitor("eve").get(TREE)) == ["别人的车", "别人的锁", "独门"]


def test_the_way_is_there_for_whoever_knows_the_link(parts: World) -> None:
    amy, vic = parts.visitor("amy"), parts.visitor("vic")
    assert "as=tree&amp;by=within" in amy.get("/e/part") and "as=tree" not in vic.get("/e/part")
    for address in ("?as=tree&by=within", "/branch?as=tree&by=within"):
        assert vic.client.get(f"/e/part{address}").status_code == 404
    assert 'role="tree"' not in vic.get(TREE)
    for address in ("?as=tree&by=maker", "/branch?as=board&by=kind", "/branch?as=tree&of=x"):
        assert amy.client.get(f"/e/part{address}").status_code == 404


def test_a_circle_has_an_end(parts: World) -> None:
    one = part(parts, "甲环")
    two = part(parts, "乙环", one)
    part(parts, "丙环", two)
    parts.runtime.writing(OPERATOR, lambda s: system.set_fields(s, "part", one, {"within": two}, "update"))
    amy = parts.visitor("amy")
    assert names(amy.get(TREE)) == [] and sorted(names(amy.get(f"{TREE}&q=环"))) == sorted(["甲环", "乙环", "丙环"])


def test_long_branches_come_by_and_by(parts: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "BRANCH", 3)
    monkeypatch.setattr(tree, "MATCHES", 2)
    for number in range(5):
        part(parts, f"件{number}")
    amy = parts.visitor("amy")
    page = amy.get(TREE)
    assert names(page) == ["件0", "件1", "件2"] and names(amy.get(loads(page)[0])) == ["件3", "件4"]
    found = amy.get(f"{TREE}&q=件")
    assert names(found) == ["件0", "件1"] and "只显示最早的 2 条" in found


def test_statements_do_not_grow_with_records(parts: World) -> None:
    amy, root = parts.visitor("amy"), part(parts, "根")
    part(parts, "叶", root)
    for address in (TREE, f"{TREE}&q=叶"):
        amy.get(address)
        with counted() as few:
            amy.get(address)
        for number in range(10):
            part(parts, f"叶{number}", part(parts, f"根{number}"))
        with counted() as many:
            amy.get(address)
        assert len(few) == len(many) <= 5


def test_departments_are_a_tree_in_every_application(parts: World) -> None:
    above = parts.runtime.writing(OPERATOR, lambda s: write.create(s, "department", {"name": "总部"}))
    parts.runtime.writing(OPERATOR, lambda s: write.create(s, "department", {"name": "分部", "parent": above}))
    assert names(parts.visitor("root").get("/e/department?as=tree&by=parent")) == ["总部"]
