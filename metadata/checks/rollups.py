"""Roll-ups are stored: they may count and read only what reaches them when it is written."""

from __future__ import annotations

from collections.abc import Iterator

from metadata.checks.context import Checking
from metadata.codes import entities as codes
from metadata.expressions.dependencies import walk
from metadata.expressions.typed import Aggregate, Collection, ContextRef, FieldRef, RoleCall, TypedExpression
from metadata.specs.entity import EntitySpec, FieldSpec, live_fields

_READ_ANEW = frozenset({"now", "today", "user", "setting"})
"""Context words whose value changes without any record being written."""


def check_rollups(c: Checking) -> None:
    """Each roll-up of every entity in use: what it counts, and what its value and condition read."""
    for entity in c.live_entities():
        for field in live_fields(entity):
            if field.rollup:
                _rollup(c, entity, field)


def _rollup(c: Checking, entity: EntitySpec, field: FieldSpec) -> None:
    rollup = field.rollup
    assert rollup is not None
    of = c.places.of("entity", entity.name, "fields", field.name, "of")
    c.collection(entity, rollup.of, of)
    if _many_to_many(c, entity, rollup.of):
        c.note(codes.ROLLUP_LINKS, of, field=field.name, of=rollup.of)
    for rule in (rollup.value, rollup.where):
        unfollowed = next(_unfollowed(c, rule.typed, ()), None) if rule and rule.typed else None
        if rule and unfollowed:
            c.note(codes.ROLLUP_READS, rule.place, field=field.name, what=unfollowed)


def _many_to_many(c: Checking, entity: EntitySpec, of: str) -> bool:
    """Whether the collection is a `links` field, seen from either end."""
    source, name = entity.backs.get(of, (entity.name, of))
    holder = c.app.entities.get(source)
    declared = holder.fields.get(name) if holder else None
    return declared is not None and declared.kind == "links"


def _unfollowed(
    c: Checking, typed: TypedExpression, through: tuple[tuple[str, str], ...]
) -> Iterator[str]:
    """What the expression reads, inside the formulas that it reads as well, and whose changes reach no roll-up."""
    for node in walk(typed):
        if isinstance(node, RoleCall):
            yield f"role({node.role})"
        elif isinstance(node, ContextRef) and node.kind in _READ_ANEW:
            yield f"$setting.{node.name}" if node.kind == "setting" else f"${node.kind}"
        elif isinstance(node, Collection) and (node.kind != "children" or node.root != "row"):
            yield f"{node.entity}.{node.name}"
        elif isinstance(node, Aggregate):
            yield from _beyond_its_rows(node)
        elif isinstance(node, FieldRef):
            yield from _of_field(c, node, through)


def _beyond_its_rows(node: Aggregate) -> Iterator[str]:
    """What an aggregate over child rows reads of other records than those rows."""
    for rule in (node.value, node.where):
        for ref in walk(rule) if rule is not None else ():
            if isinstance(ref, FieldRef) and (ref.hops or ref.root != "row"):
                yield f"{ref.entity}.{ref.field}"


def _of_field(c: Checking, ref: FieldRef, through: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """A formula counts as what it reads, but for one that is kept by the day: what counts it is brought up to date with
    it. Only the roll-up's own rules may read the record it stands on."""
    if ref.root == "user" or (through and ref.root != "row"):
        yield f"${ref.root}.{ref.field}"
        return
    entity = c.app.entities.get(ref.entity)
    declared = entity.fields.get(ref.field) if entity else None
    key = (ref.entity, ref.field)
    if declared and declared.formula and declared.formula.typed and not declared.kept and key not in through:
        for what in _unfollowed(c, declared.formula.typed, (*through, key)):
            yield f"{what} ({ref.entity}.{ref.field})" if not through else what
