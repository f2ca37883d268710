"""The second step of signing in: set up, asked for, accepted once, counted, switched off and taken away."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from pyotp.totp import TOTP
from starlette.testclient import TestClient

from engine.accounts import attempts
from engine.storage.platform import half_sign_in, recovery_code
from loomwork.people import reset_password
from tests.web.conftest import PASSWORD, Visitor, World
from tests.web.people import Made, deactivate, hire, later

pytestmark = pytest.mark.usefixtures("uncounted")


def code(world: World, secret: str, windows: int = 0) -> str:
    """What the authenticator shows, so many windows of 30 seconds from now."""
    return TOTP(secret).generate_otp(int(world.runtime.clock.now().timestamp()) // 30 + windows)


def set_up(world: World, visitor: Visitor) -> tuple[str, list[str]]:
    """Switches the second step on; the secret and the recovery codes."""
    dialog = visitor.send("/profile/second-step", {})
    assert dialog.status_code == 200 and "<svg" in dialog.text and "style=" not in dialog.text
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", dialog.text)
    assert found
    secret = found[1].replace(" ", "")
    with later(world, timedelta()):  # the clock stands: no window of 30 seconds ends between asking and answering
        done = visitor.send("/profile/second-step/confirm", {"code": code(world, secret, -1)})
    assert done.status_code == 200, done.text
    codes = re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", unescape(done.text))
    assert len(set(codes)) == 10
    return secret, codes


def halfway(world: World, person: Made, password: str = PASSWORD) -> TestClient:
    """A browser in which the right password was given."""
    client = world.anonymous()
    answer = client.post("/sign-in", data={"login": person.login, "password": password, "next": "/approvals"})
    assert answer.status_code == 303 and answer.headers["location"] == "/sign-in/code?next=%2Fapprovals"
    assert "HttpOnly" in answer.headers["set-cookie"] and "session" not in client.cookies
    return client


def enter(client: TestClient, typed: str) -> int:
    return client.post("/sign-in/code", data={"code": typed, "next": "/approvals"}).status_code


def test_signing_in_takes_a_code_that_works_once(world: World) -> None:
    person = hire(world, "sales")
    secret, _ = set_up(world, world.visitor(person.login, fresh=True))
    client = halfway(world, person)
    assert client.get("/").status_code == 303, "no session before the code"
    assert "6 位数字" in client.get("/sign-in/code").text
    right = code(world, secret)
    wrong = client.post("/sign-in/code", data={"code": "000000" if right != "000000" else "111111"})
    assert wrong.status_code == 422 and "验证码不正确" in wrong.text
    entered = client.post("/sign-in/code", data={"code": f" {right[:3]} {right[3:]} ", "next": "/approvals"})
    assert entered.status_code == 303 and entered.headers["location"] == "/approvals"
    assert client.get("/").status_code == 200
    again = halfway(world, person)
    assert enter(again, right) == 422, "a code is accepted once"
    with later(world, timedelta(seconds=60)):
        assert enter(again, code(world, secret, -2)) == 422, "nor one from before the window"
        assert enter(again, code(world, secret, 2)) == 422
        assert enter(again, code(world, secret, 1)) == 303
        assert enter(halfway(world, person), code(world, secret)) == 422, "earlier ones are spent with a later one"


def test_a_recovery_code_works_once(world: World) -> None:
    person = hire(world, "sales")
    visitor = world.visitor(person.login, fresh=True)
    _, codes = set_up(world, visitor)
    assert "剩余 10 个恢复码" in visitor.get("/profile")
    assert enter(halfway(world, person), codes[3].lower().replace("-", " ")) == 303
    assert enter(halfway(world, person), codes[3]) == 422
    assert "剩余 9 个恢复码" in visitor.get("/profile")
    with world.runtime.database.read() as connection:
        stored = str(connection.execute(sa.select(recovery_code)).all())
    assert not any(one in stored or one.replace("-", "") in stored for one in codes)


def test_the_half_way_belongs_to_a_browser_and_ends(world: World) -> None:
    person = hire(world, "sales")
    secret, _ = set_up(world, world.visitor(person.login, fresh=True))
    client = halfway(world, person)
    stranger = world.anonymous()
    assert stranger.get("/sign-in/code").headers["location"] == "/sign-in"
    assert stranger.post("/sign-in/code", data={"code": code(world, secret)}).headers["location"] == "/sign-in"
    with world.runtime.database.read() as connection:
        assert (client.cookies.get("halfway") or "-") not in str(connection.execute(sa.select(half_sign_in)).all())
    with later(world, timedelta(minutes=5, seconds=1)):
        assert client.post("/sign-in/code", data={"code": code(world, secret)}).headers["location"] == "/sign-in"
    for active in (False, True):
        deactivate(world, person, active)
        assert client.post("/sign-in/code", data={"code": code(world, secret)}).headers["location"] == "/sign-in"


def test_tries_at_codes_are_counted(world: World) -> None:
    person = hire(world, "sales")
    secret, _ = set_up(world, world.visitor(person.login, fresh=True))
    client = halfway(world, person)
    answers = [enter(client, "not-a-code") for _ in range(attempts.PER_PAIR + 1)]
    assert answers == [422] * attempts.PER_PAIR + [429]
    assert enter(client, code(world, secret)) == 429
    assert enter(halfway(world, person), code(world, secret)) == 429, "the right password clears no tries at the code"
    with later(world, attempts.WINDOW + timedelta(seconds=1)):
        assert enter(halfway(world, person), code(world, secret)) == 303


def test_set_up_needs_a_right_code_and_the_token(world: World) -> None:
    person = hire(world, "sales")
    visitor = world.visitor(person.login, fresh=True)
    assert visitor.client.post("/profile/second-step", data={}).status_code == 403
    assert visitor.send("/profile/second-step/confirm", {"code": "123456"}).status_code == 409
    visitor.send("/profile/second-step", {})
    refused = visitor.send("/profile/second-step/confirm", {"code": "abc"})
    assert refused.status_code == 422 and "<svg" in refused.text
    assert "未开启" in world.visitor("root").get(f"/e/user/{person.id}")
    assert world.anonymous().post("/sign-in", data={"login": person.login, "password": PASSWORD}).headers["location"] == "/"
    many = [visitor.send("/profile/second-step/confirm", {"code": "abc"}) for _ in range(attempts.PER_PAIR)]
    assert "尝试次数过多" in many[-1].text


def test_switching_off_takes_the_password(world: World) -> None:
    person = hire(world, "sales")
    visitor = world.visitor(person.login, fresh=True)
    set_up(world, visitor)
    assert visitor.send("/profile/second-step", {}).status_code == 409
    refused = visitor.send("/profile/second-step/off", {"password": "wrong"})
    assert refused.status_code == 422 and "当前密码不正确" in refused.text
    halfway(world, person)
    assert visitor.send("/profile/second-step/off", {"password": PASSWORD}).status_code == 303
    assert world.anonymous().post("/sign-in", data={"login": person.login, "password": PASSWORD}).headers["location"] == "/"


def test_an_administrator_takes_it_away(world: World) -> None:
    person, root = hire(world, "sales"), world.visitor("root")
    set_up(world, world.visitor(person.login, fresh=True))
    eve = world.visitor("eve")
    assert eve.send(f"/people/{person.id}/second-step", {}).status_code == 403
    assert root.send(f"/people/{world.people['root']}/second-step", {}).status_code == 403, "one's own takes the password"
    halfway(world, person)
    assert "解除" in root.get(f"/people/{person.id}/second-step")
    assert root.send(f"/people/{person.id}/second-step", {"_key": "lost"}).status_code == 303
    assert root.send(f"/people/{person.id}/second-step", {"_key": "lost"}).status_code == 303
    page = root.get(f"/e/user/{person.id}")
    assert page.count("解除了其两步验证") == 1 and "未开启" in page
    assert world.anonymous().post("/sign-in", data={"login": person.login, "password": PASSWORD}).headers["location"] == "/"


def test_a_link_for_a_new_password_goes_round_no_second_step(world: World) -> None:
    person, root = hire(world, "sales"), world.visitor("root")
    secret, _ = set_up(world, world.visitor(person.login, fresh=True))
    address = re.findall(r"/welcome/[\w-]+", root.send(f"/people/{person.id}/link", {}).text)[0]
    client = world.anonymous()
    answer = client.post(address, data={"new": "a-password-of-ones-own", "again": "a-password-of-ones-own"})
    assert answer.headers["location"].startswith("/sign-in/code") and client.get("/").status_code == 303
    assert enter(client, code(world, secret)) == 303


def test_the_operator_lets_in_who_lost_everything(world: World) -> None:
    person = hire(world, "sales")
    set_up(world, world.visitor(person.login, fresh=True))
    password = reset_password(world.runtime, person.login)
    answer = world.anonymous().post("/sign-in", data={"login": person.login, "password": password})
    assert answer.headers["location"] == "/"
