"""A language that an application adds by one file: people choose it, pages speak it, and what it lacks is told in its base (R30)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest

from engine.accounts.principals import principal_of_login
from engine.field_types.base import TextContext
from engine.records import write
from metadata.loader import pack_files
from metadata.platform_texts import TARGET, platform_texts
from tests.web.conftest import PASSWORD, World, application_of
from tests.web.translating import APP, translation
from web.texts.generate import catalogue

ROLES = {"amy": "sales", "boss": "sales_manager", "chief": "gm", "root": "admin", "lee": "sales"}
CHINESE = re.compile("[\u4e00-\u9fff]")
OWN = re.compile(r"中文|[¥\d.,]+[万亿]")
"""Chinese that stays: the name of a language, and how its base writes large numbers."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The b2b application with a whole translation, and people who read it; lee reads zh."""
    folder: Path = tmp_path_factory.mktemp(f"translated-{request.param}")
    files: Mapping[str, str] = {"app.yaml": APP, "fr.translation.yaml": translation(), **pack_files("b2b")}
    with application_of(request, folder, files, ROLES) as made:
        for login in ("amy", "boss", "chief", "root"):
            made.visitor(login).send("/language", {"language": "fr", "next": "/"})
        yield made


def untranslated(page: str) -> list[str]:
    """What the page says that is no translation."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.S)
    said = [unescape(text) for text in re.findall(r">([^<>]+)<", body)]
    said += [unescape(text) for text in re.findall(r'(?:title|aria-label|placeholder|alt|data-l)="([^"]*)"', body)]
    found: dict[str, None] = {}
    for text in said:
        while (rest := re.sub("«[^«»]*»", "", text)) != text:
            text = rest
        if CHINESE.search(OWN.sub("", text)):
            found[text.strip()] = None
    return list(found)


def test_every_page_speaks_the_language(world: World) -> None:
    amy, day = world.visitor("amy"), world.runtime.clock.now().date() + timedelta(days=9)
    lead = world.make("amy", "lead", title="One", company="Acme", phone="13800001111", source="web", contact_name="Bob", need="It")
    customer = world.make("amy", "customer", name="Acme Ltd", kind="company")
    deal = world.make("amy", "opportunity", name="Deal", customer=customer, amount=Decimal(120000), expected_close=day)
    world.make("amy", "task", title="Late", due=world.runtime.clock.now() - timedelta(hours=3))
    records = (f"/e/lead/{lead}", f"/e/customer/{customer}", f"/e/opportunity/{deal}")
    for address in (
        "/", "/approvals", "/profile", "/notifications", "/trash", "/search?q=Deal", "/reports", "/shortcuts", "/palette", "/runs",
        "/e/lead", "/e/lead/filter", "/e/lead/columns", "/e/lead/new", "/e/lead?group=status", "/e/contract", "/e/contract/new",
        "/e/opportunity?as=board", "/e/task?as=calendar", "/e/activity/quick", *records,
        *(f"{record}/edit" for record in records), *(f"{record}/preview" for record in records), f"/e/opportunity/{deal}/move/lose",
    ):
        page = amy.get(address)
        assert untranslated(page) == [], address
        assert "«" in page, address
    assert untranslated(world.visitor("boss").get("/reports/signed_by_month")) == []
    root = world.visitor("root")
    for address in ("/e/user", f"/e/user/{world.people['lee']}", "/e/role_assignment/new", "/runs"):
        assert untranslated(root.get(address)) == [], address


def test_refusals_speak_the_language(world: World) -> None:
    amy = world.visitor("amy")
    refused = amy.send("/e/lead/new", {**amy.form("/e/lead/new"), "title": "", "phone": "12", "email": "a@"})
    assert refused.status_code == 422
    assert untranslated(refused.text) == [] and f"«{platform_texts()['message.required'].zh}»" in refused.text
    told = amy.client.get("/api/e/lead/987654")
    assert told.status_code == 404 and told.json()["error"]["message"] == f"«{platform_texts()['message.not_found'].zh}»"


def test_what_waits_for_its_reader_is_kept_in_their_language(world: World) -> None:
    """Whoever writes a notice reads another language: it is told in that of whom it is left for."""
    customer = world.make("lee", "customer", name="Shared Ltd", kind="company")
    world.runtime.writing(
        world.principal("lee"), lambda s: write.comment(s, "customer", customer, f"@{{{world.people['chief']}}} look"),
    )
    page = world.visitor("chief").get("/notifications")
    assert "Shared Ltd" in page and untranslated(page) == []


def test_a_language_is_ones_own_from_then_on(world: World) -> None:
    amy = principal_of_login(world.runtime, "amy")
    assert amy is not None and amy.language == "fr"
    assert '<html lang="fr"' in world.visitor("amy", fresh=True).get("/")
    assert '<html lang="zh-CN"' in world.visitor("lee").get("/")
    assert world.visitor("root").get(f"/e/user/{world.people['amy']}").count("Français") > 0


def test_who_is_not_signed_in_may_choose_it(world: World) -> None:
    nobody = world.anonymous()
    assert 'value="fr"' in nobody.get("/sign-in").text
    page = nobody.get("/sign-in", headers={"accept-language": "fr-CA,fr;q=0.9,zh;q=0.8"}).text
    assert '<html lang="fr"' in page and untranslated(page) == []
    assert '<html lang="zh-CN"' in nobody.get("/sign-in", headers={"accept-language": "de, zh;q=0.8, fr;q=0.1"}).text
    nobody.post("/language", data={"language": "fr", "next": "/sign-in"})
    wrong = nobody.post("/sign-in", data={"login": "nobody", "password": PASSWORD})
    assert wrong.status_code == 422 and untranslated(wrong.text) == []
    nobody.post("/language", data={"language": "xx", "next": "/sign-in"})
    assert '<html lang="zh-CN"' in nobody.get("/sign-in").text


def test_what_was_exported_in_it_is_read_again(world: World) -> None:
    with world.runtime.reading(world.principal("amy")) as session:
        field, french = session.app.entities["lead"].fields["source"], TextContext(session.app.zone, session.language)
        assert session.language == "fr"
    written = field.type.export_text("web", field, french)
    assert written == "«官网»" and field.type.read_import(written, field, french) == "web"


def test_translators_are_given_every_text_of_the_platform() -> None:
    assert TARGET.read_text("utf-8") == catalogue(), "run make docs"
