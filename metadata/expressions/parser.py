"""A Pratt parser with positions: text -> syntax tree. Never raises; the first fault ends the reading.

Binding, loosest first: `or`, `and`, `not`, comparisons and `in` (not chained), `+ -`, `* /`, unary `-`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from metadata.codes import expressions as codes
from metadata.expressions import tree
from metadata.expressions.lexer import RESERVED, Token, place_at, tokenise
from metadata.problems import Code, Place, Problem

MAX_DEPTH = 100
MAX_NODES = 500
MAX_SPAN = {"d": 36_500, "mo": 1_200, "h": 876_000, "wd": 26_000, "wh": 234_000}
"""Longest duration literal per unit: a hundred years."""

_BINDING = {
    "or": 1, "and": 2,
    "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4, "not": 4,
    "+": 5, "-": 5, "*": 6, "/": 6,
}
_NOT_BINDING = 3
_COMPARISON = 4
_UNARY_BINDING = 7

MEASURES = ("count", "sum", "min", "max", "avg")


def parse(text: str, place: Place) -> tuple[tree.Node | None, list[Problem]]:
    """The tree of `text`, which begins at `place` in its file; (None, problems) when it cannot be read."""
    tokens, problems = tokenise(text, place)
    if problems:
        return None, problems
    reader = _Reader(tokens)
    try:
        node = reader.expression(0, 1)
        reader.expect_end()
    except _Fault as fault:
        return None, [Problem(fault.code, place_at(text, place, fault.at), fault.values)]
    return node, []


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure or roll-up value: `function`, and the text of what it is taken of with its own place (None: `count()`)."""

    function: str
    text: str | None
    place: Place


def parse_measure(text: str, place: Place) -> tuple[Measure | None, list[Problem]]:
    """Reads `sum(amount)` or `count()`: one of count sum min max avg over an expression of the tested row."""
    node, problems = parse(text, place)
    if node is None:
        return None, problems
    if not isinstance(node, tree.CallNode) or node.function not in MEASURES or len(node.arguments) > 1:
        return None, [Problem(codes.NO_MEASURE, place, {"found": text, "functions": ", ".join(MEASURES)})]
    if bool(node.arguments) == (node.function == "count"):
        return None, [Problem(codes.NO_MEASURE, place, {"found": text, "functions": ", ".join(MEASURES)})]
    if not node.arguments:
        return Measure(node.function, None, place), []
    begin = text.index("(") + 1
    return Measure(node.function, text[begin : text.rindex(")")], place_at(text, place, begin)), []


