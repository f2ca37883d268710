"""The short form of a new record: who gets it, what it holds, what it tells, and where its record goes."""

from __future__ import annotations

import json
import re
from html import unescape

from tests.statements import counted
from tests.web.conftest import Visitor, World


def _customer(world: World, name: str) -> int:
    return world.make("amy", "customer", name=name, kind="company")


def _names(dialog: str) -> set[str]:
    return {name for name in re.findall(r' name="([a-z_.]+)"', dialog) if not name.startswith("_")}


def _key(dialog: str) -> str:
    found = re.search(r'name="_key" value="([^"]+)"', dialog)
    assert found
    return found.group(1)


def _made(answer: object) -> dict[str, object]:
    assert answer.status_code == 204, answer.text  # type: ignore[attr-defined]
    return json.loads(answer.headers["HX-Trigger"])["made"]  # type: ignore[attr-defined]


def _contact(amy: Visitor, customer: int, **values: object) -> object:
    return amy.send("/e/contact/quick", {"customer": str(customer), "_fixed": "customer", **values})


def test_the_dialog_asks_for_what_is_required_and_the_first_section_and_hides_its_host(world: World) -> None:
    amy, id = world.visitor("amy"), _customer(world, "短表单公司")
    page = amy.get(f"/e/customer/{id}")
    offered = re.search(r'hx-get="(/e/contact/quick\?[^"]+)"', page)
    assert offered
    dialog = amy.get(unescape(offered.group(1)))
    assert f'<input type="hidden" name="customer" value="{id}">' in dialog and '_text.customer' not in dialog
    assert {"name", "title", "role", "phone", "email"} <= _names(dialog) and len(_names(dialog) - {"customer"}) <= 8
    assert 'href="/e/contact/new"' in dialog and 'name="_another"' in dialog
    assert 'name="_another"' not in amy.get("/e/contact/quick")


def test_what_has_rows_of_its_own_opens_the_whole_form(world: World) -> None:
    amy, id = world.visitor("amy"), _customer(world, "明细公司")
    page = amy.get(f"/e/customer/{id}")
    assert f'href="/e/contract/new?customer={id}' in page and "/e/contract/quick" not in page
    assert amy.client.get("/e/contract/quick").status_code == 404
    assert amy.send("/e/contract/quick/judge", {}).status_code == 404


def test_what_is_refused_stands_at_its_field_with_all_that_was_typed(world: World) -> None:
    amy, id = world.visitor("amy"), _customer(world, "拒绝公司")
    answer = _contact(amy, id, name="", title="工程师")
    assert answer.status_code == 422 and 'id="f-q-name-error"' in answer.text and 'value="工程师"' in answer.text
    answer = amy.send("/e/contact/quick", {"_fixed": "customer", "name": "无客户"})
    assert answer.status_code == 422 and "客户" in answer.text


def test_sent_twice_it_makes_one_which_its_list_shows_marked(world: World) -> None:
    amy, id = world.visitor("amy"), _customer(world, "两次公司")
    for place in range(12):
        world.make("amy", "contact", name=f"甲{place:02}", customer=id)
    key = _key(amy.get(f"/e/contact/quick?customer={id}&_fixed=customer"))
    first, again = (_made(_contact(amy, id, name="乙重复", _key=key)) for _ in range(2))
    assert first == again and first["text"] == "已创建联系人：乙重复" and first["another"] is False
    shown = amy.get(f"/e/customer/{id}/related/contacts?made={first['id']}")
    assert shown.count("is-made") == 1 and f'<tr data-id="{first["id"]}" class="is-made">' in shown
    assert '<span class="card__count" id="count-contacts" hx-swap-oob="true">13</span>' in shown
    assert "is-made" not in amy.get(f"/e/customer/{id}/related/contacts")
    other = world.make("amy", "contact", name="别家的人", customer=_customer(world, "别家公司"))
    assert "别家的人" not in amy.get(f"/e/customer/{id}/related/contacts?made={other}")


def test_records_that_look_the_same_are_told_and_may_be_made_anyway(world: World) -> None:
    amy = world.visitor("amy")
    _customer(world, "相同名称制造有限公司")
    values = {"name": "相同名称制造有限公司", "kind": "company"}
    answer = amy.send("/e/customer/quick", values)
    assert answer.status_code == 422 and "可能已经存在" in answer.text and 'name="_anyway"' in answer.text
    assert _made(amy.send("/e/customer/quick", {**values, "_anyway": "1"}))["title"] == values["name"]


def test_who_may_make_none_gets_none(world: World) -> None:
    id = _customer(world, "权限公司")
    for login in ("law", "fin"):
        visitor = world.visitor(login)
        whole = visitor.client.get("/e/contact/new").status_code
        assert visitor.client.get("/e/contact/quick").status_code == whole != 200
        assert visitor.send("/e/contact/quick", {"name": "x", "customer": str(id)}).status_code == whole
        assert visitor.send("/e/contact/quick/judge", {"name": "x"}).status_code == whole
    assert world.visitor("amy").send("/e/contact/quick", {"name": "x", "_csrf": "x"}).status_code == 403


def test_a_picker_offers_to_make_what_was_typed_where_its_reader_may(world: World) -> None:
    amy, id = world.visitor("amy"), _customer(world, "已有选项公司")
    asked: dict[str, object] = {"_text.customer": "没有<这家>", "_makes": "1"}
    options = amy.send("/e/opportunity/pick/customer", asked).text
    assert 'data-new="/e/customer/quick?name=%E6%B2%A1%E6%9C%89%3C' in options and "新建“没有&lt;这家&gt;”" in options
    for other in ({"_text.customer": "没有"}, {"_text.customer": "", "_makes": "1"}):
        assert "data-new" not in amy.send("/e/opportunity/pick/customer", other).text
    assert "data-new" not in amy.send("/e/contract/pick/opportunity", {"_text.opportunity": "x", "_makes": "1"}).text
    assert "data-new" not in world.visitor("fin").send("/e/receipt/pick/contract", {"_text.contract": "x", "_makes": "1"}).text
    one = amy.send("/e/opportunity/pick/customer", {"_text.customer": "已有选项公司", "_made": str(id)}).text
    assert f'data-value="{id}"' in one
    assert "data-value" not in amy.send("/e/opportunity/pick/customer", {"_text.customer": "已有选项公司", "_made": str(id + 999)}).text


def test_a_made_row_costs_at_most_one_statement_more(world: World) -> None:
    amy, id = world.visitor("amy"), _customer(world, "语句公司")
    ids = [world.make("amy", "contact", name=f"丙{place:02}", customer=id) for place in range(15)]

    def statements(address: str) -> int:
        amy.get(address)
        with counted() as seen:
            amy.get(address)
        return len(seen)

    plain = statements(f"/e/customer/{id}/related/contacts")
    assert all(statements(f"/e/customer/{id}/related/contacts?made={one}") <= plain + 1 for one in (ids[0], ids[-1]))
