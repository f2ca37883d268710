"""Colours of badges: those that the pages have."""

from __future__ import annotations

from metadata.checks.context import Checking
from metadata.codes import flows as codes
from metadata.near import near, shortened
from metadata.specs.common import COLORS


def check_colors(c: Checking) -> None:
    for entity in c.app.entities.values():
        for field in entity.fields.values():
            for option in field.options.values():
                _color(c, option.color, "entity", entity.name, "fields", field.name, "options", option.name)
    for flow in c.app.flows.values():
        for state in flow.states.values():
            _color(c, state.color, "flow", flow.name, "states", state.name)


def _color(c: Checking, color: str | None, kind: str, name: str, *path: str) -> None:
    """The options of a state field are told where they are declared: as states."""
    if color is not None and color not in COLORS and c.places.has(kind, name, *path, "color"):
        meant = near(color, COLORS)
        c.note(
            codes.UNKNOWN_COLOR, c.places.of(kind, name, *path, "color"), color=shortened(color), known=", ".join(COLORS),
            fix_zh=f"是否想写 {meant}？" if meant else "换成其中之一", fix_en=f"did you mean {meant}?" if meant else "use one of these",
        )
