"""Nothing typed is lost: forms that were left are offered again, and those that meet no network wait for it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from engine.principal import OPERATOR
from engine.records import write
from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn
from tests.browser.hands import field, fill, gate, pick, settled, sign_out, submit
from tests.browser.test_behaviour import LEAD, lead

NOTE = "#draft"
RECORD = re.compile(r"/e/lead/\d+$")


def leave(page: Page) -> None:
    """The tab is closed over the form: another one opens where the browser is the same."""
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('draft:'))")
    page.wait_for_timeout(600)
    page.evaluate("document.querySelectorAll('form[data-dirty]').forEach((form) => { delete form.dataset.dirty; })")
    page.goto("/")


def go_on(page: Page) -> None:
    page.locator(f"{NOTE} [data-draft-go]").click()
    expect(page.locator(NOTE)).to_be_hidden()


def test_a_form_that_was_left_is_gone_on_with(sign_in: SignIn, served: Served) -> None:
    served.make("customer", "amy", {"name": "草稿测试有限公司"})
    page = sign_in("amy", fresh=True, viewport=PHONE)
    page.goto("/e/contract/new")
    pick(page, "customer", "草稿测试")
    fill(page, {"name": "没写完的合同", "amount": "120"})
    page.locator("[data-add-row]").first.click()
    pick(page, row_input(page, "product"), "操作培训")
    page.locator(f"[name='{row_input(page, 'price', '')}']").fill("60")
    settled(page)
    leave(page)
    page.goto("/e/contract/new")
    expect(page.locator(NOTE)).to_contain_text("这张表单您上次没有填完")
    scan(page)
    go_on(page)
    assert field(page, "name").input_value() == "没写完的合同"
    assert page.locator("[name='_text.customer']").input_value() == "草稿测试有限公司"
    assert page.locator(f"[name='{row_input(page, 'price', '')}']").input_value().startswith("60")
    page.reload()
    page.locator(f"{NOTE} [data-draft-drop]").click()
    expect(page.locator(NOTE)).to_be_hidden()
    page.reload()
    expect(page.locator("#record-form")).to_be_visible()
    expect(page.locator(NOTE)).to_be_hidden()


def row_input(page: Page, name: str, before: str = "_text.") -> str:
    """The name of that input in the last row of the grid."""
    found = page.locator(f"[data-grid-body] [name^='{before}lines.'][name$='.{name}']:not([type=hidden])").last
    return str(found.get_attribute("name")).removeprefix("_text.")


def test_what_was_saved_is_no_draft_and_others_see_none(sign_in: SignIn, served: Served) -> None:
    page = sign_in("amy", "en", fresh=True)
    page.goto("/e/lead/new")
    fill(page, {**LEAD, "title": "Saved from a draft", "company": "Drafts Ltd", "phone": "13933330001"})
    page.wait_for_timeout(600)
    submit(page)
    page.goto("/e/lead/new")
    expect(page.locator(NOTE)).to_be_hidden()
    fill(page, {"title": "Left by Amy"})
    leave(page)
    sign_out(page)
    gate(page, "lin", served.password)
    page.goto("/e/lead/new")
    expect(page.locator("#record-form")).to_be_visible()
    expect(page.locator(NOTE)).to_be_hidden()
    assert field(page, "title").input_value() == ""
    sign_out(page)
    gate(page, "amy", served.password)
    page.goto("/e/lead/new")
    expect(page.locator(NOTE)).to_be_visible()
    go_on(page)
    assert field(page, "title").input_value() == "Left by Amy"


def test_a_record_that_changed_meanwhile_is_told_and_compared(sign_in: SignIn, served: Served) -> None:
    id = lead(served, "草稿期间有变", "13933330002")
    page = sign_in("amy", fresh=True)
    page.goto(f"/e/lead/{id}/edit")
    fill(page, {"company": "我写的公司"})
    leave(page)
    served.runtime.writing(OPERATOR, lambda s: write.update(s, "lead", id, {"company": "别人写的公司"}))
    page.goto(f"/e/lead/{id}/edit")
    expect(page.locator(NOTE)).to_contain_text("此后有人保存过这条记录")
    page.locator(f"{NOTE} [data-draft-go]").click()
    expect(page.locator(NOTE)).to_contain_text("两边都改过的逐项由您选择")
    assert field(page, "company").input_value() == "我写的公司"
    submit(page)
    expect(page.locator(".clash")).to_contain_text("别人写的公司")


def test_a_form_waits_for_the_network_and_is_sent_once(sign_in: SignIn, served: Served) -> None:
    page = sign_in("amy", fresh=True)
    page.goto("/e/lead/new")
    fill(page, {**LEAD, "title": "断网时的需求", "company": "断网公司", "phone": "13933330003", "city": "苏州断网"})
    settled(page)
    page.context.set_offline(True)
    page.locator("#record-form .form-foot button[type=submit]").click()
    expect(page.locator(NOTE)).to_contain_text("等待发送")
    scan(page)
    assert served.count("lead", "city", "苏州断网") == 0
    page.context.set_offline(False)
    page.wait_for_url(RECORD)
    expect(page.locator(".toast")).to_contain_text("已创建")
    assert served.count("lead", "city", "苏州断网") == 1
    page.goto("/e/lead/new")
    expect(page.locator(NOTE)).to_be_hidden()


def test_a_form_whose_answer_was_lost_makes_one_record(sign_in: SignIn, served: Served) -> None:
    page = sign_in("amy", fresh=True)
    page.goto("/e/lead/new")
    fill(page, {**LEAD, "title": "回音丢失的需求", "company": "回音公司", "phone": "13933330004", "city": "苏州回音"})
    settled(page)
    lost: list[str] = []

    def lose(route) -> None:  # type: ignore[no-untyped-def]
        if route.request.method == "POST" and not lost:
            lost.append(route.request.url)
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.route("**/e/lead/new", lose)
    page.locator("#record-form .form-foot button[type=submit]").click()
    page.wait_for_url(RECORD)
    assert lost and served.count("lead", "city", "苏州回音") == 1
