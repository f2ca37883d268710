"""One deal from lead to money, by the people who do it, on the pages; and what somebody else sees of it: nothing."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, picture
from tests.browser.hands import (
    DIALOG,
    FORM,
    agree,
    create_related,
    decide,
    fill,
    move,
    number_of,
    pick,
    related,
    settled,
    state,
    submit,
)

DEAL = "昆仑视觉检测项目"
COMPANY = "昆仑精密制造有限公司"


@dataclass
class Deal:
    """The numbers of the records of the deal, found on the way."""

    lead: int = 0
    customer: int = 0
    contract: int = 0
    receipt: int = 0


def test_walk(sign_in: SignIn) -> None:
    deal = Deal()
    amy = sign_in("amy")
    _lead(amy, deal)
    _conversion(amy, deal)
    _contract(amy, deal)
    _instalments(amy, deal)
    _route_and_submit(amy, deal)
    _manager(sign_in("lin"))
    _together(sign_in("luo"), sign_in("fang"), deal)
    _receipts(sign_in("fang"), amy, deal)
    _report(sign_in("lin"), deal)
    _print(amy, deal)
    _nothing_for(sign_in("zhao"), deal)


def _lead(page: Page, deal: Deal) -> None:
    """A lead, an activity on it, and the moves that these allow."""
    page.goto("/e/lead")
    page.locator(".page-head__tools .btn--primary").click()
    fill(page, {"title": DEAL, "company": COMPANY, "contact_name": "何女士", "phone": "13712340001", "source": "expo",
                "need": "产线终检改为机器视觉，月底前出方案", "intent": "A", "budget": "640000"})
    submit(page)
    deal.lead = number_of(page)
    assert state(page) == "新线索"
    expect(page.locator(".why")).to_contain_text("开始跟进")
    create_related(page, "跟进记录", {"subject": "首次电话沟通", "content": "客户确认预算与时间"})
    assert number_of(page) == deal.lead
    expect(related(page, "跟进记录")).to_contain_text("首次电话沟通")
    move(page, "开始跟进")
    assert state(page) == "跟进中"
    move(page, "确认有效")
    assert state(page) == "已确认"
    picture(page, "walk-lead")


def _conversion(page: Page, deal: Deal) -> None:
    """Converting makes the customer, the contact and the opportunity."""
    page.locator(".record-head__tools").get_by_role("button", name="转为客户").click()
    expect(page.locator(DIALOG)).to_contain_text("将生成客户、联系人和商机")
    agree(page)
    page.goto(f"/e/lead/{deal.lead}")
    assert state(page) == "已转化"
    related(page, "客户").get_by_role("link", name=COMPANY).first.click()
    page.wait_for_url("**/e/customer/*")
    deal.customer = number_of(page)
    expect(related(page, "联系人")).to_contain_text("何女士")
    expect(related(page, "商机")).to_contain_text(DEAL)


def _contract(page: Page, deal: Deal) -> None:
    """A contract with two lines in its child grid; the pickers offer what belongs together."""
    page.goto("/e/contract/new")
    pick(page, "customer", COMPANY)
    settled(page)
    pick(page, "opportunity", DEAL)
    fill(page, {"name": "视觉检测设备采购合同", "amount": "640000", "end_date": "2099-12-31", "terms": "验收后质保两年"})
    _line(page, 0, "视觉检测工作站", "4", "128000")
    _line(page, 1, "现场实施", "50", "2400")
    submit(page)
    expect(page.locator(".field__error")).to_contain_text("明细合计与合同金额不符")
    picture(page, "walk-contract-refused")
    last = page.locator("[data-grid-body] tr").nth(1)
    last.locator("[name$='.qty']").fill("1")
    last.locator("[name$='.price']").fill("128000")
    submit(page)
    deal.contract = number_of(page)
    assert state(page) == "草稿"
    expect(page.locator("tfoot")).to_contain_text("640,000.00")


def _line(page: Page, at: int, product: str, quantity: str, price: str) -> None:
    page.locator("[data-add-row]").click()
    row = page.locator("[data-grid-body] tr").nth(at)
    name = row.locator("[name$='.qty']").get_attribute("name")
    assert name
    pick(page, name.replace(".qty", ".product"), product)
    row.locator("[name$='.qty']").fill(quantity)
    row.locator("[name$='.price']").fill(price)
    settled(page)


def _instalments(page: Page, deal: Deal) -> None:
    """Two instalments from the contract's related list; until they add up the contract may not be submitted."""
    expect(page.locator(".why")).to_contain_text("提交审批")
    for number, amount in (("1", "300000"), ("2", "340000")):
        create_related(page, "回款计划", {"seq": number, "due": f"2099-0{number}-15", "amount": amount})
    page.goto(f"/e/contract/{deal.contract}")
    expect(page.locator(".why")).to_have_count(0)


def _route_and_submit(page: Page, deal: Deal) -> None:
    """The dialog names everyone who will decide, in order; after it the contract is locked."""
    page.locator(".record-head__tools").get_by_role("button", name="提交审批").click()
    route = page.locator(f"{DIALOG} .route")
    expect(route).to_contain_text("直属上级")
    assert [step.inner_text().split() for step in route.locator(".route__who").all()] == [["林晓峰"], ["罗明", "方静"]]
    picture(page, "walk-route")
    agree(page)
    assert state(page) == "审批中"
    expect(page.locator("a[href$='/edit']")).to_have_count(0)
    expect(page.locator(".record__side")).to_contain_text("林晓峰")


