"""Nothing that comes from outside brings a request down: every address is walked with hostile parts of the path, queries,
forms, cookies and headers (T56, T70). What cannot be read is refused in words; it never fails."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import httpx2
import orjson
import pytest
import sqlalchemy as sa
from starlette.routing import Mount, Route

from engine.accounts import credentials
from engine.principal import OPERATOR
from engine.records import write
from engine.runtime import WriteSession
from engine.storage.platform import attempt
from tests.web.conftest import PASSWORD, Visitor, World
from tests.web.people import hire
from tests.web.test_pages import lead_values
from web.routes import routes


def _cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


HOSTILE: Mapping[str, str] = {
    "superscript": "²",
    "long": "9" * 5000,
    "wide": str(2**63),
    "nul": "a\x00b",
    "surrogate": "\ud800",
    "objects": '{"a":{"b":[null]}}',
    "wordless": "%'\"\\|=&",
    "deep": "[" * 20_000,
    "infinite": "[1e999]",
    "lone": '["\\ud800"]',
    "cursor": _cursor("x", "1", [["i", 2**63]]),
    "next": "/e/客户",
    "address": "//[",
    "flash": "records.trashed|key=a|self=b",
    "filter": "owner:eq:²",
    "nul_filter": "title:contains:a\x00",
    "joined": "any(title:contains:a\x00;all(owner:eq:²;none()))",
    "unclosed": "any(" * 900,
    "overlong": "長" * 100_000,
}
SHORT = 4_000
"""Longer values do not fit into an address; servers refuse them before we see them."""
LONGEST_ADDRESS = 60_000
"""What clients send at all."""


@dataclass(frozen=True)
class Inputs:
    """What an address reads: names of its query and of its form."""

    query: Sequence[str] = ()
    form: Sequence[str] = ()
    json: bool = False


LIST = (
    "q", "_id", "starred", "shared", "as", "by", "on", "span", "column", "cols", "view", "sort", "group", "f", "after", "before", "list",
    "report",
    "field", "op", "v", "v2", "me", "team", "period", "joined", "at", "limit",
)
LEAD = ("title", "owner", "referrer", "_next", "_key", "_revision", "_seen", "_keep.title")
WALK: Mapping[str, Inputs] = {
    "/": Inputs(),
    "/e/{entity}": Inputs(LIST),
    "/e/{entity}/branch": Inputs((*LIST, "of")),
    "/e/{entity}/cards": Inputs(LIST),
    "/e/{entity}/filter": Inputs(LIST),
    "/e/{entity}/views/{id}/pin": Inputs((), ("on",)),
    "/e/{entity}/views/{id}/opening": Inputs((), ("on",)),
    "/e/{entity}/views/{id}/roles": Inputs((), ("role", "_key")),
    "/e/{entity}/filter/joined": Inputs((*LIST, "do", "joining.")),
    "/e/{entity}/columns": Inputs(LIST),
    "/e/{entity}/group-by": Inputs(LIST),
    "/e/{entity}/grouped": Inputs(LIST),
    "/e/{entity}/views": Inputs(LIST),
    "/e/{entity}/views/save": Inputs(LIST, ("label", "shared", "change", "_key")),
    "/e/{entity}/views/{id}/remove": Inputs(),
    "/e/{entity}/bulk/export": Inputs(LIST, ("_id", "_all", "_step", "_form", "_key")),
    "/e/{entity}/bulk/{action}": Inputs((), ("_id", "_all", "_step", "_field", "_mode", "_move", "owner", "_key")),
    "/e/{entity}/bulk/move/{move}/pick/{path}": Inputs((), ("_text.a.owner", "_id")),
    "/e/{entity}/new": Inputs(("title", "owner", "referrer", "_next", "_copy"), LEAD),
    "/e/{entity}/quick": Inputs(("_fixed", "_next", "title", "owner"), ("_fixed", "_next", "_another", "_anyway", "_key", *LEAD)),
    "/e/{entity}/quick/judge": Inputs((), ("_fixed", "title", "phone", "owner")),
    "/e/{entity}/judge": Inputs((), LEAD),
    "/e/{entity}/alike": Inputs((), LEAD),
    "/e/{entity}/rows/{section}": Inputs(("key",)),
    "/e/{entity}/paste/{section}": Inputs((), ("_paste.row", "_paste.column", "_paste.key", "_paste.text")),
    "/e/{entity}/{id}/paste/{section}": Inputs((), ("_paste.row", "_paste.column", "_paste.key", "_paste.text")),
    "/e/{entity}/pick/{path}": Inputs((), ("_text.owner", "owner")),
    "/e/{entity}/{id}": Inputs(),
    "/e/{entity}/{id}/edit": Inputs((), LEAD),
    "/e/{entity}/{id}/judge": Inputs((), LEAD),
    "/e/{entity}/{id}/pick/{path}": Inputs((), ("_text.owner", "owner")),
    "/e/{entity}/{id}/comment": Inputs((), ("text", "mention", "_key")),
    "/e/{entity}/{id}/comments/{comment}/edit": Inputs((), ("text", "mention", "_key")),
    "/e/{entity}/{id}/comments/{comment}/remove": Inputs((), ("_key",)),
    "/e/{entity}/{id}/comments/{comment}/versions": Inputs(),
    "/e/{entity}/{id}/people": Inputs(("q",)),
    "/e/{entity}/{id}/cell/{field}": Inputs(LIST, ("title", "_key", "_revision", "_seen", "_select", "_preview")),
    "/e/{entity}/{id}/preview": Inputs(LIST),
    "/e/{entity}/{id}/choices/{field}": Inputs((), ("_text.title",)),
    "/e/{entity}/{id}/members": Inputs(),
    "/e/{entity}/{id}/members/add": Inputs((), ("owner", "level", "until", "_key")),
    "/e/{entity}/{id}/members/{member}/edit": Inputs((), ("level", "until", "_key")),
    "/e/{entity}/{id}/members/{member}/remove": Inputs((), ("_key",)),
    "/e/{entity}/{id}/follow": Inputs((), ("on", "from")),
    "/e/{entity}/{id}/live": Inputs(("revision", "editing")),
    "/e/{entity}/{id}/star": Inputs((), ("on",)),
    "/e/{entity}/{id}/timeline": Inputs(("timeline",)),
    "/e/{entity}/{id}/history/{field}": Inputs(),
    "/e/{entity}/{id}/related/{name}": Inputs(),
    "/e/{entity}/{id}/move/{move}": Inputs((), ("a.reason", "a.owner", "_key")),
    "/e/{entity}/{id}/move/{move}/pick/{path}": Inputs((), ("_text.a.owner",)),
    "/e/{entity}/{id}/convert/{convert}": Inputs((), ("_key",)),
    "/e/{entity}/{id}/place": Inputs(("by", "_next"), ("to", "move", "choice", "_next", "_revision", "_key")),
    "/e/{entity}/{id}/day": Inputs(("by", "until"), ("from", "to", "_revision", "_key")),
    "/e/{entity}/{id}/recall": Inputs((), ("comment",)),
    "/e/{entity}/{id}/trash": Inputs((), ("_revision",)),
    "/e/{entity}/{id}/restore": Inputs((), ("_key",)),
    "/e/{entity}/{id}/assign": Inputs((), ("owner", "_key")),
    "/approvals": Inputs(("tab",)),
    "/approvals/seen": Inputs(),
    "/approvals/{id}": Inputs(("action",), ("action", "comment", "target", "_key")),
    "/approvals/{id}/pick/{path}": Inputs((), ("_text.target",)),
    "/reports": Inputs(),
    "/reports/{name}": Inputs(),
    "/reports/{name}/rows": Inputs(("keys",)),
    "/reports/{name}/csv": Inputs(),
    "/prints/{name}/{id}": Inputs(),
    "/files": Inputs(("field", "pictures"), ("_upload.x",)),
    "/files/{id}": Inputs(),
    "/files/{id}/picture": Inputs(),
    "/manifest.webmanifest": Inputs(),
    "/service-worker.js": Inputs(),
    "/offline": Inputs(),
    "/palette": Inputs(("q", "here", "seen")),
    "/shortcuts": Inputs(),
    "/recent": Inputs(("seen",)),
    "/search": Inputs(("q",)),
    "/notifications": Inputs(("tab", "after")),
    "/notifications/read": Inputs((), ("id",)),
    "/notifications/{id}/read": Inputs(),
    "/badges": Inputs(),
    "/trash": Inputs(("entity",)),
    "/runs": Inputs(),
    "/runs/{id}": Inputs(),
    "/runs/{id}/cancel": Inputs(),
    "/runs/{id}/undo": Inputs((), ("_key",)),
    "/runs/{id}/csv": Inputs(),
    "/runs/{id}/file": Inputs(),
    "/profile": Inputs((), ("old", "new", "again")),
    "/profile/keys/new": Inputs((), ("name", "days")),
    "/profile/keys/{id}/end": Inputs(),
    "/profile/second-step": Inputs(),
    "/profile/second-step/confirm": Inputs((), ("code",)),
    "/profile/second-step/off": Inputs((), ("password",)),
    "/profile/sessions/end-others": Inputs(),
    "/profile/sessions/{mark}/end": Inputs(),
    "/people/{id}/away": Inputs((), ("stand_in", "first", "last", "note", "_key")),
    "/people/{id}/away/{absence}": Inputs((), ("stand_in", "first", "last", "note", "_key")),
    "/people/{id}/away/{absence}/end": Inputs((), ("next", "_key")),
    "/people/{id}/away/pick/{path}": Inputs((), ("_text.stand_in",)),
    "/people/{id}/link": Inputs(),
    "/people/{id}/second-step": Inputs((), ("_key",)),
    "/people/{id}/sign-out": Inputs((), ("_key",)),
    "/sign-in": Inputs(("next",), ("login", "password", "next")),
    "/people/{id}/view": Inputs((), ("_key",)),
    "/viewing/end": Inputs(),
    "/sign-in/code": Inputs(("next",), ("code", "next")),
    "/sign-in/forgotten": Inputs((), ("login",)),
    "/welcome/{token}": Inputs((), ("new", "again")),
    "/sign-out": Inputs((), ("_csrf",)),
    "/language": Inputs((), ("language", "next")),
    "/healthz": Inputs(),
    "/api/e/{entity}": Inputs(LIST, ("title", "owner", "revision"), json=True),
    "/api/e/{entity}/{id}": Inputs((), ("title", "owner", "revision"), json=True),
    "/design-system": Inputs(),
}
"""Every address with what it reads. A new address is entered here, or `test_every_address_is_walked` fails."""
GOOD = {
    "entity": "lead",
    "path": "owner",
    "field": "title",
    "move": "qualify",
    "section": "basics",
    "convert": "lead_to_customer",
    "mark": "0" * 16,
    "comment": "1", "member": "1", "absence": "1",
    "token": "no-such-token",
    "action": "edit",
}
SECRETS, HASHED = ("old", "new", "again", "password"), ("nul", "surrogate", "overlong")
"""Hashing is slow on purpose: passwords are tried with a few texts only."""
COOKIES = ("flash", "language", "theme", "session", "halfway")
HEADERS = ("authorization", "idempotency-key", "x-csrf-token", "hx-request", "accept-language", "referer", "user-agent")


def _table() -> dict[str, Route]:
    return {_plain(route.path): route for route in routes(development=True) if isinstance(route, Route)}


def _plain(path: str) -> str:
    """The path with its parameters by name only."""
    parts = [f"{{{part[1:-1].partition(':')[0]}}}" if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


def test_every_address_is_walked() -> None:
    assert set(_table()) == set(WALK)
    assert [route.path for route in routes(True) if not isinstance(route, Route)] == ["/static"]
    assert all(isinstance(route, Route | Mount) for route in routes(True))


@pytest.fixture(scope="module")
def visitor(running_world: World) -> Visitor:
    """Somebody who may do nearly everything."""

    def person(session: WriteSession) -> None:
        made = write.create(session, "user", {"login": "hal", "name": "何老师", "dept": 1})
        for role in ("sales_manager", "gm", "finance", "admin"):
            write.create(session, "role_assignment", {"user": made, "role": role})
        credentials.store_hash(session, made, credentials.hash_password(PASSWORD))

    running_world.runtime.writing(OPERATOR, person)
    return running_world.visitor("hal", fresh=True)


def _good(world: World, path: str) -> dict[str, str]:
    """Parts of the path that lead somewhere, so that what is read behind them is reached."""
    name = (
        "signed_by_month" if path.startswith("/reports") else "contract" if path.startswith("/prints") else "activities"
    )
    if path == "/people/{id}/view":  # one's own page is refused: as somebody else the walk would reach nothing more
        return {**GOOD, "id": str(world.principal("hal").user_id)}
    if path.startswith("/people"):
        return {**GOOD, "id": str(hire(world).id)}
    return {**GOOD, "name": name, "id": str(world.make("hal", "lead", **lead_values())) if "{id}" in path else "1"}


def _addresses(path: str, good: Mapping[str, str], value: str) -> Iterator[str]:
    """The path with each of its parts hostile in turn."""
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    for hostile in names if len(value) <= SHORT or value.isdigit() else ():
        yield path.format_map({**good, hostile: _escaped(value)})


def _escaped(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def _query(names: Sequence[str], value: str) -> Iterator[str]:
    """Each name of the query in turn, then all at once."""
    if len(value) > 6_000:
        return
    for name in names:
        yield f"?{name}={_escaped(value)}"
    together = "?" + "&".join(f"{name}={_escaped(value)}" for name in names)
    if names and len(together) < LONGEST_ADDRESS:
        yield together


def _body(pairs: Sequence[tuple[str, str]]) -> bytes:
    return "&".join(f"{_escaped(name)}={_escaped(value)}" for name, value in pairs).encode()


def _said(answer: httpx2.Response, *told: object) -> httpx2.Response:
    """The answer, if it is no failure of ours."""
    assert answer.status_code < 500, (*told, answer.status_code, answer.text[:300])
    return answer


FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("path", sorted(WALK))
def test_hostile_paths_queries_and_forms(world: World, visitor: Visitor, path: str) -> None:
    route, inputs, good = _table()[path], WALK[path], _good(world, path)
    token = visitor.token()
    safe, address = {"x-csrf-token": token}, path.format_map(good)
    for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
        for kind, value in HOSTILE.items():
            for hostile in _addresses(path, good, value):
                _said(visitor.client.request(method, hostile, headers=safe), method, hostile[:120], kind)
            if method == "GET":
                for query in _query(inputs.query, value):
                    _said(visitor.client.get(address + query), address + query[:120], kind)
            elif inputs.json:
                for name in inputs.form:
                    for sent in ({name: value.encode("utf-8", "replace").decode()}, {name: 2**62}, {name: [None, {}]}):
                        _said(
                            visitor.client.request(method, address, json=sent, headers=safe),
                            method,
                            address,
                            name,
                            kind,
                        )
                _said(
                    visitor.client.request(
                        method, address, content=value.encode("utf-8", "surrogatepass"), headers=safe
                    ),
                    kind,
                )
            else:
                for pairs in ([(name, value)] for name in inputs.form if name not in SECRETS or kind in HASHED):
                    body = _body([("_csrf", token), *pairs])
                    _said(
                        visitor.client.request(method, address, content=body, headers=FORM),
                        method,
                        address,
                        pairs[0][0],
                        kind,
                    )
                _said(
                    visitor.client.request(
                        method, address, content=value.encode("utf-8", "surrogatepass"), headers=FORM
                    ),
                    kind,
                )


@pytest.mark.parametrize("path", sorted(WALK))
def test_hostile_requests_of_nobody(world: World, path: str) -> None:
    client, route, inputs = world.anonymous(), _table()[path], WALK[path]
    good = {**GOOD, "name": "x", "id": "1"}
    for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
        for kind, value in HOSTILE.items():
            queries = [path.format_map(good) + query for query in _query(inputs.query, value)]
            for hostile in (*_addresses(path, good, value), *queries[-1:]):
                _said(client.request(method, hostile), method, hostile[:120], kind)
            if method != "GET":
                body = _body([(name, value) for name in (*inputs.form, "_csrf")])
                _said(client.request(method, path.format_map(good), content=body, headers=FORM), method, path, kind)
    _forget_attempts(world)


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_hostile_cookies_and_headers(world: World, visitor: Visitor, kind: str) -> None:
    value = HOSTILE[kind][:SHORT].encode("utf-8", "surrogatepass")
    session = visitor.client.cookies.get("session") or ""
    token = visitor.token()
    for name in COOKIES:
        for sent in (value.replace(b"\x00", b"\x01"), quote(value).encode(), quote(quote(value)).encode()):
            kept = b"" if name == "session" else f"; session={session}".encode()
            for address in ("/", "/sign-in", "/nothing", "/api/e/lead"):
                client = world.anonymous()
                _said(
                    client.get(address, headers={"cookie": name.encode() + b"=" + sent + kept}),
                    name,
                    address,
                    sent[:80],
                )
    for name in HEADERS:
        for address in ("/", "/language", "/api/e/lead"):
            headers = {"x-csrf-token": token.encode(), name: value.replace(b"\x00", b"\x01").replace(b"\n", b"")}
            method = "GET" if address == "/" else "POST"
            body = (
                {"json": {"title": "x"}}
                if address.startswith("/api")
                else {"data": {"next": "/"}}
                if method == "POST"
                else {}
            )
            _said(visitor.client.request(method, address, headers=headers, **body), name, address)


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_hostile_uploads(world: World, visitor: Visitor, kind: str) -> None:
    name = HOSTILE[kind][:SHORT].encode("utf-8", "surrogatepass")
    for charset in (b"utf-8", b"unicode_escape", b"x"):
        head = (
            b'--x\r\nContent-Disposition: form-data; name="_upload.files"; filename="'
            + name
            + b'"\r\nContent-Type: '
            + name
        )
        headers = {
            "x-csrf-token": visitor.token(),
            "content-type": f"multipart/form-data; boundary=x; charset={charset.decode()}",
        }
        _said(
            visitor.client.post("/files?field=files", content=head + b"\r\n\r\nx\r\n--x--\r\n", headers=headers), kind
        )


NUMBERS = ("²", "٣", "9" * 5000, str(2**63), "-1", "0", "01", "1_0", "1.0", "a")
CURSORS = (
    "x",
    "9" * 5000,
    "[" * 3000,
    "²",
    _cursor(),
    _cursor("x"),
    _cursor("x", "1", []),
    _cursor({"a": 1}, True, None),
)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "path", ["/e/lead/{}", "/e/lead/{}/edit", "/files/{}", "/prints/contract/{}", "/approvals/{}", "/api/e/lead/{}"]
)
def test_what_is_no_number_leads_nowhere(world: World, visitor: Visitor, path: str, number: str) -> None:
    assert visitor.client.get(path.format(_escaped(number))).status_code == 404


@pytest.mark.parametrize("cursor", CURSORS)
def test_a_cursor_that_we_did_not_give_out(world: World, visitor: Visitor, cursor: str) -> None:
    for side in ("after", "before"):
        page = visitor.client.get(f"/e/lead?{side}={_escaped(cursor)}", headers={"accept-language": "en"})
        told = visitor.client.get(f"/api/e/lead?{side}={_escaped(cursor)}").json()["error"]
        assert page.status_code == 400 and told["code"] == "bad_cursor" and told["message"] in page.text


def test_a_cursor_with_values_that_no_database_holds(world: World, visitor: Visitor) -> None:
    for _ in range(51):
        world.make("hal", "lead", **lead_values())
    good = visitor.client.get("/api/e/lead?sort=title").json()["after"]
    mark, id, _ = orjson.loads(base64.urlsafe_b64decode(good + "=="))
    assert visitor.client.get(f"/api/e/lead?sort=title&after={_cursor(mark, id, [['t', 'a']])}").status_code == 200
    for values in ([["t", "a\0"]], [["i", 1]], [["t", None]], [["n", "NaN"]], [["t"]], "t", []):
        assert visitor.client.get(f"/api/e/lead?sort=title&after={_cursor(mark, id, values)}").status_code == 400, (
            values
        )
    for wrong in (0, -1, 2**63, "1", True, None, 1.5):
        assert (
            visitor.client.get(f"/api/e/lead?sort=title&after={_cursor(mark, wrong, [['t', 'a']])}").status_code == 400
        )


@pytest.mark.parametrize("revision", ["²", "9" * 5000, str(2**63), "x", "-1", "0"])
def test_a_revision_that_cannot_be_read_saves_nothing(world: World, visitor: Visitor, revision: str) -> None:
    id = world.make("hal", "lead", **lead_values(title="Before"))
    for address, data in ((f"/e/lead/{id}/edit", {"title": "After"}), (f"/e/lead/{id}/trash", {})):
        answer = visitor.send(address, {**data, "_revision": revision})
        assert answer.status_code == 422 and "修订号" in answer.text
    for given in (revision, True, 1.5, [1]):
        answer = visitor.client.patch(
            f"/api/e/lead/{id}", json={"title": "After", "revision": given}, headers={"x-csrf-token": visitor.token()}
        )
        assert answer.status_code == 422 and answer.json()["error"]["fields"][0]["code"] == "bad_revision"
    assert visitor.client.get(f"/api/e/lead/{id}").json()["title"] == "Before"


def test_a_row_whose_number_cannot_be_read_is_not_a_new_one(world: World, visitor: Visitor) -> None:
    token = {"x-csrf-token": visitor.token()}
    answer = visitor.client.post("/api/e/contract", json={"lines": [{"id": "²"}]}, headers=token)
    assert answer.status_code == 422
    assert [fault for fault in answer.json()["error"]["fields"] if fault["code"] == "bad_id"]
    answer = visitor.send("/e/contract/new", {"lines._rows": "1", "lines.r1.id": "²", "lines.r1.qty": "1"})
    assert answer.status_code == 422 and "此行已不存在" in answer.text


@pytest.mark.parametrize("key", ["k" * 81, "a\tb", "\u00ad"])
def test_a_key_that_cannot_be_kept(world: World, visitor: Visitor, key: str) -> None:
    headers = {"x-csrf-token": visitor.token(), "accept-language": "zh-CN", "idempotency-key": key.encode("latin-1")}
    answer = visitor.client.post("/api/e/lead", json=lead_values(), headers=headers)
    assert answer.status_code == 422
    assert [fault["message"] for fault in answer.json()["error"]["fields"]] == ["幂等键应为 1 至 80 个可见字符。"]


def test_what_people_say_is_refused_at_its_input(world: World, visitor: Visitor) -> None:
    id = world.make("hal", "lead", **lead_values())
    for text, told in (("a\x00b", "U+0000"), ("長" * 10_001, "10001"), ("  ", "请填写评论内容")):
        answer = visitor.send(f"/e/lead/{id}/comment", {"text": text})
        assert answer.status_code == 422 and told in answer.text
    page = visitor.get("/e/lead?q=a%00b")
    assert "U+0000" in page
    assert visitor.client.get("/api/e/lead?q=a%00b").json()["error"]["fields"][0]["path"] == "q"
    assert visitor.client.get("/search?q=%00").status_code == 422
    assert "U+0000" in visitor.get("/e/lead?f=title:contains:a%00b")


def test_signing_in_with_what_no_log_in_is(world: World) -> None:
    for login in ("a\x00b", "law\x00", "長" * 5000):
        answer = world.anonymous().post("/sign-in", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 422
    _forget_attempts(world)


def test_the_way_back_may_have_any_letters(world: World, visitor: Visitor) -> None:
    for header, partial in (("location", {}), ("hx-redirect", {"hx-request": "true"})):
        sent = {**lead_values(), "_next": "/search?q=客户"}
        answer = visitor.send("/e/lead/new", sent, headers=partial)
        assert answer.headers[header] == "/search?q=%E5%AE%A2%E6%88%B7"


@pytest.mark.parametrize(
    "keys", ["[²]", "[[]]", '["\\ud800",1]', "[" * 3000, '["2026-13-01",1]', "[1e999,null]", "{}", '[null,"a"]']
)
def test_keys_of_a_group_that_there_is_not(world: World, visitor: Visitor, keys: str) -> None:
    assert visitor.client.get(f"/reports/signed_by_month/rows?keys={_escaped(keys)}").status_code == 404


def _forget_attempts(world: World) -> None:
    """The sign-ins of this test do not keep others out."""
    world.runtime.writing(OPERATOR, lambda s: s.connection.execute(sa.delete(attempt)) and None)


HIDDEN_ASKED = (
    "f={}:ge:1", "f={}:ge:abc", "f={}:²:1", "f={}:blank", "f={}", "f=name:contains:a%00&f={}:ge:1", "sort={}", "sort=-{}",
    "f={}:ge:1&after=x", "sort={}&after=x", "field={}&op=ge&v=1", "field={}&op=ge&v=x", "q=%00&sort={}",
)


@pytest.mark.parametrize("asked", HIDDEN_ASKED)
def test_what_is_hidden_answers_as_what_does_not_exist(world: World, asked: str) -> None:
    amy = world.visitor("amy").client
    for page in ("/e/contract", "/e/contract/filter", "/api/e/contract"):
        answers = [amy.get(f"{page}?{asked.format(name)}") for name in ("margin", "nothing", "customer.credit_limit")]
        assert {answer.status_code for answer in answers} == {404}, page
        assert len({answer.text for answer in answers}) == 1, page
