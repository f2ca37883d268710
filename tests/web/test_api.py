"""The API: the same records under the same rules, as JSON."""

from __future__ import annotations

from tests.web.conftest import World
from tests.web.test_pages import lead_values


def test_create_read_change_and_list(world: World) -> None:
    amy = world.visitor("amy")
    headers = {"x-csrf-token": amy.token()}
    made = amy.client.post("/api/e/lead", json=lead_values(title="接口"), headers=headers)
    assert made.status_code == 201, made.text
    id = made.json()["id"]
    record = amy.client.get(f"/api/e/lead/{id}").json()
    assert record["values"]["title"] == "接口" and isinstance(record["values"]["owner"], str)
    changed = amy.client.patch(f"/api/e/lead/{id}", json={"city": "宁波", "revision": record["revision"]}, headers=headers)
    assert changed.status_code == 200, changed.text
    stale = amy.client.patch(f"/api/e/lead/{id}", json={"city": "温州", "revision": record["revision"]}, headers=headers)
    assert stale.status_code == 409
    rows = amy.client.get("/api/e/lead?q=接口").json()["rows"]
    assert id in {row["id"] for row in rows}


def test_refusals_have_one_shape(world: World) -> None:
    amy = world.visitor("amy")
    headers = {"x-csrf-token": amy.token()}
    answers = [
        (amy.client.post("/api/e/lead", json={"title": "", "budget": "x"}, headers=headers), 422),
        (amy.client.post("/api/e/lead", json={"nothing": 1}, headers=headers), 422),
        (amy.client.post("/api/e/lead", content=b"{", headers=headers), 422),
        (amy.client.post("/api/e/lead", json=lead_values()), 403),
        (amy.client.get("/api/e/nothing"), 404),
        (amy.client.get("/api/e/lead/999999"), 404),
        (world.anonymous().get("/api/e/lead"), 401),
    ]
    for answer, status in answers:
        assert answer.status_code == status, answer.text
        assert set(answer.json()["error"]) == {"code", "message", "fields"}


def test_a_refusal_names_every_field(world: World) -> None:
    amy = world.visitor("amy")
    headers = {"x-csrf-token": amy.token()}
    wrong = {"title": "", "budget": "x", "email": 5, "phone": "1", "nothing": 1}
    made = amy.client.post("/api/e/lead", json=lead_values(**wrong), headers=headers).json()
    stored = world.make("amy", "lead", **lead_values())
    changed = amy.client.patch(f"/api/e/lead/{stored}", json=wrong, headers=headers).json()
    for answer in (made, changed):
        assert {one["path"] for one in answer["error"]["fields"]} == wrong.keys()


def test_an_idempotency_key_makes_one_record(world: World) -> None:
    amy = world.visitor("amy")
    headers = {"x-csrf-token": amy.token(), "idempotency-key": "k-1"}
    values = lead_values()
    first = amy.client.post("/api/e/lead", json=values, headers=headers).json()
    assert amy.client.post("/api/e/lead", json=values, headers=headers).json() == first
    other = amy.client.post("/api/e/lead", json={**values, "company": "Another"}, headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")
    changed = amy.client.patch(f"/api/e/lead/{first['id']}", json=values, headers=headers)
    assert (changed.status_code, changed.json()["error"]["code"]) == (409, "key_reused")
