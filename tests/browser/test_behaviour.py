"""How pages behave towards people who err, hurry, work in two tabs, or look where they may not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from engine.accounts import credentials
from engine.principal import OPERATOR
from engine.runtime import WriteSession
from tests.browser.conftest import Served, SignIn
from tests.browser.hands import DIALOG, FORM, agree, field, fill, gate, number_of, pick, settled, sign_out, submit

LEAD = {"title": "", "company": "测试公司", "contact_name": "钱女士", "phone": "", "source": "web", "need": "三条产线\n两周内"}


def lead(served: Served, title: str, phone: str) -> int:
    """A lead of amy's."""
    values = {"title": title, "phone": phone, "contact_name": "钱女士", "source": "web", "need": "看样机"}
    return served.make("lead", "amy", values)


def test_a_refused_form_keeps_everything_typed(sign_in: SignIn, served: Served) -> None:
    page = sign_in("amy")
    page.goto("/e/lead/new")
    typed = {**LEAD, "phone": "不是电话", "email": "a@", "budget": "十二万", "city": "苏州"}
    fill(page, typed)
    submit(page)
    for name, value in typed.items():
        assert field(page, name).input_value() == value, name
    wrong = {"title", "phone", "email", "budget"}
    for name in typed:
        fault = page.locator(f"#f-{name}-error")
        assert fault.count() == (name in wrong), f"{name}: {fault.all_inner_texts()}"
    expect(page.locator(".note--bad")).to_contain_text("有 4 处需要修改")
    assert field(page, "phone").get_attribute("aria-invalid") == "true"
    assert served.count("lead", "city", "苏州") == 0


def test_an_input_that_somebody_drew_larger_is_no_inline_style(sign_in: SignIn) -> None:
    """Browsers write the size into the element; what comes back from the server does not take it over (the policy forbids
    it, and `faults` would tell)."""
    page = sign_in("amy")
    page.goto("/e/lead/new")
    fill(page, {"need": "三条产线"})
    field(page, "need").evaluate("e => { e.style.height = '240px'; }")
    submit(page)
    expect(page.locator(".note--bad")).to_be_visible()
    assert field(page, "need").input_value() == "三条产线"


def test_a_refused_grid_keeps_its_rows(sign_in: SignIn, served: Served) -> None:
    customer = served.make("customer", "amy", {"name": "留存测试有限公司"})
    page = sign_in("amy")
    page.goto(f"/e/contract/new?customer={customer}")
    fill(page, {"name": "行保留", "amount": "100", "end_date": "2099-01-01"})
    for at, (product, price) in enumerate((("操作培训", "60"), ("年度运维", "四十"))):
        page.locator("[data-add-row]").click()
        row = page.locator("[data-grid-body] tr").nth(at)
        name = row.locator("[name$='.qty']").get_attribute("name") or ""
        pick(page, name.replace(".qty", ".product"), product)
        row.locator("[name$='.price']").fill(price)
    submit(page)
    rows = page.locator("[data-grid-body] tr")
    expect(rows).to_have_count(2)
    assert [r.locator("[role=combobox]").input_value() for r in rows.all()] == ["操作培训", "年度运维"]
    assert [r.locator("[name$='.price']").input_value() for r in rows.all()] == ["60", "四十"]
    expect(rows.nth(1).locator(".field__error")).to_have_count(1)
    expect(rows.nth(0).locator(".field__error")).to_have_count(0)
    rows.nth(1).locator("[name$='.price']").fill("40")
    submit(page)
    assert number_of(page)


def test_conditions_are_judged_by_the_server_and_nothing_typed_is_lost(sign_in: SignIn) -> None:
    """Typing goes on while the answer is under way, and the answer does not overwrite it (R25)."""
    page = sign_in("amy")
    page.goto("/e/lead/new")
    fill(page, {**LEAD, "title": "条件测试"})
    settled(page)
    expect(page.locator("[name='_text.referrer']")).to_have_count(0)

    def slowly(route: Route) -> None:
        page.locator("#f-need").press_sequentially("，另加两台备机", delay=5)
        route.continue_()

    page.route("**/judge", slowly, times=1)
    page.locator("#f-need").focus()
    with page.expect_response("**/judge"):
        field(page, "source").select_option("referral")
        page.locator("#f-need").focus()
    expect(page.locator("[name='_text.referrer']")).to_be_visible()
    settled(page)
    expect(page.locator("#f-need")).to_have_value(re.compile("，另加两台备机"))
    assert field(page, "title").input_value() == "条件测试"
    with page.expect_response("**/judge"):
        field(page, "source").select_option("expo")
    expect(page.locator("[name='_text.referrer']")).to_have_count(0)
    expect(page.locator("#f-need")).to_have_value(re.compile("，另加两台备机"))


