"""Records made in a dialog: from a related list, and for a link whose record is not there yet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn
from tests.browser.hands import DIALOG, FORM, SHORT, fill, open_short, pick, related, settled

MAKE = f"{SHORT} [data-quick-make]"


def customer(served: Served, name: str) -> int:
    return served.make("customer", "amy", {"name": name, "kind": "company"})


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_contacts_are_added_one_after_another(sign_in: SignIn, served: Served, viewport: dict[str, int] | None) -> None:
    name = "手机添加联系人公司" if viewport else "桌面添加联系人公司"
    id = customer(served, name)
    page = sign_in("amy", **({"viewport": viewport} if viewport else {}))
    page.goto(f"/e/customer/{id}")
    card = related(page, "联系人")
    open_short(page, "联系人")
    expect(page.locator(f"{SHORT} [name=name]")).to_be_focused()
    expect(page.locator(f"{SHORT} [name='_text.customer']")).to_have_count(0)
    scan(page)
    page.locator(MAKE).click()
    expect(page.locator(f"{SHORT} [name=name]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"{SHORT} [name=name]")).to_be_focused()
    scan(page)
    fill(page, {"name": f"{name}甲"}, SHORT)
    page.locator(f"{SHORT} [name=_another]").click()
    expect(page.locator("[data-quick-made]")).to_contain_text(f"{name}甲")
    expect(page.locator(f"{SHORT} [name=name]")).to_have_value("")
    fill(page, {"name": f"{name}乙"}, SHORT)
    page.locator(f"{SHORT} [name=name]").press("Enter")
    expect(page.locator(DIALOG)).to_have_count(0)
    expect(card.locator("tr.is-made")).to_contain_text(f"{name}乙")
    expect(card.locator("tbody tr")).to_have_count(2)
    expect(card.locator(".card__count")).to_have_text("2")
    expect(card.locator(".card__head a[data-quick]")).to_be_focused()
    scan(page)


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_the_record_follows_what_is_added_to_it(sign_in: SignIn, served: Served, viewport: dict[str, int] | None) -> None:
    phone = f"1396611000{2 if viewport else 1}"
    values = {"title": f"随之更新{phone}", "phone": phone, "contact_name": "钱女士", "source": "web", "need": "看样机"}
    id = served.make("lead", "amy", values)
    page = sign_in("amy", **({"viewport": viewport} if viewport else {}))
    page.goto(f"/e/lead/{id}")
    tools = page.locator(".record-head__tools")
    expect(tools.get_by_role("button", name="开始跟进", exact=True)).to_have_class("btn btn--waiting")
    page.locator("#comment").fill("写到一半的评论")
    card = related(page, "跟进记录")
    open_short(page, "跟进记录")
    before = page.evaluate("scrollY")
    fill(page, {"subject": "上门拜访", "content": "拜访了客户"}, SHORT)
    page.locator(MAKE).click()
    expect(page.locator(DIALOG)).to_have_count(0)
    expect(tools.get_by_role("button", name="开始跟进", exact=True)).to_have_class("btn btn--primary")
    expect(card.locator("tr.is-made")).to_contain_text("上门拜访")
    expect(card.locator(".card__count")).to_have_text("1")
    expect(page.locator("#comment")).to_have_value("写到一半的评论")
    expect(card.locator(".card__head a[data-quick]")).to_be_focused()
    assert abs(page.evaluate("scrollY") - before) < 80
    expect(page.locator(".members h2")).to_have_count(1)
    tools.get_by_role("button", name="开始跟进", exact=True).click()
    with page.expect_navigation():
        page.locator(f"{DIALOG} button[type=submit]").click()
    expect(page.locator(".path__step--now")).to_have_text("跟进中")


def test_what_is_typed_outlives_a_closed_dialog_and_goes_on_to_the_whole_form(sign_in: SignIn, served: Served) -> None:
    id = customer(served, "半途关闭公司")
    page = sign_in("amy", "en")
    page.goto(f"/e/customer/{id}")
    open_short(page, "Contacts")
    fill(page, {"name": "郑半途", "title": "工程师"}, SHORT)
    page.keyboard.press("Escape")
    expect(page.locator(DIALOG)).to_have_count(0)
    open_short(page, "Contacts")
    expect(page.locator(f"{SHORT} [name=title]")).to_have_value("工程师")
    page.locator("[data-quick-whole]").click()
    page.locator(FORM).wait_for()
    expect(page.locator(f"{FORM} [name=name]")).to_have_value("郑半途")
    expect(page.locator(f"{FORM} [name='_text.customer']")).to_have_value("半途关闭公司")
    with page.expect_navigation():
        page.locator(f"{FORM} .form-foot button[type=submit]").click()
    assert page.url.endswith(f"/e/customer/{id}")
    expect(related(page, "Contacts")).to_contain_text("郑半途")


def test_a_dialog_without_network_waits_and_is_sent_once(sign_in: SignIn, served: Served) -> None:
    id = customer(served, "断网添加公司")
    page = sign_in("amy")
    page.goto(f"/e/customer/{id}")
    card = related(page, "联系人")
    open_short(page, "联系人")
    fill(page, {"name": "冯断网"}, SHORT)
    page.context.set_offline(True)
    page.locator(MAKE).click()
    expect(page.locator("[data-quick-note]")).to_contain_text("网络中断")
    scan(page)
    page.context.set_offline(False)
    expect(card.locator("tr.is-made")).to_contain_text("冯断网")
    assert served.count("contact", "name", "冯断网") == 1


def test_the_notice_of_a_lost_network_stands_beside_the_button(sign_in: SignIn, served: Served) -> None:
    id = customer(served, "断网手机公司")
    page = sign_in("amy", viewport={"width": 360, "height": 560})
    page.goto(f"/e/customer/{id}")
    open_short(page, "联系人")
    fill(page, {"name": "冯断网二"}, SHORT)
    page.context.set_offline(True)
    page.locator(MAKE).click()
    note = page.locator("[data-quick-note]")
    expect(note).to_contain_text("网络中断")
    expect(note).to_be_in_viewport(ratio=1)
    above, button = note.bounding_box(), page.locator(MAKE).bounding_box()
    assert above and button and 0 <= button["y"] - above["y"] - above["height"] < 120
    scan(page)
    page.locator("[data-quick-stay]").click()
    expect(note).to_be_hidden()
    expect(page.locator(f"{SHORT} [name=name]")).to_have_value("冯断网二")
    page.locator(f"{SHORT} [name=name]").fill("冯断网三")


def test_a_whole_form_without_network_says_one_thing(sign_in: SignIn) -> None:
    page = sign_in("amy", viewport=PHONE)
    page.goto("/e/lead/new")
    fill(page, {"title": "断网整表", "phone": "13966119001"})
    page.context.set_offline(True)
    page.locator(f"{FORM} [name=need]").fill("看样机")
    page.locator(f"{FORM} [name=need]").press("Tab")
    page.wait_for_timeout(300)
    page.locator(f"{FORM} .form-foot button[type=submit]").click()
    expect(page.locator("#draft")).to_contain_text("网络中断")
    expect(page.locator(".toast")).to_have_count(0)
    page.locator("[data-draft-stay]").click()


def test_a_dialog_outlives_its_session(sign_in: SignIn, served: Served) -> None:
    id = customer(served, "会话结束公司")
    page = sign_in("amy")
    page.route("**/live?*", lambda route: route.abort())
    page.goto(f"/e/customer/{id}")
    open_short(page, "联系人")
    fill(page, {"name": "卫会话"}, SHORT)
    page.context.clear_cookies()
    page.locator(MAKE).click()
    expect(page.locator("[data-quick-note]")).to_contain_text("登录")
    with page.expect_popup() as opened:
        page.locator("[data-quick-sign]").click()
    other: Page = opened.value
    other.fill("input[name=login]", "amy")
    other.fill("input[name=password]", served.password)
    with other.expect_navigation():
        other.press("input[name=password]", "Enter")
    page.locator(MAKE).click()
    expect(related(page, "联系人").locator("tr.is-made")).to_contain_text("卫会话")


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_a_picker_makes_what_is_not_there(sign_in: SignIn, served: Served, viewport: dict[str, int] | None) -> None:
    name = "手机新建客户公司" if viewport else "桌面新建客户公司"
    page = sign_in("amy", "en", **({"viewport": viewport} if viewport else {}))
    page.goto("/e/opportunity/new")
    fill(page, {"name": "新商机", "amount": "1200"})
    page.locator(f"{FORM} [name='_text.customer']").click()
    page.keyboard.type(name, delay=15)
    option = page.locator(".combo__option--new")
    expect(option).to_contain_text(f"New “{name}”")
    scan(page)
    page.keyboard.press("Enter")
    expect(page.locator(f"{SHORT} [name=name]")).to_have_value(name)
    expect(page.locator(f"{SHORT} [name=_another]")).to_have_count(0)
    scan(page)
    page.locator(MAKE).click()
    expect(page.locator(f"{FORM} input[name=customer]")).not_to_have_value("")
    expect(page.locator(f"{FORM} [name='_text.customer']")).to_have_value(name)
    expect(page.locator(f"{FORM} [name='_text.customer']")).to_be_focused()
    expect(page.locator(f"{FORM} [name=name]")).to_have_value("新商机")
    expect(page.locator(f"{FORM} [name=amount]")).to_have_value("1200")
    settled(page)
    assert served.count("customer", "name", name) == 1


def test_a_picker_says_when_its_filter_does_not_admit_what_was_made(sign_in: SignIn, served: Served) -> None:
    host = customer(served, "签约筛选公司")
    page = sign_in("amy")
    page.goto("/e/contract/new")
    pick(page, "customer", "签约筛选公司")
    settled(page)
    page.locator(f"{FORM} [name='_text.customer_signer']").click()
    page.keyboard.type("褚筛选", delay=15)
    page.locator(".combo__option--new").click()
    expect(page.locator(f"{SHORT} [name=name]")).to_have_value("褚筛选")
    other = customer(served, "别家筛选公司")
    assert other != host
    page.locator(f"{SHORT} [name='_text.customer']").click()
    page.keyboard.type("别家筛选公司", delay=15)
    expect(page.locator(f"{SHORT} .combo__option--new")).to_have_count(0)
    page.locator(f"{SHORT} [role=option]", has_text="别家筛选公司").click()
    page.locator(MAKE).click()
    expect(page.locator(".toast--bad")).to_contain_text("不能选在这里")
    expect(page.locator(f"{FORM} input[name=customer_signer]")).to_have_value("")
