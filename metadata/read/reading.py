"""What every reader shares: where problems go, which layer a place belongs to, and how nodes are taken apart.

Readers run after the shape check and over merged trees. They are tolerant: a part of the wrong shape (already a
problem) reads as absent, so that everything else can still be checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from metadata.problems import Code, Place, Problem
from metadata.specs.common import Expression, Label, Value
from metadata.yaml.nodes import Entry, ListNode, MapNode, Node, TextNode

_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class RawLiteral:
    """A literal as typed, until the resolver knows the kind of its target; `items` when a list was written."""

    text: str
    items: tuple[str, ...] | None = None


@dataclass(slots=True)
class Reading:
    """Problems found while reading, and the layer of each file."""

    layer_of: Callable[[str], str]
    files: Mapping[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def note(self, code: Code, place: Place, /, **values: str) -> None:
        self.problems.append(Problem(code, place, values))


def text(node: Node | None, otherwise: str = "") -> str:
    return node.text if isinstance(node, TextNode) else otherwise


def optional_text(node: Node | None) -> str | None:
    return node.text if isinstance(node, TextNode) else None


def flag(node: Node | None, otherwise: bool = False) -> bool:
    return node.text == "true" if isinstance(node, TextNode) else otherwise


def whole(node: Node | None) -> int | None:
    """A count of at most nine digits; anything else (already a problem) is unsaid."""
    return int(node.text) if isinstance(node, TextNode) and _WHOLE.fullmatch(node.text) else None


def entries(node: Node | None) -> Iterable[Entry]:
    return node if isinstance(node, MapNode) else ()


def items(node: Node | None) -> tuple[Node, ...]:
    """The members of a list; a single node counts as a list of one."""
    if node is None:
        return ()
    return node.items if isinstance(node, ListNode) else (node,)


def names(node: Node | None) -> tuple[str, ...]:
    return tuple(item.text for item in items(node) if isinstance(item, TextNode))


def path(node: Node | None) -> tuple[str, ...]:
    return tuple(node.text.split(".")) if isinstance(node, TextNode) and node.text else ()


def label(node: Node | None) -> Label | None:
    """A text stands for every language."""
    if isinstance(node, TextNode):
        return Label({"": node.text})
    if isinstance(node, MapNode):
        return Label({language: text(entry.value) for language, entry in node.entries.items()})
    return None


def label_or_name(node: Node | None, name: str) -> Label:
    """The declared label, else the name made readable."""
    return label(node) or Label({"": name.replace("_", " ")})


def expression(node: Node | None) -> Expression | None:
    """An expression as written; an empty one (already a problem) is unsaid."""
    return Expression(node.text, node.start) if isinstance(node, TextNode) and node.text.strip() else None


def value(node: Node | None) -> Value | None:
    """A value place: a literal as typed, or what follows `=`."""
    if isinstance(node, ListNode):
        return Value(RawLiteral("", names(node)), None, node.place)
    if not isinstance(node, TextNode):
        return None
    if node.text.startswith("="):
        start = Place(node.start.file, node.start.line, node.start.column + 1)
        return Value(None, Expression(node.text[1:], start), node.place)
    return Value(RawLiteral(node.text), None, node.place)


def values(node: Node | None) -> dict[str, Value]:
    found = {entry.key.text: value(entry.value) for entry in entries(node)}
    return {name: each for name, each in found.items() if each is not None}
