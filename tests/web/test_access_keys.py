"""Access keys: programs act by them through the API as their person, and nowhere else; what ends them bites at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from engine.accounts import attempts
from engine.principal import OPERATOR
from engine.storage.platform import access_token
from tests.statements import counted
from tests.web.conftest import Visitor, World
from tests.web.people import Made, deactivate, hire, later
from tests.web.test_pages import lead_values

pytestmark = pytest.mark.usefixtures("uncounted")


def key(visitor: Visitor, name: str = "Website", days: str = "30") -> str:
    """A new key, as its owner sees it once."""
    answer = visitor.send("/profile/keys/new", {"name": name, "days": days})
    assert answer.status_code == 200, answer.text
    found = re.search(r'value="(lwk_[\w-]{40,})"', answer.text)
    assert found
    return found[1]


def program(world: World, token: str) -> TestClient:
    """A program: no cookies, nothing that browsers send."""
    client = TestClient(world.app, base_url="http://testserver", follow_redirects=False)  # type: ignore[arg-type]
    client.headers["authorization"] = f"Bearer {token}"
    return client


def somebody(world: World) -> tuple[Made, Visitor, str]:
    person = hire(world, "sales")
    visitor = world.visitor(person.login, fresh=True)
    return person, visitor, key(visitor)


def test_a_key_reads_and_writes_as_its_person(world: World) -> None:
    _, visitor, token = somebody(world)
    client = program(world, token)
    made = client.post("/api/e/lead", json=lead_values(company="程序所建"))
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    assert client.get(f"/api/e/lead/{number}").json()["values"]["company"] == "程序所建"
    assert client.patch(f"/api/e/lead/{number}", json={"company": "改名"}).status_code == 200
    assert visitor.client.get(f"/api/e/lead/{number}").status_code == 200, "it is the person's own"
    assert program(world, key(world.visitor("eve"))).get(f"/api/e/lead/{number}").status_code == 404
    assert "尚未使用" not in visitor.get("/profile") and "最近使用" in visitor.get("/profile")


def test_keys_open_the_api_only(world: World) -> None:
    _, _, token = somebody(world)
    client = program(world, token)
    for address in ("/", "/profile", "/e/lead", "/files/1", "/notifications"):
        assert client.get(address).headers["location"].startswith("/sign-in"), address
    assert client.post("/profile/keys/new", data={"name": "More", "days": "30"}).status_code == 303


def test_cookies_count_for_nothing_beside_a_key(world: World) -> None:
    person, _, token = somebody(world)
    deactivate(world, person)
    eve = world.visitor("eve")
    for sent in (token, "lwk_wrong", ""):
        answer = eve.client.get("/api/e/lead", headers={"authorization": f"Bearer {sent}"})
        assert answer.status_code == 401, "not as eve"
    assert eve.client.get("/api/e/lead", headers={"authorization": "Basic eDp5"}).status_code == 200
    assert eve.client.post("/api/e/lead", json=lead_values()).status_code == 403, "a cookie needs the token of its session"


def test_only_a_hash_is_stored_and_a_lookup_is_one_statement(world: World) -> None:
    _, _, token = somebody(world)
    with world.runtime.database.read() as connection:
        assert token not in str(connection.execute(sa.select(access_token)).all())
    client = program(world, token)
    client.get("/api/e/lead")
    with counted() as seen:
        client.get("/api/e/lead")
    assert sum("lw_access_token" in statement for statement in seen) == 1
    assert not any(statement.startswith("UPDATE") for statement in seen), "its use is noted every few minutes"


def test_what_ends_a_key_bites_with_the_next_request(world: World) -> None:
    person, visitor, token = somebody(world)
    other = key(visitor, "Other", "365")
    assert program(world, other).get("/api/e/lead").status_code == 200
    with later(world, timedelta(days=30, minutes=1)):
        assert program(world, token).get("/api/e/lead").status_code == 401
        assert program(world, other).get("/api/e/lead").status_code == 200
    number = re.findall(r"/profile/keys/(\d+)/end", visitor.get("/profile"))[-1]
    stranger = world.visitor("eve")
    assert stranger.send(f"/profile/keys/{number}/end", {}).status_code == 404
    assert program(world, token).get("/api/e/lead").status_code == 200
    assert visitor.send(f"/profile/keys/{number}/end", {}).status_code == 303
    assert program(world, token).get("/api/e/lead").status_code == 401
    for active in (False, True):
        deactivate(world, person, active)
        assert program(world, other).get("/api/e/lead").status_code == 401


def test_wrong_keys_are_answered_alike_and_counted(world: World) -> None:
    _, _, token = somebody(world)
    with later(world, timedelta(days=31)):
        expired = program(world, token).get("/api/e/lead")
    answers = [program(world, f"lwk_{number}").get("/api/e/lead") for number in range(attempts.PER_ADDRESS)]
    assert {answer.status_code for answer in answers[:-1]} == {401} and answers[-1].status_code == 429
    assert expired.text == answers[0].text
    assert program(world, token).get("/api/e/lead").status_code == 200, "a right key is let in meanwhile"


@pytest.mark.parametrize(("name", "days", "said"), [("", "30", "请填写"), ("x" * 61, "30", "60"), ("Ok", "31", ""), ("Ok", "²", "")])
def test_a_refused_key_is_none(world: World, name: str, days: str, said: str) -> None:
    person = hire(world, "sales")
    visitor = world.visitor(person.login, fresh=True)
    refused = visitor.send("/profile/keys/new", {"name": name, "days": days})
    assert refused.status_code == 422 and said in refused.text
    assert visitor.client.post("/profile/keys/new", data={"name": "Ok", "days": "30"}).status_code == 403
    with world.runtime.reading(OPERATOR) as session:
        assert session.connection.execute(sa.select(access_token).where(access_token.c.user_id == person.id)).all() == []


def test_a_second_click_makes_no_second_key(world: World) -> None:
    _, visitor, _ = somebody(world)
    again = visitor.send("/profile/keys/new", {"name": " Website ", "days": "90"})
    assert again.status_code == 422 and visitor.get("/profile").count("/profile/keys/") == 2


def test_large_bodies_come_by_a_key_as_well(world: World) -> None:
    _, _, token = somebody(world)
    large = {**lead_values(), "need": "需" * 40_000}
    assert program(world, token).post("/api/e/lead", json=large).status_code in (201, 422)
    assert program(world, "lwk_wrong").post("/api/e/lead", json=large).status_code == 413
