"""Tabs of forms: which sections stand on which, and what becomes of a tab without sections."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.web.conftest import World, application_of

FILES = {
    "app.yaml": "app: tabs\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "entities/thing.entity.yaml": """
entity: thing
label: {zh: 东西, en: Thing}
title: "{name}"
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  kind: {type: choice, options: [a, b], label: {zh: 种类, en: Kind}}
  size: {type: int, label: {zh: 大小, en: Size}}
  note: {type: long, label: {zh: 备注, en: Note}}
  place: {type: text, label: {zh: 地点, en: Place}}
  last: {type: text, label: {zh: 最后, en: Last}}
""",
    "screens/thing.form.yaml": """
form: thing
entity: thing
sections:
  size:  {tab: {zh: 尺寸, en: Sizes}, label: {zh: 尺寸, en: Sizes}, fields: [size]}
  main:  {fields: [[name, kind]]}
  notes: {tab: {zh: 备注, en: Notes}, label: {zh: 说明, en: Remarks}, fields: [note], visible_if: kind == 'b'}
  place: {tab: {zh: 尺寸, en: Sizes}, label: {zh: 地方, en: Places}, fields: [place]}
  last:  {fields: [last]}
""",
    "access/maker.role.yaml": "role: maker\nlabel: {zh: 角色, en: Maker}\nallow:\n  thing: {read: all, create: true, update: all}\n",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def things(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with application_of(request, tmp_path_factory.mktemp(f"tabs-{request.param}"), FILES, {"maker": "maker"}) as world:
        yield world


def _order(page: str) -> list[str]:
    """Sections, tabs and panels in the order of the page."""
    return re.findall(r'id="((?:section|tab|panel)-[a-z]+)"', page)


def test_sections_of_one_tab_stand_on_it_below_those_without(things: World) -> None:
    maker = things.visitor("maker")
    form = maker.get("/e/thing/new")
    assert _order(form) == ["section-main", "section-last", "tab-size", "panel-size", "section-size", "section-place"]
    assert "data-tabs hidden" in form and "<h2>尺寸</h2>" not in form and "<h2>地方</h2>" in form


def test_a_tab_without_sections_is_not_there(things: World) -> None:
    maker = things.visitor("maker")
    judged = maker.send("/e/thing/judge", {"name": "x", "kind": "b"}).text
    assert _order(judged)[2:4] == ["tab-size", "tab-notes"] and "panel-notes" in judged
    assert "tab-notes" not in maker.send("/e/thing/judge", {"name": "x", "kind": "a"}).text
    for kind, there in (("a", False), ("b", True)):
        page = maker.get(f"/e/thing/{things.make('maker', 'thing', name='y', kind=kind, size=1)}")
        assert ('id="tab-notes"' in page) == ('id="panel-notes"' in page) == there and 'id="tab-size"' in page


def test_the_tab_of_a_refused_field_is_marked(things: World) -> None:
    refused = things.visitor("maker").send("/e/thing/new", {"name": "x", "kind": "b", "size": "viel"})
    assert refused.status_code == 422 and refused.text.count("tabs__fault") == 1
    tab = refused.text[refused.text.index('id="tab-size"') : refused.text.index('id="tab-notes"')]
    assert "有内容需要修改" in tab
