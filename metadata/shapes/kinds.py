"""The kinds of declaration: name -> shape."""

from __future__ import annotations

from collections.abc import Mapping

from metadata.shapes.access import ROLE
from metadata.shapes.entities import ENTITY
from metadata.shapes.flows import APPROVAL, CONVERT, FLOW
from metadata.shapes.model import TEXT, Prop, Record
from metadata.shapes.packs import APP, DATA, PACK, SCENARIO, TRANSLATION
from metadata.shapes.screens import FORM, HOME, LIST, MENU, PRINT, REPORT

KINDS: Mapping[str, Record] = {
    "app": APP, "pack": PACK, "entity": ENTITY, "flow": FLOW, "approval": APPROVAL, "role": ROLE, "form": FORM,
    "list": LIST, "menu": MENU, "home": HOME, "report": REPORT, "print": PRINT, "convert": CONVERT,
    "scenario": SCENARIO, "data": DATA, "translation": TRANSLATION,
}
"""All kinds; the key that opens a file is the kind's name."""

EXTENDABLE = tuple(kind for kind in KINDS if kind not in ("app", "pack"))


def extension(kind: str) -> Record:
    """The shape of `extend: kind/name`: everything of the kind, nothing required, and the words of layers."""
    whole = KINDS[kind]
    extend = Prop(TEXT, f"`{kind}/name`: what this file changes.")
    properties = {n: p for n, p in whole.properties.items() if n != kind}
    return Record(f"extend {kind}", {"extend": extend, **properties}, ("extend",), whole.reserved, patched=True)


EXTENSIONS: Mapping[str, Record] = {kind: extension(kind) for kind in EXTENDABLE}
