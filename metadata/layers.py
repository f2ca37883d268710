"""Layers: trees of lower layers changed by `extend` documents of higher ones, by name.

Merging works on trees, before anything is read, so every value keeps the place where it was written. Maps of named
things and patched records merge; everything else (texts, lists, grants) is replaced whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from metadata.codes import layers as codes
from metadata.codes import names as name_codes
from metadata.codes import shape as shape_codes
from metadata.documents import Document
from metadata.layer_words import is_layer_word, position
from metadata.near import unknown
from metadata.problems import Code, Place, Problem
from metadata.read.reading import names
from metadata.shapes.kinds import EXTENSIONS
from metadata.shapes.model import Cases, Either, MapOf, Record, Shape
from metadata.yaml.nodes import Entry, ListNode, MapNode, Node, TextNode

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a layer changed: what it was before (None: absent) and where it was written."""

    layer: str
    before: Node | None
    place: Place


@dataclass(slots=True)
class Merged:
    """One object over all layers: its tree, the layer that declares it, and the changes of the others by path."""

    kind: str
    name: str
    node: MapNode
    layer: str
    patched: bool = False
    changes: dict[Path, list[Change]] = field(default_factory=dict)


Objects = dict[tuple[str, str], Merged]


def merge(
    layers: list[tuple[str, list[Document]]], own: str, builds_on: Callable[[str, str], bool]
) -> tuple[Objects, list[Problem]]:
    """All objects of all layers, lowest first. `own` is the layer that may decide between packs; `builds_on(a, b)`
    tells whether pack a requires pack b and may therefore change what b changed."""
    objects: Objects = {}
    problems: list[Problem] = []
    for layer, documents in layers:
        for document in (d for d in documents if not d.extends):
            _declare(objects, document, layer, problems)
        for document in (d for d in documents if d.extends):
            _extend(objects, document, layer, problems)
    for merged in objects.values():
        problems += _conflicts(merged, own, builds_on)
    return objects, problems


def _declare(objects: Objects, document: Document, layer: str, problems: list[Problem]) -> None:
    there = objects.get((document.kind, document.name))
    if there is None:
        objects[document.kind, document.name] = Merged(document.kind, document.name, document.node, layer)
        return
    code = shape_codes.DECLARED_TWICE if there.layer == layer else codes.DECLARED_BELOW
    opening = document.node.entries[document.kind].value.place
    values = {"kind": document.kind, "name": document.name, "layer": there.layer, "first": str(there.node.place)}
    problems.append(Problem(code, opening, values))


def _extend(objects: Objects, document: Document, layer: str, problems: list[Problem]) -> None:
    merged = objects.get((document.kind, document.name)) or _formerly(objects, document, problems)
    place = document.node.entries["extend"].value.place
    if merged is None:
        known = [name for kind, name in objects if kind == document.kind]
        problems.append(Problem(codes.UNKNOWN_TARGET, place, {"kind": document.kind, **unknown(document.name, known)}))
        return
    patch = _Patch(merged, layer, problems)
    if len(document.node.entries) == 1:
        patch.note(codes.NOTHING_CHANGED, place)
    merged.node = patch.record(merged.node, document.node, EXTENSIONS[document.kind], ())
    merged.patched = True


def _formerly(objects: Objects, document: Document, problems: list[Problem]) -> Merged | None:
    """The object that once had the name a document extends."""
    for merged in objects.values():
        if merged.kind == document.kind and document.name in _was(merged.node):
            place = document.node.entries["extend"].value.place
            problems.append(Problem(name_codes.OLD_NAME, place, {"old": document.name, "name": merged.name}))
            return merged
    return None


def _was(node: Node) -> tuple[str, ...]:
    """The earlier names of a thing."""
    return names(node.get("was")) if isinstance(node, MapNode) else ()


