"""The one place where templates of packs are compiled and rendered (T01-T04, law 10).

Templates see plain values only and a closed list of filters; there are no globals. What could eat time or memory is
taken away or bounded: multiplication of texts, padding and repeating filters, long loops, long output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent
from jinja2 import ChainableUndefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from engine.money_words import amount_in_chinese, amount_in_english
from engine.records.queries import Path

MAX_OUTPUT = 2_000_000
"""Characters one print may have."""

MAX_NUMBER = 10**18
FILTERS = (
    "abs", "capitalize", "default", "e", "escape", "first", "float", "int", "join", "last", "length", "list", "lower",
    "replace", "round", "string", "sum", "title", "trim", "upper",
)


class TemplateRefused(Exception):
    """A template broke a limit or asked for what it may not have; `detail` is safe to show to its author."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Plain:
    """What a template sees of a record: values by name, and the text it prints as (a linked record's title)."""

    values: Mapping[str, object]
    text: str = ""

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text or self.values)


class PrintEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox without globals in which numbers multiply and texts do not."""

    intercepted_binops = frozenset({"*", "**", "%", "+", "/", "//"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on numbers of bounded size only; `+` also joins texts of bounded length."""
        numbers = (int, float, Decimal)
        if isinstance(left, numbers) and isinstance(right, numbers) and operator != "**":
            if abs(left) > MAX_NUMBER or abs(right) > MAX_NUMBER:
                raise SecurityError("number too large")
            if isinstance(left, Decimal) or isinstance(right, Decimal):
                left, right = Decimal(str(left)), Decimal(str(right))
            return super().call_binop(context, operator, left, right)
        if operator == "+" and isinstance(left, str) and isinstance(right, str) and len(left) + len(right) < 10_000:
            return left + right
        raise SecurityError(f"operator {operator} works on numbers only")

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`a.b` reads the key b of plain values, or a word of Jinja's own loop object; never a Python attribute."""
        if isinstance(obj, Plain):
            return obj.values.get(attribute, self.undefined(obj=obj, name=attribute))
        if isinstance(obj, LoopContext):
            return super().getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`a[b]` is `a.b` for plain values, and a position in a list; never a Python attribute."""
        if isinstance(obj, Plain) or not isinstance(obj, list | tuple):
            return self.getattr(obj, str(argument))
        return super().getitem(obj, argument) if isinstance(argument, int | slice) else self.undefined(name=str(argument))

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing but macros of the template itself may be called."""
        return type(obj).__name__ == "Macro"


def sandbox() -> PrintEnvironment:
    """A fresh environment with our filters and no globals."""
    environment = PrintEnvironment(autoescape=True, undefined=ChainableUndefined, trim_blocks=True, lstrip_blocks=True)
    kept = {name: environment.filters[name] for name in FILTERS}
    environment.filters.clear()
    environment.filters.update(kept)
    environment.filters.update(FORMAT_FILTERS)
    environment.globals.clear()
    return environment


def record_paths(source: str, children: frozenset[str]) -> tuple[Path, ...]:
    """The field paths `record.a`, `record.a.b` that a template names, collections in `children` left out."""
    found: dict[Path, None] = {}
    tree = sandbox().parse(source)
    inner: set[int] = set()
    for node in tree.find_all(nodes.Getattr):
        path = _chain(node)
        if path is not None and id(node) not in inner and path[0] not in children:
            found[path] = None
        if isinstance(node.node, nodes.Getattr):
            inner.add(id(node.node))
    return tuple(found)


def _chain(node: nodes.Getattr) -> Path | None:
    parts: list[str] = []
    current: nodes.Node = node
    while isinstance(current, nodes.Getattr):
        parts.append(current.attr)
        current = current.node
    if isinstance(current, nodes.Name) and current.name == "record":
        return tuple(reversed(parts))
    return None


def render(template: Any, context: Mapping[str, object]) -> Markup:
    """The rendered template. Raises `TemplateRefused` when it breaks a limit or a rule of the sandbox."""
    pieces: list[str] = []
    length = 0
    try:
        for piece in _chunks(template, context):
            length += len(piece)
            if length > MAX_OUTPUT:
                raise TemplateRefused("the output is too long")
            pieces.append(piece)
    except SecurityError as error:
        raise TemplateRefused(str(error)) from error
    except (ArithmeticError, TypeError, ValueError, RecursionError) as error:
        raise TemplateRefused(f"{type(error).__name__} in the template") from error
    # Safe to mark: autoescape is on, so markup comes from the template and values were escaped.
    return Markup("".join(pieces))


def _chunks(template: Any, context: Mapping[str, object]) -> Iterator[str]:
    yield from template.generate(dict(context))


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
    words = amount_in_chinese if language.startswith("zh") else amount_in_english
    return words(Decimal(value), currency)


def _locale(language: str) -> str:
    return "zh_CN" if language.startswith("zh") else "en"


FORMAT_FILTERS: dict[str, Callable[..., object]] = {
    "money": _money, "number": _number, "percent": _percent, "date": _date, "words": _words,
}
