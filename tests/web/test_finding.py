"""Ways back to a record: stars, the records opened last, and the command palette."""

from __future__ import annotations

import re

import pytest

from engine import stars
from tests.statements import counted
from tests.web.conftest import World
from tests.web.test_pages import lead_values


def labels(page: str) -> list[str]:
    """What the lines of the palette say."""
    return re.findall(r'palette__label">([^<]*)<', page)


def test_a_star_is_its_owners_alone(world: World) -> None:
    """C31."""
    amy, mgr = world.visitor("amy"), world.visitor("mgr")
    marked, other = (world.make("amy", "lead", **lead_values(company=name)) for name in ("星标甲公司", "星标乙公司"))
    assert amy.send(f"/e/lead/{marked}/star", {"on": "1"}).status_code == 303
    assert amy.send(f"/e/lead/{marked}/star", {"on": "1"}).status_code == 303
    page = amy.get("/e/lead?starred=1&q=星标")
    assert "星标甲公司" in page and "星标乙公司" not in page and 'aria-current="true"' in page
    assert "星标甲公司" not in mgr.get("/e/lead?starred=1&q=星标")
    assert 'aria-pressed="true"' in amy.get(f"/e/lead/{marked}") and "star--on" not in mgr.get(f"/e/lead/{marked}")
    assert f"/e/lead/{marked}" in amy.get("/").partition("我的星标")[2].partition("card__head")[0]
    assert amy.send(f"/e/lead/{marked}/star", {}).status_code == 303
    assert "star--on" not in amy.get(f"/e/lead/{marked}") and "没有符合条件" in amy.get("/e/lead?starred=1&q=星标")
    assert other


def test_what_one_may_not_read_gets_no_star_and_shows_none(world: World) -> None:
    amy, law = world.visitor("amy"), world.visitor("law")
    id = world.make("amy", "lead", **lead_values())
    unknown = law.send("/e/lead/999999/star", {"on": "1"})
    assert law.send(f"/e/lead/{id}/star", {"on": "1"}).status_code == unknown.status_code == 404
    assert amy.send(f"/e/lead/{id}/star", {"on": "1", "_csrf": "x"}).status_code == 403
    assert "star--on" not in amy.get(f"/e/lead/{id}")


def test_there_is_an_end_to_stars(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stars, "MOST", 0)
    id = world.make("amy", "lead", **lead_values())
    refused = world.visitor("amy").send(f"/e/lead/{id}/star", {"on": "1"})
    assert refused.status_code == 409 and "最多标记 0 条记录" in refused.text


def test_the_records_opened_last_are_told_as_far_as_they_may_be_read(world: World) -> None:
    amy, law = world.visitor("amy"), world.visitor("law")
    id = world.make("amy", "lead", **lead_values(title="刚刚打开的需求"))
    seen = f"lead:{id},lead:999999,nothing:1,contract_line:1,lead:x,,"
    assert "刚刚打开的需求" in amy.get(f"/recent?seen={seen}")
    assert "刚刚打开的需求" not in law.get(f"/recent?seen={seen}")
    assert law.get(f"/recent?seen={seen}").strip() == ""
    with counted() as few:
        amy.get(f"/recent?seen=lead:{id}")
    with counted() as many:
        amy.get("/recent?seen=" + ",".join(f"lead:{n}" for n in range(1, 12)))
    assert len(few) == len(many)


def test_the_palette_offers_what_may_be_done_here(world: World) -> None:
    amy, law = world.visitor("amy"), world.visitor("law")
    id = world.make("amy", "lead", **lead_values(title="面板记录"))
    offered = labels(amy.get(f"/palette?here=/e/lead/{id}&seen=lead:{id}"))
    assert "编辑" in offered and "新建线索" in offered and "面板记录" in offered and "审批待办" in offered
    assert f'data-dialog="/e/lead/{id}/trash"' in amy.get(f"/palette?here=/e/lead/{id}")
    assert labels(law.get(f"/palette?here=/e/lead/{id}")) == labels(law.get("/palette?here=/e/lead/999999"))


def test_the_palette_finds_commands_in_both_languages_and_records_by_their_text(world: World) -> None:
    amy = world.visitor("amy")
    world.make("amy", "lead", **lead_values(title="激光切割改造"))
    assert labels(amy.get("/palette?q=new contract"))[0] == "新建合同"
    assert labels(amy.get("/palette?q=合同"))[:2] == ["合同", "新建合同"]
    assert "深色" in labels(amy.get("/palette?q=dark"))
    found = amy.get("/palette?q=激光切割")
    assert labels(found) == ["激光切割改造", "在全部记录中搜索“激光切割”"] and 'data-count="2 个结果"' in found
    assert labels(amy.get("/palette?q=公海&here=/e/customer/1")) == labels(amy.get("/palette?q=公海&here=/e/customer"))


def test_the_keys_are_told(world: World) -> None:
    sheet = world.visitor("amy").get("/shortcuts")
    assert "快捷键" in sheet and "<kbd>Ctrl</kbd>" in sheet and "data-keys-switch" in sheet