class _Fault(Exception):
    def __init__(self, code: Code, at: int, values: dict[str, str]) -> None:
        super().__init__(code.code)
        self.code, self.at, self.values = code, at, values


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.nodes = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.index += 1
        return token

    def at_operator(self, *operators: str) -> bool:
        return self.token.kind == "operator" and self.token.value in operators

    def at_word(self, word: str, ahead: int = 0) -> bool:
        index = min(self.index + ahead, len(self.tokens) - 1)
        return self.tokens[index].kind == "name" and self.tokens[index].value == word

    def expect(self, operator: str) -> None:
        if not self.at_operator(operator):
            raise self.unexpected(operator)
        self.take()

    def expect_end(self) -> None:
        if self.token.kind != "end":
            raise self.unexpected("")

    def unexpected(self, wanted: str) -> _Fault:
        if self.token.kind == "end":
            values = {"wanted_zh": f" {wanted}" if wanted else "一个值", "wanted_en": wanted or "a value"}
            return _Fault(codes.UNFINISHED, self.token.at, values)
        if wanted:
            return _Fault(codes.MISSING, self.token.at, {"wanted": wanted, "found": self.token.value})
        return _Fault(codes.UNEXPECTED, self.token.at, {"found": self.token.value})

    def count(self, depth: int) -> None:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise _Fault(codes.TOO_DEEP, self.token.at, {"limit": str(MAX_DEPTH)})
        if self.nodes > MAX_NODES:
            raise _Fault(codes.TOO_LARGE, self.token.at, {"limit": str(MAX_NODES)})

    def expression(self, binding: int, depth: int) -> tree.Node:
        left = self.operand(binding, depth)
        taken = 0
        while True:
            operator = self.infix()
            power = _BINDING.get(operator, 0)
            if power <= binding:
                return left
            if power == _COMPARISON and taken == _COMPARISON:
                raise _Fault(codes.CHAINED, self.token.at, {"found": operator})
            # A long chain `a + b + c` leans left, so each step is one level deeper in the tree.
            depth += 1
            left = self.combine(left, operator, power, depth)
            taken = power

    def infix(self) -> str:
        token = self.token
        if token.kind == "operator" or (token.kind == "name" and token.value in ("and", "or", "in")):
            return token.value
        return "not" if self.at_word("not") and self.at_word("in", 1) else ""

    def combine(self, left: tree.Node, operator: str, power: int, depth: int) -> tree.Node:
        self.count(depth)
        at = self.take().at
        if operator in ("in", "not"):
            if operator == "not":
                self.take()
            return tree.InNode(at, left, self.expression(power, depth + 1), operator == "not")
        return tree.BinaryNode(at, operator, left, self.expression(power, depth + 1))

    def operand(self, binding: int, depth: int) -> tree.Node:
        self.count(depth)
        token = self.token
        if token.kind == "name":
            return self.word(binding, depth)
        if token.kind == "context":
            return self.context(self.take())
        if token.kind in ("number", "percent", "span", "text"):
            return _literal(self.take())
        if self.at_operator("-"):
            self.take()
            return tree.UnaryNode(token.at, "-", self.expression(_UNARY_BINDING, depth + 1))
        if self.at_operator("("):
            self.take()
            inside = self.expression(0, depth + 1)
            self.expect(")")
            return inside
        if self.at_operator("["):
            self.take()
            return tree.ListNode(token.at, self.sequence("]", depth))
        raise self.unexpected("")

    def word(self, binding: int, depth: int) -> tree.Node:
        token = self.token
        if token.value == "not":
            if binding > _NOT_BINDING:
                raise _Fault(codes.MISPLACED_NOT, token.at, {})
            self.take()
            return tree.UnaryNode(token.at, "not", self.expression(_NOT_BINDING, depth + 1))
        if token.value in ("and", "or", "in"):
            raise self.unexpected("")
        self.take()
        if token.value in RESERVED:
            return tree.BlankNode(token.at) if token.value == "blank" else tree.BoolNode(token.at, token.value == "true")
        if self.at_operator("("):
            self.take()
            return tree.CallNode(token.at, token.value, self.sequence(")", depth))
        return self.path(token.at, "", [token.value], [token.at])

    def context(self, token: Token) -> tree.Node:
        if len(token.value) == 1:
            raise _Fault(codes.BAD_CHARACTER, token.at, {"found": "$"})
        return self.path(token.at, token.value[1:], [], [])

    def path(self, at: int, context: str, parts: list[str], places: list[int]) -> tree.NameNode:
        while self.at_operator("."):
            self.take()
            if self.token.kind != "name":
                raise _Fault(codes.NO_NAME, self.token.at, {"found": self.token.value or "…"})
            places.append(self.token.at)
            parts.append(self.take().value)
        return tree.NameNode(at, context, tuple(parts), tuple(places))

    def sequence(self, end: str, depth: int) -> tuple[tree.Node, ...]:
        items: list[tree.Node] = []
        if not self.at_operator(end):
            items.append(self.expression(0, depth + 1))
            while self.at_operator(","):
                self.take()
                items.append(self.expression(0, depth + 1))
        self.expect(end)
        return tuple(items)


def _literal(token: Token) -> tree.Node:
    if token.kind == "text":
        return tree.TextNode(token.at, token.value)
    if token.kind == "percent":
        return tree.NumberNode(token.at, Decimal(token.value[:-1]).scaleb(-2), percent=True)
    if token.kind == "number":
        value = Decimal(token.value) if "." in token.value else int(token.value)
        return tree.NumberNode(token.at, value)
    digits = token.value.rstrip("dmohw")
    unit, amount = token.value[len(digits) :], int(digits)
    for known in ("d", "mo", "h", "wd", "wh"):
        if unit == known and amount <= MAX_SPAN[known]:
            return tree.SpanNode(token.at, amount, known)
    raise _Fault(codes.LONG_SPAN, token.at, {"found": token.value, "limit": f"{MAX_SPAN[unit]}{unit}"})