def _manager(page: Page) -> None:
    """The superior finds it among the to-dos and approves."""
    page.goto("/")
    expect(page.locator("main")).to_contain_text("视觉检测设备采购合同")
    picture(page, "walk-manager-home")
    decide(page, "视觉检测设备采购合同", "同意", "价格合适")
    page.goto("/approvals")
    expect(page.get_by_text("视觉检测设备采购合同")).to_have_count(0)


def _together(luo: Page, fang: Page, deal: Deal) -> None:
    """Above 500,000 legal and finance decide together: one alone does not put it in force."""
    decide(luo, "视觉检测设备采购合同", "同意", "条款无异议")
    luo.goto(f"/e/contract/{deal.contract}")
    assert state(luo) == "审批中"
    expect(luo.locator(".record__side")).to_contain_text("方静")
    fang.goto("/approvals")
    picture(fang, "walk-finance-to-do")
    decide(fang, "视觉检测设备采购合同", "同意")
    fang.goto(f"/e/contract/{deal.contract}")
    assert state(fang) == "已生效"


def _receipts(fang: Page, amy: Page, deal: Deal) -> None:
    """Finance books what arrived for the first instalment, which needs nobody else; what the rep books for the second
    waits until finance confirms it. Roll-ups follow."""
    deal.receipt = _book(fang, deal, "1", "300000")
    assert state(fang) == "已到账"
    number = _book(amy, deal, "2", "100000")
    assert state(amy) == "待确认"
    amy.goto(f"/e/contract/{deal.contract}")
    expect(amy.locator(".fact", has_text="未回款")).to_contain_text("340,000.00")
    decide(fang, "HK-", "同意")
    amy.goto(f"/e/receipt/{number}")
    assert state(amy) == "已到账"
    amy.goto(f"/e/contract/{deal.contract}")
    expect(amy.locator(".fact", has_text="未回款")).to_contain_text("240,000.00")
    picture(amy, "walk-contract-paid")


def _book(page: Page, deal: Deal, instalment: str, amount: str) -> int:
    """Books a receipt from the contract and submits it; its number."""
    page.goto(f"/e/contract/{deal.contract}")
    related(page, "回款").get_by_role("link", name="新建").click()
    page.locator(FORM).wait_for()
    pick(page, "installment", instalment)
    fill(page, {"amount": amount})
    submit(page)
    related(page, "回款").get_by_role("link", name="HK-").first.click()
    page.wait_for_url("**/e/receipt/*")
    number = number_of(page)
    move(page, "提交确认")
    return number


def _report(page: Page, deal: Deal) -> None:
    """The manager's report counts the contract, its group lists it, and the CSV holds the same."""
    page.goto("/reports/signed_by_month")
    line = page.locator("tbody tr", has_text="华东销售部")
    expect(line).to_contain_text("640,000.00")
    expect(line).to_contain_text("400,000.00")
    expect(page.locator("#chart svg")).to_be_visible()
    picture(page, "walk-report")
    with page.expect_download() as download:
        page.locator("a[download]").click()
    text = download.value.path().read_text("utf-8-sig")
    assert "华东销售部" in text and "640000" in text
    line.get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("视觉检测设备采购合同")


def _print(page: Page, deal: Deal) -> None:
    """The contract on paper: both lines, the amount in words, and who approved it."""
    page.goto(f"/e/contract/{deal.contract}")
    page.locator("[popovertarget=record-menu]").click()
    with page.expect_popup() as opened:
        page.locator("#record-menu").get_by_role("link", name="销售合同").click()
    paper = opened.value
    sheet = paper.locator(".paper__sheet")
    expect(sheet).to_contain_text("陆拾肆万元整")
    for text in (COMPANY, "视觉检测工作站", "现场实施", "林晓峰", "罗明", "方静", "价格合适"):
        expect(sheet).to_contain_text(text)
    picture(paper, "walk-print")


def _nothing_for(page: Page, deal: Deal) -> None:
    """Another rep meets the deal nowhere; its addresses answer as addresses that never were."""
    for entity, number in (("lead", deal.lead), ("customer", deal.customer), ("contract", deal.contract),
                           ("receipt", deal.receipt)):
        page.goto(f"/e/{entity}")
        assert DEAL not in page.content() and COMPANY not in page.content()
        there, nowhere = (page.request.get(f"/e/{entity}/{n}", max_redirects=0) for n in (number, 987654))
        assert there.status == nowhere.status == 404
        assert there.text() == nowhere.text()
        for path in ("edit", "move/submit", "trash", "assign", "related/contracts", "recall"):
            answers = [page.request.get(f"/e/{entity}/{n}/{path}") for n in (number, 987654)]
            assert answers[0].status == answers[1].status and answers[0].text() == answers[1].text(), f"{entity} {path}"
            assert answers[0].status in (403, 404)
    for text in ("昆仑", "视觉检测设备采购", "13712340001"):
        page.goto(f"/search?q={text}")
        assert not page.locator(f"main a[href*='/{deal.contract}'], main .rows__item").count()
    assert page.request.get("/reports/signed_by_month").status in (403, 404)
    assert page.request.get("/reports/signed_by_month/csv").status in (403, 404)
    assert page.request.get(f"/prints/contract/{deal.contract}").status == 404
    export = page.request.get("/e/lead/export")
    assert export.status in (403, 404) or DEAL not in export.text()
