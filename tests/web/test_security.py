"""Who gets in, where requests may come from, what answers look like to those who may not know (T38-T46, T60-T65, R36)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from engine.accounts import credentials
from engine.principal import OPERATOR
from engine.records import write
from engine.runtime import WriteSession
from tests.web.conftest import BROWSER, PASSWORD, World
from tests.web.test_pages import lead_values
from web.application import build
from web.context import local
from web.routes import OPEN, routes

EVIL = (
    "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "http:evil.example",
    "///evil.example", "/\t/evil.example", " https://evil.example", "data:text/html,x", "https:/evil.example", "//evil.example/%2f..",
)


def test_every_address_needs_signing_in_but_a_short_list(world: World) -> None:
    client = world.anonymous()
    for route in routes(development=True):
        path = getattr(route, "path", "")
        if path.startswith(OPEN):
            continue
        address = path.replace("{entity}", "lead").replace("{id:number}", "1")
        address = address.replace("{path}", "owner").replace("{move}", "x").replace("{name}", "x")
        address = re.sub(r"\{\w+:number\}", "1", address)
        address = re.sub(r"\{\w+\}", "x", address)
        for method in sorted(getattr(route, "methods", None) or ()):
            for hostile in (address, f"{address}?x=/sign-in", f"{address}?/static/"):
                answer = client.request(method, hostile)
                assert answer.status_code in (303, 401, 405), (method, hostile, answer.status_code)
                if answer.status_code == 303:
                    assert answer.headers["location"].startswith("/sign-in")


def test_the_same_answer_for_an_unknown_login_and_a_wrong_password(world: World) -> None:
    client = world.anonymous()
    unknown = client.post("/sign-in", data={"login": "nobody", "password": "x" * 12})
    wrong = client.post("/sign-in", data={"login": "law", "password": "x" * 12})
    assert unknown.status_code == wrong.status_code == 422
    assert unknown.text.replace("nobody", "law") == wrong.text


def test_too_many_attempts(world: World) -> None:
    client = world.anonymous()
    answers = [client.post("/sign-in", data={"login": "flood", "password": "wrong-password"}).status_code for _ in range(12)]
    assert answers[0] == 422 and answers[-1] == 429


def test_headers_of_every_response(world: World) -> None:
    client = world.anonymous()
    for address in ("/sign-in", "/", "/nothing-here", "/static/css/tokens.css", "/e/lead"):
        headers = client.get(address).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"


def test_the_session_cookie(world: World) -> None:
    answer = world.anonymous().post("/sign-in", data={"login": "law", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie


@pytest.mark.parametrize("address", ["/e/lead/new", "/language", "/sign-out", "/notifications/read", "/profile", "/e/lead/1/comment"])
def test_unsafe_requests_need_the_token_and_the_same_origin(world: World, address: str) -> None:
    visitor = world.visitor("amy")
    if address != "/language":
        assert visitor.client.post(address, data={"text": "x"}).status_code == 403
        assert visitor.client.post(address, data={"_csrf": "wrong"}).status_code == 403
    token = visitor.token()
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        assert visitor.client.post(address, data={"_csrf": token}, headers=headers).status_code == 403


def test_an_origin_of_another_site(world: World) -> None:
    client = world.anonymous()
    client.headers.pop("sec-fetch-site")
    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        assert client.post("/sign-in", data={}, headers={"origin": origin}).status_code == 403
    assert client.post("/sign-in", data={}, headers={"origin": "http://testserver"}).status_code == 422
    secure = build(replace(world.settings, base_url="https://crm.example"), world.runtime)
    client = TestClient(secure, base_url="https://crm.example", follow_redirects=False)
    for origin, status in (("https://crm.example", 422), ("http://crm.example", 403), ("https://[", 403)):
        assert client.post("/sign-in", data={}, headers={"origin": origin}).status_code == status, origin
    client.headers.update(BROWSER)


@pytest.mark.parametrize("target", EVIL)
def test_no_open_redirect(world: World, target: str) -> None:
    assert local(target) == "/"
    answer = world.anonymous().post("/sign-in", data={"login": "law", "password": PASSWORD, "next": target})
    assert answer.headers["location"] == "/"


def test_what_may_not_be_known_answers_as_what_does_not_exist(world: World) -> None:
    eve = world.visitor("eve")
    id = world.make("amy", "lead", **lead_values())
    absent = 999_999_999
    for pattern in ("/e/lead/{}", "/e/lead/{}/edit", "/e/lead/{}/trash", "/e/lead/{}/assign", "/e/lead/{}/related/activities"):
        hidden, missing = eve.client.get(pattern.format(id)), eve.client.get(pattern.format(absent))
        assert hidden.status_code == missing.status_code == 404, pattern
        assert hidden.text == missing.text
    for action, data in (("comment", {"text": "x"}), ("edit", {"title": "x"}), ("trash", {}), ("restore", {})):
        hidden, missing = (eve.send(f"/e/lead/{number}/{action}", dict(data)) for number in (id, absent))
        assert hidden.status_code == missing.status_code == 404, action
        assert hidden.text == missing.text


def test_signing_out_ends_every_copy_of_the_session(world: World) -> None:
    visitor = world.visitor("fin", fresh=True)
    stolen = world.anonymous()
    stolen.cookies.update(visitor.client.cookies)
    assert stolen.get("/").status_code == 200
    assert visitor.send("/sign-out", {}).status_code == 303
    assert stolen.get("/").status_code == 303


def test_files_are_attachments_in_a_sandbox(world: World) -> None:
    amy, eve = world.visitor("amy"), world.visitor("eve")
    answer = amy.client.post(
        "/files?field=files", data={"_csrf": amy.token()}, headers={"x-csrf-token": amy.token()},
        files={"_upload.files": ("../../<b>x.html", b"<script>alert(1)</script>", "text/html")},
    )
    assert answer.status_code == 200, answer.text
    number = answer.text.split('name="files" value="')[1].split('"')[0]
    given = amy.client.get(f"/files/{number}")
    assert given.content == b"<script>alert(1)</script>"
    assert given.headers["content-disposition"].startswith("attachment") and "sandbox" in given.headers["content-security-policy"]
    assert "html" not in given.headers["content-type"] and given.headers["x-content-type-options"] == "nosniff"
    assert eve.client.get(f"/files/{number}").status_code == 404


def test_errors_are_in_the_reader_s_language(world: World) -> None:
    client = world.anonymous()
    assert "没有找到" in client.get("/nothing", headers={"accept-language": "zh-CN"}).text
    assert "Not found" in client.get("/nothing", headers={"accept-language": "en"}).text


def test_errors_are_in_the_language_of_whoever_is_signed_in(world: World) -> None:
    """Whatever the browser says, and also where no page is made: an address that there is not, one that does not do that."""
    law = world.visitor("law", fresh=True)
    law.send("/language", {"language": "en"})
    law.client.cookies.delete("language")
    browser = {"accept-language": "zh-CN"}
    try:
        for method, address, status, said in (
            ("GET", "/nope", 404, "does not exist"), ("DELETE", "/e/lead", 405, "does not do that"),
            ("GET", "/e/lead/99999", 404, "does not exist"),
        ):
            answer = law.client.request(method, address, headers=browser)
            assert answer.status_code == status and said in answer.text and "Go to home" in answer.text, address
            assert not re.search("[\u4e00-\u9fff]", answer.text.replace("中文", "")[answer.text.index("<main") :]), address
            piece = law.client.request(method, address, headers={**browser, "hx-request": "true"})
            assert piece.status_code == status and said in unquote(piece.headers["x-message"]), address
    finally:
        law.send("/language", {"language": "zh-CN"})


def test_health(world: World) -> None:
    answer = world.anonymous().get("/healthz")
    assert answer.json()["status"] == "ok"
    assert answer.json()["jobs"] == "running"


def test_a_key_of_one_form_is_no_key_to_another(world: World) -> None:
    amy = world.visitor("amy")
    form = {**amy.form("/e/lead/new"), **lead_values(), "_key": "one-form"}
    made = amy.send("/e/lead/new", form)
    assert made.status_code == 303
    assert amy.send("/e/lead/new", form).headers["location"] == made.headers["location"]
    other = amy.send("/e/lead/new", {**form, "company": "Another 另一家", "phone": "13911112222"})
    assert other.status_code == 303 and other.headers["location"] != made.headers["location"]
    comment = amy.send(f"{made.headers['location']}/comment", {"text": "same key", "_key": "one-form"})
    assert comment.status_code == 303 and "same key" in amy.get(made.headers["location"])


def test_only_a_trusted_proxy_says_where_people_come_from(world: World) -> None:
    """Failures of one person behind the proxy shut out that person's address, not the others behind it."""
    def tries(proxy: str, person: str, times: int = 1) -> list[int]:
        app = build(replace(world.settings, trusted_proxies=("10.0.0.0/8",)), world.runtime)
        client = TestClient(app, base_url="http://testserver", headers=BROWSER, client=(proxy, 1), follow_redirects=False)
        data = {"login": "law", "password": "wrong-password"}
        headers = {"x-forwarded-for": person}
        return [client.post("/sign-in", data=data, headers=headers).status_code for _ in range(times)]

    assert tries("10.1.2.3", "203.0.113.7", 11)[-1] == 429
    assert tries("10.1.2.3", "203.0.113.8") == [422]
    assert tries("198.51.100.1", "203.0.113.9", 11)[-1] == 429
    assert tries("198.51.100.1", "203.0.113.10") == [429]


