"""One deal from lead to money, by the people who do it, on the pages; and what somebody else sees of it: nothing. It is
walked on a desk and on a phone, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Served, SignIn, no_sideways_scroll, picture
from tests.browser.hands import (
    DIALOG,
    agree,
    create_related,
    decide,
    fill,
    move,
    number_of,
    open_new,
    pick,
    related,
    reveal,
    settled,
    state,
    submit,
)

WORDS: Mapping[str, tuple[str, str]] = {
    "start contact": ("开始跟进", "Start contact"), "qualify": ("确认有效", "Qualify"), "convert": ("转为客户", "Convert"),
    "submit": ("提交审批", "Submit"), "submit receipt": ("提交确认", "Submit"),
    "approve": ("同意", "Approve"), "new": ("新线索", "New"), "contacting": ("跟进中", "Contacting"),
    "qualified": ("已确认", "Qualified"), "converted": ("已转化", "Converted"), "draft": ("草稿", "Draft"),
    "review": ("审批中", "In review"), "effective": ("已生效", "Effective"), "confirmed": ("已到账", "Confirmed"),
    "pending": ("待确认", "Waiting"), "activities": ("跟进记录", "Activities"), "customers": ("客户", "Customers"),
    "contacts": ("联系人", "Contacts"), "opportunities": ("商机", "Opportunities"),
    "installments": ("回款计划", "Instalments"), "receipts": ("回款", "Receipts"), "unreceived": ("未回款", "Still to come"),
    "makes": ("将生成客户、联系人和商机", "A customer, a contact and an opportunity will be made"),
    "do not add up": ("明细合计与合同金额不符", "Lines do not add up to the amount"), "superior": ("直属上级", "Superior"),
    "print": ("销售合同", "Sales contract"),
    "in words": ("陆拾肆万元整", "six hundred and forty thousand yuan only"),
}
"""What the pages say, in zh and en."""


@dataclass
class Deal:
    """The deal, what is typed of it, and the numbers of its records, found on the way."""

    language: str
    viewport: Mapping[str, int]
    title: str
    company: str
    contract_name: str
    phone: str
    lead: int = 0
    customer: int = 0
    contract: int = 0
    receipt: int = 0
    pages: dict[str, Page] = field(default_factory=dict)

    def says(self, word: str) -> str:
        return WORDS[word][0 if self.language == "zh" else 1]

    def picture(self, page: Page, name: str) -> None:
        """A screenshot, of a page that is not wider than its window."""
        no_sideways_scroll(page)
        picture(page, f"walk-{name}-{self.viewport['width']}-{self.language}")


DEALS = {
    "zh-1440": Deal("zh", WIDE, "昆仑视觉检测项目", "昆仑精密制造有限公司", "视觉检测设备采购合同", "13712340001"),
    "en-1440": Deal("en", WIDE, "Pamir inspection cell", "Pamir Glassworks Ltd", "Inspection cell purchase", "13712340004"),
    "zh-360": Deal("zh", PHONE, "祁连包装产线项目", "祁连包装制品有限公司", "包装产线采购合同", "13712340003"),
    "en-360": Deal("en", PHONE, "Tarim sorting line", "Tarim Valley Packaging Ltd", "Sorting line purchase", "13712340002"),
}


@pytest.mark.parametrize("name", DEALS)
def test_walk(sign_in: SignIn, served: Served, name: str) -> None:
    deal = DEALS[name]

    def person(login: str) -> Page:
        return sign_in(login, language=deal.language, viewport=deal.viewport)

    amy, fang = person("amy"), person("fang")
    _lead(amy, deal)
    _conversion(amy, deal)
    _contract(amy, deal)
    _instalments(amy, deal)
    _route_and_submit(amy, deal)
    lin = person("lin")
    _manager(lin, deal)
    _together(person("luo"), fang, deal)
    _receipts(fang, amy, deal)
    _report(lin, deal, served.count("contract", "status", "effective"))
    _print(amy, deal)
    _nothing_for(person("zhao"), deal)


def _lead(page: Page, deal: Deal) -> None:
    """A lead, an activity on it, and the moves that these allow."""
    page.goto("/e/lead")
    page.locator(".page-head__tools .btn--primary").click()
    fill(page, {"title": deal.title, "company": deal.company, "contact_name": "何女士", "phone": deal.phone, "source": "expo",
                "need": "产线终检改为机器视觉，月底前出方案", "intent": "A", "budget": "640000"})
    submit(page)
    deal.lead = number_of(page)
    assert state(page) == deal.says("new")
    expect(page.locator(".why")).to_contain_text(deal.says("start contact"))
    create_related(page, deal.says("activities"), {"subject": "首次电话沟通", "content": "客户确认预算与时间"})
    assert number_of(page) == deal.lead
    expect(related(page, deal.says("activities"))).to_contain_text("首次电话沟通")
    move(page, deal.says("start contact"))
    assert state(page) == deal.says("contacting")
    move(page, deal.says("qualify"))
    assert state(page) == deal.says("qualified")
    deal.picture(page, "lead")


def _conversion(page: Page, deal: Deal) -> None:
    """Converting makes the customer, the contact and the opportunity."""
    page.locator(".record-head__tools").get_by_role("button", name=deal.says("convert"), exact=True).click()
    expect(page.locator(DIALOG)).to_contain_text(deal.says("makes"))
    agree(page)
    page.goto(f"/e/lead/{deal.lead}")
    assert state(page) == deal.says("converted")
    related(page, deal.says("customers")).get_by_role("link", name=deal.company).first.click()
    page.wait_for_url("**/e/customer/*")
    deal.customer = number_of(page)
    expect(related(page, deal.says("contacts"))).to_contain_text("何女士")
    expect(related(page, deal.says("opportunities"))).to_contain_text(deal.title)


def _contract(page: Page, deal: Deal) -> None:
    """A contract with two lines in its child grid; the pickers offer what belongs together."""
    page.goto("/e/contract/new")
    pick(page, "customer", deal.company)
    settled(page)
    pick(page, "opportunity", deal.title)
    fill(page, {"name": deal.contract_name, "amount": "640000", "end_date": "2099-12-31", "terms": "验收后质保两年"})
    _line(page, 0, "视觉检测工作站", "4", "128000")
    _line(page, 1, "现场实施", "50", "2400")
    submit(page)
    expect(page.locator(".field__error:visible")).to_contain_text(deal.says("do not add up"))
    deal.picture(page, "contract-refused")
    last = page.locator("[data-grid-body] tr").nth(1)
    last.locator("[name$='.qty']").fill("1")
    last.locator("[name$='.price']").fill("128000")
    submit(page)
    deal.contract = number_of(page)
    assert state(page) == deal.says("draft")
    expect(page.locator("tfoot")).to_contain_text("640,000.00")


def _line(page: Page, at: int, product: str, quantity: str, price: str) -> None:
    add = page.locator("[data-add-row]")
    reveal(page, add)
    add.click()
    row = page.locator("[data-grid-body] tr").nth(at)
    name = row.locator("[name$='.qty']").get_attribute("name")
    assert name
    pick(page, name.replace(".qty", ".product"), product)
    row.locator("[name$='.qty']").fill(quantity)
    row.locator("[name$='.price']").fill(price)
    settled(page)


def _instalments(page: Page, deal: Deal) -> None:
    """Two instalments from the contract's related list; until they add up the contract may not be submitted."""
    expect(page.locator(".why")).to_contain_text(deal.says("submit"))
    for number, amount in (("1", "300000"), ("2", "340000")):
        create_related(page, deal.says("installments"), {"seq": number, "due": f"2099-0{number}-15", "amount": amount})
    page.goto(f"/e/contract/{deal.contract}")
    expect(page.locator(".why")).to_have_count(0)


