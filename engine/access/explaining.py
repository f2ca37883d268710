"""Why somebody may or may not do something: the deciding rule, and the smallest change that would alter the answer (R69).

The answer itself comes from enforcement (`allowed`, `readable_on`, `editable`), so the two cannot disagree; what is told
here is which rule it rests on. Explaining reveals whether a record exists: it is for administrators and the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.access import wording
from engine.access.matrix import Grant, Roles
from engine.access.predicates import Cover, cover_clause, covers, field_absent, row_predicate
from engine.access.rights import allowed, editable, readable_on
from engine.access.scopes import Row, scope_clause
from engine.access.views import View, fixed_view
from engine.compiled import Texts
from engine.languages import localized
from engine.refusals import NotFound
from metadata.specs.access import Scope

if TYPE_CHECKING:
    from engine.runtime import ReadSession

_NARROW_FIRST: tuple[Scope, ...] = ("own", "members", "involved", "pool", "own_and_reports", "dept", "dept_tree", "all")


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rule` is what decided; `change` the smallest change that would alter the answer (None where none is sensible)."""

    allowed: bool
    rule: Texts
    change: Texts | None = None

    def text(self, language: str) -> str:
        """Both in one text, in `language`."""
        rule = localized(self.rule, language)
        return rule if self.change is None else f"{rule}\n→ {localized(self.change, language)}"


def explain(s: ReadSession, entity: str, id: int, verb: str, field: str | None = None) -> Explanation:
    """Why the session's principal may or may not do `verb` to the record, or to its `field`. Raises `NotFound` when there
    is no such entity, record or field at all."""
    compiled = s.app.entities.get(entity)
    if compiled is None or (field is not None and field not in compiled.fields) or not _there(s, entity, id):
        raise NotFound("not_found")
    if s.principal.unrestricted:
        return Explanation(True, wording.unrestricted())
    view = fixed_view(s)
    first = _verb_refused(s, view, entity, id, verb)
    if first is not None:
        return first
    if field is None:
        return Explanation(True, _granting(s, view, entity, id, verb), None)
    return _field(s, view, entity, id, verb, field)


def _there(s: ReadSession, entity: str, id: int) -> bool:
    table = s.app.entities[entity].table
    return s.connection.execute(sa.select(table.c.id).where(table.c.id == id)).first() is not None


def _verb_refused(s: ReadSession, view: View, entity: str, id: int, verb: str) -> Explanation | None:
    """Why the row is out of reach; None when it is not."""
    if allowed(s, entity, verb, id):
        return None
    missing = verb
    if verb not in ("create", "read") and not allowed(s, entity, "read", id):
        missing = "read"
    return Explanation(False, *_refusing(s, view, entity, id, missing, verb))


def _refusing(
    s: ReadSession, view: View, entity: str, id: int, verb: str, wanted: str
) -> tuple[Texts, Texts | None]:
    """What refuses `verb`, without which there is no `wanted`, and the change after which there is."""
    found = covers(view, entity, verb)
    denial = _whole_denial(view, entity, verb)
    if denial is not None:
        return wording.denied(denial, s.app), wording.lift_denial(denial, s.app)
    change = _widening(s, view, entity, id, verb, wanted)
    if not found:
        return wording.no_grant(view.roles, entity, verb, s.app), change
    if _holds(s, entity, id, lambda row: cover_clause(view, found, row)):
        denials = _denials(view, entity, verb)
        if denials:
            lasting = next((d for d in denials if _holds(s, entity, id, _covering(view, d))), denials[0])
            return wording.denied(lasting.grant, s.app), wording.lift_denial(lasting.grant, s.app)
    return wording.no_row(found, s.app), _condition_change(s, view, entity, id, found) or change


def _covering(view: View, cover: Cover) -> Any:
    return lambda row: cover_clause(view, [cover], row)


def _whole_denial(view: View, entity: str, verb: str) -> Grant | None:
    compiled = view.app.entities[entity]
    names = [parent for parent, _ in compiled.parents] if compiled.child else [entity]
    return next((d for name in names for d in view.app.access.denials(view.roles, name, verb) if d.whole), None)


def _denials(view: View, entity: str, verb: str) -> list[Cover]:
    if view.app.entities[entity].child:
        return [
            Cover(grant, parent, field) for parent, field in view.app.entities[entity].parents
            for grant in view.app.access.denials(view.roles, parent, verb)
        ]
    return [Cover(grant) for grant in view.app.access.denials(view.roles, entity, verb)]


def _holds(s: ReadSession, entity: str, id: int, clause: Any) -> bool:
    """Whether the clause that `clause(row)` gives is true of the record."""
    row = s.app.entities[entity].table.alias()
    statement = sa.select(sa.func.coalesce(clause(row), sa.false())).select_from(row).where(row.c.id == id)
    return bool(s.connection.execute(statement).scalar())


