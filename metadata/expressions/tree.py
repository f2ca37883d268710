"""The syntax tree of an expression: what the parser makes and only the checker reads.

Every node knows `at`, its offset in the text, so that a problem can name file:line:column.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class NumberNode:
    """`12` (int), `12.5` (Decimal) or `25%` (`percent`; `value` is the fraction 0.25)."""

    at: int
    value: int | Decimal
    percent: bool = False


@dataclass(frozen=True, slots=True)
class TextNode:
    at: int
    value: str


@dataclass(frozen=True, slots=True)
class SpanNode:
    at: int
    amount: int
    unit: Literal["d", "mo", "h", "wd", "wh"]


@dataclass(frozen=True, slots=True)
class BoolNode:
    at: int
    value: bool


@dataclass(frozen=True, slots=True)
class BlankNode:
    at: int


@dataclass(frozen=True, slots=True)
class NameNode:
    """A field path; `context` is the word after `$` (`user`, `this` ...) or "" for a bare name."""

    at: int
    context: str
    parts: tuple[str, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ListNode:
    at: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class UnaryNode:
    at: int
    operator: Literal["not", "-"]
    operand: Node


@dataclass(frozen=True, slots=True)
class BinaryNode:
    """`at` is the place of the operator."""

    at: int
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class InNode:
    at: int
    left: Node
    items: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class CallNode:
    at: int
    function: str
    arguments: tuple[Node, ...]


Node = (
    NumberNode | TextNode | SpanNode | BoolNode | BlankNode | NameNode | ListNode | UnaryNode | BinaryNode | InNode
    | CallNode
)


def start(node: Node) -> int:
    """The offset where the text of `node` begins (an operator's `at` lies between its operands)."""
    while isinstance(node, BinaryNode | InNode):
        node = node.left
    return node.at
