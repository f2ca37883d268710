"""One record of each main entity with the longest texts people type, and the pages that show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.records.queries import ChildInput

if TYPE_CHECKING:
    from tests.browser.conftest import Served

LONG = "华东区域精密制造产业园二期视觉检测与质量追溯一体化项目（含三条产线改造与现场实施）" * 2


@dataclass(frozen=True)
class Stage:
    """One record of each main entity of amy's, with the longest texts people type."""

    lead: int
    customer: int
    opportunity: int
    contract: int


def staged(served: Served) -> Stage:
    """Makes them."""
    lead = served.make("lead", "amy", {
        "title": LONG, "company": LONG, "contact_name": "欧阳女士", "phone": "13712349001", "source": "referral",
        "need": LONG * 3, "email": f"{'long' * 15}@example.com", "budget": Decimal("99999999.99"),
    })
    customer = served.make("customer", "amy", {"name": LONG, "phone": "13712349001", "website": "https://example.com"})
    opportunity = served.make("opportunity", "amy", {
        "name": LONG, "customer": customer, "amount": Decimal("88888888.88"), "expected_close": date(2099, 12, 1),
    })
    lines = tuple(
        ChildInput(None, {"product": served.product(code), "qty": Decimal("10"), "price": Decimal("1000000")})
        for code in ("MV-500", "SV-100")
    )
    contract = served.make("contract", "amy", {
        "name": LONG, "customer": customer, "opportunity": opportunity, "amount": Decimal("20000000"),
        "end_date": date(2099, 12, 31), "lines": lines, "terms": LONG * 4,
    })
    return Stage(lead, customer, opportunity, contract)


def addresses(stage: Stage) -> dict[str, list[str]]:
    """The main pages, by who opens them."""
    return {
        "amy": [
            "/", "/e/lead", "/e/lead/new", f"/e/lead/{stage.lead}", f"/e/lead/{stage.lead}/edit", "/e/customer",
            f"/e/customer/{stage.customer}", f"/e/customer/{stage.customer}/edit",
            f"/e/opportunity/{stage.opportunity}", f"/e/opportunity/{stage.opportunity}/edit",
            "/e/contract", "/e/contract/new", f"/e/contract/{stage.contract}", f"/e/contract/{stage.contract}/edit",
            "/e/receipt", "/e/installment", "/e/activity/new", "/e/task", "/approvals", "/approvals?tab=done",
            "/notifications", "/search", "/search?q=视觉", "/trash", "/profile", "/e/nothing",
            f"/prints/contract/{stage.contract}",
        ],
        "lin": ["/reports/signed_by_month"],
        "admin": ["/e/user", "/e/user/1", "/e/role_assignment/new", "/e/department", "/design-system"],
    }
