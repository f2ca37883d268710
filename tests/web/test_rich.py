"""Formatted text: what comes in by any door is of a few elements, what goes out is its words, and nothing in it acts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.principal import OPERATOR
from engine.records import read, write
from engine.records.queries import Filter, Query
from metadata.rich_texts import plain_text, read_rich, told_text
from reports.exchange.exporting import export_rows, write_csv
from reports.exchange.importing import ImportRequest, import_table
from reports.exchange.tables import open_table
from tests.crawl.vectors import XSS
from tests.web.conftest import World, application_of

FILES: Mapping[str, str] = {
    "app.yaml": """
app: pages
language: 1
layers: [base@1.0.0, .]
zone: Asia/Shanghai
currency: CNY
languages: [zh-CN, en]
label: {zh: 文稿, en: Pages}
""",
    "entities/leaf.entity.yaml": """
entity: leaf
label: {zh: 文稿, en: Leaf}
plural: {zh: 文稿, en: Leaves}
title: "{name}"
owned: true
history: true
search: [name, body]
fields:
  name: {type: text, required: true, unique: true, label: {zh: 名称, en: Name}}
  body: {type: rich, max: 200, label: {zh: 正文, en: Body}}
  plain: {type: long, label: {zh: 文字, en: Plain}}
""",
    "access/writer.role.yaml": """
role: writer
label: {zh: 作者, en: Writer}
allow:
  leaf: {create: true, read: all, update: all, print: true}
