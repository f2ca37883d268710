"""What an expression reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from metadata.expressions.typed import Collection, ContextRef, FieldRef, RoleCall, TypedExpression


@dataclass(frozen=True, slots=True)
class Dependencies:
    """`fields` are (entity, field) pairs, links crossed included; `collections` (entity, collection) pairs."""

    fields: frozenset[tuple[str, str]]
    collections: frozenset[tuple[str, str]]
    settings: frozenset[str]
    roles: frozenset[str]
    own_only: bool
    uses_clock: bool
    uses_user: bool
    uses_old: bool


def dependencies(typed: TypedExpression) -> Dependencies:
    """Everything `typed` reads. `own_only`: nothing but fields of its own row."""
    nodes = tuple(walk(typed))
    refs = [n for n in nodes if isinstance(n, FieldRef)]
    sets = [n for n in nodes if isinstance(n, Collection)]
    contexts = [n for n in nodes if isinstance(n, ContextRef)]
    hops = [hop for n in (*refs, *sets) for hop in n.hops]
    links = {(n.target, n.link_field) for n in sets if n.kind == "back"}
    return Dependencies(
        fields=frozenset({(n.entity, n.field) for n in refs} | {(h.source, h.field) for h in hops} | links),
        collections=frozenset((n.entity, n.name) for n in sets),
        settings=frozenset(n.name for n in contexts if n.kind == "setting"),
        roles=frozenset(n.role for n in nodes if isinstance(n, RoleCall)),
        own_only=not hops and not sets and not contexts and all(n.root == "row" for n in refs),
        uses_clock=any(n.kind in ("now", "today") for n in contexts),
        uses_user=any(n.kind == "user" for n in contexts) or any(n.root == "user" for n in refs),
        uses_old=any(n.root == "old" for n in refs),
    )


def walk(node: TypedExpression) -> Iterator[Any]:
    """`node` and all nodes below it, outer ones first."""
    yield node
    for part in parts(node):
        yield from walk(part)


def parts(node: TypedExpression) -> Iterator[Any]:
    """The nodes right below `node`."""
    for part in fields(node):
        yield from _nodes(getattr(node, part.name))


def _nodes(value: object) -> Iterator[Any]:
    if isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)
    elif is_dataclass(value) and not isinstance(value, type) and hasattr(value, "type"):
        yield value


