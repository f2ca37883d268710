"""The story of a contract over HTTP: submitted with its route shown, decided by the right people, unseen by others."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from urllib.parse import unquote

from engine.principal import OPERATOR
from engine.records import system, write
from engine.records.queries import ChildInput
from tests.statements import counted
from tests.web.conftest import Visitor, World

_numbers = itertools.count(1)


def contract(world: World, amount: int = 600_000, name: str = "流程合同") -> int:
    """A contract of amy's, ready to be submitted."""
    number = next(_numbers)
    product = world.runtime.writing(OPERATOR, lambda s: write.create(
        s, "product", {"code": f"F{number}", "name": f"标准版 {number}", "price": Decimal(amount), "unit": "set"}))
    customer = world.make("amy", "customer", name=f"流程客户 {number} 有限公司", kind="company")
    line = ChildInput(None, {"product": product, "qty": Decimal(1), "price": Decimal(amount)})
    id = world.make(
        "amy", "contract", name=f"{name} {number}", customer=customer, amount=Decimal(amount),
        end_date=date(2099, 12, 31), lines=(line,),
    )
    world.make("amy", "installment", contract=id, seq=1, due=date(2099, 1, 1), amount=Decimal(amount))
    return id


def task_of(page: str) -> str:
    found = re.search(r'hx-get="(/approvals/\d+)\?action=approve"', page)
    assert found, "no decision is asked for"
    return found.group(1)


def test_submit_decide_together_and_take_effect(world: World) -> None:
    amy, id = world.visitor("amy"), contract(world)
    address = f"/e/contract/{id}"
    dialog = amy.get(f"{address}/move/submit")
    for name in ("王经理", "吴法务", "周财务"):
        assert name in dialog
    sent = amy.send(f"{address}/move/submit", {}, headers={"hx-request": "true"})
    assert sent.status_code == 204 and sent.headers["hx-redirect"] == address
    assert "审批中" in amy.get(address) and "撤回" in amy.get(address)
    assert world.visitor("eve").client.get(address).status_code == 404
    for login in ("mgr", "law", "fin"):
        visitor = world.visitor(login)
        assert f"/e/contract/{id}" in visitor.get("/approvals")
        task = task_of(visitor.get(address))
        assert "<textarea" in visitor.get(f"{task}?action=approve")
        done = visitor.send(task, {"action": "approve", "comment": f"同意 {login}"})
        assert done.status_code == 303, done.text
        again = visitor.send(task, {"action": "approve", "comment": ""})
        assert again.status_code == 303 and "approvals.handled" in unquote(again.headers["set-cookie"]), again.text
        assert again.headers["location"] == address
    page = amy.get(address)
    assert "已生效" in page and "同意 law" in page and "直属上级" in page
    assert "通过了审批" in page and "处理了审批" not in page
    assert re.search(r"合同 HT-\d{4}-\d{5} 流程合同 \d+ 已生效", amy.get("/notifications"))


def test_the_related_lists_of_a_contract_offer_what_its_state_allows(world: World) -> None:
    """Instalments are planned while it is a draft; receipts are entered at any time. At most one statement more is asked."""
    amy, id = world.visitor("amy"), contract(world)
    offered = {"installment": f"/e/installment/new?contract={id}", "receipt": f"/e/receipt/new?contract={id}"}
    page = amy.get(f"/e/contract/{id}")
    assert offered["installment"] in page and offered["receipt"] in page
    amy.send(f"/e/contract/{id}/move/submit", {})
    with counted() as statements:
        page = amy.get(f"/e/contract/{id}")
    assert offered["installment"] not in page and offered["receipt"] in page
    assert "<h2>回款计划</h2>" in page and "审批中" in page
    assert len([one for one in statements if "AS way0" in one]) == 1
    assert amy.client.get(offered["installment"]).status_code == 403
    assert 'id="record-form"' in amy.get(offered["receipt"])