""",
    "prints/leaf.print.yaml": "print: leaf\nentity: leaf\nlabel: {zh: 打印, en: Print}\ntemplate: leaf.html\n",
    "prints/leaf.html": "<main>{{ record.body }}|{{ record.plain }}</main>",
}
ACTING = (
    '<p onclick="alert(1)" style="x" class="y" id="z" data-a="1">a<script>alert(1)</script></p>',
    '<p hx-get="/x" data-hx-post="/y" hx-trigger="load" hx-on:click="alert(1)">a</p>',
    '<p><a href="javascript:alert(1)">a</a><a href="JaVa\tScript:alert(1)">b</a><a href="data:text/html,x">c</a></p>',
    '<p><a href="https://x.y/&quot; onclick=&quot;alert(1)">a</a></p>',
    "<p><svg><style><img src=x onerror=alert(1)></style></svg></p>",
    '<p><iframe srcdoc="<script>alert(1)</script>"></iframe><math><mi xlink:href="data:x,alert(1)">a</mi></math></p>',
    "<p><<script>alert(1)//<</script></p>", "<p><b title='</b><img src=x onerror=alert(1)>'>a</b></p>",
    "<p><!--><img src=x onerror=alert(1)>--></p>",
    "<pre><textarea></pre><img src=x onerror=alert(1)></textarea></pre>",
    "<div><form action=/x><input name=a><button>b</button></form></div>",
    *(f"<p>{vector}</p>" for vector in XSS), *XSS,
)
WRITTEN = re.compile(
    r'(?:[^<>]|</?(?:p|h2|h3|h4|ul|ol|li|blockquote|pre|b|i|u|s|code)>|<br>|<hr>|</a>'
    r'|<a href="(?:https?://|mailto:|tel:)[^"<>\s]*" rel="noopener noreferrer"(?: target="_blank")?>)*'
)
"""All that may be in a formatted text."""
SAMPLES = (
    "<h2>标题</h2><p>一 <b>二</b></p><ul><li>x<ol><li>y</li></ol></li></ul><pre>a\n  b</pre>",
    "one\ntwo\n\nthree < 4 & 5", "<p>&lt;p&gt;literal</p>",
    '<blockquote><p>q</p></blockquote><hr><p><a href="mailto:a@b.cn">m</a></p>', "<i>x</i>", "=1+1", "'quoted", "<p>=2</p>",
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def leaves(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with application_of(request, tmp_path_factory.mktemp(f"leaves-{request.param}"), FILES, {"amy": "writer"}) as world:
        yield world


def body(world: World, id: int) -> object:
    with world.runtime.reading(OPERATOR) as session:
        return read.get(session, "leaf", id).values.get("body")


def test_nothing_that_acts_is_written_whatever_comes_in() -> None:
    for source in ACTING:
        found = read_rich(source) or ""
        assert WRITTEN.fullmatch(found), (source, found)
        assert (read_rich(found) or "") == found == (read_rich(told_text(found)) or ""), source


def test_no_source_takes_long() -> None:
    """However often an element is begun: each is looked at once."""
    for part in ("<ul><li>", "<b>", "<blockquote>", "<!--", "<a ", "</p>", "<p><svg>", "<table><tr><td>", "&"):
        found = read_rich("<p>" + part * (100_000 // len(part))) or ""
        assert WRITTEN.fullmatch(found)


@pytest.mark.parametrize("place", range(len(ACTING[:11])))
def test_by_form_api_and_import_the_same_comes_of_it(leaves: World, tmp_path: Path, place: int) -> None:
    source = ACTING[place]
    wanted, amy = read_rich(source), leaves.visitor("amy")
    token = {"x-csrf-token": amy.token()}
    form = amy.send("/e/leaf/new", {"name": f"form {place}", "body": source})
    api = amy.client.post("/api/e/leaf", json={"name": f"api {place}", "body": source}, headers=token)
    file = tmp_path / "in.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        write_csv(stream, iter([("name", "body"), (f"file {place}", source)]))
    assert import_table(leaves.runtime, OPERATOR, open_table(file), ImportRequest("leaf", "insert")).created == 1
    assert (form.status_code, api.status_code) == (303, 201), (form.text[-300:], api.text)
    with leaves.runtime.reading(OPERATOR) as session:
        query = Query("leaf", (("body",),), filters=(Filter(("name",), "in", tuple(f"{way} {place}" for way in ("form", "api", "file"))),))
        page = read.page(session, query)
    found = [row[page.columns[0].index] for row in page.rows]
    assert found == [wanted] * 3


def test_what_is_stored_is_judged_anew_where_it_is_shown(leaves: World) -> None:
    """As after a database was written to past the program: markup of another time does not come alive (T62)."""
    amy, id = leaves.visitor("amy"), leaves.make("amy", "leaf", name="poisoned", body="x")
    table = next(each.table for each in _entities(leaves) if each.name == "leaf")
    column = next(column for column in table.c if column.name.endswith("_body"))
    poison = '<p hx-get="/x" onclick="a()">hello<img src=x onerror=lwxss()></p>'
    with leaves.runtime.database.write() as connection:
        connection.execute(table.update().where(table.c.id == id).values({column.name: sa.literal(poison)}))
    for page in (f"/e/leaf/{id}", f"/prints/leaf/{id}", "/e/leaf?cols=name,body"):
        shown = amy.get(page)
        assert "hello" in shown and "onerror" not in shown and 'hx-get="/x"' not in shown and "<img src=x" not in shown, page
    assert '<div class="formatted" hx-disable><p>hello</p></div>' in amy.get(f"/e/leaf/{id}")


def test_files_go_out_and_come_back_the_same(leaves: World, tmp_path: Path) -> None:
    """Words where there are words alone, the whole text where something else would be lost."""
    for place, text in enumerate(SAMPLES):
        leaves.make("amy", "leaf", name=f"sample {place}", body=text)
    first = _exported(leaves, tmp_path / "one.csv")
    assert "one\ntwo\n\nthree < 4 & 5" in first and "<p>&lt;p&gt;literal</p>" in first and "<p><i>x</i></p>" in first and "'=1+1" in first
    done = import_table(leaves.runtime, OPERATOR, open_table(tmp_path / "one.csv"), ImportRequest("leaf", "update", "name"))
    assert (done.unchanged, done.updated, done.errors) == (len(SAMPLES), 0, [])
    again = first.replace("sample ", "copied ")
    (tmp_path / "two.csv").write_text(again, "utf-8", newline="")
    assert import_table(leaves.runtime, OPERATOR, open_table(tmp_path / "two.csv"), ImportRequest("leaf", "insert")).created == len(SAMPLES)
    assert _exported(leaves, tmp_path / "three.csv", "copied") == again


def test_search_filters_lists_and_history_see_the_words(leaves: World) -> None:
    amy = leaves.visitor("amy")
    id = leaves.make("amy", "leaf", name="words", body="<p>kept <b>ze</b>bra</p><ul><li>R&amp;D 部</li></ul>")
    link = f'href="/e/leaf/{id}"'
    for query in ("f=body:contains:zebra", "f=body:contains:r%26d", "q=zebra", "f=body:not_blank&q=kept"):
        assert link in amy.get(f"/e/leaf?{query}"), query
    for query in ("f=body:contains:strong", "f=body:contains:<b>", "f=body:contains:amp;",
                  "f=body:contains:zebraR", "q=li", "f=body:blank"):
        assert link not in amy.get(f"/e/leaf?{query}"), query
    assert "kept zebra R&amp;D 部" in amy.get("/e/leaf?cols=name,body&f=name:eq:words")
    leaves.runtime.writing(OPERATOR, lambda session: write.update(session, "leaf", id, {"body": "<h2>new <i>words</i></h2>"}))
    timeline = amy.get(f"/e/leaf/{id}/timeline")
    assert "kept zebra\nR&amp;D 部" in timeline and "new words" in timeline and "&lt;" not in timeline
    assert "<main><h2>new <i>words</i></h2>|" in amy.get(f"/prints/leaf/{id}")


def test_no_more_is_written_than_the_field_takes_and_nothing_is_blank(leaves: World) -> None:
    amy = leaves.visitor("amy")
    refused = amy.send("/e/leaf/new", {"name": "long", "body": f"<p><b>{'x' * 201}</b></p>"})
    assert refused.status_code == 422 and "200" in refused.text and "&lt;p&gt;&lt;b&gt;xxx" in refused.text, "what was typed comes back"
    id = leaves.make("amy", "leaf", name="fits", body=f"<p><b>{'x' * 200}</b></p>")
    assert len(plain_text(str(body(leaves, id)))) == 200
    for nothing in ("", "  ", "<p><br></p>", "<p>&nbsp;</p><ul><li></li></ul>"):
        leaves.runtime.writing(OPERATOR, lambda session, nothing=nothing: write.update(session, "leaf", id, {"body": nothing}))
        assert body(leaves, id) is None, nothing


def _entities(world: World):
    with world.runtime.reading(OPERATOR) as session:
        return list(session.app.entities.values())


def _exported(world: World, file: Path, like: str = "sample") -> str:
    query = Query("leaf", (("name",), ("body",)), filters=(Filter(("name",), "contains", like),))
    with world.runtime.reading(OPERATOR) as session, file.open("w", encoding="utf-8", newline="") as stream:
        write_csv(stream, export_rows(session, query))
    return file.read_bytes().decode().replace("\r\n", "\n")
