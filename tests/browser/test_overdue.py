"""What is overdue is seen in rows and on cards, also where a phone leaves columns out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import scan
from tests.browser.conftest import PHONE, WIDE, Served, SignIn, no_sideways_scroll

WHOLE = """(mark) => {
  const [own, cell] = [mark.getBoundingClientRect(), mark.closest('td').getBoundingClientRect()];
  return own.left >= cell.left && own.right <= cell.right && own.top >= cell.top && own.bottom <= cell.bottom;
}"""
"""Whether nothing of a mark is cut by its cell."""


@pytest.fixture(scope="module")
def late(served: Served) -> None:
    """An opportunity of amy that should have been closed long ago, and one that should not."""
    customer = served.make("customer", "amy", {"name": "逾期测试客户", "phone": "0512-77110001"})
    for name, day in (("逾期测试旧单", date(2020, 3, 4)), ("逾期测试新单", date(2090, 3, 4))):
        values = {"name": name, "customer": customer, "amount": Decimal(100), "expected_close": day}
        served.make("opportunity", "amy", values)


@pytest.mark.parametrize(("language", "word", "viewport", "dark"), [("zh", "已逾期", WIDE, False), ("en", "Overdue", PHONE, True)])
def test_a_late_opportunity_is_marked(
    sign_in: SignIn, late: None, language: str, word: str, viewport: dict[str, int], dark: bool
) -> None:
    page = sign_in("amy", language=language, viewport=viewport, dark=dark)
    for address, one in (("opportunity_open", "tbody tr"), ("opportunity_board", ".board-card")):
        page.goto(f"/e/opportunity?list={address}&q=逾期测试")
        old, new = (page.locator(one).filter(has_text=name) for name in ("逾期测试旧单", "逾期测试新单"))
        expect(old.get_by_text(word, exact=True)).to_be_visible()
        expect(new).to_be_visible()
        expect(new.get_by_text(word)).to_have_count(0)
        no_sideways_scroll(page)
        scan(page)


@pytest.mark.parametrize(("language", "word"), [("zh", "已逾期"), ("en", "Overdue")])
def test_the_mark_is_whole_on_a_phone(sign_in: SignIn, served: Served, language: str, word: str) -> None:
    """A moment is long already, and the mark goes below it."""
    values = {"title": "逾期测试任务", "due": datetime(2020, 3, 4, 9, 30, tzinfo=UTC), "assignee": served.person("amy")}
    served.make("task", "amy", values)
    page = sign_in("amy", language=language, viewport=PHONE)
    page.goto("/e/task?list=task_mine&q=逾期测试任务")
    mark = page.locator("tbody tr").first.get_by_text(word, exact=True)
    expect(mark).to_be_visible()
    assert mark.evaluate(WHOLE)
    no_sideways_scroll(page)
