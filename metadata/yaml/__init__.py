"""YAML by events: positions for everything, limits, and none of YAML's guessing (language.md, "YAML traps")."""

from metadata.yaml.nodes import DEFAULT_LIMITS, Entry, Limits, ListNode, MapNode, Node, TextNode, plain
from metadata.yaml.parser import parse

__all__ = ["DEFAULT_LIMITS", "Entry", "Limits", "ListNode", "MapNode", "Node", "TextNode", "parse", "plain"]
