"""The parts shapes are made of. A shape says what a node may be; it reads nothing and decides nothing about meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

TextKind = Literal[
    "text", "flag", "whole", "name", "path", "expression", "value", "people", "word", "version", "pattern",
]
KeyKind = Literal["name", "path", "language", "any"]


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. `kind` says how it is read; `words` are the closed choice of a `word`, `reserved` those kept for later
    versions; `at_least` bounds a `whole`."""

    kind: TextKind = "text"
    words: tuple[str, ...] = ()
    at_least: int = 0
    reserved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Shape
    at_least: int = 0


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map whose keys the author names."""

    value: Shape
    key: KeyKind = "name"
    at_least: int = 0


@dataclass(frozen=True, slots=True)
class Prop:
    """A property of a record: its shape and one sentence about it for people who complete it in an editor."""

    shape: Shape
    doc: str


@dataclass(frozen=True, slots=True)
class Record:
    """A map with known keys. Of each group in `one_of` at least one key is there. `reserved` are words kept for later
    versions, `instead` says (zh, en) what serves until then, where something does; `needs` maps words to the word without
    which they say nothing. `name` names it in the reference.

    `patched` records are named things: layers change them by name (`retired`, `reset`, `move`, `before`, `after`).
    """

    name: str
    properties: Mapping[str, Prop]
    required: tuple[str, ...] = ()
    reserved: frozenset[str] = frozenset()
    patched: bool = False
    one_of: tuple[tuple[str, ...], ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cases:
    """A record whose properties depend on the word at `key`; `otherwise` when that word is unknown or absent."""

    key: str
    cases: Mapping[str, Record]
    otherwise: Record


@dataclass(frozen=True, slots=True)
class Either:
    """One of up to three shapes, told apart by what the node is: a scalar, a list or a map."""

    text: Text | None = None
    list: ListOf | None = None
    map: Record | MapOf | Cases | None = None


@dataclass(frozen=True, slots=True)
class Anything:
    """Any node; its meaning is somebody else's."""


Shape = Text | ListOf | MapOf | Record | Cases | Either | Anything

TEXT = Text()
FLAG = Text("flag")
WHOLE = Text("whole")
COUNT = Text("whole", at_least=1)
NAME = Text("name")
PATH = Text("path")
EXPRESSION = Text("expression")
PATTERN = Text("pattern")
LABEL = Either(text=TEXT, map=MapOf(TEXT, "language", at_least=1))
VALUE = Either(text=Text("value"), list=ListOf(TEXT))
PEOPLE = Either(text=Text("people"), list=ListOf(Text("people"), at_least=1))
NAMES = ListOf(NAME)
PATHS = ListOf(PATH)
NAME_OR_NAMES = Either(text=NAME, list=ListOf(NAME, at_least=1))
VALUES = MapOf(VALUE)


def word(*words: str) -> Text:
    """A scalar out of a closed choice."""
    return Text("word", words)


def wider(one: Shape, other: Shape) -> Shape:
    """What takes everything that either shape takes, and as little else as can be said."""
    if one == other:
        return one
    if not isinstance(one, Text | Either) or not isinstance(other, Text | Either):
        return Anything()
    first, second = (shape if isinstance(shape, Either) else Either(text=shape) for shape in (one, other))
    if any(a and b and a != b for a, b in ((first.list, second.list), (first.map, second.map))):
        return Anything()
    text = first.text if second.text in (None, first.text) else second.text if first.text is None else TEXT
    return Either(text, first.list or second.list, first.map or second.map)


def props(**shapes: tuple[Shape, str]) -> dict[str, Prop]:
    """Properties by keyword; a trailing underscore frees Python's own words (`if_`, `from_`)."""
    return {name.rstrip("_"): Prop(shape, doc) for name, (shape, doc) in shapes.items()}


PATCH_WORDS: Mapping[str, Prop] = {
    "retired": Prop(FLAG, "Hidden and parked; nothing is dropped."),
    "reset": Prop(NAMES, "Properties that go back to what the layer below says."),
    "move": Prop(TEXT, "New position among its siblings: `before x` or `after x`."),
    "before": Prop(NAME, "Position of a new item: before this sibling."),
    "after": Prop(NAME, "Position of a new item: after this sibling."),
}
"""What a layer may say about a named thing of a layer below."""
