"""The values of one field over time, as far as the reader may know them."""

from __future__ import annotations

import re

from engine.principal import OPERATOR
from engine.records import write
from tests.statements import counted
from tests.web.conftest import World
from tests.web.test_pages import lead_values


def offered(page: str) -> set[str]:
    """The fields whose history a record page offers."""
    return set(re.findall(r'hx-get="/e/\w+/\d+/history/(\w+)"', page))


def test_a_field_tells_its_values_who_changed_it_and_nothing_of_others(world: World) -> None:
    amy = world.visitor("amy")
    id = world.make("amy", "lead", **lead_values(company="原先的公司", need="原先的需要"))
    world.runtime.writing(world.principal("mgr"), lambda s: write.update(s, "lead", id, {"company": "后来的公司"}))
    world.runtime.writing(OPERATOR, lambda s: write.update(s, "lead", id, {"need": "后来的需要"}))
    assert {"title", "company", "need"} <= offered(amy.get(f"/e/lead/{id}"))
    told = amy.get(f"/e/lead/{id}/history/company")
    assert "“公司”的历史" in told and told.count("timeline__item") == 2
    assert re.search("王经理.*<s>原先的公司</s> → 后来的公司.*李晓梅.*原先的公司", told, re.S)
    assert "需要" not in told


def test_history_of_what_one_may_not_read_is_that_of_nothing(world: World) -> None:
    id = world.make("amy", "lead", **lead_values())
    amy, law = world.visitor("amy"), world.visitor("law")
    unknown = amy.client.get(f"/e/lead/{id}/history/nothing")
    assert unknown.status_code == 404
    for visitor, address in (
        (amy, f"/e/lead/{id}/history/updated_at"), (amy, "/e/lead/999999/history/company"), (law, f"/e/lead/{id}/history/company"),
    ):
        assert visitor.client.get(address).status_code == 404, address


def test_history_of_a_field_that_is_hidden_or_masked_is_not_there(world: World) -> None:
    values = {"name": "字段权限有限公司", "kind": "company", "phone": "13812348888", "credit_limit": 7000, "owner": world.people["amy"]}
    id = world.runtime.writing(OPERATOR, lambda s: write.create(s, "customer", values))
    seen = {}
    for login in ("amy", "fin", "gm"):
        visitor = world.visitor(login)
        fields = offered(visitor.get(f"/e/customer/{id}"))
        seen[login] = fields & {"phone", "credit_limit"}
        for name in ("phone", "credit_limit"):
            status = visitor.client.get(f"/e/customer/{id}/history/{name}").status_code
            assert status == (200 if name in fields else 404), (login, name)
    assert seen == {"amy": {"phone"}, "fin": {"credit_limit"}, "gm": {"phone", "credit_limit"}}


def test_a_long_history_takes_as_many_statements_as_a_short_one(world: World) -> None:
    amy = world.visitor("amy")
    id = world.make("amy", "lead", **lead_values())

    def rename(count: int) -> None:
        for number in range(count):
            world.runtime.writing(OPERATOR, lambda s, n=number: write.update(s, "lead", id, {"company": f"公司 {count} {n}"}))

    rename(1)
    amy.get(f"/e/lead/{id}/history/company")
    with counted() as few:
        amy.get(f"/e/lead/{id}/history/company")
    rename(6)
    with counted() as many:
        amy.get(f"/e/lead/{id}/history/company")
    assert len(many) == len(few), many
