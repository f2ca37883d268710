"""What the platform itself says to people, for those who translate it: key -> its text in zh and en (R30).

The texts live with the code that says them, above this package; `platform_texts.json` is made from them by
`python -m web.texts.generate`, and a test holds it equal to them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

TARGET = Path(__file__).with_suffix(".json")


@dataclass(frozen=True, slots=True)
class PlatformText:
    zh: str
    en: str

    def text(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@cache
def platform_texts() -> Mapping[str, PlatformText]:
    """All of them, in the order in which translators meet them."""
    known = json.loads(TARGET.read_text(encoding="utf-8"))
    return {key: PlatformText(texts["zh"], texts["en"]) for key, texts in known.items()}


def places_of(text: str) -> frozenset[tuple[str, str]]:
    """The places in braces: what stands there, and how it is written (`inside` for `{entity:inside}`). Raises ValueError where
    the braces do not fit together."""
    return frozenset(
        (f"{name}!{conversion}" if conversion else name, way or "")
        for _, name, way, conversion in Formatter().parse(text) if name is not None
    )
