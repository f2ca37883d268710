"""Which layers an application is made of: from app.yaml, or from a pack checked together with what it requires."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from metadata.codes import layers as codes
from metadata.documents import Document
from metadata.near import NAME, near
from metadata.problems import Place, Problem
from metadata.read.reading import items, label_or_name, text
from metadata.specs.app import LayerSpec
from metadata.yaml.nodes import MapNode, TextNode

OWN = "."
_PINNED = re.compile(r"([a-z][a-z0-9_]*)@([0-9]+\.[0-9]+\.[0-9]+)")
_BOUND = re.compile(r"\s*(>=|<=|==|<|>)\s*([0-9]+(?:\.[0-9]+){0,2})\s*")


@dataclass(frozen=True, slots=True)
class Stack:
    """Layers, lowest first; the last is one's own. `heads` are the pack.yaml or app.yaml of each layer."""

    layers: tuple[LayerSpec, ...]
    heads: Mapping[str, Document]

    def rank(self, layer: str) -> int:
        """How high a layer lies; -1 for one that is not of the application."""
        return next((rank for rank, each in enumerate(self.layers) if each.name == layer), -1)

    def layer_of(self, file: str) -> str:
        """The layer that a file belongs to."""
        parts = file.split("/")
        return parts[1] if len(parts) > 2 and parts[0] == "packs" else self.layers[-1].name


def version(text_: str) -> tuple[int, ...]:
    """`1.2` as (1, 2, 0), for comparing."""
    numbers = [int(part) for part in text_.split(".")]
    return tuple([*numbers, 0, 0][:3])


def stack_of(head: Document, heads: Mapping[str, Document]) -> tuple[Stack, list[Problem]]:
    """The layers under `head` (app.yaml or a pack.yaml of one's own). `heads` are the pack.yaml of packs/ by folder."""
    if head.kind == "app":
        layers, problems = _of_app(head, heads)
    else:
        layers, problems = _of_pack(head, heads)
    found = {layer.name: heads[layer.name] for layer in layers if layer.name in heads}
    found[layers[-1].name] = head
    for layer in layers:
        problems += _requirements(found[layer.name], layers, layer) if layer.name in found else []
    return Stack(tuple(layers), found), problems


def _of_app(head: Document, heads: Mapping[str, Document]) -> tuple[list[LayerSpec], list[Problem]]:
    layers: list[LayerSpec] = []
    problems: list[Problem] = []
    said = [item for item in items(head.node.get("layers")) if isinstance(item, TextNode)]
    for item in said:
        pinned = _PINNED.fullmatch(item.text)
        if item.text == OWN:
            continue
        if pinned is None:
            problems.append(Problem(codes.BAD_LAYER, item.place, {"text": item.text}))
        elif pinned[1] not in heads:
            problems.append(_no_layer(pinned[1], heads, item.place))
        else:
            problems += _pin(pinned[1], pinned[2], heads[pinned[1]], item.place)
            layers.append(_layer(heads[pinned[1]], pinned[1]))
    own = [item for item in said if item.text == OWN]
    if said and (len(own) != 1 or said[-1].text != OWN):
        problems.append(Problem(codes.OWN_NOT_LAST, (own or said)[-1].place))
    layers.append(LayerSpec(OWN, None, "", label_or_name(head.node.get("label"), head.name)))
    return layers, problems


def _layer(head: Document, name: str, folder: str | None = None) -> LayerSpec:
    place = f"packs/{name}" if folder is None else folder
    return LayerSpec(name, text(head.node.get("version")), place, label_or_name(head.node.get("label"), name))


def _no_layer(name: str, heads: Mapping[str, Document], place: Place) -> Problem:
    nearest = near(name, heads)
    if nearest:
        fix = {"fix_zh": f"是否想写 {nearest}？", "fix_en": f"did you mean {nearest}?"}
    else:
        command = f"loomwork pack install {name}"
        fix = {"fix_zh": f"用 {command} 放进来", "fix_en": f"bring it in with {command}"}
    return Problem(codes.NO_LAYER, place, {"name": name, **fix})


def _pin(name: str, wanted: str, head: Document, place: Place) -> list[Problem]:
    found = text(head.node.get("version"))
    return [] if found == wanted else [
        Problem(codes.LAYER_VERSION, place, {"name": name, "wanted": wanted, "found": found})
    ]


def _of_pack(head: Document, heads: Mapping[str, Document]) -> tuple[list[LayerSpec], list[Problem]]:
    """What the pack requires first, what that requires before it; each once."""
    order: list[str] = []
    problems: list[Problem] = []

    def visit(document: Document, path: tuple[str, ...]) -> None:
        for entry in required(document):
            name = entry[0]
            if name in heads and name not in order and name not in path and name != head.name:
                visit(heads[name], (*path, name))
                order.append(name)

    visit(head, ())
    layers = [_layer(heads[name], name) for name in order]
    layers.append(_layer(head, head.name, ""))
    return layers, problems


def required(head: Document) -> list[tuple[str, str, Place]]:
    """(pack, wanted versions, place) for everything a pack.yaml requires beside the platform."""
    needs = head.node.get("requires")
    found = needs if isinstance(needs, MapNode) else ()
    return [(e.key.text, text(e.value), e.key.place) for e in found if e.key.text != "loomwork"]


def _requirements(head: Document, layers: list[LayerSpec], layer: LayerSpec) -> list[Problem]:
    """Each requirement is met by a layer below."""
    below = {each.name: each.version or "0.0.0" for each in layers[: layers.index(layer)]}
    problems = []
    for name, wanted, place in required(head) if head.kind == "pack" else []:
        bounds = [_BOUND.fullmatch(part) for part in wanted.split(",")]
        if not NAME.fullmatch(name) or None in bounds:
            problems.append(Problem(codes.BAD_REQUIREMENT, place, {"text": wanted}))
        elif name not in below or not meets(below[name], wanted):
            values = {"pack": layer.name, "name": name, "wanted": wanted, **_found(below.get(name))}
            problems.append(Problem(codes.REQUIREMENT, place, values))
    return problems


def _found(version_: str | None) -> dict[str, str]:
    if version_ is None:
        return {"found_zh": "它却不在前面", "found_en": "which does not come before it"}
    return {"found_zh": f"现有 {version_}", "found_en": f"but there is {version_}"}


def meets(found: str, wanted: str) -> bool:
    """Whether a version fits bounds such as `>=1.0,<2.0`."""
    have = version(found)
    for part in wanted.split(","):
        bound = _BOUND.fullmatch(part)
        if bound is None or not _COMPARE[bound[1]](have, version(bound[2])):
            return False
    return True


_COMPARE = {
    ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b, "==": lambda a, b: a == b,
    "<": lambda a, b: a < b, ">": lambda a, b: a > b,
}
