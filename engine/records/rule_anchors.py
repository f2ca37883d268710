"""The records that rules over several rows stand on (law 15). A check or a guard that reads other rows holds only if
nobody changes them before the commit: whoever judges it locks the records its paths and collections lead to, and
whoever writes a row that a collection counts locks the record it counts in, before anything is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.compiled import CompiledApp, CompiledEntity
from engine.records.draft import Draft
from engine.records.queries import linked_id
from engine.records.rollup_routes import Host, Route, hosts_of_draft, routes_over
from engine.records.stored import column_of
from metadata.expressions.dependencies import parts, walk
from metadata.expressions.typed import Aggregate, Collection, FieldRef, Hop, TypedExpression

if TYPE_CHECKING:
    from engine.runtime import WriteSession


def anchors_of_draft(session: WriteSession, draft: Draft) -> set[Host]:
    """What a write of `draft` locks: the records in which a rule counts a part of it, as it was and as it will be, and
    those that its own checks read."""
    counted = hosts_of_draft(session, draft, _routes(session))
    return counted | {
        anchor for part in draft.everything() for check in part.entity.checks
        for anchor in anchors_of_rule(session, part, check.must.typed)
    }


def anchors_of_rule(session: WriteSession, row: Draft, rule: TypedExpression) -> Iterator[Host]:
    """The records that `rule` reads over the links of `row`, first to last; rows inside a collection are guarded by the
    record that the collection belongs to."""
    for hops in dict.fromkeys(_paths(rule)):
        value = row.values.get(hops[0].field)
        for hop, following in zip(hops, (*hops[1:], None), strict=True):
            id = linked_id(value, hop.target)
            if id is None:
                break
            yield hop.target, id
            value = _read(session, session.app.entities[hop.target], id, following.field) if following else None


def _routes(session: WriteSession) -> Mapping[str, tuple[Route, ...]]:
    """How written rows are counted by the rules of the application, worked out once per compiled release."""
    return session.app.statements.get(
        ("rule routes",), lambda: _all_routes(session.app, session.runtime.flows.guards(session))
    )


def _all_routes(app: CompiledApp, guards: Iterable[TypedExpression]) -> Mapping[str, tuple[Route, ...]]:
    found: dict[str, dict[Route, None]] = {}
    rules = [check.must.typed for entity in app.entities.values() for check in entity.checks]
    for rule in (*rules, *guards):
        for node in walk(rule):
            if not isinstance(node, Aggregate):
                continue
            collection = node.collection
            if collection.kind == "links":
                continue
            link = collection.link_field if collection.kind == "back" else None
            number = 0 if link else app.entities[collection.entity].fields[collection.name].lineage
            read = [part for part in (node.value, node.where) if part is not None]
            for entity, route in routes_over(app, collection.entity, collection.target, link, number, read):
                found.setdefault(entity, {})[route] = None
    return {name: tuple(routes) for name, routes in found.items()}


def _paths(node: TypedExpression) -> Iterator[tuple[Hop, ...]]:
    """The link paths that begin at the row itself; what stands inside an aggregate is about the rows counted."""
    if isinstance(node, FieldRef | Collection) and node.root == "row" and node.hops:
        yield node.hops
    inner = (node.collection,) if isinstance(node, Aggregate) else parts(node)
    for part in inner:
        yield from _paths(part)


def _read(session: WriteSession, entity: CompiledEntity, id: int, field: str) -> object:
    query = sa.select(column_of(entity, field)).where(entity.table.c.id == id)
    return session.connection.execute(query).scalar()
