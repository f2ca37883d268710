"""The records that rules over several rows stand on (law 15). A check or a guard that reads other rows holds only if
nobody changes them before the commit: whoever judges it locks the records its paths and collections lead to, and
whoever writes a row that a collection counts locks the record it counts in, before anything is read. A formula that is
worked out when it is read counts as what it reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from engine.compiled import CompiledApp, CompiledEntity
from engine.records.draft import Draft
from engine.records.environment import Environment
from engine.records.rollup_routes import Host, Route, Ways, follow, formulas_of, hosts_of_draft, routes_over
from metadata.expressions.dependencies import walk
from metadata.expressions.reach import Base, opened, reach
from metadata.expressions.typed import Aggregate, Collection, Hop, In, TypedExpression

if TYPE_CHECKING:
    from engine.runtime import WriteSession

_Path = tuple[Base, tuple[Hop, ...]]


def anchors_of_draft(session: WriteSession, draft: Draft, totals: set[Host]) -> set[Host]:
    """What a write of `draft` locks: `totals`, the records whose roll-ups it changes; the records in which a rule counts a
    part of it, as it was and as it will be, or counts what one of these is worked out from; and those that its own checks
    read."""
    ways = _routes(session)

    def changed(host: Host) -> frozenset[str]:
        return _derived(session.app.entities[host[0]]) if host in totals else frozenset()

    return follow(session, totals | hosts_of_draft(session, draft, ways), changed, ways) | {
        anchor for part in draft.everything() for check in part.entity.checks
        for anchor in anchors_of_rule(session, part, check.must.typed)
    }


def anchors_of_rule(session: WriteSession, row: Draft, rule: TypedExpression) -> Iterator[Host]:
    """The records that `rule` reads over the links of `row`, first to last; rows inside a collection are guarded by the
    record that the collection belongs to."""
    paths = session.app.statements.get(("rule paths", rule), lambda: _paths(session.app, rule))
    environment = Environment(session, row)
    for base, hops in paths:
        yield from environment.along(base, hops)


def _derived(entity: CompiledEntity) -> frozenset[str]:
    """The fields that follow when a roll-up of the record changes."""
    return frozenset(field.name for field in entity.fields.values() if field.computed in ("rollup", "row"))


def _routes(session: WriteSession) -> Ways:
    """How written rows are counted by the rules of the application, worked out once per compiled release."""
    return session.app.statements.get(
        ("rule routes",), lambda: _all_routes(session.app, session.runtime.flows.guards(session))
    )


def _all_routes(app: CompiledApp, guards: Iterable[TypedExpression]) -> Ways:
    found: dict[str, dict[Route, None]] = {}
    checks = [check.must.typed for entity in app.entities.values() for check in entity.checks]
    for rule in (*checks, *guards):
        for collection, read in _counted(app, rule):
            if collection.kind == "links":
                continue
            link = collection.link_field if collection.kind == "back" else None
            number = 0 if link else app.entities[collection.entity].fields[collection.name].lineage
            for entity, route in routes_over(app, collection.entity, collection.target, link, number, read):
                found.setdefault(entity, {})[route] = None
    return {name: tuple(routes) for name, routes in found.items()}


def _counted(app: CompiledApp, rule: TypedExpression) -> Iterator[tuple[Collection, list[TypedExpression]]]:
    """The collections whose rows a rule looks at, and what it reads of each row."""
    for typed in opened(rule, formulas_of(app)):
        for node in walk(typed):
            if isinstance(node, Aggregate):
                yield node.collection, [part for part in (node.value, node.where) if part is not None]
            elif isinstance(node, In) and isinstance(node.items, Collection):
                yield node.items, []


def _paths(app: CompiledApp, rule: TypedExpression) -> tuple[_Path, ...]:
    """The link paths that begin at the row itself or its parent."""
    return tuple(dict.fromkeys((each.base, each.hops) for each in reach(rule, formulas_of(app)) if each.hops))
