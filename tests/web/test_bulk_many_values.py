"""Options and links are added to many records and taken from them, beside what each has already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from engine import bulk
from engine.principal import OPERATOR
from engine.records import read
from tests.statements import counted
from tests.web.conftest import World, application_of

FILES: Mapping[str, str] = {
    "app.yaml": """
app: tagged
language: 1
layers: [base@1.0.0, .]
zone: Asia/Shanghai
currency: CNY
languages: [zh-CN, en]
label: {zh: 标签, en: Tags}
""",
    "entities/topic.entity.yaml": """
entity: topic
label: {zh: 主题, en: Topic}
plural: {zh: 主题, en: Topics}
title: "{name}"
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
""",
    "entities/note.entity.yaml": """
entity: note
label: {zh: 笔记, en: Note}
plural: {zh: 笔记, en: Notes}
title: "{name}"
fields:
  name: {type: text, required: true, label: {zh: 名称, en: Name}}
  tags:
    type: choices
    label: {zh: 标签, en: Tags}
    options: {red: {zh: 红, en: Red}, blue: {zh: 蓝, en: Blue}, green: {zh: 绿, en: Green}}
  topics: {type: links, to: topic, label: {zh: 主题, en: Topics}}
  sealed: {type: text, label: {zh: 密封, en: Sealed}}
""",
    "access/writer.role.yaml": """
role: writer
label: {zh: 作者, en: Writer}
allow:
  note: {create: true, read: all, update: all}
  topic: {create: true, read: all}
fields:
  note.sealed: {hide: true}
""",
    "access/reader.role.yaml": """
role: reader
label: {zh: 读者, en: Reader}
allow:
  note: {read: all}
""",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def notes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Notes of a writer, which a reader only reads."""
    roles = {"writer": "writer", "reader": "reader"}
    with application_of(request, tmp_path_factory.mktemp(f"notes-{request.param}"), FILES, roles) as world:
        yield world


def held(world: World, id: int, name: str) -> object:
    with world.runtime.reading(OPERATOR) as session:
        return read.get(session, "note", id).values.get(name)


def change(world: World, ids: list[int], mode: str, field: str, values: list[str]) -> str:
    """Changes a field of many values as the writer; the address of what follows."""
    data = {"_step": "run", "_id": [str(id) for id in ids], "_field": field, "_mode": mode, field: ["", *values]}
    answer = world.visitor("writer").send("/e/note/bulk/edit", data)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def latest(world: World) -> bulk.Run:
    with world.runtime.reading(world.principal("writer")) as session:
        return bulk.latest(session)[0]


def test_options_are_added_taken_and_put_back(notes: World) -> None:
    one, two = (notes.make("writer", "note", name=name, tags=tags) for name, tags in (("a", ("red",)), ("b", ("blue", "green"))))
    change(notes, [one, two], "add", "tags", ["blue"])
    assert (held(notes, one, "tags"), held(notes, two, "tags")) == (("red", "blue"), ("blue", "green"))
    assert latest(notes).counts == {"changed": 1, "unchanged": 1}
    change(notes, [one, two], "remove", "tags", ["blue", "green"])
    assert (held(notes, one, "tags"), held(notes, two, "tags") or None) == (("red",), None)
    notes.visitor("writer").send(f"/runs/{latest(notes).id}/undo", {})
    assert (held(notes, one, "tags"), held(notes, two, "tags")) == (("red", "blue"), ("blue", "green"))
    change(notes, [one, two], "set", "tags", ["green"])
    assert (held(notes, one, "tags"), held(notes, two, "tags")) == (("green",), ("green",))


def test_links_are_added_taken_and_put_back(notes: World) -> None:
    first, second = (notes.make("writer", "topic", name=name) for name in ("x", "y"))
    one, two = notes.make("writer", "note", name="c", topics=(first,)), notes.make("writer", "note", name="d")
    change(notes, [one, two], "add", "topics", [str(second)])
    assert (held(notes, one, "topics"), held(notes, two, "topics")) == ((first, second), (second,))
    notes.visitor("writer").send(f"/runs/{latest(notes).id}/undo", {})
    assert (held(notes, one, "topics"), held(notes, two, "topics") or None) == ((first,), None)


def test_the_dialog_offers_what_its_reader_may_write(notes: World) -> None:
    one = notes.make("writer", "note", name="e")
    writer, reader = notes.visitor("writer"), notes.visitor("reader")
    dialog = writer.send("/e/note/bulk/edit", {"_id": str(one), "_field": "tags"}).text
    assert 'value="remove"' in dialog and 'value="tags"' in dialog and "sealed" not in dialog
    assert writer.send("/e/note/bulk/edit", {"_id": str(one), "_field": "sealed", "sealed": "x", "_step": "run"}).status_code == 404
    page = reader.get("/e/note")
    assert f"/e/note/{one}" in page and 'name="_id"' not in page and 'id="bulk"' not in page
    assert reader.send("/e/note/bulk/edit", {"_id": str(one), "_field": "name", "name": "x", "_step": "run"}).status_code == 403


def test_the_list_of_work_asks_as_often_for_many_runs_as_for_one(notes: World) -> None:
    topic, one = notes.make("writer", "topic", name="z"), notes.make("writer", "note", name="f")
    asked: list[int] = []
    for mode in ("add", "remove", "add"):
        change(notes, [one], mode, "topics", [str(topic)])
        with counted() as statements:
            notes.visitor("writer").get("/runs")
        asked.append(len(statements))
    assert len(set(asked)) == 1
