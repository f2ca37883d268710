"""Text templates such as `"{number} {name}"`."""

from __future__ import annotations

import re

from metadata.codes import entities as codes
from metadata.read.reading import Reading
from metadata.specs.common import TitlePart
from metadata.yaml.nodes import Node, TextNode

_PART = re.compile(r"\{([^{}]*)\}")
_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


def title(node: Node | None, reading: Reading) -> tuple[TitlePart, ...]:
    """The parts of a template; braces that hold no field path are a problem (LW503)."""
    if not isinstance(node, TextNode):
        return ()
    parts: list[TitlePart] = []
    end = 0
    for found in _PART.finditer(node.text):
        if found.start() > end:
            parts.append(TitlePart(text=node.text[end:found.start()]))
        if _PATH.fullmatch(found[1]):
            parts.append(TitlePart(path=tuple(found[1].split("."))))
        else:
            reading.note(codes.TEMPLATE_PART, node.place, part=found[0])
        end = found.end()
    rest = node.text[end:]
    if "{" in rest or "}" in rest:
        reading.note(codes.TEMPLATE_PART, node.place, part=rest)
    if rest:
        parts.append(TitlePart(text=rest))
    return tuple(parts)