def _condition_change(s: ReadSession, view: View, entity: str, id: int, found: Sequence[Cover]) -> Texts | None:
    """Where the scope of a grant covers the row and only its condition does not: the condition to be met."""
    for cover in found:
        grant = cover.grant
        if grant.condition is None or cover.parent:
            continue
        bare = Cover(Grant(grant.role, grant.entity, grant.verb, grant.scopes, None))
        if _holds(s, entity, id, _covering(view, bare)):
            return wording.meet_condition(grant, s.app)
    return None


def _widening(s: ReadSession, view: View, entity: str, id: int, verb: str, wanted: str) -> Texts:
    """A role that would do, with the fewest further rights; else the narrowest grant of `verb` to add to a role held."""
    for name in _by_size(view, view.roles):
        wider = _with_role(view, name)
        if _holds(s, entity, id, lambda row, wider=wider: _both(wider, entity, wanted, row)):
            return wording.give_role(name, s.app)
    fitting: list[Scope] = [scope for scope in _NARROW_FIRST if _scope_holds(s, view, entity, id, verb, scope)]
    scope: Scope = fitting[0] if fitting else "all"
    return wording.add_grant(_given(view), entity, verb, scope, s.app)


def _given(view: View) -> list[str]:
    """The roles that were given by themselves: what an included one grants, everybody has who holds a role that includes it."""
    including = view.app.access.roles
    return sorted(
        name for name in view.roles
        if not any(name in including[other].includes for other in view.roles if other != name)
    )


def _both(view: View, entity: str, verb: str, row: Row) -> Any:
    verbs = dict.fromkeys((verb,) if verb == "create" else (verb, "read"))
    return sa.and_(sa.true(), *(row_predicate(view, entity, name, row) for name in verbs))


def _by_size(view: View, held: Roles) -> list[str]:
    """Roles not held, those with the fewest grants first; administrators' last."""
    access = view.app.access
    size = {name: sum(g.role in role.includes for grants in access.allowing.values() for g in grants)
            for name, role in access.roles.items()}
    return sorted((name for name in access.roles if name not in held), key=lambda n: (access.roles[n].admin, size[n], n))


def _with_role(view: View, name: str) -> View:
    roles = view.roles | view.app.access.flatten([name])
    return View(view.app, roles, view.unrestricted, view.dialect, view.language, view.values)


def _scope_holds(s: ReadSession, view: View, entity: str, id: int, verb: str, scope: Scope) -> bool:
    compiled = s.app.entities[entity]
    return _holds(s, entity, id, lambda row: scope_clause(view, scope, compiled, verb, row))


def _granting(s: ReadSession, view: View, entity: str, id: int, verb: str) -> Texts:
    cover = next(c for c in covers(view, entity, verb) if _holds(s, entity, id, _covering(view, c)))
    fitting: list[Scope] = [
        scope for scope in cover.grant.scopes if not cover.parent
        and _scope_holds(s, view, cover.grant.entity, id, verb, scope)
    ]
    scope: Scope = fitting[0] if fitting else cover.grant.scopes[0]
    return wording.granted(cover.grant, scope, s.app)


def _field(s: ReadSession, view: View, entity: str, id: int, verb: str, field: str) -> Explanation:
    right_of = view.app.access.field_right
    writing = verb in ("update", "create")
    may = field in (editable(s, entity, id) if writing else (readable_on(s, entity, id) or frozenset()))
    found = [c for c in covers(view, entity, verb if writing else "read") if _holds(s, entity, id, _covering(view, c))]
    present = [c for c in found if not field_absent(view, c.grant, entity, field)]
    if may:
        plain = [c for c in present if not right_of(c.grant.role, entity, field).readonly or not writing]
        return Explanation(True, wording.field_granted((plain or present)[0].grant, entity, field, s.app))
    if view.app.access.field_denied(view.roles, entity, field):
        return Explanation(False, wording.field_denied(entity, field, s.app), wording.lift_field_denial(entity, field, s.app))
    if not present:
        return Explanation(False, *wording.field_hidden([c.grant.role for c in found], entity, field, s.app))
    if writing and not s.app.entities[entity].fields[field].writable:
        return Explanation(False, wording.field_fixed(entity, field, s.app))
    if writing and all(right_of(c.grant.role, entity, field).readonly for c in present):
        return Explanation(False, *wording.field_readonly([c.grant.role for c in present], entity, field, s.app))
    if writing and field not in (readable_on(s, entity, id) or frozenset()):
        return Explanation(False, *wording.field_unseen(entity, field, s.app))
    return Explanation(False, *wording.field_masked([c.grant.role for c in present], entity, field, s.app))