def test_a_late_answer_takes_no_later_change_back(sign_in: SignIn) -> None:
    """What a form held when it was judged is not put over what was chosen meanwhile, somewhere else than one types."""
    page = sign_in("amy")
    page.goto("/e/lead/new")
    settled(page)

    def late(route: Route) -> None:
        answer = route.fetch()
        page.locator("#f-need").focus()
        field(page, "source").select_option("referral")
        route.fulfill(response=answer)

    page.route("**/judge", late, times=1)
    field(page, "title").fill("迟到的回答")
    page.locator("#f-company").focus()
    expect(page.locator("[name='_text.referrer']")).to_be_visible()
    settled(page)
    assert field(page, "source").input_value() == "referral" and field(page, "title").input_value() == "迟到的回答"


def test_two_clicks_make_one_record(sign_in: SignIn, served: Served) -> None:
    page = sign_in("amy")
    page.goto("/e/lead/new")
    fill(page, {**LEAD, "company": "双击有限公司", "title": "双击测试", "phone": "13712340102"})
    settled(page)
    page.locator(f"{FORM} .form-foot button[type=submit]").dblclick()
    page.wait_for_url(re.compile(r"/e/lead/\d+$"))
    assert served.count("lead", "title", "双击测试") == 1


def test_the_same_form_sent_twice_makes_one_record(sign_in: SignIn, served: Served) -> None:
    """As a browser does that sends again after a broken connection, or after going back (T23)."""
    page = sign_in("amy")
    page.goto("/e/lead/new")
    form: dict[str, str | float | bool] = {**LEAD, "company": "重发有限公司", "title": "重发测试", "phone": "13712340103"}
    form |= {name: page.locator(f"{FORM} [name={name}]").input_value() for name in ("_csrf", "_key")}
    answers = [page.request.post("/e/lead/new", form=form, max_redirects=0) for _ in range(3)]
    assert {answer.status for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert served.count("lead", "title", "重发测试") == 1


def test_a_likely_duplicate_is_shown_and_may_be_created_anyway(sign_in: SignIn, served: Served) -> None:
    values = {"title": "已有线索", "company": "重复测试有限公司", "phone": "13712340111", "contact_name": "孙先生",
              "source": "web", "need": "看样机"}
    served.make("lead", "amy", values)
    page = sign_in("amy")
    page.goto("/e/lead/new")
    fill(page, {**values, "title": "又来一次", "phone": "13712340112"})
    submit(page)
    expect(page.locator(".note--warn")).to_contain_text("已有线索")
    assert field(page, "title").input_value() == "又来一次"
    assert served.count("lead", "title", "又来一次") == 0
    page.get_by_role("button", name="仍然创建").click()
    page.wait_for_url(re.compile(r"/e/lead/\d+$"))
    assert served.count("lead", "title", "又来一次") == 1


def two_forms(sign_in: SignIn, number: int, other: str) -> tuple[Page, Page]:
    """The form of a lead, open twice: for amy, and for `other`."""
    pages = sign_in("amy"), sign_in(other)
    for page in pages:
        page.goto(f"/e/lead/{number}/edit")
    return pages


def test_a_conflict_with_oneself_says_so(sign_in: SignIn, served: Served) -> None:
    number = lead(served, "自己冲突", "13712340184")
    first, second = two_forms(sign_in, number, "amy")
    fill(second, {"title": "另一处改的"})
    submit(second)
    fill(first, {"title": "这一处改的"})
    submit(first)
    expect(first.locator("main")).to_contain_text("您在另一处保存了这条记录")


def test_a_conflict_shows_mine_and_theirs(sign_in: SignIn, served: Served) -> None:
    number = lead(served, "冲突测试", "13712340104")
    first, second = two_forms(sign_in, number, "lin")
    fill(second, {"title": "经理改的主题"})
    submit(second)
    fill(first, {"title": "销售改的主题", "city": "无锡"})
    submit(first)
    clash = first.locator(".clash")
    for text in ("线索主题", "销售改的主题", "经理改的主题", "冲突测试"):
        expect(clash).to_contain_text(text)
    expect(first.locator("main")).to_contain_text("林晓峰保存了这条记录")
    assert field(first, "title").input_value() == "销售改的主题"
    above, below = first.locator(".card", has=clash).bounding_box(), first.locator("#form-body").bounding_box()
    assert above and below and below["y"] - above["y"] - above["height"] >= 8
    first.locator("[name='_keep.title'][value=theirs]").check()
    submit(first)
    assert number_of(first) == number
    expect(first.locator("h1")).to_have_text("经理改的主题")
    expect(first.locator(".facts").first).to_contain_text("无锡")


def test_changes_to_different_fields_do_not_conflict(sign_in: SignIn, served: Served) -> None:
    number = lead(served, "不冲突测试", "13712340105")
    first, second = two_forms(sign_in, number, "lin")
    fill(second, {"company": "经理补的公司"})
    submit(second)
    fill(first, {"city": "常州"})
    submit(first)
    assert number_of(first) == number
    for text in ("经理补的公司", "常州"):
        expect(first.locator(".facts").first).to_contain_text(text)


def test_the_language_switches_where_one_is(sign_in: SignIn) -> None:
    page = sign_in("amy", fresh=True)
    page.goto("/e/lead?f=source:eq:expo")
    expect(page.locator("h1")).to_contain_text("线索")
    page.locator("[popovertarget=user-menu]").click()
    page.locator("#user-menu").get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_contain_text("Lead")
    assert page.url.endswith("/e/lead?f=source:eq:expo")
    expect(page.locator(".chip--on")).to_contain_text("Trade fair")
    page.goto("/e/lead/new")
    submit(page)
    expect(page.locator(".note--bad")).to_contain_text("entries need a correction")


def test_a_session_that_ended_leads_to_the_gate_and_back(sign_in: SignIn, served: Served) -> None:
    """Signing out in one tab ends the other; pieces of pages lead to the gate too."""
    page = sign_in("amy", fresh=True)
    other = page.context.new_page()
    other.goto("/e/lead")
    sign_out(page)
    other.locator(".toolbar button.chip", has_text="筛选").last.click()
    other.wait_for_url(re.compile("/sign-in"))
    other.goto("/e/lead?q=abc")
    gate(other, "amy", served.password)
    expect(other.locator("#list-search")).to_have_value("abc")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("13712340")


def test_a_file_on_its_way_is_not_lost_to_other_changes(sign_in: SignIn, served: Served) -> None:
    """The form is judged and answered while the file travels, and is not sent without it."""
    page = sign_in("amy")
    page.goto("/e/lead/new")
    fill(page, {**LEAD, "title": "慢速上传", "company": "慢速上传有限公司", "phone": "13712340124"})
    settled(page)
    held: list[Route] = []
    page.route("**/files?*", lambda route: held.append(route))
    page.locator("[data-upload=files]").set_input_files({"name": "图纸.txt", "mimeType": "text/plain", "buffer": b"drawing"})
    with page.expect_response("**/judge"):
        field(page, "source").select_option("referral")
    expect(page.locator("[name='_text.referrer']")).to_be_visible()
    page.locator(f"{FORM} .form-foot button[type=submit]").click()
    expect(page.locator(".toast--bad")).to_contain_text("文件还在上传")
    with page.expect_response("**/judge"):
        held[0].continue_()
    settled(page)
    expect(page.locator(".chosen__title")).to_have_text("图纸.txt")
    with page.expect_response("**/judge"):
        field(page, "source").select_option("web")
    settled(page)
    submit(page)
    expect(page.locator("main")).to_contain_text("图纸.txt")


def test_a_file_that_is_too_large_is_told_before_it_is_sent(sign_in: SignIn, tmp_path: Path) -> None:
    """Nothing leaves the browser, the form stays as it is, and a smaller file goes."""
    page = sign_in("amy")
    page.goto("/e/lead/new")
    fill(page, {**LEAD, "title": "大文件"})
    settled(page)
    large, sent = tmp_path / "large.bin", list[str]()
    with large.open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    page.on("request", lambda request: sent.append(request.url) if "/files?" in request.url else None)
    page.locator("[data-upload=files]").set_input_files(large)
    expect(page.locator(".toast--bad")).to_contain_text("最多 64 MB")
    expect(page.locator("[aria-busy=true], .progressbar.is-busy")).to_have_count(0)
    assert sent == [] and field(page, "title").input_value() == "大文件"
    page.locator("[data-upload=files]").set_input_files({"name": "小.txt", "mimeType": "text/plain", "buffer": b"x"})
    expect(page.locator(".chosen__title")).to_have_text("小.txt")


def test_a_move_made_elsewhere_meanwhile_is_told_in_the_dialog(sign_in: SignIn, served: Served) -> None:
    """What was answered stays; the reason is said."""
    number = lead(served, "两处操作", "13712340125")
    first, second = sign_in("amy"), sign_in("amy")
    for page in (first, second):
        page.goto(f"/e/lead/{number}")
        page.locator(".record-head__tools").get_by_role("button", name="标记无效", exact=True).click()
        page.locator(f"{DIALOG} [name='a.lost_reason']").select_option(index=1)
    agree(first)
    second.locator(f"{DIALOG} .dialog__foot button[type=submit]").click()
    expect(second.locator(".toast--bad")).to_be_visible()
    assert second.locator(f"{DIALOG} [name='a.lost_reason']").input_value()


def test_what_was_typed_outlives_the_session(sign_in: SignIn, served: Served) -> None:
    """Signed out on another tab, the form stays as it is; signed in again there, it is saved from here."""
    page = sign_in("amy", fresh=True)
    page.goto("/e/lead/new")
    fill(page, {**LEAD, "title": "会话结束", "company": "会话结束有限公司", "phone": "13712340121"})
    settled(page)
    other = page.context.new_page()
    sign_out(other)
    field(page, "source").select_option("referral")
    expect(page.locator(".toast--gate")).to_contain_text("您已退出登录")
    page.locator(f"{FORM} .form-foot button[type=submit]").click()
    expect(page.locator(".toast--gate")).to_have_count(1)
    assert field(page, "title").input_value() == "会话结束" and served.count("lead", "title", "会话结束") == 0
    gate(other, "amy", served.password)
    submit_again = page.locator(f"{FORM} .form-foot button[type=submit]")
    field(page, "source").select_option("web")
    settled(page)
    submit_again.click()
    page.wait_for_url(re.compile(r"/e/lead/\d+$"))
    assert served.count("lead", "title", "会话结束") == 1


def test_the_first_press_after_signing_in_again_saves(sign_in: SignIn, served: Served) -> None:
    """The form carries the token of a session that ended: it is sent anew under the one that followed, once."""
    page = sign_in("amy", fresh=True)
    page.goto("/e/lead/new")
    fill(page, {**LEAD, "title": "重新登录", "company": "重新登录有限公司", "phone": "13712340126"})
    settled(page)
    other = page.context.new_page()
    sign_out(other)
    gate(other, "amy", served.password)
    page.locator(f"{FORM} .form-foot button[type=submit]").click()
    page.wait_for_url(re.compile(r"/e/lead/\d+$"))
    assert served.count("lead", "title", "重新登录") == 1


def test_the_button_pressed_goes_along_after_signing_in_again(sign_in: SignIn, served: Served) -> None:
    """Which of its buttons sent a form is part of what is sent anew."""
    alike = {**LEAD, "company": "又一家有限公司"}
    served.make("lead", "amy", {**alike, "title": "又一家", "phone": "13712340128"})
    page = sign_in("amy", fresh=True)
    page.goto("/e/lead/new")
    fill(page, {**alike, "title": "又一家重名", "phone": "13712340129"})
    submit(page)
    other = page.context.new_page()
    sign_out(other)
    gate(other, "amy", served.password)
    page.locator("[name=_anyway]").click()
    page.wait_for_url(re.compile(r"/e/lead/\d+$"))
    assert served.count("lead", "title", "又一家重名") == 1


def test_a_form_is_not_saved_for_somebody_else(sign_in: SignIn, served: Served) -> None:
    """Another person signs in on another tab: what was typed stays, and nothing is saved in their name."""
    page = sign_in("amy", fresh=True)
    page.goto("/e/lead/new")
    fill(page, {**LEAD, "title": "换人登录", "company": "换人登录有限公司", "phone": "13712340122"})
    settled(page)
    other = page.context.new_page()
    sign_out(other)
    gate(other, "lin", served.password)
    page.locator(f"{FORM} .form-foot button[type=submit]").click()
    expect(page.locator(".toast--gate")).to_contain_text("另一个人")
    assert field(page, "title").input_value() == "换人登录" and served.count("lead", "title", "换人登录") == 0


def test_what_was_typed_outlives_a_lost_connection(sign_in: SignIn, served: Served) -> None:
    page = sign_in("amy", fresh=True)
    page.goto("/e/lead/new")
    fill(page, {**LEAD, "title": "断网重试", "company": "断网重试有限公司", "phone": "13712340123"})
    settled(page)
    page.context.set_offline(True)
    page.locator(f"{FORM} .form-foot button[type=submit]").click()
    expect(page.locator("#draft")).to_contain_text("网络中断")
    assert field(page, "title").input_value() == "断网重试"
    page.context.set_offline(False)
    page.wait_for_url(re.compile(r"/e/lead/\d+$"))
    assert number_of(page) and served.count("lead", "title", "断网重试") == 1


def test_who_has_a_first_password_gets_to_set_their_own(sign_in: SignIn, served: Served) -> None:
    """The page for it stays, and what else it asks for leads nowhere."""
    def unit(session: WriteSession) -> None:
        credentials.store_hash(session, served.person("wu"), credentials.hash_password(served.password), must_change=True)

    served.runtime.writing(OPERATOR, unit)
    page = sign_in("amy", fresh=True)
    sign_out(page)
    gate(page, "wu", served.password)
    page.wait_for_url("**/profile")
    loaded: list[str] = []
    page.on("framenavigated", lambda frame: loaded.append(frame.url))
    page.fill("input[name=old]", served.password)
    settled(page)
    page.wait_for_timeout(1000)
    assert loaded == [] and page.input_value("input[name=old]") == served.password
    page.fill("input[name=new]", "another-long-secret-42")
    page.fill("input[name=again]", "another-long-secret-42")
    page.locator("form[action='/profile'] button").click()
    expect(page.locator(".toast")).to_be_visible()
    page.goto("/e/lead")
    assert page.url.endswith("/e/lead")


@pytest.mark.parametrize(
    "address",
    ["/e/nothing", "/e/contract_line", "/e/lead/987654", "/e/lead/abc", "/e/lead/987654/edit", "/e/lead/1/nothing",
     "/reports/nothing", "/reports/signed_by_month", "/prints/nothing/1", "/prints/contract/987654", "/approvals/987654",
     "/e/lead/%2e%2e/1", "/files/987654", "/e/lead/99999999999999999999"],
)
def test_a_guessed_address_is_not_found(sign_in: SignIn, address: str) -> None:
    page = sign_in("amy")
    answer = page.request.get(address)
    assert answer.status == 404
    assert "没有找到" in answer.text() and "Traceback" not in answer.text()


def test_a_form_without_its_token_is_refused(sign_in: SignIn, served: Served) -> None:
    page = sign_in("amy")
    form: dict[str, str | float | bool] = {**LEAD, "title": "伪造测试", "phone": "13712340106"}
    for forged in (form, {**form, "_csrf": "x" * 32}):
        assert page.request.post("/e/lead/new", form=forged).status == 403
    page.goto("/e/lead/new")
    token = page.locator(f"{FORM} [name=_csrf]").input_value()
    elsewhere = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    assert page.request.post("/e/lead/new", form={**form, "_csrf": token}, headers=elsewhere).status == 403
    assert served.count("lead", "title", "伪造测试") == 0


def test_what_people_type_is_text_everywhere(sign_in: SignIn, served: Served) -> None:
    """Markup in a value is shown, never run: on the list, the record, its form, the search and the picker."""
    hostile = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
    number = lead(served, hostile, "13712340107")
    served.make("customer", "amy", {"name": f"客{hostile}"})
    page = sign_in("amy")
    for address in ("/e/lead", f"/e/lead/{number}", f"/e/lead/{number}/edit", "/search?q=onerror", "/e/customer", "/"):
        page.goto(address)
        assert page.title() != "run"
        assert page.locator("main img[src=x], main script").count() == 0, address
    page.goto(f"/e/lead/{number}")
    expect(page.locator("h1")).to_have_text(hostile)
    page.goto("/e/contract/new")
    pick(page, "customer", "客<img")
    assert page.locator("main img[src=x]").count() == 0
    assert page.title() != "run"


def test_leaving_a_form_with_something_typed_asks_first(sign_in: SignIn) -> None:
    page = sign_in("amy")
    page.goto("/e/lead/new")
    field(page, "title").press_sequentially("未保存")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    _try_to_leave(page)
    assert asked == ["beforeunload"]
    assert field(page, "title").input_value() == "未保存"


def _try_to_leave(page: Page) -> None:
    page.locator(".brand").click(no_wait_after=True)
    page.wait_for_timeout(300)


def test_totals_of_lines_follow_what_is_typed(sign_in: SignIn) -> None:
    page = sign_in("amy")
    page.goto("/e/contract/new")
    for at, (qty, price) in enumerate((("3", "1280.5"), ("2", "10"))):
        page.locator("#section-lines [data-add-row]").click()
        row = page.locator("#grid-lines > tr").nth(at)
        row.locator("[name$='.qty']").fill(qty)
        row.locator("[name$='.price']").fill(price)
        row.locator("[name$='.price']").press("Tab")
    expect(page.locator("#section-lines tfoot")).to_contain_text("¥3,861.50")
    page.locator("#grid-lines > tr").nth(0).locator("[data-remove-row]").click()
    expect(page.locator("#section-lines tfoot")).to_contain_text("¥20.00")
    expect(page.locator("#grid-lines [name$='.price']")).to_have_value("10")


def test_columns_are_chosen_by_keyboard(sign_in: SignIn, served: Served) -> None:
    lead(served, "选列测试", "13712340300")
    page = sign_in("amy")
    page.goto("/e/lead?q=选列测试")
    page.get_by_role("button", name="列", exact=True).click()
    dialog = page.get_by_role("dialog")
    first = dialog.locator(".sorter__item").nth(0).inner_text()
    second = dialog.locator(".sorter__item").nth(1).inner_text()
    up = dialog.get_by_role("button", name=f"上移{second}", exact=True)
    up.press("Enter")
    expect(dialog.locator(".sorter__item").nth(0)).to_contain_text(second)
    dialog.get_by_label(first, exact=True).uncheck()
    dialog.get_by_role("button", name="应用").click()
    expect(page.locator("thead th[data-col]").nth(0)).to_contain_text(second)
    expect(page.locator("thead")).not_to_contain_text(first)
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_view_is_saved_as_the_list_stands(sign_in: SignIn, served: Served) -> None:
    """Also after the list alone was swapped: the tools above it speak of what is shown."""
    for at, sign in enumerate("丙甲"):
        lead(served, f"视图测试{sign}", f"1371234040{at}")
    page = sign_in("amy")
    page.goto("/e/lead?q=视图测试")
    page.locator("thead").get_by_role("link", name="线索主题").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("线索主题")
    page.locator("[popovertarget=views]").click()
    page.get_by_role("button", name="保存当前视图").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="保存", exact=True).click()
    expect(dialog.locator("#view-label")).to_be_focused()  # a name is needed
    dialog.get_by_label("视图名称").fill("我的测试")
    dialog.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("h1")).to_contain_text("我的测试")
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("线索主题")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.goto("/e/lead")
    page.locator("[popovertarget=views]").click()
    page.locator("#views").get_by_role("link", name="我的测试").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("[popovertarget=views]").click()
    page.get_by_role("button", name="删除视图“我的测试”").click()
    expect(page.locator("h1")).to_contain_text("线索")
    page.locator("[popovertarget=views]").click()
    expect(page.get_by_role("button", name="保存当前视图")).to_be_visible()
    expect(page.locator("#views")).not_to_contain_text("我的测试")


def test_a_list_is_sorted_filtered_and_paged_by_the_server(sign_in: SignIn, served: Served) -> None:
    for at, sign in enumerate("丙甲乙"):
        lead(served, f"列表测试{sign}", f"1371234020{at}")
    page = sign_in("amy")
    page.goto("/e/lead?q=列表测试")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.locator("thead").get_by_role("link", name="线索主题").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("线索主题")
    ascending = page.locator("tbody tr td.c-title").all_inner_texts()
    page.locator("thead").get_by_role("link", name="线索主题").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("线索主题")
    assert page.locator("tbody tr td.c-title").all_inner_texts() == ascending[::-1]
    page.fill("#list-search", "列表测试乙")
    page.locator("#list-search").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#count")).to_contain_text("1")
