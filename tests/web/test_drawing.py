"""Cells and inputs: every kind has both, and nobody's text becomes markup (T60, T61)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from engine.compiled import CompiledApp
from engine.field_types import FIELD_TYPES
from engine.records.queries import Column, RecordRef
from forms.cells import SHOWS, show_of
from forms.compiled import ListColumn
from forms.formats import formats_of
from forms.rows import draw_rows
from forms.widgets import WIDGETS
from tests.web.builders import entity, field, link, option

ZONE = ZoneInfo("Asia/Shanghai")
ZH, EN = formats_of("zh-CN", ZONE), formats_of("en", ZONE)
APP = cast(CompiledApp, SimpleNamespace(currency="CNY", entities={"lead": entity("lead", field("name", "text"))}))
ATTACKS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "'onfocus='x")


def test_the_three_registries_are_equal() -> None:
    assert set(SHOWS) == set(WIDGETS) == set(FIELD_TYPES)


@pytest.mark.parametrize(("kind", "value", "zh", "en"), [
    ("int", 1234567, "1,234,567", "1,234,567"),
    ("money", Decimal("-1234.5"), "-¥1,234.50", "-CN¥1,234.50"),
    ("percent", Decimal("0.1550"), "15.5%", "15.5%"),
    ("date", date(2026, 3, 5), "2026-03-05", "5 Mar 2026"),
    ("datetime", datetime(2026, 3, 4, 16, 30, tzinfo=UTC), "2026-03-05 00:30", "5 Mar 2026 00:30"),
    ("bool", True, "是", "Yes"),
    ("phone", "02155550139x12", '<a class="num" href="tel:02155550139,12">02155550139 转 12</a>',
     '<a class="num" href="tel:02155550139,12">02155550139 ext. 12</a>'),
])
def test_values_in_both_languages(kind: str, value: Any, zh: str, en: str) -> None:
    declared = field("x", kind, scale=2 if kind == "money" else None)
    assert show_of(declared, APP, ZH)(value, None) == zh
    assert show_of(declared, APP, EN)(value, None) == en


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("kind", ["text", "long", "email", "phone", "url", "serial", "link", "choice", "file", "any_link"])
def test_no_value_becomes_markup(kind: str, attack: str) -> None:
    more: dict[str, Any] = {"link": link("lead")} if kind == "link" else {}
    if kind == "choice":
        more = {"options": {"a": option("a", attack, attack)}}
    value: Any = {"link": 3, "file": 3, "choice": "a", "any_link": RecordRef("lead", 3)}.get(kind, attack)
    html = show_of(field("x", kind, **more), APP, ZH)(value, attack)
    assert "<script" not in html and "<img" not in html and '"javascript:' not in html and "'onfocus=" not in html


def test_only_web_addresses_are_links() -> None:
    show = show_of(field("x", "url"), APP, ZH)
    assert "<a " not in show("javascript:alert(1)", None) and "<a " not in show("data:text/html,x", None)
    assert 'rel="noopener noreferrer nofollow"' in show("https://example.com/?a=1&b=2", None)


def test_rows_of_a_list() -> None:
    columns = [
        (_column("name", "text"), Column(("name",), "text", 2)),
        (_column("owner", "user", link=link("user")), Column(("owner",), "user", 3, title=4)),
        (_column("phone", "phone"), Column(("phone",), "phone", 5, masked=6)),
    ]
    html = draw_rows(columns, [(7, 1, "<b>甲</b>", 3, "李雷", None, "139****"), (8, 1, None, None, None, None, None)], APP, ZH, "/e/lead/")
    first, second = html.split("</tr>")[:2]
    assert '<a href="/e/lead/7">&lt;b&gt;甲&lt;/b&gt;</a>' in first
    assert '<a href="/e/user/3">李雷</a>' in first
    assert "139****" in first and "tel:" not in first
    assert '<a href="/e/lead/8">—</a>' in second and second.count("</td>") == 3


def test_how_long_ago() -> None:
    now = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
    assert ZH.ago(datetime(2026, 3, 5, 5, 50, tzinfo=UTC), now) == "10 分钟前"
    assert EN.ago(datetime(2026, 3, 5, 3, 0, tzinfo=UTC), now) == "3 h ago"
    assert ZH.ago(datetime(2026, 3, 4, 15, 0, tzinfo=UTC), now) == "昨天 23:00"
    assert EN.ago(datetime(2026, 1, 4, 15, 0, tzinfo=UTC), now) == "4 Jan 2026 23:00"


def _column(name: str, kind: str, **more: Any) -> ListColumn:
    declared = field(name, kind, **more)
    return ListColumn((name,), "lead", declared, declared.label, True)
