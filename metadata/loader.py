"""load: a folder (or its texts) -> the whole application, or every problem at once in file order.

Readable top to bottom: files, documents, layers, shapes, merged trees, specs, names and types, meaning.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from metadata import layers as layering
from metadata import shape
from metadata.assemble import assemble
from metadata.checks import check_app
from metadata.codes import layers as codes
from metadata.codes.names import RETIRED_USED
from metadata.documents import Document, documents, is_declaration
from metadata.folders import (
    MOST_FILES,
    SHIPPED,
    NoSuchPack,
    pack_files,
    read_folder,
    shipped_pack,
    shipped_packs,
    texts,
)
from metadata.following import without_following
from metadata.patch_places import Faults, at_patches, faults_of
from metadata.places import Places
from metadata.problems import Place, Problem
from metadata.resolve import resolve
from metadata.specs.app import AppSpec
from metadata.stack import Stack, required, stack_of

__all__ = [
    "SHIPPED", "Loaded", "NoSuchPack", "Stored", "Unreadable", "load", "load_files", "load_release", "pack_files", "shipped_pack",
    "shipped_packs",
]


_LIMITING = ("role", "flow", "approval")
"""Kinds that say who may do what: a part of them that is left out would let people do more."""
_LEFT_OUT = ("LW2", "LW3")
"""How the codes of `metadata.codes.shape` and `metadata.codes.names` begin: what breaks the shape, and a name that means
nothing, are left out of the application."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """`app` is None when any problem is an error; warnings come with an app."""

    app: AppSpec | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored release: its application, and what this program would refuse in it (`errors`) or remark."""

    app: AppSpec
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


