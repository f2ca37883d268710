"""The devices somebody is signed in on: seen on the profile, ended there and by administrators, at once and everywhere."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from engine.storage.platform import session as session_table
from tests.web.conftest import World
from tests.web.people import elsewhere, hire
from web.pages.accounts.devices import device_of
from web.texts import CATALOGUE

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/604.1"
WECHAT = "Mozilla/5.0 (Linux; Android 14; V2024A) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.50"


@pytest.mark.parametrize(
    ("agent", "zh", "en"),
    [
        (EDGE, "Windows 上的 Edge", "Edge on Windows"), (SAFARI, "iPhone 上的 Safari", "Safari on iPhone"),
        (WECHAT, "Android 上的 WeChat", "WeChat on Android"), ("curl/8.5", "未知设备", "Unknown device"),
        ("", "未知设备", "Unknown device"),
    ],
)
def test_devices_in_words(agent: str, zh: str, en: str) -> None:
    assert device_of(agent, CATALOGUE["zh"]) == zh and device_of(agent, CATALOGUE["en"]) == en


def _marks(page: str) -> list[str]:
    return re.findall(r'action="/profile/sessions/([0-9a-f]{16})/end"', page)


def test_one_session_is_ended_and_all_others(running_world: World) -> None:
    world = running_world
    person = hire(world, "sales")
    here, there, third = (world.visitor(person.login, fresh=True) for _ in range(3))
    marks = _marks(here.get("/profile"))
    assert len(marks) == 2 and here.get("/profile").count("当前设备") == 1
    with world.runtime.database.read() as connection:
        stored = set(connection.execute(sa.select(session_table.c.token_hash)).scalars())
    assert not any(mark in stored for mark in marks)
    with elsewhere(world, there, third) as other:
        assert here.send(f"/profile/sessions/{marks[0]}/end", {}).status_code == 303
        assert sorted(client.get("/").status_code for client in other) == [200, 303]
        assert here.send("/profile/sessions/end-others", {}).status_code == 303
        assert [client.get("/").status_code for client in (*other, there.client, third.client)] == [303] * 4
    assert not _marks(here.get("/profile"))


def test_nobody_ends_a_session_of_somebody_else(world: World) -> None:
    person, stranger = hire(world, "sales"), world.visitor("eve")
    two = [world.visitor(person.login, fresh=True) for _ in range(2)]
    mark = _marks(two[0].get("/profile"))[0]
    absent = stranger.send(f"/profile/sessions/{'0' * 16}/end", {})
    hidden = stranger.send(f"/profile/sessions/{mark}/end", {})
    assert hidden.status_code == absent.status_code == 404 and hidden.text == absent.text
    assert two[0].client.post("/profile/sessions/end-others", data={}).status_code == 403
    assert [one.client.get("/").status_code for one in two] == [200, 200]


def test_an_administrator_signs_somebody_out_everywhere(running_world: World) -> None:
    world = running_world
    person, root = hire(world, "sales"), world.visitor("root")
    two = [world.visitor(person.login, fresh=True) for _ in range(2)]
    page = root.get(f"/e/user/{person.id}")
    assert f"/people/{person.id}/sign-out" in page
    assert "全部退出登录" in root.get(f"/people/{person.id}/sign-out")
    data: dict[str, object] = {"_key": "out-once"}
    assert [root.send(f"/people/{person.id}/sign-out", data).status_code for _ in range(2)] == [303, 303]
    with elsewhere(world, *two) as other:
        assert [client.get("/").headers["location"] for client in other] == ["/sign-in", "/sign-in"]
    assert root.get(f"/e/user/{person.id}").count("让其在所有设备上退出登录") == 1


def test_who_does_not_see_to_an_account_is_refused(world: World) -> None:
    person, eve = hire(world, "sales"), world.visitor("eve")
    visitor = world.visitor(person.login, fresh=True)
    assert "/people/" not in eve.get(f"/e/user/{person.id}")
    assert eve.client.get(f"/people/{person.id}/sign-out").status_code == 403
    assert eve.send(f"/people/{person.id}/sign-out", {}).status_code == 403
    assert visitor.client.get("/").status_code == 200
    hidden, missing = (eve.send(f"/people/{number}/sign-out", {}) for number in (999_999, 999_998))
    assert hidden.status_code == missing.status_code == 404
