"""A field is edited where it stands in a list: by rights, rules and flow, with the revision seen, and only that field."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from html import unescape
from urllib.parse import unquote

import httpx2

from engine.principal import OPERATOR
from engine.records import read
from engine.records.system import set_fields
from tests.statements import counted
from tests.web.conftest import Visitor, World
from tests.web.test_bulk import plain, stored
from tests.web.test_pages import lead_values

HTMX = {"hx-request": "true"}


def opened(visitor: Visitor, address: str) -> dict[str, str]:
    """The hidden inputs of the form of a cell."""
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', visitor.get(address))
    return {name: unescape(value) for name, value in pairs}


def put(visitor: Visitor, address: str, form: dict[str, str], **typed: str) -> httpx2.Response:
    return visitor.client.post(address, data={**form, **typed}, headers=HTMX)


def refusal(answer: httpx2.Response) -> str:
    return unquote(answer.headers["x-message"])


def test_a_list_names_the_fields_that_its_reader_may_edit_in_it(world: World) -> None:
    world.make("amy", "lead", **lead_values())
    page = world.visitor("amy").get("/e/lead")
    assert 'role="grid"' in page and 'data-field="title"' in page and 'data-field="intent"' in page
    for never in ("score", "status", "owner"):
        assert f'data-field="{never}"' not in page, never
    assert 'role="grid"' not in world.visitor("law").get("/e/contract")


def test_one_field_is_saved_and_the_row_follows(world: World) -> None:
    amy, id = world.visitor("amy"), world.make("amy", "lead", **lead_values(city="无锡"))
    address = f"/e/lead/{id}/cell/intent?q=采购需求"
    form = opened(amy, address)
    answer = put(amy, address, form, intent="A", _select="1")
    assert answer.status_code == 200, answer.text
    assert answer.headers["hx-retarget"] == "closest tr"
    assert f'<tr data-id="{id}">' in answer.text and 'name="_id"' in answer.text
    assert ">60<" in answer.text, "what is worked out from it follows"
    assert 'id="count"' in answer.text
    assert stored(world, id, "intent", "city", "score") == ("A", "无锡", 60)


def test_sent_twice_it_is_saved_once(world: World) -> None:
    amy, id = world.visitor("amy"), world.make("amy", "lead", **lead_values())
    address = f"/e/lead/{id}/cell/city"
    form = opened(amy, address)
    for _ in range(2):
        assert put(amy, address, form, city="南通").status_code == 200
    with world.runtime.reading(world.principal("amy")) as session:
        assert [one.kind for one in read.history(session, "lead", id)].count("update") == 1


def test_what_is_refused_stands_at_the_input_with_what_was_typed(world: World) -> None:
    amy, id = world.visitor("amy"), world.make("amy", "lead", **lead_values(budget=Decimal(5)))
    address = f"/e/lead/{id}/cell/budget"
    for typed in ("-3", "viel"):
        answer = put(amy, address, opened(amy, address), budget=typed)
        assert answer.status_code == 422
        assert f'value="{typed}"' in answer.text and "field__error" in answer.text
    assert stored(world, id, "budget") == (Decimal(5),)


def test_a_conflict_tells_whose_value_is_there_and_saving_again_puts_ones_own(world: World) -> None:
    amy, mgr, id = world.visitor("amy"), world.visitor("mgr"), world.make("amy", "lead", **lead_values(city="一"))
    address = f"/e/lead/{id}/cell/city"
    mine, theirs, other = opened(amy, address), opened(mgr, address), opened(amy, f"/e/lead/{id}/cell/company")
    assert put(amy, f"/e/lead/{id}/cell/company", other, company="别的字段").status_code == 200
    assert put(mgr, address, theirs, city="二").status_code == 200, "another field is merged"
    answer = put(amy, address, mine, city="三")
    assert answer.status_code == 409
    assert "王经理" in plain(answer.text) and "“二”" in plain(answer.text) and 'value="三"' in answer.text
    assert stored(world, id, "city", "company") == ("二", "别的字段")
    again = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text)}
    assert put(amy, address, again, city="三").status_code == 200
    assert stored(world, id, "city") == ("三",)


def test_what_may_not_be_edited_does_not_open(world: World) -> None:
    amy, id = world.visitor("amy"), world.make("amy", "lead", **lead_values())
    for field, status in (("score", 403), ("status", 403), ("owner", 403), ("files", 403), ("lost_reason", 403), ("nothing", 404)):
        answer = amy.client.get(f"/e/lead/{id}/cell/{field}", headers=HTMX)
        assert answer.status_code == status, field
    eve = world.visitor("eve")
    hidden = eve.client.get(f"/e/lead/{id}/cell/city", headers=HTMX)
    missing = eve.client.get("/e/lead/99999999/cell/city", headers=HTMX)
    assert (hidden.status_code, refusal(hidden)) == (missing.status_code, refusal(missing)) == (404, refusal(missing))
    customer = world.make("amy", "customer", name="只读客户", phone="13712340022")
    for field, status in (("credit", 403), ("credit_limit", 404), ("lead", 403)):
        assert amy.client.get(f"/e/customer/{customer}/cell/{field}", headers=HTMX).status_code == status, field


def test_what_a_state_locks_is_not_edited_in_a_cell_either(world: World) -> None:
    amy = world.visitor("amy")
    customer = world.make("amy", "customer", name="锁定客户", phone="13712340044")
    id = world.make("amy", "opportunity", name="锁定商机", customer=customer, amount=Decimal(9), expected_close=date(2099, 1, 1))
    address = f"/e/opportunity/{id}/cell/name"
    form = opened(amy, address)
    world.runtime.writing(OPERATOR, lambda s: set_fields(s, "opportunity", id, {"stage": "won"}, "move", {}))
    assert refusal(amy.client.get(address, headers=HTMX)) == "此字段目前不能修改。"
    assert put(amy, address, form, name="改了").status_code == 403
    with world.runtime.reading(OPERATOR) as session:
        assert read.get(session, "opportunity", id).values["name"] == "锁定商机"


def test_what_lies_in_the_trash_is_not_edited(world: World) -> None:
    amy, id = world.visitor("amy"), world.make("amy", "lead", **lead_values())
    form = opened(amy, f"/e/lead/{id}/cell/city")
    amy.send(f"/e/lead/{id}/trash", {})
    assert amy.client.get(f"/e/lead/{id}/cell/city", headers=HTMX).status_code == 403
    assert put(amy, f"/e/lead/{id}/cell/city", form, city="迟").status_code == 409
    assert stored(world, id, "city") == (None,)


def test_a_record_that_somebody_may_not_change_does_not_change(world: World) -> None:
    amy, eve, id = world.visitor("amy"), world.visitor("eve"), world.make("amy", "lead", **lead_values(city="静"))
    form = {**opened(amy, f"/e/lead/{id}/cell/city"), "_csrf": eve.token()}
    assert put(eve, f"/e/lead/{id}/cell/city", form, city="动").status_code == 404
    assert put(amy, f"/e/lead/{id}/cell/city", {"_revision": "1", "_seen": ""}, city="动").status_code == 403, "without the token"
    form = opened(amy, f"/e/lead/{id}/cell/city")
    assert put(amy, f"/e/lead/{id}/cell/city", form, title="x", city="静").status_code == 200
    assert stored(world, id, "city", "title") != ("静", "x"), "only the field of the address"


def test_in_a_list_that_is_not_there_nothing_is_saved(world: World) -> None:
    amy, id = world.visitor("amy"), world.make("amy", "lead", **lead_values(city="原"))
    form = opened(amy, f"/e/lead/{id}/cell/city")
    assert put(amy, f"/e/lead/{id}/cell/city?list=nothing", form, city="改").status_code == 404
    assert stored(world, id, "city") == ("原",)


def test_links_are_picked_by_what_the_record_holds(world: World) -> None:
    amy = world.visitor("amy")
    customer = world.make("amy", "customer", name="格内客户", phone="13712340033")
    id = world.make("amy", "lead", **lead_values(source="referral"))
    address = f"/e/lead/{id}/cell/referrer"
    form = opened(amy, address)
    found = amy.send(f"/e/lead/{id}/choices/referrer", {"_text.referrer": "格内"})
    assert "格内客户" in found.text
    assert put(amy, address, form, referrer=str(customer)).status_code == 200
    assert stored(world, id, "referrer") == (customer,)
    assert "格内客户" in amy.get(address)


def test_statements_of_a_list_are_as_many_as_before(world: World) -> None:
    amy = world.visitor("amy")
    for _ in range(3):
        world.make("amy", "lead", **lead_values(title="定数"))
    amy.get("/e/lead?q=定数")
    with counted() as one:
        amy.get("/e/lead?q=定数")
    for _ in range(5):
        world.make("amy", "lead", **lead_values(title="定数"))
    with counted() as more:
        amy.get("/e/lead?q=定数")
    assert len(one) == len(more)
