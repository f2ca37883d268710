"""The fields that the text of a notice names: kept by lineage, so that it still speaks of them when they are called otherwise.

`{customer.name}` is kept as `{#12.45}`.
"""

from __future__ import annotations

import re

from engine.compiled import CompiledApp
from engine.records.paths import lasting, present
from engine.refusals import NotFound

UNREADABLE = "…"
NAMED = re.compile(r"\{\s*(\w+(?:\.\w+)*)\s*\}")
"""A field path in a text."""
_KEPT = re.compile(r"\{#(\w+(?:\.\w+)*)\}")


def kept(app: CompiledApp, entity: str, text: str) -> str:
    """The text as it is stored: each path that leads somewhere from `entity` by the lineage of its fields."""
    def by_lineage(found: re.Match[str]) -> str:
        try:
            return "{#" + lasting(app, entity, tuple(found[1].split("."))) + "}"
        except NotFound:
            return found[0]

    return NAMED.sub(by_lineage, text)


def named(app: CompiledApp, entity: str, text: str) -> str:
    """A stored text with the present names of its fields; what has no field any more is `UNREADABLE`."""
    def by_name(found: re.Match[str]) -> str:
        path = present(app, entity, found[1])
        return "{" + ".".join(path) + "}" if path else UNREADABLE

    return _KEPT.sub(by_name, text)
