"""Every kind of field: what it reads, what it refuses, and that nothing is ever read as blank by mistake (R25, T29,
T70)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from engine.compiled import CompiledField, CompiledLink, CompiledOption
from engine.field_types import FIELD_TYPES
from engine.field_types.base import InvalidValue, TextContext
from engine.field_types.columns import has_item
from engine.messages import MESSAGES
from engine.records.queries import ChildInput, RecordRef
from engine.storage.database import Database
from metadata.specs.entity import SYSTEM_FIELDS

SHANGHAI = TextContext(ZoneInfo("Asia/Shanghai"), "zh-CN")
OPTIONS = {
    "direct": CompiledOption("direct", {"zh": "直销", "en": "Direct"}, None, False),
    "agency": CompiledOption("agency", {"zh": "代理", "en": "Agency"}, None, False),
    "No": CompiledOption("No", {"zh": "无", "en": "None"}, None, False),
}


def field(kind: str, **properties: object) -> CompiledField:
    link = CompiledLink(("customer", "lead"), None, None, "restrict")
    options = OPTIONS if kind in ("choice", "choices") else {}
    return CompiledField(
        kind, kind, kind, FIELD_TYPES[kind], {"zh": kind, "en": kind}, link=link, options=options,
        **properties,  # type: ignore[arg-type]
    )


READ = [
    ("text", "  Acme  ", "Acme"), ("text", "上海 甲方", "上海 甲方"), ("text", "0139", "0139"),
    ("long", "a\r\nb\rc", "a\nb\nc"),
    ("rich", "a\r\n <b> & c", "<p>a</p><p>&lt;b&gt; &amp; c</p>"), ("rich", "<p onclick=x>a<br></p><p></p>", "<p>a</p>"),
    ("email", "amy@acme.com", "amy@acme.com"), ("email", "ａｍｙ＠acme.com", "amy@acme.com"),
    ("phone", "+86 (21) 5555-0139", "+862155550139"), ("phone", "１３９００００１２３４", "13900001234"),
    ("phone", "021-55550139 转 12", "02155550139x12"), ("phone", "138 1111.0001 EXT 8", "13811110001x8"),
    ("url", "https://acme.com/a?b=c#d", "https://acme.com/a?b=c#d"),
    ("int", "1,234", 1234), ("int", "-5", -5), ("int", 7, 7), ("int", "１２", 12), ("int", 3.0, 3),
    ("geo", "31.2304, 121.4737", "31.230400,121.473700"), ("geo", "-33.8568 151.2153", "-33.856800,151.215300"),
    ("geo", "-0.0000001,180", "0.000000,180.000000"),
    ("color", "#2F54C8", "#2f54c8"), ("color", "abc", "#aabbcc"), ("color", "＃ＦＦＦ", "#ffffff"),
    ("time", "9:30", 570), ("time", "００：０５", 5), ("time", "23:59:00", 1439), ("time", time(8, 15), 495),
    ("duration", "2:15", 8100), ("duration", "2:15:30", 8130), ("duration", "90m", 5400), ("duration", "1.5 h", 5400),
    ("duration", "1h 30min", 5400), ("duration", "2小时15分", 8100), ("duration", "45秒", 45), ("duration", "0:00", 0),
    ("duration", timedelta(minutes=3), 180),
    ("rating", "4", 4), ("rating", "５", 5), ("rating", 3, 3),
    ("decimal", "1.50", Decimal("1.50")), ("decimal", ".5", Decimal("0.5")), ("decimal", 1.25, Decimal("1.25")),
    ("money", "1,234.50", Decimal("1234.50")), ("money", "-0.01", Decimal("-0.01")),
    ("money", "１，２３４．５", Decimal("1234.50")),
    ("money", "9999999999999999.99", Decimal("9999999999999999.99")), ("money", "1.10000", Decimal("1.10")),
    ("percent", "25%", Decimal("0.25")), ("percent", "25", Decimal("0.25")), ("percent", "12.34％", Decimal("0.1234")),
    ("percent", 0.25, Decimal("0.25")),
    ("date", "2026-03-05", date(2026, 3, 5)), ("date", "2024-02-29", date(2024, 2, 29)),
    ("datetime", "2026-03-05T14:30", datetime(2026, 3, 5, 6, 30, tzinfo=UTC)),
    ("datetime", "2026-03-05 14:30:15.5", datetime(2026, 3, 5, 6, 30, 15, 500000, tzinfo=UTC)),
    ("datetime", "2026-03-05T14:30Z", datetime(2026, 3, 5, 14, 30, tzinfo=UTC)),
    ("bool", "true", True), ("bool", "on", True), ("bool", "0", False), ("bool", "", False), ("bool", None, False),
    ("choice", "No", "No"), ("choices", ["agency", "direct"], ("direct", "agency")),
    ("tags", "VIP，老客户、vip;ｖｉｐ", ("VIP", "老客户")), ("tags", ["b", " a  c "], ("b", "a c")), ("tags", ["", "x"], ("x",)),
    ("choices", "direct,agency", ("direct", "agency")),
    ("link", "12", 12), ("user", 12, 12), ("dept", " 3 ", 3), ("file", "9", 9), ("id", "1", 1),
    ("links", ["3", 1, "3"], (1, 3)), ("files", "5,4", (4, 5)),
    ("any_link", "customer:12", RecordRef("customer", 12)),
    ("any_link", {"entity": "lead", "id": "7"}, RecordRef("lead", 7)),
    ("serial", "HT-2026-00001", "HT-2026-00001"),
    ("children", [ChildInput(None, {"qty": 1})], (ChildInput(None, {"qty": 1}),)),
]


@pytest.mark.parametrize(("kind", "raw", "value"), READ)
def test_reads_what_is_meant(kind: str, raw: object, value: object) -> None:
    assert FIELD_TYPES[kind].parse(raw, field(kind), SHANGHAI) == value


REFUSED = [
    ("text", "a\x00b", "bad_character"), ("text", "a\ud800", "bad_character"), ("text", "a\u202eb", "bad_character"),
    ("text", "a\nb", "one_line"),
    ("text", 5, "not_text"),
    ("text", {"a": 1}, "not_text"), ("text", "x" * 1001, "too_long"), ("long", "a\x07", "bad_character"),
    ("rich", "a\x00b", "bad_character"), ("rich", "<p>a&#x202e;b\u202e</p>", "bad_character"), ("rich", 5, "not_text"),
    ("rich", "x" * 100_001, "too_long"), ("rich", "<p>" + "<b>x</b><i>y</i>" * 9000, "too_long"), ("rich", "x" * 250_001, "too_long"),
    ("email", "amy", "bad_email"), ("email", "a@b@c.d", "bad_email"), ("email", "a b@c.d", "bad_email"),
    ("email", "a@b.", "bad_email"),
    ("phone", "call me", "bad_phone"), ("phone", "12", "bad_phone"), ("phone", "1" * 41, "too_long"),
    ("url", "javascript:alert(1)", "bad_url"), ("url", "acme.com", "bad_url"), ("url", "http://", "bad_url"),
    ("url", "http://a:99999/", "bad_url"),
    ("int", "1.5", "not_whole"), ("int", "1e5", "not_number"), ("int", True, "not_number"), ("int", "٣", "not_number"),
    ("int", "1" * 19, "too_many_digits"), ("int", "12,34", "not_number"), ("int", [], "not_number"),
    ("int", 10**18, "too_many_digits"),
    ("geo", "121.4,31.2", "not_position"), ("geo", "31.2", "not_position"), ("geo", "0,180.0000001", "not_position"),
    ("geo", [31.2, 121.4], "not_position"), ("color", "red", "not_color"), ("color", "#12345", "not_color"), ("color", 5, "not_text"),
    ("time", "24:00", "not_time"), ("time", "9:60", "not_time"), ("time", "9", "not_time"), ("time", 570, "not_time"),
    ("time", "9:30:15", "not_time"), ("time", True, "not_time"), ("duration", "90", "not_duration"),
    ("duration", 90, "not_duration"), ("duration", "-1:00", "not_duration"), ("duration", "1:75", "not_duration"),
    ("duration", "m", "not_duration"), ("duration", "1.001m", "not_duration"), ("duration", timedelta(-1), "not_duration"),
    ("rating", "0", "not_stars"), ("rating", "11", "not_stars"), ("rating", "2.5", "not_whole"), ("rating", "★★", "not_number"),
    ("decimal", "NaN", "not_number"), ("decimal", "Infinity", "not_number"), ("decimal", float("nan"), "not_number"),
    ("decimal", float("inf"), "not_number"), ("decimal", "1_000", "not_number"), ("decimal", "--1", "not_number"),
    ("decimal", "0x10", "not_number"),
    ("money", "1.234", "too_many_decimals"), ("money", "1" * 17, "too_many_digits"), ("money", "¥5", "not_amount"),
    ("money", "0" * 100, "not_amount"),
    ("money", 0.1234567890123456, "inexact_number"), ("money", "1,23.00", "not_amount"),
    ("percent", "12.345%", "too_many_decimals"), ("percent", "%", "not_number"), ("percent", "5%%", "not_number"),
    ("date", "2026-02-30", "bad_date"), ("date", "05/03/2026", "bad_date"), ("date", "20260305", "bad_date"),
    ("date", 20260305, "bad_date"),
    ("date", "0001-01-01", "date_range"), ("date", "2026-03-05T00:00", "bad_date"),
    ("date", datetime(2026, 3, 5), "bad_date"),
    ("datetime", "2026-03-05", "bad_datetime"), ("datetime", "2026-03-05T25:00", "bad_datetime"),
    ("datetime", "2026-03-05T10:00+99:00", "bad_datetime"),
    ("datetime", 1772000000, "bad_datetime"),
    ("bool", "maybe", "not_bool"), ("bool", 2, "not_bool"), ("bool", [], "not_bool"),
    ("choice", "other", "unknown_option"), ("choice", 5, "unknown_option"), ("choice", ["direct"], "unknown_option"),
    ("choices", ["direct", "x"], "unknown_option"), ("choices", 5, "not_list"),
    ("tags", "x" * 41, "tag_too_long"), ("tags", ",".join(map(str, range(21))), "too_many_tags"), ("tags", [5], "not_list"),
    ("tags", 5, "not_list"), ("tags", "a\x00", "bad_character"),
    ("link", "0", "bad_id"), ("link", "-1", "bad_id"), ("link", "1.0", "bad_id"), ("link", 1.0, "bad_id"),
    ("link", True, "bad_id"),
    ("link", "9" * 19, "bad_id"), ("link", "１", "bad_id"), ("user", "amy", "bad_id"), ("file", {}, "bad_id"),
    ("links", ["x"], "bad_id"), ("links", list(range(1, 1002)), "too_many"), ("files", 3, "not_list"),
    ("any_link", "customer", "bad_id"), ("any_link", "user:1", "bad_target"),
    ("any_link", {"entity": "lead"}, "bad_id"), ("any_link", 5, "bad_id"),
    ("children", [{"qty": 1}], "not_list"), ("children", "x", "not_list"),
]


@pytest.mark.parametrize(("kind", "raw", "code"), REFUSED)
def test_refuses_with_a_code(kind: str, raw: object, code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        FIELD_TYPES[kind].parse(raw, field(kind), SHANGHAI)
    assert refused.value.code == code
    for language in ("zh", "en"):
        assert refused.value.message.text(language)


AMOUNTS = [
    ("CNY", "￥1,000"), ("CNY", "¥ 1,000"), ("CNY", "1,000.00元"), ("CNY", "CNY 1,000"), ("CNY", "1000 rmb"), ("CNY", "人民币1,000元"),
    ("CNY", "１，０００元"), ("CNY", "RMB\u00a01,000"), ("USD", "$1,000"), ("USD", "US$1000"), ("USD", "1,000 USD"),
    ("EUR", "1,000 €"), ("HKD", "HK$1,000"), ("CHF", "CHF 1,000"), ("CNY", "+1,000元"),
]


@pytest.mark.parametrize(("currency", "raw"), AMOUNTS)
def test_an_amount_may_name_its_currency(currency: str, raw: str) -> None:
    money = field("money", currency=currency)
    assert money.type.parse(raw, money, SHANGHAI) == Decimal(1000)
    negative = f"-{raw.lstrip('+')}"
    assert money.type.parse(negative, money, SHANGHAI) == Decimal(-1000)


MISTAKEN = [
    ("CNY", "USD 1,000", "wrong_currency"), ("CNY", "$1,000", "wrong_currency"), ("USD", "1,000元", "wrong_currency"),
    ("JPY", "¥1000", "wrong_currency"), ("HKD", "$1,000", "wrong_currency"), ("CNY", "¥1,000 USD", "wrong_currency"),
    ("CNY", "1.000,50", "not_amount"), ("CNY", "1 000", "not_amount"), ("CNY", "一万", "not_amount"), ("CNY", "1,000块钱", "not_amount"),
    ("CNY", "¥", "not_amount"), ("CNY", "-¥-5", "not_amount"), ("CNY", "5%", "not_amount"), ("CNY", "1e5", "not_amount"),
    ("CNY", "¥1.234", "too_many_decimals"), (None, "EUR 5", "not_amount"),
]


@pytest.mark.parametrize(("currency", "raw", "code"), MISTAKEN)
def test_an_amount_whose_meaning_is_not_certain_is_refused_with_an_example(currency: str | None, raw: str, code: str) -> None:
    money = field("money", currency=currency)
    with pytest.raises(InvalidValue) as refused:
        money.type.parse(raw, money, SHANGHAI)
    assert refused.value.code == code
    if code != "too_many_decimals":
        assert all("1,000.00" in refused.value.message.text(language) for language in ("zh", "en"))


JUNK = [
    "\x00", "\ud800", "NaN", "Infinity", "-inf", "1e999", "0x1F", "١٢٣", "②", "½", "true;--", "' OR 1=1",
    "{{7*7}}", "../..", "9" * 400, -1, 2**63, 2**70, 1.5, float("nan"), True, [], [[]], {},
    {"$ne": 1}, b"x", object(), [None, {}],
    ("a",), date(1, 1, 1),
]


@pytest.mark.parametrize("kind", sorted(FIELD_TYPES))
@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_junk_is_refused_or_kept_and_never_lost(kind: str, junk: object) -> None:
    kind_ = FIELD_TYPES[kind]
    try:
        value = kind_.parse(junk, field(kind), SHANGHAI)
    except InvalidValue as refused:
        assert refused.code in MESSAGES
        refused.message.text("zh").encode()
        refused.message.text("en").encode()
        return
    empty = junk in ([], ("a",), [None, {}]) or kind == "children"
    assert value not in (None, "") or empty
    kind_.check(value, field(kind)) if value is not None else None


@pytest.mark.parametrize(("kind", "raw", "value"), [case for case in READ if case[0] != "children"])
def test_form_text_export_text_and_json_read_back(kind: str, raw: object, value: object) -> None:
    kind_, declared = FIELD_TYPES[kind], field(kind)
    assert kind_.parse(kind_.form_text(value, SHANGHAI), declared, SHANGHAI) == value
    assert kind_.read_import(kind_.export_text(value, declared, SHANGHAI), declared, SHANGHAI) == value
    assert kind_.from_json(kind_.json(value)) == value
    assert kind_.compare(value, value) == 0
    assert kind_.compare(None, value) <= 0


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15), max_value=10**15))
def test_money_survives_text(amount: Decimal) -> None:
    money, declared = FIELD_TYPES["money"], field("money")
    stored = money.assign(amount, declared)
    assert money.parse(money.form_text(stored), declared) == stored
    assert money.parse(f"{amount:,.2f}", declared) == stored


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)),
       st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "Pacific/Apia"]))
def test_an_instant_survives_form_text_in_every_zone(instant: datetime, zone: str) -> None:
    kind, context = FIELD_TYPES["datetime"], TextContext(ZoneInfo(zone))
    assert kind.parse(kind.form_text(instant, context), field("datetime"), context) == instant


def test_a_time_that_the_clock_skipped_is_refused() -> None:
    with pytest.raises(InvalidValue) as refused:
        FIELD_TYPES["datetime"].parse("2026-03-08T02:30", field("datetime"), TextContext(ZoneInfo("America/New_York")))
    assert refused.value.code == "skipped_time"


@pytest.mark.parametrize(
    ("value", "stored"), [("0.125", "0.13"), ("-0.125", "-0.13"), ("2.675", "2.68"), ("-0.004", "0")]
)
def test_assigned_amounts_are_rounded_half_up_once(value: str, stored: str) -> None:
    assert FIELD_TYPES["money"].assign(Decimal(value), field("money")) == Decimal(stored)


def test_spreadsheet_cells_are_read_with_their_own_habits() -> None:
    context = SHANGHAI
    assert FIELD_TYPES["text"].read_import(13900001234.0, field("text"), context) == "13900001234"
    assert FIELD_TYPES["date"].read_import("2026年3月5日", field("date"), context) == date(2026, 3, 5)
    assert FIELD_TYPES["date"].read_import(datetime(2026, 3, 5), field("date"), context) == date(2026, 3, 5)
    assert FIELD_TYPES["choice"].read_import("代理", field("choice"), context) == "agency"
    assert FIELD_TYPES["choices"].read_import("直销、代理", field("choices"), context) == ("direct", "agency")
    assert FIELD_TYPES["bool"].read_import(1.0, field("bool"), context) is True
    assert FIELD_TYPES["link"].read_import(12.0, field("link"), context) == 12


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+", "([a-z]+)*x", "(.*)*b"])
def test_a_pattern_costs_linear_time(pattern: str) -> None:
    """T68: the same texts take a backtracking engine longer than the age of the tests."""
    with pytest.raises(InvalidValue) as refused:
        FIELD_TYPES["text"].parse("a" * 500 + "!", field("text", pattern=pattern))
    assert refused.value.code == "bad_pattern"


def test_the_whole_text_must_match_a_pattern() -> None:
    declared = field("text", pattern="[A-Z]{2}|[0-9]{3}")
    assert FIELD_TYPES["text"].parse("AB", declared) == "AB"
    for text in ("ABC", "xAB", "123\n4", "１２３"):
        with pytest.raises(InvalidValue):
            FIELD_TYPES["text"].parse(text, declared)


def test_every_kind_has_a_type() -> None:
    kinds = (
        "text bool link choice int money long decimal date datetime children serial percent email phone url file files "
        "choices user dept any_link links"
    )
    assert set(kinds.split()) <= set(FIELD_TYPES)
    assert set(SYSTEM_FIELDS.values()) <= set(FIELD_TYPES)


def test_columns_hold_the_same_values_on_both_databases(database: Database) -> None:
    kinds = [kind for kind, kind_ in FIELD_TYPES.items() if kind_.column_type() is not None]
    table = sa.Table("t", sa.MetaData(), sa.Column("n", sa.Integer, primary_key=True), *[
        sa.Column(kind, FIELD_TYPES[kind].column_type()) for kind in kinds  # type: ignore[arg-type]
    ])
    rows = [{"n": n, **dict.fromkeys(kinds), kind: value} for n, (kind, _, value) in enumerate(READ) if kind in kinds]
    with database.write() as connection:
        table.create(connection)
        connection.execute(table.insert(), rows)
    with database.read() as connection:
        stored = {row.n: row._mapping for row in connection.execute(sa.select(table))}
        for row in rows:
            kind = next(name for name in kinds if row[name] is not None)
            assert stored[row["n"]][kind] == row[kind]
        holding = sa.select(table.c.n).where(has_item(table.c.choices, "agency"))
        assert [READ[n][0] for n in connection.execute(holding).scalars()] == ["choices", "choices"]
        assert connection.execute(sa.select(table.c.n).where(has_item(table.c.files, 45))).first() is None
