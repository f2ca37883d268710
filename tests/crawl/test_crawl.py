"""Every role, and nobody, follows every link and sends every form with junk: nothing fails, no script gets in, no key is shown,
and nothing leads to what the reference evaluator forbids (R1, R35, R36, T10, T45, T65)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from engine.principal import OPERATOR
from engine.records import write
from engine.runtime import WriteSession
from tests.crawl.conftest import Crawled
from tests.crawl.crawler import RECORD, Crawler, Form, Page
from tests.crawl.vectors import MARK, NAUGHTY, XSS
from tests.oracle.reference import Reference
from tests.oracle.test_b2b import PERSONS

STARTS = (
    "/", "/approvals", "/notifications", "/reports", "/search?q=华为", "/trash", "/profile", "/runs", "/palette", "/palette?q=a",
    "/shortcuts", "/design-system",
)
LOGINS = [login for login in PERSONS if login not in ("sue", "emp")]
SENDERS = ("sam", "fin", "gia", "adi")


def crawl(*logins: str, elsewhere: str) -> pytest.MarkDecorator:
    """All of the logins on SQLite, one of them on PostgreSQL too: that both give the same rows is shown by the oracle."""
    pairs = [*(("sqlite", login) for login in logins), ("postgresql", elsewhere)]
    return pytest.mark.parametrize(("crawled", "login"), pairs, indirect=["crawled"])


LEFT_ALONE = ("/sign-out", "/language", "/viewing/end", "/profile/sessions", "/people")
"""What would end the session of the crawler, or change its language."""


def forbidden(crawled: Crawled, login: str) -> frozenset[tuple[str, int]]:
    """The records, trashed ones too, that the reference evaluator says the person may not read."""
    reference = Reference(crawled.world.spec, crawled.world.data, crawled.world.people[login])
    found = set[tuple[str, int]]()
    for entity in crawled.world.spec.entities.values():
        if not entity.child:
            seen = {row["id"] for row in reference.visible(entity.name, trashed=None)}
            found |= {(entity.name, id) for id in crawled.world.data.rows[entity.name].keys() - seen}
    return frozenset(found)


def judging(hidden: frozenset[tuple[str, int]]):
    """A page is wrong when it leads to a record that its reader may not read."""

    def judge(where: str, page: Page) -> Iterator[str]:
        for link in page.links:
            found = RECORD.match(urlsplit(link).path)
            if found and (found[1], int(found[2])) in hidden:
                yield f"leads to {found[1]} {found[2]}, which its reader may not read"

    return judge


@crawl(*LOGINS, elsewhere="sam")
def test_every_link_of_every_role(crawled: Crawled, login: str) -> None:
    crawler = Crawler(crawled.client(login), judging(forbidden(crawled, login)))
    starts = [*STARTS, *(f"/e/{entity.name}" for entity in crawled.world.spec.entities.values() if not entity.child)]
    crawler.crawl(*starts)
    assert len(crawler.opened) > 25, sorted(crawler.opened)
    assert not crawler.faults, f"{len(crawler.faults)} faults\n" + "\n".join(crawler.faults[:40])


@pytest.mark.parametrize("crawled", ["sqlite"], indirect=True)
def test_every_link_of_nobody(crawled: Crawled) -> None:
    crawler = Crawler(crawled.client(None), judging(frozenset()))
    crawler.crawl("/sign-in", "/", "/offline", "/manifest.webmanifest", "/sign-in/forgotten")
    assert not crawler.faults, "\n".join(crawler.faults)


def junk(form: Form, random: random.Random, texts: Iterator[str], ids: list[str]) -> dict[str, list[str]]:
    """The inputs of a form with something else in each but the token, other people's numbers where numbers stand."""
    sent: dict[str, list[str]] = {}
    for name, value in form.inputs:
        if name == "_csrf":
            sent[name] = [value]
        elif re.fullmatch(r"[1-9]\d*", value) and random.random() < 0.5:
            sent.setdefault(name, []).append(random.choice(ids))
        else:
            sent.setdefault(name, []).append(next(texts) if random.random() < 0.8 else value)
    return sent


@crawl(*SENDERS, elsewhere="sam")
def test_every_form_with_junk(crawled: Crawled, login: str) -> None:
    """What is sent is answered in words or taken as a text; what was taken is then shown as a text. Administrators leave themselves
    alone: they would be switched off by it."""
    client = crawled.client(login)
    crawler = Crawler(client, judging(frozenset()))
    crawler.crawl(*STARTS, *(f"/e/{name}" for name, entity in crawled.world.spec.entities.items() if not entity.child), most=200)
    rng, texts = random.Random(login), _texts(login)
    ids = [str(id) for rows in crawled.world.data.rows.values() for id in list(rows)[:6]]
    crawler.faults.clear()
    forms = [form for form in crawler.forms.values() if form.method == "post" and not form.action.startswith(_left_alone(crawled, login))]
    assert len(forms) > 8, forms
    for form in forms:
        for _ in range(4):
            data = junk(form, rng, texts, ids)
            data["_csrf"] = [_token(client)]
            crawler.open("POST", urlsplit(form.action).path, data=data, headers={"hx-request": rng.choice(("true", "false"))})
    crawler.seen.clear()
    crawler.opened.clear()
    crawler.crawl("/", "/e/lead", "/e/customer", "/notifications", "/search?q=lwxss", "/palette?q=lwxss", most=120)
    assert not crawler.faults, f"{len(crawler.faults)} faults\n" + "\n".join(crawler.faults[:40])


def _left_alone(crawled: Crawled, login: str) -> tuple[str, ...]:
    return (*LEFT_ALONE, f"/e/user/{crawled.world.people[login]}", "/e/role_assignment/")


def _texts(seed: str) -> Iterator[str]:
    """Every vector and every naughty text, in an order of its own, again and again."""
    mixed = [*XSS, *NAUGHTY]
    random.Random(seed).shuffle(mixed)
    while True:
        yield from mixed


def _token(client: object) -> str:
    page = client.get("/profile").text  # type: ignore[attr-defined]
    found = re.search(r'name="_csrf" value="([^"]+)"', page)
    assert found, page[:300]
    return found[1]


@pytest.mark.parametrize("crawled", ["sqlite"], indirect=True)
def test_vectors_that_were_taken_are_shown_as_text(crawled: Crawled) -> None:
    """All 300, as titles, in long texts, in comments, and as names of what others link to."""
    made: list[int] = []

    def plant(session: WriteSession) -> None:
        for number, vector in enumerate(XSS):
            text = vector.replace("\t", " ")
            values = {"name": text[:100], "kind": "company", "phone": f"1390000{number:04}", "address": text[:150]}
            made.append(write.create(session, "customer", values))
            write.comment(session, "customer", made[-1], vector)

    runtime = crawled.app.state.site.runtime  # type: ignore[attr-defined]
    runtime.writing(OPERATOR, plant)
    crawler = Crawler(crawled.client("gia"), judging(frozenset()))
    for id in made:
        crawler.open("GET", f"/e/customer/{id}" + ("/edit" if id % 2 else ""))
    for address in (f"/e/customer?q={MARK}", f"/search?q={MARK}", f"/palette?q={MARK}", "/e/customer?as=board", "/", "/trash"):
        page = crawler.open("GET", address)
        assert page is not None
    assert not crawler.faults, f"{len(crawler.faults)} faults\n" + "\n".join(crawler.faults[:20])
