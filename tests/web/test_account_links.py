"""Links that set a password: made by whoever sees to the account, good once and for a while, and the same answer for all others."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from engine.accounts import attempts, invitations
from engine.principal import OPERATOR
from engine.storage.platform import account_link, notification
from tests.web.conftest import PASSWORD, Visitor, World
from tests.web.people import Made, deactivate, hire, later

pytestmark = pytest.mark.usefixtures("uncounted")
NEW = "a-password-of-ones-own"


def link(visitor: Visitor, person: Made) -> str:
    """The path of a link for the person, as its maker sees it."""
    answer = visitor.send(f"/people/{person.id}/link", {})
    assert answer.status_code == 200, answer.text
    found = re.search(r'value="http://testserver(/welcome/[^"]+)"', answer.text)
    assert found
    return found[1]


def test_an_invitation_sets_a_password_and_signs_in(world: World) -> None:
    root, person = world.visitor("root"), hire(world, "sales", password=False)
    assert f'hx-get="/people/{person.id}/link"' in root.get(f"/e/user/{person.id}")
    assert "7 天" in root.get(f"/people/{person.id}/link")
    answer = root.send(f"/people/{person.id}/link", {})
    told = unescape(answer.text)
    assert f"您的登录名：{person.login}" in told and person.login.title() in told
    address = re.findall(r"/welcome/[\w-]+", told)[0]
    guest = world.anonymous()
    page = guest.get(address)
    assert page.status_code == 200 and page.headers["referrer-policy"] == "no-referrer"
    assert person.login.title() in page.text and person.login in page.text
    for data, said in (
        ({"new": "short", "again": "short"}, "密码至少 10 个字符"), ({"new": NEW, "again": NEW + "x"}, "两次输入的密码不一致"),
        ({"new": person.login + "1", "again": person.login + "1"}, "密码"),
    ):
        refused = guest.post(address, data=data)
        assert refused.status_code == 422 and said in refused.text
    entered = guest.post(address, data={"new": NEW, "again": NEW})
    assert entered.status_code == 303 and guest.get("/").status_code == 200
    assert world.anonymous().post("/sign-in", data={"login": person.login, "password": NEW}).status_code == 303
    assert "生成了邀请链接" in root.get(f"/e/user/{person.id}")


def test_only_a_hash_is_stored(world: World) -> None:
    address = link(world.visitor("root"), hire(world, "sales"))
    with world.runtime.database.read() as connection:
        assert address.rpartition("/")[2] not in str(connection.execute(sa.select(account_link)).all())


def test_unknown_used_replaced_and_expired_links_answer_alike(world: World) -> None:
    root, person = world.visitor("root"), hire(world, "sales")
    replaced = link(root, person)
    used = link(root, person)
    assert world.anonymous().post(used, data={"new": NEW, "again": NEW}).status_code == 303
    old = link(root, person)
    with later(world, timedelta(hours=25)):
        expired = world.anonymous().get(old)
    answers = [expired, *(world.anonymous().get(one) for one in ("/welcome/unknown", replaced, used))]
    posts = [world.anonymous().post(one, data={"new": NEW, "again": NEW}) for one in ("/welcome/unknown", replaced, used)]
    assert {answer.status_code for answer in (*answers, *posts)} == {404}
    plain = [re.sub(r'name="next" value="[^"]*"', "", answer.text) for answer in (*answers, *posts)]
    assert len(set(plain)) == 1 and "此链接已失效" in plain[0]
    assert all(answer.headers["referrer-policy"] == "no-referrer" for answer in (*answers, *posts))
    assert world.anonymous().get(old).status_code == 200


def test_an_invitation_lasts_a_week(world: World) -> None:
    address = link(world.visitor("root"), hire(world, "sales", password=False))
    for passed, status in ((timedelta(days=6, hours=23), 200), (timedelta(days=7, minutes=1), 404)):
        with later(world, passed):
            assert world.anonymous().get(address).status_code == status


def test_a_link_is_used_once_at_the_same_time(world: World) -> None:
    address = link(world.visitor("root"), hire(world, "sales"))
    token = address.rpartition("/")[2]
    world.runtime.writing(OPERATOR, lambda s: invitations.use(s, token, "x"))
    with pytest.raises(invitations.NotFound):
        world.runtime.writing(OPERATOR, lambda s: invitations.use(s, token, "y"))


def test_a_new_password_and_being_switched_off_end_links(world: World) -> None:
    root, person = world.visitor("root"), hire(world, "sales")
    address, visitor = link(root, person), world.visitor(person.login, fresh=True)
    assert visitor.send("/profile", {"old": PASSWORD, "new": NEW, "again": NEW}).status_code == 303
    assert world.anonymous().get(address).status_code == 404
    address = link(root, person)
    for active in (False, True):
        deactivate(world, person, active)
        assert world.anonymous().get(address).status_code == 404
    deactivate(world, person)
    assert root.send(f"/people/{person.id}/link", {}).status_code == 409


def test_nobody_makes_a_link_for_who_holds_more(world: World) -> None:
    """R37: neither by making one, nor by having made one before the other was given more."""
    eve, person = world.visitor("eve"), hire(world, "sales")
    assert eve.client.get(f"/people/{person.id}/link").status_code == 403
    assert eve.send(f"/people/{person.id}/link", {}).status_code == 403
    missing, hidden = (eve.send(f"/people/{number}/link", {}) for number in (999_999, 999_998))
    assert missing.status_code == hidden.status_code == 404
    address = link(world.visitor("root"), person)
    boss = hire(world, "admin")
    other = link(world.visitor(boss.login, fresh=True), person)
    assert world.anonymous().get(address).status_code == 404
    deactivate(world, boss)
    assert world.anonymous().get(other).status_code == 404, "its maker sees to no account any more"


def test_a_refused_link_changes_nothing(world: World) -> None:
    person = hire(world, "sales")
    root = world.visitor("root")
    assert root.client.post(f"/people/{person.id}/link", data={}).status_code == 403
    world.visitor("eve").send(f"/people/{person.id}/link", {})
    with world.runtime.database.read() as connection:
        rows = connection.execute(sa.select(account_link).where(account_link.c.user_id == person.id)).all()
    assert rows == [] and "生成了" not in root.get(f"/e/user/{person.id}")


def test_guessing_links_is_stopped(world: World) -> None:
    good = link(world.visitor("root"), hire(world, "sales"))
    guest = world.anonymous()
    answers = [guest.get(f"/welcome/guess{number}").status_code for number in range(attempts.PER_ADDRESS + 1)]
    assert set(answers[:-1]) == {404} and answers[-1] == 429
    assert guest.get(good).status_code == 429


def _asked(world: World, person: Made) -> int:
    with world.runtime.reading(OPERATOR) as session:
        about = (notification.c.record_id == person.id) & (notification.c.kind == "reset")
        count = sa.select(sa.func.count()).where(about, notification.c.user_id == world.people["root"])
        return session.connection.execute(count).scalar_one()


def test_forgotten_passwords_are_told_to_administrators(world: World) -> None:
    person, gone, guest = hire(world, "sales"), hire(world, "sales"), world.anonymous()
    deactivate(world, gone)
    assert "/sign-in/forgotten" in guest.get("/sign-in").text
    answers = [guest.post("/sign-in/forgotten", data={"login": login}) for login in (person.login, "nobody-here", gone.login, "")]
    assert {answer.status_code for answer in answers} == {200} and len({answer.text for answer in answers}) == 1
    assert _asked(world, person) == 1 and _asked(world, gone) == 0
    assert f"{person.login.title()} 忘记了密码" in world.visitor("root").get("/notifications")
    assert "忘记了密码" not in world.visitor("eve").get("/notifications")
    guest.post("/sign-in/forgotten", data={"login": person.login.upper()})
    assert _asked(world, person) == 1
    with later(world, timedelta(hours=25)):
        guest.post("/sign-in/forgotten", data={"login": person.login})
    assert _asked(world, person) == 2


def test_forgotten_passwords_are_limited_in_rate(world: World) -> None:
    guest = world.anonymous()
    many = [guest.post("/sign-in/forgotten", data={"login": "nobody-at-all"}) for _ in range(attempts.PER_PAIR + 1)]
    assert [answer.status_code for answer in many] == [200] * attempts.PER_PAIR + [429]
