"""The filters of print templates, each within the budget of its rendering."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent
from jinja2 import filters, pass_eval_context
from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext
from jinja2.runtime import markup_join
from markupsafe import Markup

from engine.languages import short
from engine.money_words import amount_in_chinese, amount_in_english
from metadata.template_language import PLAIN_FILTERS
from reports.budget import current

COUNTED, JOINED = "_counted", "_joined"
"""Filters that the sandbox itself puts around what a loop runs over, and in the place of `~`."""
_MOST_DIGITS = 12


def template_filters() -> Mapping[str, Callable[..., Any]]:
    """All filters by name."""
    own = {
        **{name: filters.FILTERS[name] for name in PLAIN_FILTERS}, "round": _round,
        "money": _money, "number": _number, "percent": _percent, "date": _date, "words": _words, "picture": _picture,
    }
    before = {"replace": _replace, "join": _join, COUNTED: _counted, JOINED: _joined}
    return {**{name: _within_budget(made) for name, made in own.items()}, **before}


def _within_budget(made: Callable[..., Any]) -> Callable[..., Any]:
    """`made`, its text counted when it is there; filters that could make a long one count it before it is made."""

    @wraps(made)
    def run(*arguments: Any, **named: Any) -> Any:
        result = made(*arguments, **named)
        if isinstance(result, str):
            current().build(len(result))
        return result

    return run


def _counted(items: Iterable[Any]) -> Iterator[Any]:
    budget = current()
    for item in items:
        budget.step()
        yield item


def _joined(parts: list[Any]) -> str:
    current().build(sum(len(str(part)) for part in parts))
    return markup_join(parts)


@pass_eval_context
def _replace(context: EvalContext, text: Any, old: Any, new: Any, count: int | None = None) -> str:
    whole, sought, put = str(text), str(old), str(new)
    times = whole.count(sought)
    current().build(len(whole) + times * (len(put) - len(sought)))
    return filters.do_replace(context, text, sought, put, count)


@pass_eval_context
def _join(context: EvalContext, items: Iterable[Any], between: str = "") -> str:
    parts = list(items)
    current().build(sum(len(str(part)) for part in parts) + len(str(between)) * max(len(parts) - 1, 0))
    return filters.sync_do_join(context, parts, between)


def _picture(value: Any, name: str = "") -> Markup:
    """The pictures of a field; whoever reads the print is shown those that they may see."""
    numbers = value if isinstance(value, list | tuple) else [value]
    image = Markup('<img class="picture" src="/files/{}/picture" alt="{}">')
    return Markup("").join(image.format(one, name) for one in numbers if isinstance(one, int) and not isinstance(one, bool))


def _round(value: Any, precision: int = 0, method: str = "common") -> Any:
    if not isinstance(precision, int) or abs(precision) > _MOST_DIGITS:
        raise SecurityError(f"round takes at most {_MOST_DIGITS} digits")
    return filters.do_round(value, precision, method)  # type: ignore[arg-type]


def _money(value: object, currency: str = "CNY", language: str = "zh") -> str:
    if not isinstance(value, Decimal | int):
        return ""
    return format_currency(value, currency, locale=_locale(language))


def _number(value: object, language: str = "zh") -> str:
    return format_decimal(value, locale=_locale(language)) if isinstance(value, Decimal | int) else ""


def _percent(value: object, language: str = "zh") -> str:
    if not isinstance(value, Decimal | int):
        return ""
    return format_percent(value, locale=_locale(language), decimal_quantization=False)


def _date(value: object, language: str = "zh") -> str:
    if isinstance(value, datetime):
        return format_datetime(value, "medium", locale=_locale(language))
    return format_date(value, "long", locale=_locale(language)) if isinstance(value, date) else ""


def _words(value: object, language: str = "zh", currency: str = "CNY") -> str:
    if not isinstance(value, Decimal | int):
        return ""
    words = amount_in_chinese if short(language).base == "zh" else amount_in_english
    return words(Decimal(value), currency)


def _locale(language: str) -> str:
    return "zh_CN" if short(language).base == "zh" else "en"