def _route_and_submit(page: Page, deal: Deal) -> None:
    """The dialog names everyone who will decide, in order; after it the contract is locked."""
    page.locator(".record-head__tools").get_by_role("button", name=deal.says("submit"), exact=True).click()
    route = page.locator(f"{DIALOG} .route")
    expect(route).to_contain_text(deal.says("superior"))
    assert [step.inner_text().split() for step in route.locator(".route__who").all()] == [["林晓峰"], ["罗明", "方静"]]
    deal.picture(page, "route")
    agree(page)
    assert state(page) == deal.says("review")
    expect(page.locator("a[href$='/edit']")).to_have_count(0)
    expect(page.locator(".record__side")).to_contain_text("林晓峰")


def _manager(page: Page, deal: Deal) -> None:
    """The superior finds it among the to-dos and approves."""
    page.goto("/")
    expect(page.locator("main")).to_contain_text(deal.contract_name)
    deal.picture(page, "manager-home")
    decide(page, deal.contract_name, deal.says("approve"), "价格合适")
    page.goto("/approvals")
    expect(page.get_by_text(deal.contract_name)).to_have_count(0)


def _together(luo: Page, fang: Page, deal: Deal) -> None:
    """Above 500,000 legal and finance decide together: one alone does not put it in force."""
    decide(luo, deal.contract_name, deal.says("approve"), "条款无异议")
    luo.goto(f"/e/contract/{deal.contract}")
    assert state(luo) == deal.says("review")
    expect(luo.locator(".record__side")).to_contain_text("方静")
    fang.goto("/approvals")
    deal.picture(fang, "finance-to-do")
    decide(fang, deal.contract_name, deal.says("approve"))
    fang.goto(f"/e/contract/{deal.contract}")
    assert state(fang) == deal.says("effective")


