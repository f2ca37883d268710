"""Faults that a patch makes in what a lower layer declares are told where the patch stands: its writer can mend that line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from metadata.codes.entities import MISSING_LABEL
from metadata.layers import Change, Merged, Objects, Path
from metadata.problems import Place, Problem
from metadata.stack import Stack
from metadata.yaml.nodes import ListNode, MapNode, Node

_WHERE_USED = ("LW3", "LW4")
"""How the codes of names and expressions begin. What names a thing that is no more, or asks of it what it is not, is mended
where that stands."""
_SHOWN = frozenset({"label", "help", "icon", "color"})
"""Properties that only say how something is shown: they break no rule but that of labels."""
Faults = frozenset[tuple[str, Place]]
"""Problems by code and place."""


def faults_of(problems: Iterable[Problem]) -> Faults:
    return frozenset((problem.code.code, problem.place) for problem in problems)


def at_patches(
    problems: Sequence[Problem], objects: Objects, stack: Stack, below: Callable[[int], Faults]
) -> list[Problem]:
    """`problems`, those that a patch causes moved to it. `below(n)` says what is wrong with the layers under rank n alone."""
    changed = any(merged.changes for merged in objects.values())
    index = {place: at for merged in objects.values() for place, at in _places(merged)} if problems and changed else {}
    return [
        problem if problem.place not in index or problem.code.code.startswith(_WHERE_USED)
        else _moved(problem, _about(problem, objects, index[problem.place], stack), stack, below)
        for problem in problems
    ]


def _places(merged: Merged) -> Iterator[tuple[Place, tuple[Merged, Path]]]:
    """The places of an object, each with the path of what stands there; the last one of a place counts."""
    for place, path in _inside(merged.node, ()):
        yield place, (merged, path)
    opening = merged.node.entries.get(merged.kind)
    if opening is not None:
        yield opening.value.place, (merged, ())


def _inside(node: Node, path: Path) -> Iterator[tuple[Place, Path]]:
    """Values before keys: a block begins where its first key does, and the key says more."""
    yield node.place, path
    for item in node.items if isinstance(node, ListNode) else ():
        yield from _inside(item, path)
    for entry in node if isinstance(node, MapNode) else ():
        below = (*path, entry.key.text)
        yield from _inside(entry.value, below)
        yield entry.key.place, below


def _about(problem: Problem, objects: Objects, at: tuple[Merged, Path], stack: Stack) -> list[Change]:
    """The changes of higher layers that the problem may come of, the likeliest first: those of the object where it stands,
    near that place or of something that it names; else those of an object that it names."""
    here, path = at
    named = set(problem.values.values())
    own = stack.rank(stack.layer_of(problem.place.file))

    def unlikely(change: tuple[Path, Change]) -> tuple[int, bool]:
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(path, change[0], strict=False)))
        return -shared, not named.intersection(change[0])

    others = [merged for merged in objects.values() if merged is not here and merged.name in named]
    for group in ([here], others):
        changes = [
            (full, change) for merged in group for full, made in merged.changes.items() for change in made
            if stack.rank(change.layer) > own and (full[-1] in _SHOWN) == (problem.code is MISSING_LABEL)
        ]
        if changes:
            return [change for _, change in sorted(changes, key=unlikely)]
    return []


def _moved(problem: Problem, changes: Sequence[Change], stack: Stack, below: Callable[[int], Faults]) -> Problem:
    """The problem at the change of the layer that brings it; as it was when it is there without them all."""
    fault, culprit = (problem.code.code, problem.place), None
    for rank in sorted({stack.rank(change.layer) for change in changes}):
        if fault in below(rank):
            break
        culprit = rank
    place = next((change.place for change in changes if stack.rank(change.layer) == culprit), problem.place)
    return replace(problem, place=place)