def test_the_bell_counts_what_the_list_shows(world: World) -> None:
    """A notice about a record that one may no longer read is in neither."""
    amy, mgr, id = world.visitor("amy"), world.visitor("mgr"), contract(world, 10_000)

    def unread() -> tuple[int, int]:
        said = re.search(r"(\d+) 条未读", amy.get("/badges"))
        return int(said[1]) if said else 0, amy.get("/notifications").count("rows__title strong")

    amy.send(f"/e/contract/{id}/move/submit", {})
    amy.send("/notifications/read", {})
    assert unread() == (0, 0)
    assert mgr.send(task_of(mgr.get(f"/e/contract/{id}")), {"action": "approve", "comment": ""}).status_code == 303
    assert unread() == (2, 2)
    world.runtime.writing(OPERATOR, lambda s: write.assign(s, "contract", id, world.people["eve"]))
    assert unread() == (0, 0)
    assert "全部标为已读" not in amy.get("/notifications")


def test_a_dialog_sent_twice_acts_once_and_is_answered_alike(world: World) -> None:
    """A double click on its button; what it asked for is no longer to be had when the second arrives."""
    amy, mgr, eve, id = world.visitor("amy"), world.visitor("mgr"), world.visitor("eve"), contract(world)
    lead = world.make("amy", "lead", title="双击线索", company=f"双击公司 {id}", contact_name="李", phone=f"1371717{id:04d}",
                      source="web", need="需要系统")
    address = f"/e/contract/{id}"

    def twice(visitor: Visitor, dialog: str, target: str, **more: str) -> None:
        page = visitor.get(dialog)
        hidden = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)}
        first, second = (visitor.send(target, {**hidden, **more}) for _ in range(2))
        assert first.status_code == 303, (target, first.text)
        assert (second.status_code, second.headers["location"]) == (303, first.headers["location"]), (target, second.text)

    twice(amy, f"{address}/move/submit", f"{address}/move/submit")
    twice(amy, f"{address}/recall", f"{address}/recall")
    twice(amy, f"{address}/move/submit", f"{address}/move/submit")
    task = task_of(mgr.get(address))
    twice(mgr, f"{task}?action=approve", task)
    twice(mgr, f"/e/lead/{lead}/assign", f"/e/lead/{lead}/assign", owner=str(world.people["eve"]))
    twice(eve, f"/e/lead/{lead}/trash", f"/e/lead/{lead}/trash")


def test_a_rejection_needs_a_reason(world: World) -> None:
    amy, mgr, id = world.visitor("amy"), world.visitor("mgr"), contract(world)
    assert amy.send(f"/e/contract/{id}/move/submit", {}).status_code == 303
    task = task_of(mgr.get(f"/e/contract/{id}"))
    refused = mgr.send(task, {"action": "reject", "comment": " "}, headers={"hx-request": "true"})
    assert refused.status_code == 422 and 'aria-invalid="true"' in refused.text
    assert mgr.send(task, {"action": "return", "comment": "金额请核对"}).status_code == 303
    page = amy.get(f"/e/contract/{id}")
    assert "金额请核对" in page and "已退回" in page
    assert amy.send(f"/e/contract/{id}/move/submit", {}).status_code == 303
    page = amy.get(f"/e/contract/{id}")
    assert "审批中" in page and "金额请核对" in page


def test_a_decision_that_comes_too_late_leads_to_how_it_stands(world: World) -> None:
    """The dialog is open when the initiator takes the approval back; then when nobody may know of the record."""
    amy, mgr, id = world.visitor("amy"), world.visitor("mgr"), contract(world)
    amy.send(f"/e/contract/{id}/move/submit", {})
    task = task_of(mgr.get(f"/e/contract/{id}"))
    taken_back = amy.send(f"/e/contract/{id}/recall", {})
    assert "approvals.recalled" in unquote(taken_back.headers["set-cookie"])
    late = mgr.send(task, {"action": "approve", "comment": ""}, headers={"hx-request": "true"})
    assert (late.status_code, late.headers["hx-redirect"]) == (204, f"/e/contract/{id}")
    assert "approvals.handled" in unquote(late.headers["set-cookie"])
    assert world.visitor("eve").send(task, {"action": "approve", "comment": ""}).status_code == 404
    opened = mgr.client.get(f"{task}?action=reject", headers={"hx-request": "true"})
    assert (opened.status_code, opened.headers["hx-redirect"]) == (204, f"/e/contract/{id}")
    assert world.visitor("eve").client.get(f"{task}?action=reject").status_code == 404


