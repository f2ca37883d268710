"""Several people at one record at the same time: who is here, who edits, and what was changed meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from engine.principal import OPERATOR
from engine.records import write
from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, Served, SignIn, no_sideways_scroll, picture
from tests.browser.hands import submit
from tests.browser.test_behaviour import lead

HERE, CHANGED = "[data-here]", "[data-stale]"


def save(served: Served, id: int, need: str) -> None:
    served.runtime.writing(OPERATOR, lambda session: write.update(session, "lead", id, {"need": need}))


@pytest.mark.parametrize(("viewport", "language"), [(None, "zh"), (PHONE, "en")])
def test_colleagues_see_each_other_come_edit_and_go(
    sign_in: SignIn, served: Served, viewport: dict[str, int] | None, language: str
) -> None:
    id = lead(served, "手机同看需求" if viewport else "桌面同看需求", "13933390002" if viewport else "13933390001")
    sizes = {"viewport": viewport} if viewport else {}
    mine = sign_in("amy", language, dark=bool(viewport), **sizes)
    mine.goto(f"/e/lead/{id}")
    theirs = sign_in("lin", **sizes)
    theirs.goto(f"/e/lead/{id}")
    expect(mine.locator(f"{HERE} li")).to_have_count(1)
    expect(theirs.locator(f"{HERE} li")).to_have_count(1)
    theirs.goto(f"/e/lead/{id}/edit")
    expect(mine.locator(HERE)).to_contain_text("is editing" if language == "en" else "正在编辑")
    assert mine.locator(f"{HERE} ul").evaluate(
        "list => { list.append(list.firstElementChild.cloneNode(true));"
        " const [a, b] = Array.from(list.children, one => one.getBoundingClientRect());"
        " list.lastElementChild.remove(); return b.left >= a.right; }"
    ), "faces stand beside each other"
    scan(mine)
    no_sideways_scroll(mine)
    picture(mine, f"live-{language}")
    theirs.goto("/")
    expect(mine.locator(HERE)).to_be_empty()


def test_a_page_that_is_not_seen_is_not_here(sign_in: SignIn, served: Served) -> None:
    id = lead(served, "背后的页面", "13933390003")
    mine, theirs = sign_in("amy"), sign_in("lin")
    mine.goto(f"/e/lead/{id}")
    theirs.goto(f"/e/lead/{id}")
    expect(mine.locator(f"{HERE} li")).to_have_count(1)
    seen(theirs, False)
    expect(mine.locator(f"{HERE} li")).to_have_count(0)
    seen(theirs, True)
    expect(mine.locator(f"{HERE} li")).to_have_count(1)


def seen(page: Page, shown: bool) -> None:
    """The page is brought to the front, or lies behind another one: browsers without windows never tell so themselves."""
    page.evaluate(
        "shown => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => !shown });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        shown,
    )


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_a_page_tells_that_it_is_old_and_the_comment_begun_goes_on(
    sign_in: SignIn, served: Served, viewport: dict[str, int] | None
) -> None:
    id = lead(served, "手机旧页面" if viewport else "桌面旧页面", "13933390005" if viewport else "13933390004")
    page = sign_in("amy", **({"viewport": viewport} if viewport else {}))
    page.goto(f"/e/lead/{id}")
    expect(page.locator(CHANGED)).to_be_hidden()
    page.locator("#comment").fill("写到一半的评论")
    save(served, id, "别人保存的新需求")
    expect(page.locator(CHANGED)).to_contain_text("刚刚修改了这条记录")
    scan(page)
    no_sideways_scroll(page)
    picture(page, f"live-changed-{'phone' if viewport else 'desk'}")
    page.locator("[data-live-reload]").click()
    expect(page.locator(".facts, .fact").first).to_be_visible()
    expect(page.locator("#main")).to_contain_text("别人保存的新需求")
    expect(page.locator("#comment")).to_have_value("写到一半的评论")
    expect(page.locator(CHANGED)).to_be_hidden()
    save(served, id, "再次保存的新需求")
    expect(page.locator(CHANGED)).to_contain_text("刚刚修改了这条记录")


def test_a_form_tells_of_a_save_and_keeps_what_is_typed_until_the_conflict_is_decided(sign_in: SignIn, served: Served) -> None:
    id = lead(served, "表单旧内容", "13933390006")
    page = sign_in("amy", "en")
    page.goto(f"/e/lead/{id}/edit")
    need = page.locator("#record-form [name=need]")
    need.press_sequentially("我写的", delay=10)
    typed = need.input_value()
    save(served, id, "别人写的需求")
    expect(page.locator(CHANGED)).to_contain_text("What you typed is kept")
    expect(need).to_have_value(typed)
    scan(page)
    picture(page, "live-form")
    page.locator("[data-live-reload]").click()
    expect(page.locator("#draft")).to_be_visible()
    expect(need).to_have_value("别人写的需求")
    page.locator("[data-draft-go]").click()
    expect(need).to_have_value(typed)
    submit(page)
    expect(page.locator("#clash-title")).to_be_visible()
    expect(page.locator(".clash")).to_contain_text("别人写的需求")
    expect(page.locator(CHANGED)).to_be_hidden()
