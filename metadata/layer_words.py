"""Words of layers that are also properties of some things: told apart by what stands there."""

from __future__ import annotations

import re

from metadata.yaml.nodes import Entry, ListNode, TextNode

_POSITION = re.compile(r"(before|after)\s+([a-z][a-z0-9_]*)")


def is_layer_word(entry: Entry) -> bool:
    """Whether `reset` or `move` is the word of layers here: a list of properties (a serial's `reset: year` is none),
    a position (`move: {submit: own}` and `move: submit` are none)."""
    if entry.key.text == "reset":
        return isinstance(entry.value, ListNode)
    return entry.key.text == "move" and position(entry) is not None


def position(entry: Entry) -> tuple[str, str] | None:
    """(`before` or `after`, sibling) of a `move: before x`."""
    found = _POSITION.fullmatch(entry.value.text.strip()) if isinstance(entry.value, TextNode) else None
    return (found[1], found[2]) if found else None