def _receipts(fang: Page, amy: Page, deal: Deal) -> None:
    """Finance books what arrived for the first instalment, which needs nobody else; what the rep books for the second
    waits until finance confirms it. Roll-ups follow."""
    deal.receipt = _book(fang, deal, "1", "300000")
    assert state(fang) == deal.says("confirmed")
    number = _book(amy, deal, "2", "100000")
    assert state(amy) == deal.says("pending")
    amy.goto(f"/e/contract/{deal.contract}")
    expect(amy.locator(".fact", has_text=deal.says("unreceived"))).to_contain_text("340,000.00")
    decide(fang, "HK-", deal.says("approve"))
    amy.goto(f"/e/receipt/{number}")
    assert state(amy) == deal.says("confirmed")
    amy.goto(f"/e/contract/{deal.contract}")
    expect(amy.locator(".fact", has_text=deal.says("unreceived"))).to_contain_text("240,000.00")
    deal.picture(amy, "contract-paid")


def _book(page: Page, deal: Deal, instalment: str, amount: str) -> int:
    """Books a receipt from the contract and submits it; its number."""
    page.goto(f"/e/contract/{deal.contract}")
    open_new(page, deal.says("receipts"))
    pick(page, "installment", instalment)
    fill(page, {"amount": amount})
    submit(page)
    related(page, deal.says("receipts")).get_by_role("link", name="HK-").first.click()
    page.wait_for_url("**/e/receipt/*")
    number = number_of(page)
    move(page, deal.says("submit receipt"))
    return number


def _report(page: Page, deal: Deal, contracts: int) -> None:
    """The manager's report counts the contract beside those of other walks, its group lists it, and the CSV holds the
    same."""
    page.goto("/reports/signed_by_month")
    line = page.locator("tbody tr", has_text="华东销售部")
    expect(line).to_contain_text(f"{640_000 * contracts:,}.00")
    expect(line).to_contain_text(f"{400_000 * contracts:,}.00")
    expect(page.locator("#chart svg")).to_be_visible()
    deal.picture(page, "report")
    with page.expect_download() as download:
        page.locator("main a[download]").click()
    text = download.value.path().read_text("utf-8-sig")
    assert "华东销售部" in text and f"{640_000 * contracts}" in text
    line.get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text(deal.contract_name)


def _print(page: Page, deal: Deal) -> None:
    """The contract on paper: both lines, the amount in words, and who approved it."""
    page.goto(f"/e/contract/{deal.contract}")
    page.locator("[popovertarget=record-menu]").click()
    with page.expect_popup() as opened:
        page.locator("#record-menu").get_by_role("link", name=deal.says("print")).click()
    paper = opened.value
    sheet = paper.locator(".paper__sheet")
    expect(sheet).to_contain_text(deal.says("in words"))
    for text in (deal.company, "视觉检测工作站", "现场实施", "林晓峰", "罗明", "方静", "价格合适"):
        expect(sheet).to_contain_text(text)
    deal.picture(paper, "print")


def _nothing_for(page: Page, deal: Deal) -> None:
    """Another rep meets the deal nowhere; its addresses answer as addresses that never were."""
    for entity, number in (("lead", deal.lead), ("customer", deal.customer), ("contract", deal.contract),
                           ("receipt", deal.receipt)):
        page.goto(f"/e/{entity}")
        assert deal.title not in page.content() and deal.company not in page.content()
        there, nowhere = (page.request.get(f"/e/{entity}/{n}", max_redirects=0) for n in (number, 987654))
        assert there.status == nowhere.status == 404
        assert there.text() == nowhere.text()
        for path in ("edit", "move/submit", "trash", "assign", "related/contracts", "recall"):
            answers = [page.request.get(f"/e/{entity}/{n}/{path}") for n in (number, 987654)]
            assert answers[0].status == answers[1].status and answers[0].text() == answers[1].text(), f"{entity} {path}"
            assert answers[0].status in (403, 404)
    for text in (deal.company[:5], deal.contract_name[:8], deal.phone):
        page.goto(f"/search?q={text}")
        assert not page.locator(f"main a[href*='/{deal.contract}'], main .rows__item").count()
    assert page.request.get("/reports/signed_by_month").status in (403, 404)
    assert page.request.get("/reports/signed_by_month/csv").status in (403, 404)
    assert page.request.get(f"/prints/contract/{deal.contract}").status == 404
    page.goto("/e/lead")
    token = page.locator("input[name=_csrf]").first.get_attribute("value")
    asked = {"_csrf": token or "", "_all": "1", "_step": "run", "_form": "csv"}
    export = page.request.post("/e/lead/bulk/export", form=asked)
    assert export.status in (403, 404) or deal.title not in export.text()
