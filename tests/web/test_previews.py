"""A record is looked at beside its list, as far as its reader may see it, and edited there by the rules of its form."""

from __future__ import annotations

import re
from html import unescape

from tests.statements import counted
from tests.web.conftest import World
from tests.web.test_bulk import stored
from tests.web.test_cell_editing import HTMX, opened, put
from tests.web.test_pages import lead_values


def test_a_preview_shows_path_actions_and_first_sections(world: World) -> None:
    amy, id = world.visitor("amy"), world.make("amy", "lead", **lead_values(title="旁边看", city="常州"))
    piece = amy.get(f"/e/lead/{id}/preview?q=旁边")
    assert "<html" not in piece and "旁边看" in piece and "常州" in piece and 'aria-current="step"' in piece
    assert f'href="/e/lead/{id}"' in piece and f'data-preview-edit="/e/lead/{id}/cell/city?q=' in piece
    assert "cell/score" not in piece and "cell/status" not in piece
    assert re.search(rf'hx-get="/e/lead/{id}/move/\w+\?_next=%2Fe%2Flead%3Fq', unescape(piece)), "actions lead back to the list"


def test_a_preview_shows_nothing_that_may_not_be_read(world: World) -> None:
    amy, eve, id = world.visitor("amy"), world.visitor("eve"), world.make("amy", "lead", **lead_values())
    customer = world.make("amy", "customer", name="预览客户", phone="13712340055")
    for visitor, address in ((eve, f"/e/lead/{id}/preview"), (amy, "/e/lead/99999999/preview"), (amy, "/e/nothing/1/preview")):
        assert visitor.client.get(address, headers=HTMX).status_code == 404
    piece = amy.get(f"/e/customer/{customer}/preview")
    assert "信用额度" not in piece and "cell/credit?" not in piece
    amy.send(f"/e/lead/{id}/trash", {})
    assert amy.client.get(f"/e/lead/{id}/preview", headers=HTMX).status_code == 404


def test_a_field_is_saved_in_the_preview_and_the_row_follows(world: World) -> None:
    amy, id = world.visitor("amy"), world.make("amy", "lead", **lead_values())
    address = f"/e/lead/{id}/cell/intent"
    answer = put(amy, address, opened(amy, address), intent="A", _preview="1", _select="1")
    assert answer.status_code == 200 and answer.headers["hx-retarget"] == "#preview"
    assert f'data-previewed="{id}"' in answer.text and f'<tr data-id="{id}">' in answer.text and 'id="count"' in answer.text
    assert stored(world, id, "intent") == ("A",)


def test_rows_have_their_star_with_one_statement_for_all(world: World) -> None:
    amy = world.visitor("amy")
    ids = [world.make("amy", "lead", **lead_values(title="带星")) for _ in range(3)]
    amy.send(f"/e/lead/{ids[1]}/star", {"on": "1"})
    page = amy.get("/e/lead?q=带星")
    pressed = dict(re.findall(r'<tr data-id="(\d+)">.*?aria-pressed="(\w+)"', page))
    assert {int(id): on for id, on in pressed.items()} == {ids[0]: "false", ids[1]: "true", ids[2]: "false"}
    assert world.visitor("mgr").get("/e/lead?q=带星").count("star--on") == 0
    with counted() as few:
        amy.get("/e/lead?q=带星")
    for _ in range(4):
        world.make("amy", "lead", **lead_values(title="带星"))
    with counted() as more:
        amy.get("/e/lead?q=带星")
    assert len(few) == len(more)
    assert sum("lw_star" in one for one in more) == 1
