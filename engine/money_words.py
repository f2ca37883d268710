"""Amounts in words, as contracts and receipts carry them: 大写金额 in Chinese, words in English."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from engine.languages import short

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万")

_SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_THOUSANDS = ("", "thousand", "million", "billion", "trillion", "quadrillion")

_UNITS_ZH = {
    "CNY": "", "USD": "美元", "EUR": "欧元", "HKD": "港元", "JPY": "日元", "GBP": "英镑", "TWD": "新台币",
    "SGD": "新加坡元",
}
_UNITS_EN = {
    "CNY": "yuan", "USD": "US dollars", "EUR": "euros", "HKD": "Hong Kong dollars", "JPY": "yen",
    "GBP": "pounds sterling", "TWD": "New Taiwan dollars", "SGD": "Singapore dollars",
}


def amount_in_words(amount: Decimal, language: str, currency: str = "CNY") -> str:
    """The amount in words of `language` (zh or en)."""
    return (amount_in_chinese if short(language).base == "zh" else amount_in_english)(amount, currency)


def amount_in_chinese(amount: Decimal, currency: str = "CNY") -> str:
    """`amount` in the formal characters, rounded half-up to the cent: 1234.50 is 壹仟贰佰叁拾肆元伍角整.

    At most 14 digits before the point. Renminbi is said plainly; another currency goes before it (美元壹佰元整). A
    negative amount begins with 负.
    """
    cents = _cents(abs(amount))
    whole, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    words = "" if whole == 0 else _whole_in_chinese(whole) + "元"
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif fen and whole:
        words += "零"
    words += _DIGITS[fen] + "分" if fen else "整" if words else "零元整"
    sign = "负" if amount < 0 and cents else ""
    return _UNITS_ZH.get(currency, currency) + sign + words


def _whole_in_chinese(number: int) -> str:
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words, gap = "", False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if group == 0:
            gap = True
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _group_in_chinese(group) + _GROUPS[index]
        gap = False
        if index == 3 and groups[2] == 0:
            words += _GROUPS[2]
            gap = True
    return words


def _group_in_chinese(group: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return words


def amount_in_english(amount: Decimal, currency: str = "CNY") -> str:
    """`amount` in words, rounded half-up to the cent: 1234.5 is `one thousand two hundred and thirty-four yuan and
    50/100`. Whole amounts end in `only`; a negative one begins with `minus`."""
    cents = _cents(abs(amount))
    whole, rest = divmod(cents, 100)
    unit = _UNITS_EN.get(currency, currency)
    sign = "minus " if amount < 0 and cents else ""
    end = f"and {rest:02d}/100" if rest else "only"
    return f"{sign}{_whole_in_english(whole)} {unit} {end}"


def _whole_in_english(number: int) -> str:
    if number == 0:
        return _SMALL[0]
    parts: list[str] = []
    for index in range(len(_THOUSANDS) - 1, -1, -1):
        group = number // 1000**index % 1000
        if group:
            joined = "and " if index == 0 and parts and group < 100 else ""
            parts.append(f"{joined}{_hundreds(group)} {_THOUSANDS[index]}".strip())
    return " ".join(parts)


def _hundreds(group: int) -> str:
    hundreds, rest = divmod(group, 100)
    parts = [f"{_SMALL[hundreds]} hundred"] if hundreds else []
    if rest:
        tens, ones = divmod(rest, 10)
        word = _SMALL[rest] if rest < 20 else _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")
        parts.append(f"and {word}" if hundreds else word)
    return " ".join(parts)


def _cents(amount: Decimal) -> int:
    return int(amount.quantize(Decimal("0.01"), ROUND_HALF_UP).scaleb(2))
