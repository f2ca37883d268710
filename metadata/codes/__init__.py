"""Every code there is, in blocks per layer.

LW1xx text and YAML, LW2xx shape, LW3xx names, LW4xx expressions, LW5xx entities, LW6xx flows and approvals (from LW670
on what is stored), LW7xx access, LW8xx application, packs and layers, LW9xx screens, reports, prints, data,
scenarios, translations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import ModuleType

from metadata.codes import (
    access,
    entities,
    expressions,
    flows,
    layers,
    names,
    screens,
    shape,
    stored,
    text,
    translations,
)
from metadata.problems import Code


def gathered(modules: Iterable[ModuleType]) -> Mapping[str, Code]:
    """The codes of `modules` by number, in order. Raises `ValueError` where a number has two texts."""
    found: dict[str, Code] = {}
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Code) and found.setdefault(value.code, value) is not value:
                raise ValueError(f"two texts for code {value.code}")
    return dict(sorted(found.items()))


CODES: Mapping[str, Code] = gathered((text, shape, names, expressions, entities, flows, stored, access, layers, screens, translations))
"""The registry: number -> code, in order."""
