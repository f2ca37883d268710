"""Tags: what is suggested to whom, how lists are narrowed by them, and how they are given to many records and taken again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from engine.principal import OPERATOR
from engine.records import read
from engine.refusals import Invalid
from tests.statements import counted
from tests.web.conftest import World, application_of

FILES: Mapping[str, str] = {
    "app.yaml": """
app: tags
language: 1
layers: [base@1.0.0, .]
zone: Asia/Shanghai
currency: CNY
languages: [zh-CN, en]
label: {zh: 剪报, en: Clippings}
""",
    "entities/clip.entity.yaml": """
entity: clip
label: {zh: 剪报, en: Clipping}
plural: {zh: 剪报, en: Clippings}
title: "{name}"
owned: true
search: [name, tags]
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  tags: {type: tags, label: {zh: 标签, en: Tags}}
  secret: {type: tags, label: {zh: 密签, en: Secret tags}}
""",
    "screens/clip_vip.list.yaml": """
list: clip_vip
entity: clip
label: {zh: 重要, en: Important}
columns: [name, tags]
where: "'VIP' in tags"
""",
    "access/writer.role.yaml": """
role: writer
label: {zh: 作者, en: Writer}
allow:
  clip: {create: true, read: own, update: own}
fields:
  clip.secret: {hide: true}
""",
    "access/chief.role.yaml": """
role: chief
label: {zh: 主编, en: Chief}
allow:
  clip: {create: true, read: all, update: all}
""",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def clips(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two writers who see their own clippings, and a chief who sees all."""
    roles = {"ann": "writer", "bob": "writer", "eve": "chief"}
    with application_of(request, tmp_path_factory.mktemp(f"tags-{request.param}"), FILES, roles) as world:
        yield world


def suggested(world: World, login: str, text: str, field: str = "tags") -> list[tuple[str, str]]:
    """The tags that the picker offers, each with how many records have it."""
    answer = world.visitor(login).send(f"/e/clip/pick/{field}", {f"_text.{field}": text})
    assert answer.status_code == 200, answer.text
    return re.findall(r'data-title="([^"]*)"><span>[^<]*</span>(?:<span class="muted small">([\d,]+)</span>)?', answer.text)


def listed(world: World, login: str, query: str) -> list[str]:
    return re.findall(r'href="/e/clip/\d+"[^>]*>([^<]+)</a>', world.visitor(login).get(f"/e/clip?{query}"))


def held(world: World, id: int) -> object:
    with world.runtime.reading(OPERATOR) as session:
        return read.get(session, "clip", id).values.get("tags")


def test_suggested_is_what_the_reader_may_see_the_most_used_first(clips: World) -> None:
    for tags in (("paper", "Ink"), ("paper",), ("Paper", "wood")):
        clips.make("ann", "clip", name="s", tags=tags)
    clips.make("bob", "clip", name="s", tags=("paperclip",))
    assert suggested(clips, "ann", "") == [("paper", "3"), ("Ink", "1"), ("wood", "1")]
    assert suggested(clips, "ann", "PAP") == [("PAP", ""), ("paper", "3")], "what is typed comes first"
    assert suggested(clips, "ann", "ＩＮＫ，x") == [("Ink", "1")], "as those before wrote it"
    assert suggested(clips, "bob", "pap") == [("pap", ""), ("paperclip", "1")]
    assert suggested(clips, "eve", "pap") == [("pap", ""), ("paper", "3"), ("paperclip", "1")]


def test_what_is_hidden_is_as_unknown_as_what_is_not_there(clips: World) -> None:
    clips.make("eve", "clip", name="h", secret=("hush",))
    assert suggested(clips, "eve", "h", "secret")[0] == ("h", "")
    ann = clips.visitor("ann")
    hidden, absent = (ann.send(f"/e/clip/pick/{name}", {f"_text.{name}": ""}) for name in ("secret", "nothing"))
    assert (hidden.status_code, hidden.text) == (absent.status_code, absent.text) and hidden.status_code == 404
    assert ann.client.get("/e/clip?f=secret:contains:hush").status_code == 404


def test_suggestions_ask_as_often_for_many_records_as_for_one(clips: World) -> None:
    asked: list[int] = []
    for number in range(3):
        clips.make("ann", "clip", name="n", tags=(f"tag {number}",))
        with counted() as statements:
            suggested(clips, "ann", "tag")
        asked.append(len(statements))
    assert len(set(asked)) == 1


def test_a_list_is_narrowed_to_records_with_all_of_the_tags_in_either_case(clips: World) -> None:
    clips.make("bob", "clip", name="one", tags=("VIP", "north"))
    clips.make("bob", "clip", name="two", tags=("vip",))
    clips.make("bob", "clip", name="three", tags=("vip lounge",))
    assert sorted(listed(clips, "bob", "f=tags:contains:Vip")) == ["one", "two"]
    assert listed(clips, "bob", "f=tags:contains:north,VIP") == ["one"]
    assert listed(clips, "bob", "field=tags&op=contains&v=&v=north&v=vip") == ["one"], "as the dialog sends it"
    assert listed(clips, "bob", "list=clip_vip") == ["one"], "an expression means the word as it is written"
    assert sorted(listed(clips, "bob", "q=lounge")) == ["three"]


def test_tags_are_given_to_many_and_taken_in_whatever_case(clips: World) -> None:
    one, two = clips.make("eve", "clip", name="b1", tags=("Red",)), clips.make("eve", "clip", name="b2")
    eve = clips.visitor("eve")
    for mode, typed, expected in (
        ("add", "red，蓝", (("Red", "蓝"), ("red", "蓝"))), ("remove", "RED", (("蓝",), ("蓝",))),
        ("set", "a、b", (("a", "b"), ("a", "b"))),
    ):
        data = {"_step": "run", "_id": [str(one), str(two)], "_field": "tags", "_mode": mode, "tags": ["", typed]}
        assert eve.send("/e/clip/bulk/edit", data).status_code == 303
        assert (held(clips, one), held(clips, two)) == expected, mode


@pytest.mark.parametrize(("tags", "told"), [
    (tuple(f"t{number}" for number in range(21)), "At most 20 tags."),
    (("x" * 41,), f"The tag “{'x' * 39}…” is too long; at most 40 characters."),
    (("a\x00",), "Contains a character that cannot be stored: U+0000."),
])
def test_what_is_no_tag_is_told(clips: World, tags: tuple[str, ...], told: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clips.make("ann", "clip", name="l", tags=tags)
    assert [error.message.text("en") for error in refusal.value.errors] == [told]


def test_what_was_typed_comes_back_with_what_is_wrong(clips: World) -> None:
    ann = clips.visitor("ann")
    answer = ann.send("/e/clip/new", {"_key": "tags-back", "name": "", "tags": ["", "<b>", "two"]})
    assert answer.status_code == 422
    assert re.findall(r'<input type="hidden" name="tags" value="([^"]+)"', answer.text) == ["&lt;b&gt;", "two"]
