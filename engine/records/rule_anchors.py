"""The records that rules over several rows stand on (law 15). A check, a limit or a guard that reads other rows holds only if
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
from engine.records.rollup_routes import (
    End,
    Host,
    Route,
    Ways,
    chain,
    follow,
    formulas_of,
    hosts_of_draft,
    routes,
    routes_over,
)
from metadata.expressions.dependencies import walk
from metadata.expressions.reach import Base, opened, reach
from metadata.expressions.typed import Aggregate, Collection, Hop, In, TypedExpression

if TYPE_CHECKING:
    from engine.runtime import WriteSession

_Path = tuple[Base, tuple[Hop, ...]]


def anchors_of_draft(session: WriteSession, draft: Draft, totals: set[Host]) -> set[Host]:
    """What a write of `draft` locks: `totals`, the records whose roll-ups it changes; the records in which a rule counts a
    part of it, as it was and as it will be, or counts what one of these is worked out from; and those that its own checks
    and limits read."""
    ways = _routes(session)

    def changed(host: Host) -> frozenset[str]:
        return _derived(session.app.entities[host[0]]) if host in totals else frozenset()

    return follow(session, totals | hosts_of_draft(session, draft, ways), changed, ways) | {
        anchor for part in draft.everything() for rule in _rules(part.entity) for anchor in anchors_of_rule(session, part, rule)
    }


def anchors_beforehand(session: WriteSession, entity: str, record: int) -> set[Host]:
    """What a write of a stored record locks together with its row: the records whose roll-ups count it, and, where a rule
    on such records counts others of them, all that it bears on, so that two of them never wait for each other."""
    own = (entity, record)
    found = chain(session, {own}) if routes(session.app, entity) else set[Host]()
    ways = _routes(session)
    if entity in session.app.statements.get(("bear on their like",), lambda: _bearing_on_their_like(ways)):
        found |= follow(session, {own}, lambda host: None if host == own else frozenset(), ways)
    return found


def _bearing_on_their_like(ways: Ways) -> frozenset[str]:
    """The entities from which routes lead back to records of the same entity."""
    def reached(entity: str) -> set[str]:
        found, waiting = set[str](), [entity]
        while waiting:
            further = {route.host for route in ways.get(waiting.pop(), ())} - found
            found |= further
            waiting += further
        return found

    return frozenset(entity for entity in ways if entity in reached(entity))


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
    for rule in (*(rule for entity in app.entities.values() for rule in _rules(entity)), *guards):
        for collection, read in _counted(app, rule):
            link, number, end = _way(app, collection)
            for entity, route in routes_over(app, collection.entity, collection.target, link, number, read, end):
                found.setdefault(entity, {})[route] = None
    return {name: tuple(each) for name, each in found.items()}


def _rules(entity: CompiledEntity) -> list[TypedExpression]:
    """The rules that decide whether a record of the entity may be as it is: its checks, and the limits of its fields."""
    limits = [rule for field in entity.fields.values() for rule in (field.minimum_rule, field.maximum_rule) if rule]
    return [*(check.must.typed for check in entity.checks), *(rule.typed for rule in limits)]


def _way(app: CompiledApp, collection: Collection) -> tuple[str | None, int, End | None]:
    """By what the rows of a collection belong to its record: a link, or the lineage of the children field; and the end at
    which a many-to-many link is declared."""
    own = app.entities[collection.entity].fields.get(collection.name)
    if own is not None and own.kind == "links":
        return own.name, 0, "host"
    if collection.kind == "children" and own is not None:
        return None, own.lineage, None
    return collection.link_field, 0, "source" if collection.kind == "links" else None


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
