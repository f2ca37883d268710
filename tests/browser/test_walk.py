"""One deal from lead to money, by the people who do it, on the pages; and what somebody else sees of it: nothing."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, picture
from tests.browser.hands import DIALOG, agree, create, decide, field, fill, move, number_of, pick, settled, state, submit

DEAL = "昆仑视觉检测项目"
COMPANY = "昆仑精密制造有限公司"


def test_walk(sign_in: SignIn) -> None:
    amy = sign_in("amy")
    lead = _lead(amy)
    _qualify_and_convert(amy, lead)
    contract = _contract(amy)
    picture(amy, "walk-contract")
