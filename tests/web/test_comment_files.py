"""Files on comments: sent with them, read by whoever may read the record, gone with the comment."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from engine.records import read, write
from engine.refusals import Invalid
from engine.storage.platform import file
from tests.statements import counted
from tests.web.conftest import Visitor, World
from tests.web.test_comments import comment_of, say
from tests.web.test_pages import lead_values
from tests.web.test_pictures import PNG


def send(visitor: Visitor, *contents: tuple[str, bytes]) -> list[int]:
    """The numbers of files that the visitor sent for a comment."""
    posted = [("_upload.files", (name, content)) for name, content in contents]
    answer = visitor.client.post("/files?field=files", headers={"x-csrf-token": visitor.token()}, files=posted)
    return [int(one) for one in re.findall(r'name="files" value="(\d+)"', answer.text)]


def rows(world: World, numbers: list[int]) -> int:
    with world.runtime.database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).where(file.c.id.in_(numbers))).scalar_one()


def test_a_comment_shows_its_files_to_readers_of_the_record_alone(world: World) -> None:
    amy, law = world.visitor("amy", fresh=True), world.visitor("law")
    id = world.make("amy", "lead", **lead_values())
    text, picture = send(amy, ("报价<b>.txt", b"x" * 5000), ("现场.png", PNG))
    assert law.client.get(f"/files/{text}").status_code == 404, "before a comment carries it, it is its sender's"
    assert say(amy, id, "见附件", files=["", str(text), str(picture), str(text)]).status_code == 303
    for page in (f"/e/lead/{id}", f"/e/lead/{id}/timeline?timeline=files", f"/e/lead/{id}/timeline?timeline=comments"):
        shown = amy.get(page)
        assert f'href="/files/{text}">报价&lt;b&gt;.txt</a><span class="muted small">5 KB</span>' in shown, page
        assert f'src="/files/{picture}/picture"' in shown and "见附件" in shown, page
    assert "见附件" not in amy.get(f"/e/lead/{id}/timeline?timeline=moves")
    assert world.visitor("mgr").client.get(f"/files/{text}").content == b"x" * 5000
    for number, door in ((text, ""), (picture, ""), (picture, "/picture")):
        hidden, absent = (law.client.get(f"/files/{one}{door}") for one in (number, 99999999))
        assert (hidden.status_code, hidden.text) == (404, absent.text), (number, door)
        assert law.client.head(f"/files/{number}{door}").status_code == 404
        assert law.client.get(f"/files/{number}{door}", headers={"range": "bytes=0-1"}).status_code == 404
    assert say(amy, id, "没有附件").status_code == 303
    assert "没有附件" not in amy.get(f"/e/lead/{id}/timeline?timeline=files")


def test_files_go_with_their_comment(world: World) -> None:
    amy = world.visitor("amy", fresh=True)
    id = world.make("amy", "lead", **lead_values())
    numbers = send(amy, ("a.txt", b"a"), ("b.png", PNG))
    assert say(amy, id, "发错了", files=[str(one) for one in numbers]).status_code == 303
    address = comment_of(amy, id)
    assert amy.send(f"{address}/edit", {"text": "改过"}).status_code == 303
    assert amy.client.get(f"/files/{numbers[0]}").status_code == 200, "said otherwise, it keeps its files"
    assert amy.send(f"{address}/remove", {}).status_code == 303
    assert [amy.client.get(f"/files/{one}").status_code for one in numbers] == [404, 404] and rows(world, numbers) == 0
    page = amy.get(f"/e/lead/{id}/timeline")
    assert "b.png" not in page and "a.txt" not in page


def test_no_file_of_others_nor_of_other_places_nor_too_many_are_carried(world: World) -> None:
    amy, mgr = world.visitor("amy", fresh=True), world.visitor("mgr")
    id = world.make("amy", "lead", **lead_values())
    own, theirs = send(amy, ("own.txt", b"1")), send(mgr, ("theirs.txt", b"2"))
    assert say(amy, id, "第一次", files=[str(own[0])]).status_code == 303
    for wrong in (theirs[0], own[0], 99999999, "x", "-1", "9" * 30, "1.5", "１"):
        refused = say(amy, id, "不该有", files=[str(wrong)])
        assert refused.status_code == 422 and "文件不存在" in refused.text, wrong
    many = send(amy, *[(f"{place}.txt", b"x") for place in range(6)])
    refused = say(amy, id, "不该有", files=[str(one) for one in many])
    assert refused.status_code == 422 and "最多 5 个文件" in refused.text
    with world.runtime.reading(world.principal("amy")) as session:
        assert [one.text for one in read.comments(session, "lead", id)] == ["第一次"]
    assert mgr.client.get(f"/files/{theirs[0]}").status_code == 200
    with pytest.raises(Invalid):
        world.runtime.writing(world.principal("amy"), lambda session: write.comment(session, "lead", id, "", [many[0]]))
    assert say(amy, id, "五个", files=[str(one) for one in many[:5]]).status_code == 303


def test_many_files_are_asked_for_as_often_as_one(world: World) -> None:
    amy = world.visitor("amy", fresh=True)
    id = world.make("amy", "lead", **lead_values())
    say(amy, id, "一", files=[str(one) for one in send(amy, ("a.txt", b"a"))])
    amy.get(f"/e/lead/{id}/timeline")
    with counted() as once:
        amy.get(f"/e/lead/{id}/timeline")
    for _ in range(3):
        say(amy, id, "再", files=[str(one) for one in send(amy, ("a.txt", b"a"), ("b.png", PNG))])
    with counted() as often:
        amy.get(f"/e/lead/{id}/timeline")
    assert len(once) == len(often)
