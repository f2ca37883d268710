"""Whether new records of an entity can be judged before any of them is written: nothing that decides about one looks at
another that is made in the same unit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.compiled import CompiledEntity, CompiledField
from engine.records.rollup_routes import reads_host, routes
from metadata.expressions.dependencies import walk
from metadata.expressions.typed import Collection, TypedExpression
from metadata.specs.people import PEOPLE

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def independent(session: WriteSession, entity: CompiledEntity) -> bool:
    """Whether no record of the entity can bear on another one that is made in the same unit: nothing counts them or follows
    from them, none leads to another, and no rule reads them but by a link, which nothing stored has to a new record."""
    return session.app.statements.get(("independent", entity.name), lambda: _judge(session, entity))


def _judge(session: WriteSession, entity: CompiledEntity) -> bool:
    fields = entity.fields.values()
    return not (
        entity.name in PEOPLE
        or entity.duplicates_then == "block"
        or routes(session.app, entity.name)
        or session.runtime.flows.reacts(session, entity.name)
        or any(reads_host(field) for field in fields)
        or any(field.link is not None and entity.name in field.link.to for field in fields)
        or entity.name in _collected(session)
    )


def _collected(session: WriteSession) -> frozenset[str]:
    """The entities whose rows some rule reads over a collection. All rules of the application count: a formula is read by
    others, a copy is taken of it, and a right stands on it."""
    def find() -> frozenset[str]:
        return frozenset(node.target for rule in _rules(session) for node in walk(rule) if isinstance(node, Collection))

    return session.app.statements.get(("collected by rules",), find)


def _rules(session: WriteSession) -> Iterator[TypedExpression]:
    for entity in session.app.entities.values():
        yield from (check.must.typed for check in entity.checks)
        for field in entity.fields.values():
            yield from _rules_of(field)
    yield from session.app.access.conditions()


def _rules_of(field: CompiledField) -> Iterator[TypedExpression]:
    rules = (
        field.required_if, field.readonly_if, field.visible_if, field.default_rule, field.minimum_rule, field.maximum_rule,
        field.currency_from, field.formula, field.link.filter if field.link is not None else None,
    )
    yield from (rule.typed for rule in rules if rule is not None)
