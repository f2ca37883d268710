"""Calendars as people use them: a record is dragged to another day, an empty day makes one, a phone shows a day's list."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Served, SignIn, no_sideways_scroll
from tests.browser.hands import settled

CALENDAR = "/e/task?list=task_calendar&as=calendar&by=due&on=2031-05"


def task(served: Served, title: str, day: int) -> int:
    return served.make("task", "amy", {
        "title": title, "due": datetime(2031, 5, day, 2, tzinfo=UTC), "assignee": served.person("amy"),
    })


def test_a_task_is_dragged_to_another_day_and_back(served: Served, sign_in: SignIn) -> None:
    made = task(served, "改期任务", 6)
    page = sign_in("amy", language="en")
    page.goto(f"{CALENDAR}&q=改期")
    page.locator(f"#card-{made}").drag_to(page.locator("[data-column='2031-05-08']"))
    expect(page.locator(f"[data-column='2031-05-08'] #card-{made}")).to_be_visible()
    expect(page.locator(f"#card-{made} a")).to_be_focused()
    expect(page.locator(f"#card-{made}")).to_contain_text("10:00")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(f"[data-column='2031-05-06'] #card-{made}")).to_be_visible()
    settled(page)
    page.locator("[data-column='2031-05-15'] .cal-day__new").click(position={"x": 5, "y": 5})
    expect(page.locator("#record-form [name=due]:not([type=hidden])")).to_have_value("2031-05-15T09:00")


def test_a_phone_shows_the_list_of_a_day(served: Served, sign_in: SignIn) -> None:
    made = task(served, "手机任务", 21)
    page = sign_in("amy", viewport=PHONE)
    page.goto(f"{CALENDAR}&q=手机任务")
    no_sideways_scroll(page)
    day = page.locator("[data-column='2031-05-21'] .cal-day__choose")
    box = day.bounding_box()
    assert box and box["width"] >= 44 and box["height"] >= 44
    day.click()
    settled(page)
    page.locator(".cal-list__item", has_text="手机任务").click()
    page.wait_for_url(f"**/e/task/{made}")
