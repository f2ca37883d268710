"""The tree a YAML file becomes: texts, maps and lists, each knowing its place. No scalar is interpreted here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from metadata.problems import Place


@dataclass(frozen=True, slots=True)
class TextNode:
    """A scalar as typed. `place` is where it stands, `start` where its first character stands (after a quote or
    below a block sign); `quoted` tells `"5"` and block texts from `5`."""

    text: str
    place: Place
    start: Place
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class ListNode:
    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a map with its value."""

    key: TextNode
    value: Node


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping in written order; keys are unique."""

    entries: Mapping[str, Entry]
    place: Place

    def get(self, name: str) -> Node | None:
        entry = self.entries.get(name)
        return entry.value if entry else None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())


Node = TextNode | ListNode | MapNode


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may hold: bytes of UTF-8, levels of nesting, values (T-limits of the reader)."""

    size: int = 1_000_000
    depth: int = 32
    nodes: int = 20_000
    problems: int = 50


DEFAULT_LIMITS = Limits()


def plain(node: Node) -> object:
    """The tree as plain dicts, lists and strings."""
    if isinstance(node, TextNode):
        return node.text
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return {name: plain(entry.value) for name, entry in node.entries.items()}
