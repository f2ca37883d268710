"""Every main page in both languages at phone width: nothing scrolls sideways, nothing is left untranslated."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from engine.accounts.principals import principal_of_login
from engine.principal import OPERATOR
from engine.records import system, write
from engine.records.queries import ChildInput
from tests.browser.conftest import PHONE, WIDE, Served, SignIn, no_sideways_scroll
from tests.browser.hands import related
from tests.browser.stage import LONG, Stage, addresses
from workflows import move
from workflows.notify import About, tell

KEY = re.compile(r"\b(shell|lists|records|approvals|pages|palette|errors)\.[a-z_]+\b")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CHROME = """() => [...document.querySelectorAll(
  'h1, h2, th, label, legend, button, summary, dt, .nav__link, .tabs__tab, .field__help, .page-head__sub, .empty, .stat__label'
)].filter((e) => !e.closest('[data-set-theme], form[action="/language"], .menu__head, [popovertarget^=user-menu], .brand'))
  .map((e) => e.innerText)"""
SAID = """() => [document.title, document.body.innerText, ...[...document.querySelectorAll('*')].flatMap((e) =>
  ['aria-label', 'placeholder', 'title', 'data-announce', 'data-offline'].map((a) => e.getAttribute(a) || ''))].join('\\n')"""
DATA = re.compile(f"{re.escape(LONG)}|王艾米|周管理|视觉")
"""What people typed, which no language changes."""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_main_page(sign_in: SignIn, stage: Stage, language: str) -> None:
    """At 360 px nothing scrolls sideways (R63); no text is a key; in English no label, heading or button is Chinese."""
    faults = []
    for login, places in addresses(stage).items():
        page = sign_in(login, language, PHONE)
        for place in places:
            page.goto(place)
            faults += _faults(page, place, language)
    assert not faults, "\n".join(faults)


def _faults(page: Page, place: str, language: str) -> list[str]:
    found = [f"{place}: key {key[0]}" for key in KEY.finditer(page.evaluate(SAID))]
    if language == "en" and place != "/design-system":
        texts = [text for text in page.evaluate(CHROME) if CHINESE.search(DATA.sub("", text))]
        found += [f"{place}: not English: {text[:80]!r}" for text in texts]
    try:
        no_sideways_scroll(page)
    except AssertionError as fault:
        found.append(str(fault))
    return found


def test_the_wide_pages_fit_too(sign_in: SignIn, stage: Stage) -> None:
    page = sign_in("amy")
    for place in addresses(stage)["amy"][:14]:
        page.goto(place)
        no_sideways_scroll(page)


INSIDE = """() => [...document.querySelectorAll('.paper__sheet, .paper__sheet *')]
  .filter((e) => e.getClientRects().length)
  .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    || e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
  .map((e) => `${e.tagName}.${e.className} ${e.innerText.slice(0, 40)}`)"""
HEADS = """() => [...document.querySelectorAll('.paper__sheet .lines tbody tr:first-child td')]
  .map((e) => getComputedStyle(e, '::before').content.replaceAll('"', ''))"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_print_is_read_whole_on_a_phone(sign_in: SignIn, stage: Stage, language: str) -> None:
    """Nothing on the sheet is cut or scrolls; each cell of a row says its column. On a desk, columns stand side by side."""
    phone = sign_in("amy", language, PHONE)
    phone.goto(f"/prints/contract/{stage.contract}")
    assert phone.evaluate(INSIDE) == []
    heads = ["序号", "产品", "数量", "单价", "折扣", "小计"]
    assert phone.evaluate(HEADS) == (heads if language == "zh" else ["No.", "Product", "Quantity", "Unit price", "Discount", "Subtotal"])
    smallest = "() => Math.min(...[...document.querySelectorAll('.paper__sheet td')].map((e) => parseFloat(getComputedStyle(e).fontSize)))"
    assert phone.evaluate(smallest) >= 13
    desk = sign_in("amy", language)
    desk.goto(f"/prints/contract/{stage.contract}")
    assert desk.evaluate(INSIDE) == [] and set(desk.evaluate(HEADS)) <= {"none", "normal"}


