"""The one place where templates of packs are compiled and rendered (T01-T04, law 10).

Templates see plain values only and a closed list of filters and tests (`metadata.template_language`); there are no
globals. What could eat time or memory is taken away or counted (`reports.budget`): turns of loops, texts put together,
output.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from jinja2 import ChainableUndefined, TemplateError, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from engine.records.queries import Path
from engine.refusals import Message, Refusal
from metadata.rich_texts import read_rich
from metadata.template_language import TESTS
from reports.budget import OverBudget, budget, current
from reports.template_filters import COUNTED, JOINED, template_filters

MAX_OUTPUT = 2_000_000
"""Characters one print may have."""

MAX_NUMBER = 10**18


class TemplateRefused(Refusal):
    """A template broke a limit or asked for what it may not have; the reason is safe to show to its author."""


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

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return _Counting().visit(super()._parse(source, name, filename))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on numbers of bounded size only; `+` also joins texts of bounded length."""
        numbers = (int, float, Decimal)
        if isinstance(left, numbers) and isinstance(right, numbers) and operator != "**":
            if abs(left) > MAX_NUMBER or abs(right) > MAX_NUMBER:
                raise SecurityError("number too large")
            if isinstance(left, Decimal) or isinstance(right, Decimal):
                left, right = Decimal(str(left)), Decimal(str(right))
            return super().call_binop(context, operator, left, right)
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            current().build(len(left) + len(right))
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
        """Nothing may be called."""
        return False


class _Counting(NodeTransformer):
    """Puts what loops run over, and texts joined by `~`, through filters that count. Jinja calls methods by node name."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.iter = _filtered(cast(nodes.Expr, node.iter), COUNTED)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno, environment=node.environment), JOINED)


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno, environment=node.environment)


def sandbox() -> PrintEnvironment:
    """A fresh environment with our filters and no globals."""
    environment = PrintEnvironment(autoescape=True, undefined=ChainableUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.clear()
    environment.filters.update(template_filters())
    for name in environment.tests.keys() - set(TESTS):
        del environment.tests[name]
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


class Formatted(str):
    """The value of a field of kind `rich`: templates get it as it looks, sanitised once more on the way (T62)."""


def plainly(value: object) -> object:
    """`value` as templates see it: texts (formatted ones as they look), numbers, dates, lists, and maps as `Plain`.
    Raises `TypeError` for anything else, so that no object with attributes of its own is within their reach."""
    if isinstance(value, Plain):
        return Plain({str(name): plainly(one) for name, one in value.values.items()}, str(value.text))
    if isinstance(value, Mapping):
        return Plain({str(name): plainly(one) for name, one in value.items()})
    if isinstance(value, list | tuple):
        return [plainly(one) for one in value]
    if isinstance(value, Formatted):
        return Markup(read_rich(value) or "")  # markup comes from nowhere else
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return value
    raise TypeError(f"{type(value).__name__} is no plain value")


def render(template: Any, context: Mapping[str, object]) -> Markup:
    """The rendered template; it sees `context` as `plainly` makes it. Raises `TemplateRefused` when it breaks a limit or a
    rule of the sandbox."""
    pieces: list[str] = []
    length = 0
    try:
        with budget():
            for piece in template.generate({name: plainly(value) for name, value in context.items()}):
                length += len(piece)
                if length > MAX_OUTPUT:
                    raise OverBudget("the output is too long")
                pieces.append(piece)
    except OverBudget as error:
        raise TemplateRefused(Message("print_too_large")) from error
    except (TemplateError, ArithmeticError, TypeError, ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, TemplateError) else type(error).__name__
        raise TemplateRefused(Message("print_failed", {"reason": reason[:200]})) from error
    # Safe to mark: autoescape is on, so markup comes from the template and values were escaped.
    return Markup("".join(pieces))

