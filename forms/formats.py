"""How values look to people of a language and zone. Patterns and names are read from the locale once and kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import format_compact_decimal, get_currency_symbol

from engine.languages import short
from engine.messages import MESSAGES


class Formats:
    """The formats of one language and zone; get one with `formats_of`. All methods take values that are not blank."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language = short(language)
        self.zone = zone
        self.locale = Locale.parse("zh_Hans_CN" if self.language.base == "zh" else "en")
        symbols = self.locale.number_symbols.get("latn", self.locale.number_symbols)
        self._marks = str.maketrans({",": symbols["group"], ".": symbols["decimal"]})
        self._plain = symbols["group"] == "," and symbols["decimal"] == "."
        self._months = tuple(self.locale.months["format"]["abbreviated"][i] for i in range(1, 13))
        self._symbols: dict[str, str] = {}

    def date(self, value: date) -> str:
        """`2026-03-05` in Chinese, `5 Mar 2026` in English: a day, the same in every zone (R26)."""
        if self.language.base == "zh":
            return value.isoformat()
        return f"{value.day} {self._months[value.month - 1]} {value.year}"

    def datetime(self, value: datetime) -> str:
        """The instant in the reader's zone, to the minute."""
        local = value.astimezone(self.zone)
        return f"{self.date(local.date())} {local:%H:%M}"

    def number(self, value: Decimal | int, scale: int | None = None) -> str:
        """Grouped by thousands, with `scale` digits when given."""
        text = f"{value:,}" if scale is None else f"{value:,.{scale}f}"
        return text if self._plain else text.translate(self._marks)

    def money(self, value: Decimal, scale: int, currency: str | None) -> str:
        """The amount with the symbol of its currency before it."""
        symbol = self.symbol(currency) if currency else ""
        sign, amount = ("-", -value) if value < 0 else ("", value)
        return f"{sign}{symbol}{self.number(amount, scale)}"

    def short_money(self, value: Decimal, currency: str | None) -> str:
        """An amount where there is little room: in a few digits, as `¥751.2万` and `CN¥7.5M`."""
        number = format_compact_decimal(abs(value), locale=self.locale, fraction_digits=1)
        return f"{'-' if value < 0 else ''}{self.symbol(currency) if currency else ''}{number}"

    def symbol(self, currency: str) -> str:
        """How people of this language write the currency."""
        known = self._symbols.get(currency)
        if known is None:
            known = self._symbols[currency] = get_currency_symbol(currency, self.locale)
        return known

    def percent(self, value: Decimal) -> str:
        """A stored fraction as per cent, without needless zeros."""
        shown = (value * 100).normalize()
        return f"{shown:f}%"

    def size(self, value: int) -> str:
        """Bytes of a file in a few digits: `12 KB`, `3.4 MB`."""
        if value < 1 << 20:
            return f"{self.number(max(1, -(-value // 1024)))} KB"
        return f"{self.number(Decimal(value) / (1 << 20), 1)} MB"

    def yes_no(self, value: bool) -> str:
        return MESSAGES["yes" if value else "no"][self.language]

    def ago(self, value: datetime, now: datetime) -> str:
        """How long ago, as people say it: minutes, hours, yesterday, else the day."""
        passed = now - value.astimezone(UTC)
        if passed < timedelta(minutes=1):
            return MESSAGES["just_now"][self.language]
        if passed < timedelta(hours=1):
            return MESSAGES["minutes_ago"][self.language].format(count=int(passed.total_seconds() // 60))
        day, today = value.astimezone(self.zone).date(), now.astimezone(self.zone).date()
        if day == today:
            return MESSAGES["hours_ago"][self.language].format(count=int(passed.total_seconds() // 3600))
        if day == today - timedelta(days=1):
            return f"{MESSAGES['yesterday'][self.language]} {value.astimezone(self.zone):%H:%M}"
        return self.datetime(value)


@lru_cache(maxsize=64)
def formats_of(language: str, zone: ZoneInfo) -> Formats:
    """The formats of a language and zone."""
    return Formats(language, zone)