HIDDEN = """() => {
  const frame = document.querySelector('.table-wrap'), right = frame.getBoundingClientRect().right + 1;
  return [...frame.querySelectorAll('th')].filter((e) => e.getBoundingClientRect().right > right).map((e) => e.innerText);
}"""
LISTS = ["/e/lead", "/e/lead?list=lead_hot", "/e/customer", "/e/opportunity", "/e/contract"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_lists_show_all_their_columns_on_a_desk(sign_in: SignIn, served: Served, stage: Stage, language: str) -> None:
    """With the menu beside them, and however long the texts; what is cut is told where the pointer rests."""
    served.make("lead", "amy", {
        "title": LONG, "company": LONG, "contact_name": LONG[:20], "phone": f"1371235{1 if language == 'zh' else 2:04}",
        "source": "ad", "intent": "A", "need": LONG, "budget": Decimal("770000"),
        "next_follow_at": datetime(2099, 12, 30, 12, 31, tzinfo=UTC),
    })
    page = sign_in("amy", language)
    for address in LISTS:
        page.goto(address)
        assert page.locator("tbody tr").count(), address
        assert page.evaluate(HIDDEN) == [], address
    page.goto("/e/lead")
    cut = page.locator("td.c-title .cut", has_text=LONG).first
    cut.hover()
    expect(cut).to_have_attribute("title", LONG)


def test_a_list_too_wide_scrolls_beside_its_first_column(sign_in: SignIn, stage: Stage) -> None:
    page = sign_in("amy", "en", {"width": 1024, "height": 800})
    page.goto("/e/contract")
    title = page.locator("td.c-title").first
    before = title.bounding_box()
    page.evaluate("() => { document.querySelector('.table-wrap').scrollLeft = 200; }")
    assert page.evaluate("document.querySelector('.table-wrap').scrollLeft") == 200
    assert title.bounding_box() == before


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "360"])
def test_a_notice_is_read_to_its_end(sign_in: SignIn, served: Served, stage: Stage, viewport: dict[str, int]) -> None:
    """On the home page, what waits for me is told with its step."""
    texts = {"zh": "等待您处理：合同评审，部门负责人", "en": "Waiting for you: Contract review, Superior"}
    amy = served.person("amy")
    with served.runtime.reading(OPERATOR) as session:
        about = About(session.app.entities["contract"], stage.contract)
    served.runtime.writing(OPERATOR, lambda session: tell(session, [amy], "task", texts, about))
    page = sign_in("amy", "en", viewport)
    page.goto("/")
    title = page.locator(".rows__title", has_text=texts["en"]).first
    expect(title).to_be_visible()
    assert title.evaluate("e => e.scrollHeight <= e.clientHeight + 1 && e.scrollWidth <= e.clientWidth + 1")


