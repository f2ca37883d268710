"""Who sees to accounts without being an administrator reaches no further than what they hold themselves (R37)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.conftest import World, application_of

FILES = {
    "app.yaml": "app: personnel\nlanguage: 1\nlayers: [base@1.0.0, .]\nzone: Asia/Shanghai\ncurrency: CNY\nlanguages: [zh-CN, en]\n",
    "access/hr.role.yaml": """\
role: hr
label: {zh: 人事专员, en: Personnel officer}
includes: [employee]
allow:
  user: {create: true, read: all, update: all}
  role_assignment: {create: true, read: all, update: all}
""",
    "access/payer.role.yaml": "role: payer\nlabel: {zh: 出纳, en: Payer}\nincludes: [employee]\n",
}
ROLES = {"hr": "hr", "clerk": "employee", "peer": "hr", "payer": "payer", "root": "admin"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def personnel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An application in which hr changes people and gives roles, but only those that hr holds."""
    with application_of(request, tmp_path_factory.mktemp(f"personnel-{request.param}"), FILES, ROLES) as world:
        yield world


@pytest.mark.parametrize("action", ["link", "sign-out"])
def test_hr_sees_to_accounts_that_hold_no_more(personnel: World, action: str) -> None:
    hr = personnel.visitor("hr")
    for login, status in (("clerk", 200), ("peer", 200), ("payer", 403), ("root", 403)):
        address = f"/people/{personnel.people[login]}/{action}"
        assert hr.client.get(address).status_code == status, login
        if status == 403:
            refused = hr.send(address, {})
            assert refused.status_code == 403 and "此人的角色都是您可以授予的" in refused.text
        assert (f"{address}\"" in hr.get(f"/e/user/{personnel.people[login]}")) == (status == 200), login
    assert personnel.visitor("root").client.get("/").status_code == 200


def test_hr_sees_the_pages_as_nobody_who_holds_more(personnel: World) -> None:
    hr = personnel.visitor("hr", fresh=True)
    for login, status in (("payer", 403), ("root", 403), ("hr", 403)):
        assert hr.client.get(f"/people/{personnel.people[login]}/view").status_code == status, login
        assert hr.send(f"/people/{personnel.people[login]}/view", {}).status_code == status, login
    assert hr.send(f"/people/{personnel.people['clerk']}/view", {}).status_code == 303
    assert "回到我自己" in hr.get("/")
