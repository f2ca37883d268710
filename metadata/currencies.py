"""Codes of currencies (ISO 4217), and what people write instead of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from babel.numbers import list_currencies

from metadata.near import near

_CALLED: Mapping[str, str] = {
    "RMB": "CNY", "CNH": "CNY", "YUAN": "CNY", "人民币": "CNY", "元": "CNY", "元人民币": "CNY", "¥": "CNY", "￥": "CNY", "CN¥": "CNY",
    "US$": "USD", "$": "USD", "DOLLAR": "USD", "美元": "USD", "€": "EUR", "EURO": "EUR", "欧元": "EUR", "£": "GBP", "POUND": "GBP",
    "英镑": "GBP", "YEN": "JPY", "日元": "JPY", "円": "JPY", "JP¥": "JPY", "HK$": "HKD", "港币": "HKD", "港元": "HKD", "NT$": "TWD",
    "NTD": "TWD", "新台币": "TWD", "S$": "SGD", "A$": "AUD", "澳元": "AUD", "CA$": "CAD", "加元": "CAD", "₩": "KRW", "韩元": "KRW",
    "₹": "INR",
}
"""Names and signs -> the code that is probably meant. A bare $ or ¥ is that of most people who write it."""

_COMMON = tuple("aud brl cad chf cny eur gbp hkd idr inr jpy krw mop myr nzd php rub sar sgd thb twd usd vnd zar".split())
"""Codes that a slip of the pen may have meant."""


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """Every code there is or was."""
    return frozenset(list_currencies())


def meant(text: str) -> str | None:
    """The code that a code, name or sign stands for."""
    upper = text.strip().upper()
    return _CALLED.get(upper) or (upper if upper in codes() else None)


def fix(text: str) -> dict[str, str]:
    """`fix_zh` and `fix_en`: the code that was probably meant, else advice."""
    code = meant(text) or near(text.strip().upper(), _COMMON)
    if code:
        return {"fix_zh": f"是否想写 {code.upper()}？", "fix_en": f"did you mean {code.upper()}?"}
    return {"fix_zh": "改正代码", "fix_en": "mend the code"}
