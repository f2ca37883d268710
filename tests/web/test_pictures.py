"""Pictures are what begins as one: shown to who may read their record, kept out of fields for pictures otherwise."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from engine.records.queries import RecordRef
from engine.refusals import Invalid
from tests.web.conftest import World
from tests.web.test_pages import lead_values

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
BEGINNINGS = {
    "image/png": PNG, "image/jpeg": b"\xff\xd8\xff\xe0" + b"\x00" * 32, "image/gif": b"GIF89a" + b"\x00" * 32,
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 24,
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def sent(world: World, login: str, content: bytes, name: str = "a.png", kind: str = "image/png", asked: str = "field=photos"):
    visitor = world.visitor(login)
    return visitor.client.post(
        f"/files?{asked}", headers={"x-csrf-token": visitor.token(), "hx-request": "true"}, files={"_upload.photos": (name, content, kind)}
    )


def number(world: World, login: str, content: bytes, name: str = "a.png", kind: str = "image/png") -> int:
    found = re.search(r'name="photos" value="(\d+)"', sent(world, login, content, name, kind).text)
    assert found
    return int(found[1])


def visited(world: World, **values: object) -> int:
    """A visit of amy's to a lead of hers."""
    lead = world.make("amy", "lead", **lead_values())
    about = {"subject": "拜访", "content": "看现场", "kind": "visit", "parent": RecordRef("lead", lead)}
    return world.make("amy", "activity", **about, **values)


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_a_picture_is_shown_as_what_it_begins_as_to_its_readers(world: World, kind: str) -> None:
    content = BEGINNINGS[kind]
    photo = number(world, "amy", content, "现场.html", "text/html")
    amy, eve = world.visitor("amy"), world.visitor("eve")
    visit = visited(world, photos=(photo,), objection=f"见图 {photo}")
    shown = amy.client.get(f"/files/{photo}/picture")
    assert shown.content == content and shown.headers["content-type"] == kind
    assert "sandbox" in shown.headers["content-security-policy"] and shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-disposition"].startswith("inline") and "no-cache" in shown.headers["cache-control"]
    mark = {"if-none-match": shown.headers["etag"]}
    assert amy.client.get(f"/files/{photo}/picture", headers=mark).status_code == 304
    hidden, absent = eve.client.get(f"/files/{photo}/picture", headers=mark), eve.client.get("/files/99999999/picture")
    assert (hidden.status_code, hidden.text) == (404, absent.text), "whoever may not see it is asked anew each time"
    for page in (f"/e/activity/{visit}", f"/e/activity/{visit}/edit", f"/e/activity?cols=subject,photos&f=objection:eq:见图 {photo}"):
        assert f'src="/files/{photo}/picture"' in amy.get(page), page


@pytest.mark.parametrize(("name", "content", "kind"), [
    ("a.svg", SVG, "image/svg+xml"), ("a.png", SVG, "image/png"), ("a.png", b"", "image/png"), ("a.html", b"<b>", "image/jpeg"),
    ("a.webp", b"RIFF\x24\x00\x00\x00WAVEfmt ", "image/webp"),
])
def test_what_is_no_picture_is_never_shown_as_one(world: World, name: str, content: bytes, kind: str) -> None:
    refused = sent(world, "amy", content, name, kind, "pictures=1&field=photos")
    assert refused.status_code == 409
    assert unquote(refused.headers["x-message"]) == "这不是图片。可用 JPEG、PNG、WebP 或 GIF。"
    upload = number(world, "amy", content, name, kind)
    assert world.visitor("amy").client.get(f"/files/{upload}/picture").status_code == 404
    with pytest.raises(Invalid) as refusal:
        visited(world, photos=(upload,))
    told = [(error.path, error.message.text("en")) for error in refusal.value.errors]
    assert told == [("photos", "This is no picture. Take a JPEG, PNG, WebP or GIF.")]
    assert visited(world, files=(upload,)), "it is a file nevertheless"


def test_a_picture_of_the_record_stays_where_another_is_added(world: World) -> None:
    first, second = number(world, "amy", PNG), number(world, "amy", PNG, "b.png")
    visit = visited(world, photos=(first,))
    form = world.visitor("amy").form(f"/e/activity/{visit}/edit")
    answer = world.visitor("amy").send(f"/e/activity/{visit}/edit", {**form, "photos": ["", str(first), str(second)]})
    assert answer.status_code == 303
    assert world.visitor("amy").get(f"/e/activity/{visit}").count('class="thumb"') == 2