ROOM = """() => {
  const input = document.querySelector('#global-search'), style = getComputedStyle(input);
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return room - pen.measureText(input.placeholder).width;
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_search_says_on_a_phone_what_it_is_for(sign_in: SignIn, language: str) -> None:
    page = sign_in("amy", language, PHONE)
    page.goto("/")
    assert page.evaluate(ROOM) >= 0


ROUND = """() => [...document.querySelectorAll('.card .table-wrap')].map((e) => {
  const card = e.closest('.card'), last = Math.abs(card.getBoundingClientRect().bottom - e.getBoundingClientRect().bottom) < 2;
  const own = parseFloat(getComputedStyle(e).borderBottomLeftRadius);
  return { last, square: last && own < parseFloat(getComputedStyle(card).borderBottomLeftRadius) };
})"""


def test_tables_keep_the_corners_of_their_cards(sign_in: SignIn, stage: Stage) -> None:
    """Those of related lists as well, which come later."""
    page = sign_in("amy")
    page.goto(f"/e/customer/{stage.customer}")
    expect(related(page, "商机").locator("table")).to_be_visible()
    found = page.evaluate(ROUND)
    assert [one for one in found if one["last"]] and not [one for one in found if one["square"]]


HEADS_LOOK = """() => [...document.querySelectorAll('.table th:not([aria-sort])')].map((e) => {
  const style = getComputedStyle(e.querySelector('a') || e);
  return `${style.color} ${style.fontWeight}`;
})"""
CUT_NAMES = """() => [...document.querySelectorAll('.c-name .cut')].filter((e) => e.scrollWidth > e.clientWidth + 1)
  .map((e) => e.innerText)"""


def test_heads_look_alike_and_names_of_people_are_whole(sign_in: SignIn, served: Served, stage: Stage) -> None:
    owned = {"owner": served.person("emma"), "contact_name": "Ms Li", "source": "ad", "need": LONG, "title": LONG, "company": LONG,
             "intent": "A", "next_follow_at": datetime(2099, 12, 30, 12, 31, tzinfo=UTC)}
    served.runtime.writing(OPERATOR, lambda s: write.create(s, "lead", {**owned, "phone": "13712359901"}))
    page = sign_in("emma", "en")
    for address in LISTS:
        page.goto(address)
        assert len(set(page.evaluate(HEADS_LOOK))) <= 1, address
        assert page.evaluate(HIDDEN if page.locator("tbody tr").count() else "[]") == [], address
        assert page.evaluate(CUT_NAMES) == [], address
    page.goto("/e/lead")
    expect(page.locator("td.c-name", has_text="Emma Clark").first).to_be_visible()


def test_the_present_state_is_in_view_on_a_phone(sign_in: SignIn, served: Served) -> None:
    customer = served.make("customer", "amy", {"name": "赢单测试有限公司"})
    values = {"name": "赢单测试", "customer": customer, "amount": Decimal(10), "expected_close": date(2099, 12, 1)}
    deal = served.make("opportunity", "amy", values)
    served.runtime.writing(OPERATOR, lambda s: system.set_fields(s, "opportunity", deal, {"stage": "won"}, "move", {}))
    for language in ("zh", "en"):
        page = sign_in("amy", language, PHONE)
        page.goto(f"/e/opportunity/{deal}")
        path, now = page.locator(".path").bounding_box(), page.locator(".path [aria-current=step]").bounding_box()
        assert path and now and path["x"] - 1 <= now["x"] and now["x"] + now["width"] <= path["x"] + path["width"] + 1


def test_what_is_pressed_on_a_phone_is_large_enough(sign_in: SignIn, stage: Stage) -> None:
    page = sign_in("amy", viewport=PHONE)
    page.goto("/")
    links = page.locator(".card__head > a, .card__foot > a")
    assert links.count()
    assert [box["height"] for one in links.all() if (box := one.bounding_box()) and box["height"] < 44] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_decisions_stand_in_pairs_on_a_phone(sign_in: SignIn, served: Served, stage: Stage, language: str) -> None:
    customer = served.make("customer", "amy", {"name": f"审批按钮测试 {language}"})
    line = ChildInput(None, {"product": served.product("MV-500"), "qty": Decimal(1), "price": Decimal(500)})
    contract = served.make("contract", "amy", {
        "name": "审批按钮", "customer": customer, "amount": Decimal(500), "end_date": date(2099, 12, 31), "lines": (line,),
    })
    plan = {"contract": contract, "seq": 1, "due": date(2099, 1, 1), "amount": Decimal(500)}
    served.runtime.writing(OPERATOR, lambda s: write.create(s, "installment", plan))
    amy = principal_of_login(served.runtime, "amy")
    assert amy is not None
    served.runtime.writing(amy, lambda s: move(s, "contract", contract, "submit", {}))
    page = sign_in("lin", language, PHONE)
    page.goto(f"/e/contract/{contract}")
    boxes = [one.bounding_box() for one in page.locator(".actions > .btn").all()]
    rows = Counter(box["y"] for box in boxes if box)
    assert len(boxes) == 4 and set(rows.values()) == {2}
    no_sideways_scroll(page)


def test_the_bar_of_a_form_takes_the_place_of_the_menu_on_a_phone(sign_in: SignIn) -> None:
    page = sign_in("amy", viewport=PHONE)
    page.goto("/e/lead")
    expect(page.locator(".bottombar")).to_be_visible()
    page.goto("/e/lead/new")
    expect(page.locator(".bottombar")).to_be_hidden()
    foot = page.locator(".form-foot").bounding_box()
    assert foot and foot["y"] + foot["height"] == PHONE["height"] and foot["height"] < PHONE["height"] / 8