class _Patch:
    """One extend document going into one object."""

    def __init__(self, merged: Merged, layer: str, problems: list[Problem]) -> None:
        self.merged = merged
        self.layer = layer
        self.problems = problems

    def note(self, code: Code, place: Place, /, **values: str) -> None:
        self.problems.append(Problem(code, place, values))

    def record(self, base: MapNode, patch: MapNode, shape: Record | Cases, path: Path) -> MapNode:
        """A record property by property; the words of layers are obeyed and not kept."""
        base = self.reset(base, patch, path)
        result = dict(base.entries)
        known = _properties(shape, base, patch)
        for entry in patch:
            name = entry.key.text
            if name == "extend" or is_layer_word(entry) or (name in ("before", "after") and name not in known):
                continue
            result[name] = self.entry(result.get(name), entry, known.get(name), (*path, name))
        return replace(base, entries=result)

    def entry(self, there: Entry | None, entry: Entry, shape: Shape | None, path: Path) -> Entry:
        """One property or named thing: merged where both sides are maps of a merging shape, else replaced."""
        inside = _merging(shape)
        before = _as_map(there.value) if there and isinstance(entry.value, MapNode) else there and there.value
        if there and inside and isinstance(before, MapNode) and isinstance(entry.value, MapNode):
            if isinstance(inside, MapOf):
                return Entry(there.key, self.named(before, entry.value, inside, path))
            return Entry(there.key, self.record(before, entry.value, inside, path))
        if there and isinstance(inside, MapOf) and inside is shape and not isinstance(entry.value, MapNode):
            return there  # a list of fields is no fields: told of its shape; what the layers below have does not go with it
        change = Change(self.layer, there.value if there else None, entry.key.place)
        self.merged.changes.setdefault(path, []).append(change)
        value = entry.value
        if inside and isinstance(value, MapNode) and isinstance(inside, MapOf):
            value = self.named(MapNode({}, value.place), value, inside, path)
        return Entry(entry.key, value)

    def named(self, base: MapNode, patch: MapNode, shape: MapOf, path: Path) -> MapNode:
        """A map of named things: known names are patched, new ones added at the place they ask for."""
        result = dict(base.entries)
        called: dict[str, Entry] = {}
        for entry in patch:
            fresh = isinstance(entry.value, MapNode) and entry.value.get("fresh") is not None
            name = entry.key.text if fresh else self.present(result, entry.key.text, entry.key.place)
            called[name] = entry
            result[name] = self.entry(result.get(name), _bare(entry), shape.value, (*path, name))
        for name, entry in called.items():
            result = self.positioned(result, name, _position(entry.value))
        return replace(base, entries=result)

    def present(self, entries: dict[str, Entry], name: str, place: Place) -> str:
        """The present name of the thing that a patch calls `name` at `place`."""
        if name in entries:
            return name
        for present, there in entries.items():
            if name in _was(there.value):
                self.note(name_codes.OLD_NAME, place, old=name, name=present)
                return present
        return name

    def positioned(self, entries: dict[str, Entry], name: str, wanted: tuple[str, str, Place] | None) -> dict[str, Entry]:
        """`entries` with the thing called `name` moved where its words `move`, `before` or `after` want it."""
        if wanted is None:
            return entries
        side, said, place = wanted
        others = {other: there for other, there in entries.items() if other != name}
        sibling = self.present(others, said, place)
        if sibling not in others:
            self.note(codes.UNKNOWN_SIBLING, place, **unknown(said, others))
            return entries
        order = list(others)
        order.insert(order.index(sibling) + (1 if side == "after" else 0), name)
        return {each: entries[each] for each in order}

    def reset(self, base: MapNode, patch: MapNode, path: Path) -> MapNode:
        """The properties named by `reset` go back to what they were before the last change."""
        said = patch.get("reset")
        for item in said.items if isinstance(said, ListNode) else ():
            if isinstance(item, TextNode):
                base = self.back(base, path, item)
        return base

    def back(self, base: MapNode, path: Path, name: TextNode) -> MapNode:
        below = (*path, name.text)
        changed = [full for full, each in self.merged.changes.items() if full[: len(below)] == below and each]
        if not changed:
            self.note(codes.NOTHING_TO_RESET, name.place, name=name.text)
        for full in changed:
            change = self.merged.changes[full].pop()
            base = _with_value(base, full[len(path):], change.before)
        return base


def _properties(shape: Record | Cases, base: MapNode, patch: MapNode) -> Mapping[str, Shape]:
    if isinstance(shape, Cases):
        said = patch.get(shape.key) or base.get(shape.key)
        word = said.text if isinstance(said, TextNode) else ""
        shape = shape.cases.get(word, shape.otherwise)
    return {name: prop.shape for name, prop in shape.properties.items()}


def _merging(shape: Shape | None) -> MapOf | Record | Cases | None:
    """The part of a shape that merges by name, if any."""
    if isinstance(shape, Either):
        shape = shape.map
    if isinstance(shape, Record):
        return shape if shape.patched else None
    return shape if isinstance(shape, MapOf | Cases) else None


def _as_map(node: Node) -> Node:
    """A list of option names as a map, so that it can be patched by name."""
    if isinstance(node, ListNode) and all(isinstance(item, TextNode) for item in node.items):
        texts = [item for item in node.items if isinstance(item, TextNode)]
        return MapNode({item.text: Entry(item, item) for item in texts}, node.place)
    return node


def _bare(entry: Entry) -> Entry:
    """The entry without its position words."""
    if not isinstance(entry.value, MapNode) or _position(entry.value) is None:
        return entry
    kept = {
        name: each for name, each in entry.value.entries.items()
        if name not in ("before", "after") and not (name == "move" and position(each))
    }
    return Entry(entry.key, replace(entry.value, entries=kept))


def _position(node: Node) -> tuple[str, str, Place] | None:
    """(`before` or `after`, sibling, place) as an entry asks for it."""
    if not isinstance(node, MapNode):
        return None
    for side in ("before", "after"):
        said = node.get(side)
        if isinstance(said, TextNode):
            return side, said.text, said.place
    move = node.entries.get("move")
    found = position(move) if move else None
    return (*found, move.value.place) if move and found else None


def _with_value(node: MapNode, path: Path, value: Node | None) -> MapNode:
    """The tree with the value at `path` replaced, or taken out when None."""
    name, rest = path[0], path[1:]
    entries = dict(node.entries)
    there = entries.get(name)
    if there is None:
        return node
    if rest and isinstance(there.value, MapNode):
        entries[name] = Entry(there.key, _with_value(there.value, rest, value))
    elif not rest and value is None:
        del entries[name]
    elif not rest and value is not None:
        entries[name] = Entry(there.key, value)
    return replace(node, entries=entries)


def _conflicts(merged: Merged, own: str, builds_on: Callable[[str, str], bool]) -> list[Problem]:
    """Values that two packs changed and the application did not decide."""
    problems = []
    for path, changes in merged.changes.items():
        layers = list(dict.fromkeys(change.layer for change in changes))
        if len(layers) < 2 or own in layers or builds_on(layers[-1], layers[-2]):
            continue
        full = ".".join((f"{merged.kind}/{merged.name}", *path))
        values = {"first": layers[-2], "second": layers[-1], "path": full}
        problems.append(Problem(codes.TWO_PACKS, changes[-1].place, values))
    return problems
