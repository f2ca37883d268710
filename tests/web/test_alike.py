"""Records that look like the one being typed, told while one types and as far as one may know them."""

from __future__ import annotations

from tests.statements import counted
from tests.web.conftest import World
from tests.web.test_pages import lead_values


def test_what_is_typed_is_told_to_be_there_already(world: World) -> None:
    amy = world.visitor("amy")
    id = world.make("amy", "lead", **lead_values(title="已有的线索", company="泰和测控有限公司"))
    form = amy.get("/e/lead/new")
    assert 'hx-post="/e/lead/alike"' in form and form.count('id="alike"') == 1
    assert 'id="alike"' not in amy.get(f"/e/lead/{id}/edit")
    told = amy.send("/e/lead/alike", {"company": "泰和 测控"}).text
    assert f'href="/e/lead/{id}"' in told and "已有的线索" in told and "可能已有这条记录" in told
    for values in ({"company": "另一家公司"}, {"company": ""}, {}, {"phone": "x" * 9000}):
        assert amy.send("/e/lead/alike", values).text.strip() == "", values


def test_of_a_record_that_may_not_be_read_only_its_owner_is_told(world: World) -> None:
    id = world.make("eve", "lead", **lead_values(title="伊娃的线索", company="保密测控有限公司"))
    told = world.visitor("amy").send("/e/lead/alike", {"company": "保密测控"}).text
    assert "陈伊娃" in told and "伊娃的线索" not in told and f"/e/lead/{id}" not in told


def test_only_who_may_make_one_is_told_anything(world: World) -> None:
    amy, law, fin = (world.visitor(login) for login in ("amy", "law", "fin"))
    world.make("amy", "lead", **lead_values(company="丰泽测控有限公司"))
    for visitor in (law, fin):
        assert visitor.send("/e/lead/alike", {"company": "丰泽测控"}).status_code == visitor.client.get("/e/lead/new").status_code != 200
    assert amy.send("/e/lead/alike", {"company": "丰泽测控", "_csrf": "x"}).status_code == 403


def test_however_many_look_alike_the_statements_are_as_many(world: World) -> None:
    amy = world.visitor("amy")

    def statements() -> int:
        amy.send("/e/lead/alike", {"company": "众多测控"})
        with counted() as seen:
            amy.send("/e/lead/alike", {"company": "众多测控"})
        return len(seen)

    world.make("amy", "lead", **lead_values(company="众多测控有限公司"))
    few = statements()
    for _ in range(6):
        world.make("amy", "lead", **lead_values(company="众多测控有限公司"))
    assert statements() == few