class Unreadable(Exception):
    """Stored files of which no whole application can be made; `problems` say why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.line("en") for problem in problems if problem.severity == "error"))
        self.problems = problems


def load(folder: Path) -> Loaded:
    """The application or pack in `folder`. A pack is loaded together with the shipped packs it requires."""
    return load_files(read_folder(folder))


def load_files(files: Mapping[str, str | bytes]) -> Loaded:
    """The same from texts by path relative to the folder. Never raises on any text."""
    app, problems, _ = _read(files)
    failed = any(problem.severity == "error" for problem in problems)
    return Loaded(None if failed else app, problems)


def load_release(files: Mapping[str, str | bytes]) -> Stored:
    """A stored release, which was checked when it was published: what a later program refuses in it comes as problems
    beside the application and keeps nobody from working. Raises `Unreadable` when the application would lack a file, or
    something of a role, flow or approval is not read or names nothing: rights are whole or they are none."""
    app, problems, whole = _read(files)
    if app is None or not whole:
        raise Unreadable(problems)
    return Stored(app, problems)


def _read(files: Mapping[str, str | bytes]) -> tuple[AppSpec | None, tuple[Problem, ...], bool]:
    """What can be made of the files, every problem in order, and whether every YAML file is part of it."""
    if len(files) > MOST_FILES:
        return None, (Problem(codes.TOO_MANY_FILES, Place(min(files)), {"limit": str(MOST_FILES)}),), False
    found = _with_required(dict(sorted(files.items())))
    docs, problems = documents(found)
    head = _head(docs, found, problems)
    if head is None:
        return None, _in_order(problems, None), False
    packs = {d.file.split("/")[1]: d for d in docs if d.kind == "pack" and d.file.startswith("packs/")}
    stack, faults = stack_of(head, packs)
    problems += faults
    unread = {*filter(is_declaration, found)} - {document.file for document in docs}
    whole = not unread and not any(fault.severity == "error" for fault in faults)
    app, objects, told = _whole(stack, docs, found)

    @lru_cache
    def below(rank: int) -> Faults:
        """What is wrong with the layers under that rank alone."""
        return faults_of(_whole(stack, [d for d in docs if stack.rank(stack.layer_of(d.file)) < rank], found)[2])

    problems += at_patches(told, objects, stack, below)
    limiting = {document.file for document in docs if document.kind in _LIMITING}
    whole = whole and not any(
        problem.severity == "error" and problem.place.file in limiting
        and problem.code.code.startswith(_LEFT_OUT) and problem.code is not RETIRED_USED
        for problem in problems
    )
    aside = {problem.place.file for problem in problems if problem.code is codes.UNKNOWN_TARGET}
    return app, _in_order(without_following(problems, found, unread | aside, docs, app), stack), whole


def _with_required(files: dict[str, str | bytes]) -> dict[str, str | bytes]:
    """A pack on its own brings the shipped packs it requires, and those that they require."""
    if "pack.yaml" not in files or "app.yaml" in files:
        return files
    waiting = ["pack.yaml"]
    while waiting:
        docs, _ = documents({waiting[0]: files[waiting.pop(0)]})
        for name, _wanted, _place in required(docs[0]) if docs else []:
            if f"packs/{name}/pack.yaml" not in files and name in shipped_packs():
                files |= pack_files(name)
                waiting.append(f"packs/{name}/pack.yaml")
    return files


def _head(docs: list[Document], files: Mapping[str, object], problems: list[Problem]) -> Document | None:
    """The one app.yaml or pack.yaml at the top."""
    heads = [d for d in docs if d.file in ("app.yaml", "pack.yaml")]
    if len(heads) == 1:
        return heads[0]
    if heads:
        problems.append(Problem(codes.BOTH, Place("app.yaml")))
    elif not {"app.yaml", "pack.yaml"} & files.keys():
        problems.append(Problem(codes.NO_APPLICATION, Place("app.yaml")))
    return None


def _whole(
    stack: Stack, docs: list[Document], files: Mapping[str, str | bytes]
) -> tuple[AppSpec, layering.Objects, list[Problem]]:
    """Shapes, layers, specs, names and meaning: the application, the merged trees, and the problems."""
    problems: list[Problem] = []
    names = {layer.name for layer in stack.layers}
    used = [d for d in docs if stack.layer_of(d.file) in names]
    for document in used:
        problems += shape.check(document.node, document.kind, document.extends)
    layered = [
        (layer.name, [d for d in used if stack.layer_of(d.file) == layer.name and d.kind not in ("app", "pack")])
        for layer in stack.layers
    ]
    objects, faults = layering.merge(layered, stack.layers[-1].name, _builds_on(stack))
    problems += faults
    told = {(problem.code.code, problem.place) for problem in problems}
    for merged in objects.values():
        if merged.patched:
            problems += [p for p in shape.check(merged.node, merged.kind) if (p.code.code, p.place) not in told]
    kept = {path: text for path, text in texts(files).items() if stack.layer_of(path) in names}
    app, faults = assemble(stack, objects, kept, _digest(kept))
    problems += faults
    places = Places({key: merged.node for key, merged in objects.items()})
    app, faults = resolve(app, places)
    problems += faults
    problems += check_app(app, places)
    return app, objects, problems


def _builds_on(stack: Stack) -> Callable[[str, str], bool]:
    """Whether a pack requires another and may therefore change what it changed."""
    requires = {name: {each[0] for each in required(head)} for name, head in stack.heads.items() if head.kind == "pack"}
    return lambda upper, lower: lower in requires.get(upper, set())


def _digest(files: Mapping[str, str]) -> str:
    """sha256 over paths and texts."""
    digest = hashlib.sha256()
    for path, text in sorted(files.items()):
        for part in (path, text):
            encoded = part.encode("utf-8", "surrogatepass")
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def _in_order(problems: list[Problem], stack: Stack | None) -> tuple[Problem, ...]:
    """Layer by layer, file by file (the head of a layer first), place by place; each once."""
    def key(problem: Problem) -> tuple[int, bool, Place]:
        file = problem.place.file
        rank = stack.rank(stack.layer_of(file)) if stack else 0
        return rank, not file.endswith(("app.yaml", "pack.yaml")), problem.place

    unique = {(p.code.code, p.place, tuple(sorted(p.values.items()))): p for p in problems}
    return tuple(sorted(unique.values(), key=key))
