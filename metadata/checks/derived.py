"""Formulas and fetches: sources exist, results can be held; nothing derived depends on itself."""

from __future__ import annotations

from collections.abc import Iterable

from metadata.checks.context import Checking
from metadata.codes import entities as codes
from metadata.expressions.dependencies import dependencies
from metadata.expressions.typed import TypedExpression
from metadata.resolve.entities import STORED_AS, UNFETCHABLE
from metadata.specs.common import Expression
from metadata.specs.entity import EntitySpec, FieldSpec, live_fields

Node = tuple[str, str]


def check_derived(c: Checking) -> None:
    edges: dict[Node, list[Node]] = {}
    for entity in c.live_entities():
        for field in live_fields(entity):
            path = ("entity", entity.name, "fields", field.name)
            if field.fetch:
                _source(c, entity, field)
            typed = field.formula.typed if field.formula else None
            if field.kind == "formula" and typed and typed.type.name not in STORED_AS:
                c.note(codes.FORMULA_KIND, c.places.of(*path, "formula"), field=field.name, kind=typed.type.name)
            edges[entity.name, field.name] = list(_reads(c, entity, field))
    _cycles(c, edges)


def _source(c: Checking, entity: EntitySpec, field: FieldSpec) -> None:
    """A fetch crosses one link to a field with a value."""
    path = field.fetch.path if field.fetch else ()
    place = c.places.of("entity", entity.name, "fields", field.name, "fetch")
    found = c.path(entity, path, place)
    if found and (found.stored is None or found.stored in UNFETCHABLE):
        c.note(codes.FETCH_SOURCE, place, path=".".join(path), kind=found.stored or "children")


def _reads(c: Checking, entity: EntitySpec, field: FieldSpec) -> Iterable[Node]:
    """The fields whose change changes this derived field."""
    expressions: list[Expression | None] = [field.formula]
    if field.rollup:
        expressions += [field.rollup.value, field.rollup.where]
    for expression in expressions:
        typed: TypedExpression | None = expression.typed if expression else None
        yield from dependencies(typed).fields if typed is not None else ()
    if field.fetch and field.fetch.keep == "always":
        link = entity.fields.get(field.fetch.path[0])
        for target in link.link.to if link and link.link else ():
            yield target, field.fetch.path[1]


def _cycles(c: Checking, edges: dict[Node, list[Node]]) -> None:
    """Each circle once, told at its first field in order of declaration."""
    done: set[Node] = set()
    for start in edges:
        path: list[Node] = []
        waiting: list[tuple[Node, int]] = [(start, 0)]
        while waiting:
            node, depth = waiting.pop()
            del path[depth:]
            if node in path:
                _tell(c, path[path.index(node):])
                done.update(path)
                continue
            if node in done or node not in edges:
                continue
            path.append(node)
            waiting += [(each, depth + 1) for each in edges[node]]
        done.add(start)


def _tell(c: Checking, circle: list[Node]) -> None:
    entity, name = circle[0]
    field = c.app.entities[entity].fields[name]
    words = " → ".join(f"{e}.{f}" for e, f in (*circle, circle[0]))
    c.note(codes.CYCLE, field.place, path=words)
