"""Whether a record that points to a stored one can be created at all, judged before anybody fills in its form: of the
record to come only its link is known. Conditions of rights are turned into what they ask of the stored record; all
else they ask for is unknown, and unknown keeps the way open. The write itself is judged as ever.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.access.matrix import Grant
from engine.access.predicates import all_of, any_of, certain, covers, row_predicate
from engine.access.rules import rule_fails, rule_holds
from engine.access.scopes import Clause, Row
from engine.access.views import Statement, View, context_values, open_view
from metadata.expressions.typed import (
    Binary,
    Call,
    Case,
    ContextRef,
    FieldRef,
    Hop,
    In,
    ListOf,
    Literal_,
    RoleCall,
    TypedExpression,
    Unary,
)

if TYPE_CHECKING:
    from engine.compiled import CompiledApp
    from engine.runtime import ReadSession

Way = tuple[str, str]
"""An entity and its link field, by which a record of it points to another."""

_OF_THE_WRITE = frozenset({"changed", "is_new"})


def may_add(s: ReadSession, host: str, id: int, ways: Collection[Way]) -> frozenset[Way]:
    """Those of `ways` by which the principal may create a record that points to the record `id` of `host`, as far as can be
    said before; all that its rights could open where it may not read that record. At most one statement."""
    view = open_view(s)
    if view.unrestricted:
        return frozenset(ways)
    found = tuple(sorted(way for way in ways if covers(view, way[0], "create")))
    statement, judged = s.app.statements.get(("may add", view.key, host, found), lambda: _adding(view, host, found))
    if statement is None:
        return frozenset(found)
    answer = s.connection.execute(statement, {**context_values(s), "record": id}).first()
    refused = () if answer is None else (way for way, open_ in zip(judged, answer, strict=True) if not open_)
    return frozenset(found) - frozenset(refused)


def _adding(view: View, host: str, ways: tuple[Way, ...]) -> tuple[Statement | None, tuple[Way, ...]]:
    """A statement that tells of a record which of the ways returned beside it are open; none where all are on any record."""
    row = view.app.entities[host].table.alias()
    clauses = {way: _open(view, host, way, row) for way in ways}
    judged = tuple(way for way, clause in clauses.items() if not isinstance(clause, sa.True_))
    if not judged:
        return None, ()
    wanted = sa.bindparam("record", type_=sa.BigInteger(), required=True)
    told = sa.select(*(certain(clauses[way]).label(f"way{place}") for place, way in enumerate(judged)))
    return told.select_from(row).where(row.c.id == wanted, row_predicate(view, host, "read", row)), judged


def _open(view: View, host: str, way: Way, row: Row) -> Clause:
    """Where a grant to create may hold and no denial surely reaches."""
    entity, field = way
    if view.app.entities[entity].child:
        return sa.true()
    known = _Known(view.app, entity, field, host)
    granted = any_of([_may_hold(view, known, cover.grant, row) for cover in covers(view, entity, "create")])
    denials = view.app.access.denials(view.roles, entity, "create")
    return all_of([granted, *(_may_spare(view, known, denial, row) for denial in denials)])


def _may_hold(view: View, known: _Known, grant: Grant, row: Row) -> Clause:
    if grant.condition is None:
        return sa.true()
    asked = known.weakened(grant.condition, upward=True)
    return sa.true() if _is(asked, True) else rule_holds(view, known.host, asked, row)


def _may_spare(view: View, known: _Known, denial: Grant, row: Row) -> Clause:
    """A denial reaches surely only where its scope is everything; its condition, if any, must not be sure to be more than
    false (what is unknown denies)."""
    if "all" not in denial.scopes or denial.condition is None:
        return sa.true()
    asked = known.weakened(denial.condition, upward=False)
    return sa.true() if _is(asked, False) else rule_fails(view, known.host, asked, row)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a record of `entity` that is to be created: its `field` points to the record of `host` looked at."""

    app: CompiledApp
    entity: str
    field: str
    host: str

    def weakened(self, rule: TypedExpression, upward: bool) -> TypedExpression:
        """`rule` over the record to come as a rule over the one it points to, with what is unknown true (`upward`: the
        rule may hold) or false (it surely holds)."""
        if isinstance(rule, Unary) and rule.operator == "not":
            return _not(rule, self.weakened(rule.operand, not upward))
        if isinstance(rule, Binary) and rule.operator in ("and", "or"):
            return _joined(rule, self.weakened(rule.left, upward), self.weakened(rule.right, upward))
        over = self._over_host(rule)
        return Literal_(upward, rule.type) if over is None else over

    def _over_host(self, node: TypedExpression) -> TypedExpression | None:
        """`node` as seen from the record pointed to; None where it asks for anything that is not known yet."""
        if isinstance(node, Literal_ | ContextRef | RoleCall):
            return None if isinstance(node, ContextRef) and node.kind == "this" else node
        if isinstance(node, FieldRef):
            return self._reference(node)
        if isinstance(node, Unary):
            operand = self._over_host(node.operand)
            return None if operand is None else replace(node, operand=operand)
        if isinstance(node, Binary):
            left, right = self._over_host(node.left), self._over_host(node.right)
            return None if left is None or right is None else replace(node, left=left, right=right)
        if isinstance(node, In):
            left, items = self._over_host(node.left), self._over_host(node.items)
            return None if left is None or items is None else replace(node, left=left, items=items)
        if isinstance(node, ListOf):
            found = self._all(node.items)
            return None if found is None else replace(node, items=found)
        if isinstance(node, Call) and node.function not in _OF_THE_WRITE:
            found = self._all(node.arguments)
            return None if found is None else replace(node, arguments=found)
        if isinstance(node, Case):
            return self._case(node)
        return None

    def _all(self, nodes: tuple[TypedExpression, ...]) -> tuple[TypedExpression, ...] | None:
        found = tuple(over for node in nodes if (over := self._over_host(node)) is not None)
        return found if len(found) == len(nodes) else None

    def _case(self, node: Case) -> Case | None:
        pairs = [(self._over_host(condition), self._over_host(value)) for condition, value in node.branches]
        branches = tuple((one, other) for one, other in pairs if one is not None and other is not None)
        otherwise = None if node.otherwise is None else self._over_host(node.otherwise)
        if len(branches) < len(pairs) or (otherwise is None and node.otherwise is not None):
            return None
        return replace(node, branches=branches, otherwise=otherwise)

    def _reference(self, node: FieldRef) -> FieldRef | None:
        """A field of the record pointed to, or of one beyond it, unless creating could change it."""
        if node.root == "user":
            return node
        if node.root != "row" or node.hops[:1] != (Hop(self.entity, self.field, self.host),):
            return None
        steps = [*((hop.source, hop.field) for hop in node.hops[1:]), (node.entity, node.field)]
        if any(self.app.entities[entity].fields[field].computed for entity, field in steps):
            return None
        return replace(node, hops=node.hops[1:])


def _is(node: TypedExpression, value: bool) -> bool:
    return isinstance(node, Literal_) and node.value is value


def _not(rule: Unary, operand: TypedExpression) -> TypedExpression:
    if isinstance(operand, Literal_) and isinstance(operand.value, bool):
        return replace(operand, value=not operand.value)
    return replace(rule, operand=operand)


def _joined(rule: Binary, left: TypedExpression, right: TypedExpression) -> TypedExpression:
    """`left` and (or) `right`, without the side that decides nothing."""
    neutral = rule.operator == "and"
    for one, other in ((left, right), (right, left)):
        if _is(one, neutral):
            return other
        if _is(one, not neutral):
            return one
    return replace(rule, left=left, right=right)
