"""Files -> documents: which kind a file is, what it declares or extends, and its tree."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace

from metadata.codes import layers as layer_codes
from metadata.codes import shape as codes
from metadata.codes import text as text_codes
from metadata.near import near
from metadata.problems import Place, Problem
from metadata.shapes.kinds import EXTENDABLE, KINDS
from metadata.yaml import MapNode, TextNode, parse

HEADS = {"app.yaml": "app", "pack.yaml": "pack"}
ENDINGS = tuple(kind for kind in KINDS if kind not in ("app", "pack"))


@dataclass(frozen=True, slots=True)
class Document:
    """One file: `kind` and `name` of the object it declares, or changes when `extends`."""

    file: str
    kind: str
    name: str
    node: MapNode
    extends: bool = False


def kind_of(file: str) -> str | None:
    """The kind a file name says; `extend` for `x.extend.yaml`; None when it says none."""
    base = posixpath.basename(file)
    if base in HEADS:
        return HEADS[base]
    parts = base.split(".")
    said = parts[-2] if len(parts) >= 3 else ""
    return said if said in ENDINGS or said == "extend" else None


def is_declaration(file: str) -> bool:
    """Whether a file is YAML, and so declares something."""
    return file.endswith((".yaml", ".yml"))


def documents(files: Mapping[str, str | bytes]) -> tuple[list[Document], list[Problem]]:
    """Every YAML file as a document, and what is wrong with the files themselves."""
    found: list[Document] = []
    problems: list[Problem] = []
    for file, text in files.items():
        if not is_declaration(file):
            continue
        kind = kind_of(file)
        if kind is None:
            problems.append(_unknown_ending(file))
            continue
        node, faults = parse(text, file, kind)
        problems += faults
        if node is not None:
            document = _document(file, kind, node, problems)
            found += [document] if document else []
    return found, problems


def _unknown_ending(file: str) -> Problem:
    parts = posixpath.basename(file).split(".")
    nearest = near(parts[-2], (*ENDINGS, "extend")) if len(parts) >= 3 else None
    better = f"{parts[0]}.{nearest or 'entity'}.yaml"
    fix = {"fix_zh": f"改名为 {better} 之类", "fix_en": f"rename it, for example {better}"}
    return Problem(codes.UNKNOWN_ENDING, Place(file), {"file": posixpath.basename(file), **fix})


def _document(file: str, kind: str, node: MapNode, problems: list[Problem]) -> Document | None:
    extend = node.entries.get("extend")
    if extend is not None and kind not in HEADS.values():
        return _extension(file, kind, node, extend.value, problems)
    if extend is not None:
        problems.append(Problem(layer_codes.EXTENDS_HEAD, extend.value.place, {"kind": kind}))
        node = replace(node, entries={name: entry for name, entry in node.entries.items() if name != "extend"})
        if kind not in node.entries:
            return None
    opening = node.get(kind)
    if not isinstance(opening, TextNode):
        problems.append(Problem(codes.KIND_MISMATCH, node.place, {"ending": kind}))
        return None
    return Document(file, kind, opening.text, node)


def _extension(file: str, ending: str, node: MapNode, said: object, problems: list[Problem]) -> Document | None:
    kind, _, name = said.text.partition("/") if isinstance(said, TextNode) else ("", "", "")
    if kind in EXTENDABLE and name and isinstance(said, TextNode):
        if ending not in (kind, "extend"):
            base = posixpath.basename(file).split(".")[0]
            problems.append(Problem(text_codes.NAMED_OTHERWISE, said.place, {"ending": ending, "kind": kind, "name": base}))
        return Document(file, kind, name, node, extends=True)
    place = said.place if isinstance(said, TextNode) else node.place
    if kind in HEADS.values():
        problems.append(Problem(layer_codes.EXTENDS_HEAD, place, {"kind": kind}))
        return None
    text = said.text if isinstance(said, TextNode) else "..."
    problems.append(Problem(layer_codes.BAD_EXTEND, place, {"text": text, "kinds": ", ".join(EXTENDABLE)}))
    return None
