"""Row rights as SQL: one predicate per entity and verb, OR over the grants of a principal's roles, AND NOT the denials.

Unknown never opens a door: an allowing condition that is unknown allows nothing, a denying one that is unknown denies.
Child entities have no rights of their own: a grant covers their rows through the children field of the parent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.access.matrix import Grant
from engine.access.rules import rule_fails, rule_holds
from engine.access.scopes import READING_VERBS, Clause, Row, scope_clause
from engine.access.views import View


@dataclass(frozen=True, slots=True)
class Cover:
    """A grant (or denial) that decides about rows of an entity: directly, or through `field` of their `parent`."""

    grant: Grant
    parent: str = ""
    field: str = ""


def row_predicate(view: View, entity: str, verb: str, row: Row) -> Clause:
    """Which rows of `row` (the table of `entity`, or an alias of it) the principal of `view` may do `verb` to."""
    if view.unrestricted:
        return sa.true()
    granted = cover_clause(view, covers(view, entity, verb), row)
    return all_of([granted, not_denied(view, entity, verb, row)])


def covers(view: View, entity: str, verb: str) -> tuple[Cover, ...]:
    """The grants that count for `verb` on rows of `entity`. Child rows come with a new parent or into a stored one."""
    access, compiled = view.app.access, view.app.entities[entity]
    if not compiled.child:
        return tuple(Cover(grant) for grant in access.grants(view.roles, entity, verb))
    return tuple(
        Cover(grant, parent, field)
        for parent, field in compiled.parents
        for above in (("create", "update") if verb == "create" else (parent_verb(verb),))
        for grant in access.grants(view.roles, parent, above)
        if not field_absent(view, grant, parent, field)
    )


def cover_clause(view: View, found: Iterable[Cover], row: Row) -> Clause:
    """Which rows any of `found` covers; may be unknown where a condition is."""
    direct: list[Clause] = []
    above: dict[tuple[str, str], list[Grant]] = {}
    for cover in dict.fromkeys(found):
        if cover.parent:
            above.setdefault((cover.parent, cover.field), []).append(cover.grant)
        else:
            direct.append(grant_clause(view, cover.grant, row))
    through = [_through_parent(view, parent, field, grants, row) for (parent, field), grants in above.items()]
    return any_of(direct + through)


def not_denied(view: View, entity: str, verb: str, row: Row) -> Clause:
    """Which rows no denial of the principal's roles takes away."""
    access, compiled = view.app.access, view.app.entities[entity]
    if not compiled.child:
        return all_of([_spared(view, denial, row) for denial in access.denials(view.roles, entity, verb)])
    return all_of([
        not_true(_parent_exists(view, parent, field, row, lambda above, d=denial: sa.not_(_spared(view, d, above))))
        for parent, field in compiled.parents
        for denial in access.denials(view.roles, parent, parent_verb(verb))
    ])


def _spared(view: View, denial: Grant, row: Row) -> Clause:
    """Where a denial surely does not reach: outside its scopes, or where its condition is false (not where it is unknown)."""
    compiled = view.app.entities[denial.entity]
    reached = certain(any_of([scope_clause(view, scope, compiled, denial.verb, row) for scope in denial.scopes]))
    rule = [] if denial.condition is None else [certain(rule_fails(view, denial.entity, denial.condition, row))]
    return any_of([sa.not_(reached), *rule])


def grant_clause(view: View, grant: Grant, row: Row) -> Clause:
    """Which rows one grant (or denial) covers by itself; may be unknown. `row` is of the grant's own entity."""
    compiled = view.app.entities[grant.entity]
    scopes = any_of([scope_clause(view, scope, compiled, grant.verb, row) for scope in grant.scopes])
    if grant.condition is None:
        return scopes
    return all_of([scopes, rule_holds(view, grant.entity, grant.condition, row)])


def field_absent(view: View, grant: Grant, entity: str, field: str) -> bool:
    """Whether the grant's role leaves `field` of `entity` out: denied, hidden, or not named by an outside role."""
    access = view.app.access
    right = access.field_right(grant.role, entity, field)
    if right.hide or access.field_denied(view.roles, entity, field):
        return True
    return access.roles[grant.role].outside and not (right.read or right.edit or field == "id")


def parent_verb(verb: str) -> str:
    """The verb on the parent that a verb on a child row asks for: whoever may change the parent may change its rows."""
    return verb if verb in READING_VERBS else "update"


def certain(clause: Clause) -> Clause:
    """`clause`, false where it is unknown."""
    return clause if isinstance(clause, sa.True_ | sa.False_) else sa.func.coalesce(clause, sa.false())


def not_true(clause: Clause) -> Clause:
    """True where `clause` is false or unknown."""
    return sa.not_(certain(clause))


def any_of(clauses: Sequence[Clause]) -> Clause:
    """OR over `clauses`; false for none, true when one is."""
    if any(isinstance(clause, sa.True_) for clause in clauses):
        return sa.true()
    kept = [clause for clause in clauses if not isinstance(clause, sa.False_)]
    return sa.or_(*kept) if kept else sa.false()


def all_of(clauses: Sequence[Clause]) -> Clause:
    """AND over `clauses`; true for none, false when one is."""
    if any(isinstance(clause, sa.False_) for clause in clauses):
        return sa.false()
    kept = [clause for clause in clauses if not isinstance(clause, sa.True_)]
    return sa.and_(*kept) if kept else sa.true()


def _through_parent(view: View, parent: str, field: str, grants: Sequence[Grant], row: Row) -> Clause:
    return _parent_exists(
        view, parent, field, row, lambda above: any_of([grant_clause(view, grant, above) for grant in grants])
    )


def _parent_exists(view: View, parent: str, field: str, row: Row, test: Callable[[Row], Clause]) -> Clause:
    """Whether child `row` stands in `parent.field` of a row that passes `test`."""
    compiled = view.app.entities[parent]
    above = compiled.table.alias()
    passed = test(above)
    if isinstance(passed, sa.False_):
        return sa.false()
    owner = sa.and_(above.c.id == row.c.parent_id, row.c.parent_field == compiled.fields[field].lineage)
    return sa.exists().where(owner, passed).correlate(row)