def test_who_is_deactivated_signs_in_anew_when_back(world: World) -> None:
    def make(session: WriteSession) -> int:
        user = write.create(session, "user", {"login": "temp", "name": "临时"})
        write.create(session, "role_assignment", {"user": user, "role": "sales"})
        credentials.set_password(session, user, PASSWORD)
        return user

    user = world.runtime.writing(OPERATOR, make)
    temp = world.visitor("temp", fresh=True)
    temp.get("/")
    for active in (False, True):
        world.runtime.writing(OPERATOR, lambda s, a=active: write.update(s, "user", user, {"active": a}))
        assert temp.client.get("/").headers["location"].startswith("/sign-in")


def _chunks(size: int, read: list[int]) -> Iterator[bytes]:
    """A body that does not say how long it is, and notes how much of it was asked for."""
    yield b"login="
    while sum(read) < size:
        read.append(16 * 1024)
        yield b"x" * read[-1]


def test_large_bodies_are_read_from_signed_in_people_only(world: World) -> None:
    """Whether a request says its length or sends on and on; the sign-in page reads small bodies of everybody."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    stranger, amy = world.anonymous(), world.visitor("amy")
    liar = world.anonymous()
    liar.cookies.set("session", "x" * 43)
    for client, address in ((stranger, "/sign-in"), (stranger, "/e/lead/new"), (liar, "/api/e/lead"), (amy.client, "/sign-in")):
        said = client.post(address, content=b"login=" + b"x" * 70_000, headers=form)
        assert said.status_code == 413, (address, said.status_code)
        assert client.post(address, content=_chunks(1024 * 1024, []), headers=form).status_code == 413, address
    piece = stranger.post("/e/lead/new", content=b"title=" + b"x" * 70_000, headers={**form, "hx-request": "true"})
    assert piece.status_code == 401  # a page that is open says that one is signed out, and keeps what was typed
    token = amy.token()
    sent = amy.client.post("/e/lead/new", data={"_csrf": token, **lead_values(need="需" * 40_000)})
    assert sent.status_code in (303, 422)
    sent = amy.client.post("/e/lead/new", content=_chunks(512 * 1024, []), headers={**form, "x-csrf-token": token})
    assert sent.status_code == 422
    huge = amy.client.post("/e/lead/new", content=b"", headers={**form, "content-length": str(100 * 1024 * 1024)})
    assert huge.status_code == 413


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "一次最多 64 MB"), ("en", "at most 64 MB")])
def test_what_is_too_large_is_told_with_its_limit(world: World, language: str, said: str) -> None:
    """To a page that is open, as a page, and where a body does not say how long it is."""
    amy = world.visitor("amy", fresh=True)
    amy.send("/language", {"language": language})
    form = {"content-type": "application/x-www-form-urlencoded"}
    huge = {**form, "content-length": str(100 * 1024 * 1024)}
    try:
        assert said in amy.client.post("/e/lead/new", content=b"", headers=huge).text
        piece = amy.client.post("/files?field=files", content=b"", headers={**huge, "hx-request": "true"})
        assert piece.status_code == 413 and said in unquote(piece.headers["x-message"])
        on = amy.client.post("/e/lead/new", content=_chunks(65 * 1024 * 1024, []), headers={**form, "hx-request": "true"})
        assert on.status_code == 413 and said in unquote(on.headers["x-message"])
    finally:
        amy.send("/language", {"language": "zh-CN"})
    small = world.anonymous().post("/sign-in", content=b"login=" + b"x" * 70_000, headers={**form, "accept-language": "en"})
    assert small.status_code == 413 and "at most 64 KB" in small.text