def test_a_dialog_opened_after_the_record_moved_on_leads_to_how_it_stands(world: World) -> None:
    amy, id = world.visitor("amy"), contract(world)
    amy.send(f"/e/contract/{id}/move/submit", {})
    late = amy.client.get(f"/e/contract/{id}/move/submit", headers={"hx-request": "true"})
    assert (late.status_code, late.headers["hx-redirect"]) == (204, f"/e/contract/{id}")
    assert "records.moved_on" in unquote(late.headers["set-cookie"])
    assert amy.client.get(f"/e/contract/{id}/move/nonsense").status_code == 404
    assert world.visitor("eve").client.get(f"/e/contract/{id}/move/submit").status_code == 404


def test_the_initiator_takes_it_back(world: World) -> None:
    amy, id = world.visitor("amy"), contract(world)
    amy.send(f"/e/contract/{id}/move/submit", {})
    assert 'action="/e/contract/' in amy.get(f"/e/contract/{id}/recall")
    assert amy.send(f"/e/contract/{id}/recall", {}).status_code == 303
    assert "已撤回" in amy.get(f"/e/contract/{id}")


def test_a_notice_that_asks_is_marked_once_it_is_settled(world: World) -> None:
    amy, mgr, id = world.visitor("amy"), world.visitor("mgr"), contract(world)
    amy.send(f"/e/contract/{id}/move/submit", {})

    def marks() -> tuple[str, str]:
        line = re.search(rf'<a class="rows__item" href="/e/contract/{id}"[^>]*>.*?</a>', mgr.get("/notifications"), re.S)
        assert line is not None
        return "已处理" if "已处理" in line[0] else "", "未读" if "未读" in line[0] else ""

    assert marks() == ("", "未读")
    amy.send(f"/e/contract/{id}/recall", {})
    assert marks()[0] == "已处理"
    amy.send(f"/e/contract/{id}/move/submit", {})
    assert marks()[0] == ""
    mgr.send(task_of(mgr.get(f"/e/contract/{id}")), {"action": "approve", "comment": ""})
    assert marks() == ("已处理", "")


def test_a_dialog_whose_move_is_called_cancel_is_left_by_another_word(world: World) -> None:
    amy = world.visitor("amy")
    id = world.make("amy", "task", title="两个取消", assignee=world.people["amy"], due=datetime(2099, 1, 1, tzinfo=UTC))
    dialog = amy.get(f"/e/task/{id}/move/cancel")
    buttons = re.findall(r"<button[^>]*>([^<]+)</button>", dialog)
    assert buttons == ["返回", "取消"], buttons


def test_a_move_that_cannot_be_made_says_why(world: World) -> None:
    amy = world.visitor("amy")
    customer = world.make("amy", "customer", name="缺明细客户有限公司", kind="company")
    id = world.make("amy", "contract", name="没有明细", customer=customer, amount=Decimal(5), end_date=date(2099, 1, 1))
    page = amy.get(f"/e/contract/{id}")
    assert "暂时不能进行的操作" in page and "提交审批" in page
    waiting = re.search(r'<button class="btn btn--waiting"[^>]*hx-get="([^"]+)"', page)
    assert waiting and waiting.group(1) == f"/e/contract/{id}/move/submit"
    dialog = amy.get(waiting.group(1))
    assert "须满足" in dialog and 'type="submit"' not in dialog
    assert amy.send(f"/e/contract/{id}/move/submit", {}).status_code == 409


def test_the_print(world: World) -> None:
    gm, id = world.visitor("gm"), contract(world, 11_400)
    page = gm.get(f"/prints/contract/{id}")
    assert "壹万壹仟肆佰元整" in page and "<script>" not in page


