"""Where things stand: places of single values inside merged trees, for checks that look at specs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from metadata.problems import NOWHERE, Place
from metadata.yaml.nodes import ListNode, MapNode, Node, TextNode


@dataclass(frozen=True, slots=True)
class Places:
    """The merged trees by (kind, name)."""

    trees: Mapping[tuple[str, str], MapNode] = field(default_factory=dict)

    def of(self, kind: str, name: str, *path: str | int) -> Place:
        """The place of the value at `path`; of the nearest thing around it that there is."""
        return self._walk(kind, name, path)[0]

    def key(self, kind: str, name: str, *path: str | int) -> Place:
        """The place of the key that ends `path`."""
        return self._walk(kind, name, path)[1]

    def text(self, kind: str, name: str, *path: str | int) -> Place:
        """Where the first character of the text at `path` stands, after a quote or below a block sign."""
        node: Node | None = self.trees.get((kind, name))
        for part in path:
            inner = node.items if isinstance(node, ListNode) and isinstance(part, int) else ()
            node = node.get(part) if isinstance(node, MapNode) and isinstance(part, str) else inner[int(part)] if inner else None
        return node.start if isinstance(node, TextNode) else self.of(kind, name, *path)

    def has(self, kind: str, name: str, *path: str) -> bool:
        """Whether the tree says anything at `path`."""
        node: Node | None = self.trees.get((kind, name))
        for part in path:
            node = node.get(part) if isinstance(node, MapNode) else None
        return node is not None

    def _walk(self, kind: str, name: str, path: tuple[str | int, ...]) -> tuple[Place, Place]:
        node: Node | None = self.trees.get((kind, name))
        if node is None:
            return NOWHERE, NOWHERE
        opening = node.entries.get(kind) if isinstance(node, MapNode) else None
        place = key = opening.value.place if opening else node.place
        for part in path:
            if isinstance(node, MapNode) and isinstance(part, str) and part in node.entries:
                entry = node.entries[part]
                node, place, key = entry.value, entry.value.place, entry.key.place
            elif isinstance(node, ListNode) and isinstance(part, int) and part < len(node.items):
                node = node.items[part]
                place = key = node.place
            elif isinstance(node, TextNode) and part == 0:
                place = key = node.place
            else:
                break
        return place, key
