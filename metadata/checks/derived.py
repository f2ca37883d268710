"""Formulas and fetches: sources exist, results can be held; nothing derived depends on itself."""

from __future__ import annotations

from collections.abc import Iterable

from metadata.checks.context import Checking
from metadata.checks.copies import check_revealed
from metadata.codes import entities as codes
from metadata.codes import shape as shape_codes
from metadata.expressions.dependencies import dependencies
from metadata.expressions.typed import TypedExpression
from metadata.resolve.entities import STORED_AS, UNFETCHABLE
from metadata.specs.common import Expression
from metadata.specs.entity import APPROVAL_STATES, OWNED_FIELDS, EntitySpec, FieldSpec, filled_by_platform, live_fields

Node = tuple[str, str]
_TAKEN_AS = (
    (("text", "long", "email", "phone", "url", "serial", "color", "geo"), ("text", "long")),
    (("int", "rating", "decimal", "money", "percent"), ("decimal", "money", "percent")),
)
"""Stored kinds, and the kinds that can hold a copy of them."""


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
            if field.reveals and not (field.fetch or field.formula or field.rollup):
                c.note(shape_codes.KEY_ALONE, c.places.key(*path, "reveals"), name="reveals", other="formula, fetch")
            edges[entity.name, field.name] = list(_reads(c, entity, field))
            check_revealed(c, entity, field, [*edges[entity.name, field.name], *_copied(entity, field)])
    _cycles(c, edges)


def _source(c: Checking, entity: EntitySpec, field: FieldSpec) -> None:
    """A fetch crosses one entered link to a field whose value it can hold."""
    assert field.fetch is not None
    path = field.fetch.path
    place = c.places.of("entity", entity.name, "fields", field.name, "fetch")
    found = c.path(entity, path, place)
    if found is None:
        return
    values = {"path": ".".join(path), "kind": found.stored or "children"}
    if not _entered(entity, path[0]):
        c.note(codes.FETCH_LINK, place, link=path[0])
    elif found.stored is None or found.stored in UNFETCHABLE:
        c.note(codes.FETCH_SOURCE, place, **values)
    elif field.kind != "fetch" and not _holds(field, found.stored, found.field):
        c.note(codes.FETCH_KIND, place, field=field.name, own=field.kind, **values)


def _entered(entity: EntitySpec, link: str) -> bool:
    """Whether the link is known before copies are made: entered by people, or the owner or department."""
    field = entity.fields.get(link)
    return not filled_by_platform(field) if field else entity.owned and link in OWNED_FIELDS


def _holds(field: FieldSpec, stored: str, source: FieldSpec | None) -> bool:
    """Whether a field of a kind of its own can take the copy: the same kind (and options, and target), any text as text,
    any number as a number with digits."""
    if stored in ("choice", "choices"):
        known = source.options if source else dict.fromkeys(APPROVAL_STATES)
        return stored == field.stored and known.keys() <= field.options.keys()
    if stored == "link":
        return stored == field.stored and source is not None and source.link is not None and field.link is not None and (
            source.link.to == field.link.to
        )
    return stored == field.stored or any(stored in taken and field.stored in into for taken, into in _TAKEN_AS)


def _reads(c: Checking, entity: EntitySpec, field: FieldSpec) -> Iterable[Node]:
    """The fields whose change changes this derived field."""
    expressions: list[Expression | None] = [field.formula]
    if field.rollup:
        expressions += [field.rollup.value, field.rollup.where]
    for expression in expressions:
        typed: TypedExpression | None = expression.typed if expression else None
        yield from dependencies(typed).fields if typed is not None else ()
    if field.fetch and field.fetch.keep == "always":
        yield from _copied(entity, field)


def _copied(entity: EntitySpec, field: FieldSpec) -> Iterable[Node]:
    """The fields that a fetch copies."""
    if field.fetch:
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
