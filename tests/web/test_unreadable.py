"""What one may not read answers on pages and over the API like what does not exist (law 2, T18, T20)."""

from __future__ import annotations

import re

from tests.web.conftest import World

NOBODY = 999_999


def opportunity(**more: object) -> dict[str, object]:
    return {"name": "扩容", "amount": "1000", "expected_close": "2026-12-01", **more}


def masked(text: str, *ids: object) -> str:
    """A page without what differs from one request to the next: the ids sent, keys."""
    for id in ids:
        text = re.sub(rf'(customer|contact)" value="{id}"', r'\1" value="-"', text)
    return re.sub(r'name="_key" value="[^"]*"', "", text)


def test_a_link_to_a_record_of_others_answers_like_a_link_to_none(world: World) -> None:
    amy, theirs = world.visitor("amy"), world.make("eve", "customer", name="伊娃的客户")
    contact = world.make("eve", "contact", name="伊娃的联系人", customer=theirs)
    headers = {"x-csrf-token": amy.token()}
    people = {"contacts._rows": "1", "contacts.new1.id": "", "contacts.new1.role": "decides"}
    answers, pages = [], []
    for customer, person in ((theirs, contact), (NOBODY, NOBODY + 1)):
        body = opportunity(customer=str(customer), contacts=[{"contact": str(person)}])
        answers.append(amy.client.post("/api/e/opportunity", json=body, headers=headers))
        form = {**amy.form("/e/opportunity/new"), **opportunity(customer=str(customer)), **people}
        page = amy.send("/e/opportunity/new", {**form, "contacts.new1.contact": str(person)})
        pages.append((page.status_code, masked(page.text, customer, person).splitlines()))
    assert [answer.status_code for answer in answers] == [422, 422] and answers[0].content == answers[1].content
    assert pages[0][0] == 422 and pages[0] == pages[1]