def test_the_reports_that_one_may_see_are_listed(world: World) -> None:
    """From the foot of the menu, whether the menu names them or not; who may see none is told so."""
    gm, amy = world.visitor("gm"), world.visitor("amy")
    listed = gm.get("/reports")
    assert re.search(r'<a class="nav__link" href="/reports" aria-current="page">', listed)
    assert re.search(r'<a class="rows__item" href="/reports/signed_by_month">.*月度签约额.*合同</span>', listed)
    none = amy.get("/reports")
    assert "没有您可以查看的报表" in none and "signed_by_month" not in none and "月度签约额" not in none
    assert 'href="/reports"' in gm.get("/") and 'href="/reports"' not in amy.get("/")


def test_a_report_counts_what_its_way_down_lists(world: World) -> None:
    """The condition of the report goes with its groups: drafts are neither counted nor listed (R49)."""
    gm, mgr, amy = world.visitor("gm"), world.visitor("mgr"), world.visitor("amy")
    signed, draft = contract(world, 5_100), contract(world, 5_200)
    assert amy.send(f"/e/contract/{signed}/move/submit", {}).status_code == 303
    assert mgr.send(task_of(mgr.get(f"/e/contract/{signed}")), {"action": "approve"}).status_code == 303
    report = gm.get("/reports/signed_by_month")
    counted = [int(number) for number in re.findall(r'data-l="合同数">(\d+)<', report)]
    down = re.findall(r'href="(/reports/signed_by_month/rows[^"]+)"', report)
    listed = []
    for address in down:
        answer = gm.client.get(unescape(address))
        assert answer.status_code == 303
        page = gm.get(answer.headers["location"])
        listed.append(int(re.search(r"共 (\d+) 条", page)[1]))  # type: ignore[index]
        assert "月度签约额" in page and f'href="/e/contract/{draft}"' not in page
    assert counted[:-1] == listed and counted[-1] == sum(listed) and sum(listed) >= 1
    assert gm.client.get("/reports/signed_by_month/csv").text.startswith("\ufeff")
    assert amy.client.get("/e/contract?report=signed_by_month").status_code == 404


def test_an_export_holds_what_the_list_shows(world: World) -> None:
    """Search, filters and the report's condition narrow the file as they narrow the page."""
    gm = world.visitor("gm")
    first, second = contract(world, 6_100, name="甲类出口"), contract(world, 6_200, name="乙类出口")
    asked = {"_all": "1", "_step": "run", "_form": "csv"}
    text = gm.send("/e/contract/bulk/export?q=甲类出口", asked).text
    assert "甲类出口" in text and "乙类出口" not in text and first != second
    assert "甲类出口" not in gm.send("/e/contract/bulk/export?report=signed_by_month", asked).text


def test_a_converted_record_leads_to_what_was_made_of_it(world: World) -> None:
    """At its head, as far as its reader may see that; nothing new hangs on it."""
    amy = world.visitor("amy")
    lead = world.make("amy", "lead", title="转化线索", company="转化流程有限公司", contact_name="何女士", phone="13811112222",
                      source="web", need="检测", intent="A")
    world.runtime.writing(OPERATOR, lambda s: system.set_fields(s, "lead", lead, {"status": "qualified"}, "move", {}))
    assert "record-head__made" not in amy.get(f"/e/lead/{lead}") and "/e/activity/new?parent=" in amy.get(f"/e/lead/{lead}")
    assert amy.send(f"/e/lead/{lead}/move/convert", {}).status_code == 303
    page = amy.get(f"/e/lead/{lead}")
    made = re.search(r'<div class="record-head__made">(.*?)</div>', page, re.S)
    assert made, "the page does not say what was made"
    links = dict(re.findall(r'href="/e/(\w+)/\d+">.*?</svg>(.*?)</a>', made[1], re.S))
    assert links == {"customer": "客户：转化流程有限公司", "contact": "联系人：何女士", "opportunity": "商机：转化线索"}
    assert "_next=" not in page
    deal = int(re.findall(r'href="/e/opportunity/(\d+)"', made[1])[0])
    world.runtime.writing(OPERATOR, lambda s: write.assign(s, "opportunity", deal, world.people["eve"]))
    assert "商机：" not in amy.get(f"/e/lead/{lead}")
